"""The drawings of the sprite: a page has a hundred of them, of some twenty kinds."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

from markupsafe import Markup, escape

from core.ui.assets import asset
from core.ui.escaping import escaped

#: What leads back or on points the other way in a page from right to left.
LEADING: Final = frozenset({
    "arrow-left", "arrow-right", "arrow-back-up", "arrow-forward-up", "chevron-left", "chevron-right", "external-link",
    "logout", "mail-forward", "send",
})  # fmt: skip
_SPRITE: Final = asset("vendor/icons/sprite.svg")


def icon(name: str, flip: bool = False, label: Any = None, size: str = "", spin: bool = False) -> Markup:
    """One drawing; decorative unless `label` is given. What leads back or on is mirrored in a page from right to left,
    as is any other with `flip`."""
    # A label is read in the language of now: a lazy one is the same object in all of them.
    return _drawn(name, bool(flip) or name in LEADING, escaped(label) if label else "", size, bool(spin))


@lru_cache(maxsize=4096)
def _drawn(name: str, flip: bool, label: str, size: str, spin: bool) -> Markup:
    classes = ["dw-icon", *([f"dw-icon-{size}"] if size else ()), *(["dw-flip"] if flip else ()),
               *(["dw-spin"] if spin else ())]  # fmt: skip
    told = f'role="img" aria-label="{label}"' if label else 'aria-hidden="true"'
    return Markup(
        f'<svg class="{" ".join(classes)}" {told} focusable="false"><use href="{_SPRITE}#{escape(name)}"></use></svg>'
    )
