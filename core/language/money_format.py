"""How a locale writes an amount of a currency, from CLDR, without direction marks."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from core.language.number_symbols import babel_locale

_MARKS = str.maketrans("", "", "\u061c\u200e\u200f")
_FIGURES = re.compile(r"[#0,.]+")
_NO_BREAK_SPACE = "\u00a0"


#: ISO 4217 decimals other than 2. Amounts are stored and computed with these; CLDR's are for display only.
_ISO_EXPONENTS: dict[str, int] = {
    "BHD": 3, "IQD": 3, "JOD": 3, "KWD": 3, "LYD": 3, "OMR": 3, "TND": 3,
    "BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "ISK": 0, "JPY": 0, "KMF": 0, "KRW": 0, "PYG": 0, "RWF": 0,
    "UGX": 0, "VND": 0, "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0, "UYI": 0, "CLF": 4, "UYW": 4,
}  # fmt: skip


def currency_exponent(currency: str) -> int:
    """Decimals to store and compute with (ISO 4217)."""
    return _ISO_EXPONENTS.get(currency, 2)


class CurrencyPattern(NamedTuple):
    """What stands before and after the figures, and how many decimals are shown: `decimals`, or `most` where an amount
    has a fraction that these would hide."""

    prefix: str
    suffix: str
    decimals: int
    most: int


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
    return CurrencyPattern(before.replace("¤", sign), after.replace("¤", sign), display_decimals(currency),
                           currency_exponent(currency))
