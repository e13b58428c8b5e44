"""Images are drawn anew: what else lies in the file (places, scripts, another format behind it) is left behind."""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageOps

from core.errors import Invalid
from core.language.i18n import _

FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
#: Looked at in the header, before a single point is unpacked (SEC-45).
MOST_POINTS = 24_000_000
LARGEST, SMALL = 2560, 320
#: What stands for an attached image: large enough to read a page of paper.
SHOWN = 1280


def redraw(source: Path, target: Path, small: Path) -> str:
    """Draw the image in `source` anew, and small; answers its kind. Invalid for what is no image, or too large a one.

    A picture with transparency becomes a PNG, any other a JPEG.
    """
    try:
        with Image.open(source, formats=FORMATS) as opened:
            if opened.width * opened.height > MOST_POINTS:
                raise Invalid(_("This image has too many points. Make it smaller and choose it again."))
            upright = ImageOps.exif_transpose(opened)
            clear = upright.has_transparency_data
            drawn = upright.convert("RGBA" if clear else "RGB")
        for path, most in ((target, LARGEST), (small, SMALL)):
            drawn.thumbnail((most, most))
            drawn.info = {}
            drawn.save(path, "PNG" if clear else "JPEG", **({} if clear else {"quality": 88}))
    except Invalid:
        raise
    except Exception as error:  # a decoder meets hostile bytes in many ways, and each means the same
        raise Invalid(_("This is not an image that can be shown. Choose a PNG, JPEG, WebP or GIF file.")) from error
    return "image/png" if clear else "image/jpeg"


def draw_small(source: Path, target: Path) -> bool:
    """Draw what is shown of an attached image; False for what cannot be shown, which may be attached all the same."""
    try:
        with Image.open(source, formats=FORMATS) as opened:
            if opened.width * opened.height > MOST_POINTS:
                return False
            upright = ImageOps.exif_transpose(opened)
            clear = upright.has_transparency_data
            drawn = upright.convert("RGBA" if clear else "RGB")
        drawn.thumbnail((SHOWN, SHOWN))
        drawn.info = {}
        drawn.save(target, "PNG" if clear else "JPEG", **({} if clear else {"quality": 82}))
    except Exception:  # a decoder meets hostile bytes in many ways, and each means the same
        return False
    return True
