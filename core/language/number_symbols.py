"""The signs numbers are written with in a locale, and each locale's usual digits (CLDR)."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from core.language.digits import FAMILIES

if TYPE_CHECKING:
    from babel import Locale

_MARKS = str.maketrans("", "", "\u061c\u200e\u200f")


class Symbols(NamedTuple):
    """Without direction marks: a number is shown in an isolate of its own (B5), and copied clean."""

    decimal: str
    group: str
    minus: str
    percent: str
    percent_gap: str


@lru_cache(maxsize=256)
def babel_locale(locale: str) -> Locale:
    """Babel's locale for `fa-IR`, `fa_IR` or `fa`; a region CLDR does not know falls back to the language.

    Only the shape `ll`, `ll_RR` reaches Babel (T11); ValueError for anything else.
    """
    # Babel takes too long to load for those who only fold or parse text.
    from babel import Locale, UnknownLocaleError

    language, __, region = locale.replace("-", "_").partition("_")
    well_formed = language.isascii() and language.isalpha() and len(language) in (2, 3)
    if not well_formed or (region and not (region.isascii() and region.isalnum() and len(region) in (2, 3))):
        raise ValueError(f"no such locale: {locale!r}")
    try:
        return Locale(language.lower(), region.upper() or None)
    except UnknownLocaleError:
        pass
    try:
        return Locale(language.lower())
    except UnknownLocaleError as error:
        raise ValueError(f"no such locale: {locale!r}") from error


@lru_cache(maxsize=512)
def split_locale(locale: str) -> tuple[str, str]:
    """The bare locale and the digits to use: those it names (`ar-EG-u-nu-latn`) or its usual ones."""
    base, __, extension = locale.replace("_", "-").partition("-u-nu-")
    base = base.replace("-", "_")
    return base, extension if extension in FAMILIES else default_digits(base)


@lru_cache(maxsize=256)
def default_digits(locale: str) -> str:
    """`latn`, `arab` or `arabext`: what readers of `locale` expect."""
    system = babel_locale(locale).default_numbering_system
    return system if system in ("arab", "arabext") else "latn"


@lru_cache(maxsize=512)
def symbols(locale: str, digits: str) -> Symbols:
    """The signs of `locale` for a family of digits: ٫ and ٬ go with Arabic digits, `.` or `,` with Latin."""
    table = babel_locale(locale).number_symbols[digits]
    return Symbols(
        decimal=table["decimal"],
        group=table["group"],
        minus=table["minusSign"].translate(_MARKS),
        percent=table["percentSign"].translate(_MARKS),
        percent_gap=babel_locale(locale).percent_formats[None].pattern.rpartition("0")[2].rstrip("%"),
    )
