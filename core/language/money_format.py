"""How a locale writes an amount of a currency, from CLDR, without direction marks."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from core.language.number_symbols import babel_locale

_MARKS = str.maketrans("", "", "\u061c\u200e\u200f")
_FIGURES = re.compile(r"[#0,.]+")
_NO_BREAK_SPACE = "\u00a0"


class CurrencyPattern(NamedTuple):
    """What stands before and after the figures, and how many decimals are shown."""

    prefix: str
    suffix: str
    decimals: int


def currency_sign(currency: str, locale: str) -> str:
    """The sign readers of `locale` know, such as ر.س or $, else the code; without direction marks.

    The full stop that CLDR puts behind ر.س. has no direction: in an amount, which reads from left to right, it would
    stand before the figures.
    """
    return str(babel_locale(locale).currency_symbols.get(currency, currency)).translate(_MARKS).rstrip(".")


def display_decimals(currency: str) -> int:
    """CLDR's decimals to show; fewer than ISO's for IQD, IRR, YER, SYP, LBP, AFN (M6)."""
    # Babel is heavy and only needed where amounts are shown.
    from babel.numbers import get_currency_precision

    return get_currency_precision(currency)


@lru_cache(maxsize=1024)
def currency_pattern(locale: str, currency: str) -> CurrencyPattern:
    """The pattern of `locale` with the sign of `currency` in its place."""
    pattern = babel_locale(locale).currency_formats["standard"].pattern.split(";")[0].translate(_MARKS)
    before, after = _FIGURES.split(pattern, maxsplit=1)
    sign = currency_sign(currency, locale)
    # CLDR: a sign made of letters never touches the figures.
    if before.endswith("¤") and sign[-1:].isalpha():
        before += _NO_BREAK_SPACE
    if after.startswith("¤") and sign[:1].isalpha():
        after = _NO_BREAK_SPACE + after
    return CurrencyPattern(before.replace("¤", sign), after.replace("¤", sign), display_decimals(currency))
