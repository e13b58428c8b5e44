"""Currencies: decimals to compute with and to show, names and signs, rounding, toman (M6 to M9)."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache

from core.language.money_format import currency_exponent, currency_sign, display_decimals
from core.language.number_symbols import babel_locale
from core.language.preferences import LANGUAGES
from core.language.rounding import round_half_up
from core.language.text import compact_key

__all__ = [
    "currency_code", "currency_exponent", "currency_name", "currency_names", "currency_sign",
    "display_decimals", "is_currency", "rial_to_toman", "round_money", "tax_amount", "toman_to_rial",
]  # fmt: skip

def round_money(amount: Decimal, currency: str, places: int | None = None) -> Decimal:
    """`amount` in the smallest unit of `currency`, halves away from zero (M7); `places` overrides it."""
    return round_half_up(amount, currency_exponent(currency) if places is None else places)


def tax_amount(net: Decimal, rate: Decimal, currency: str, places: int | None = None) -> Decimal:
    """`rate` percent of `net`, rounded as money."""
    return round_money(net * rate / 100, currency, places)


def rial_to_toman(rial: Decimal) -> Decimal:
    """Toman is a unit of display only: ten rials. Storage and API are IRR (M8)."""
    toman = rial / 10
    return toman.quantize(Decimal(1)) if toman == toman.to_integral_value() else toman


def toman_to_rial(toman: Decimal) -> Decimal:
    """What is stored for an amount typed in toman."""
    rial = toman * 10
    return rial.quantize(Decimal(1)) if rial == rial.to_integral_value() else rial


@lru_cache(maxsize=16)
def currency_names(language: str) -> dict[str, str]:
    """Code -> name in `language` of the currencies that are in use today."""
    names = babel_locale(language).currencies
    return {code: names.get(code, code) for code in _codes_in_use()}


def currency_name(currency: str, language: str) -> str:
    """Its name in `language`, or the code itself."""
    return currency_names(language).get(currency, currency)


def is_currency(code: str) -> bool:
    """Whether `code` is an ISO 4217 code in use."""
    return code in _codes_in_use()


def currency_code(text: str) -> str | None:
    """The code for a code or a full name in any of our languages; None when it is none.

    A bare "riyal" or "dinar" is the money of many countries and is not guessed.
    """
    key = compact_key(text)
    return key.upper() if is_currency(key.upper()) else _recognised().get(key)


@lru_cache(maxsize=1)
def _recognised() -> dict[str, str]:
    table: dict[str, str] = {}
    for language in LANGUAGES:
        table.update((compact_key(name), code) for code, name in currency_names(language).items())
    return table


@lru_cache(maxsize=1)
def _codes_in_use() -> tuple[str, ...]:
    # Babel is heavy and only needed where lists of currencies are shown or checked.
    from babel.core import get_global

    rows = (row for rows in get_global("territory_currencies").values() for row in rows)
    return tuple(sorted({code for code, __, until, tender in rows if tender and until is None}))
