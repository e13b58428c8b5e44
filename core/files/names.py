"""File names as they may be kept and shown (SEC-15): no path, no hidden direction marks, no markup, not too long."""

from __future__ import annotations

import re

from core.language.i18n import gettext
from core.language.text import clean

LONGEST = 150
LONGEST_ENDING = 12
#: What some system takes for a path, a device or a quoting mark. The Arabic and Persian letters all stay.
_FORBIDDEN = re.compile(r"[<>:\"|?*\\/\x00-\x1f\x7f\u2044\u2215\u29f8\uff0f\uff3c]+")


def clean_name(name: str) -> str:
    """A name that shows what it is: `..\\a/b\u202egnp.exe` becomes `bgnp.exe`."""
    last = re.split(r"[\\/\u2044\u2215\u29f8\uff0f\uff3c]", name[-2_000:].rstrip("/\\"))[-1]
    found = " ".join(_FORBIDDEN.sub(" ", clean(last)).split()).strip(". ")
    stem, dot, ending = found.rpartition(".")
    if not dot or len(ending) > LONGEST_ENDING:
        return found[:LONGEST].strip(". ") or gettext("File")
    return f"{stem[: LONGEST - len(ending) - 1].rstrip('. ') or gettext('File')}.{ending}"
