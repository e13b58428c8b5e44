"""Phone numbers: read as people type them, kept as E.164, shown international and left to right.

    parse_phone("٠٥٠١٢٣٤٥٦٧", "SA")               -> "+966501234567"
    format_phone("+989123456789", "arabext")      -> "+۹۸ ۹۱۲ ۳۴۵ ۶۷۸۹"

A number that is not valid is refused, never guessed; the caller keeps what was typed and warns.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from core.language.digits import to_family, to_latin
from core.language.direction import isolate, isolate_ltr
from core.language.errors import LanguageError
from core.language.i18n import _
from core.language.phone_patterns import quick

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

_HIDDEN = str.maketrans(
    "", "", "\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
)
# Letters would be read as a dialling pad ("05O1234567"), an E as part of 9.66501E+11, a second + as noise.
_TYPED = re.compile(r"[(\s]*\+?[0-9()\s.\-/‐‑‒–—·]+")
_E164 = re.compile(r"\+[1-9][0-9]{5,14}")
_LONGEST = 40

_TYPES = {
    0: "fixed", 1: "mobile", 2: "fixed_or_mobile", 3: "toll_free", 4: "premium", 5: "shared_cost", 6: "voip",
    7: "personal", 8: "pager", 9: "universal", 10: "voicemail",
}  # fmt: skip


def parse_phone(text: str, default_country: str | None = None) -> str:
    """The number as E.164; LanguageError when it is no valid number of its country.

    `default_country` (ISO 3166 alpha-2) is for numbers without a country code. 00, a trunk 0 also after the
    country code, a country code without +, digits of any script and bidi marks are understood.
    """
    typed = to_latin(text).translate(_HIDDEN).replace("＋", "+").strip()
    country = (default_country or "").upper() or None
    if len(typed) <= _LONGEST and (known := quick(typed, country)) is not None:
        return known
    if len(typed) <= _LONGEST and _TYPED.fullmatch(typed):
        number = _valid(typed, country)
        if number is None and typed.startswith("00"):
            number = _valid("+" + typed[2:], country)
        if number is not None:
            return f"+{number.country_code}{'0' * _leading_zeros(number)}{number.national_number}"
    raise LanguageError(_refusal(text.strip()[:_LONGEST], country), "invalid_phone", warning=True)


def _valid(typed: str, country: str | None) -> PhoneNumber | None:
    # The metadata of all countries take 100 ms to load; only those who read phones need them.
    from phonenumbers import NumberParseException, is_valid_number, parse

    try:
        number = parse(typed, country)
    except NumberParseException:
        return None
    return number if is_valid_number(number) else None


def _leading_zeros(number: PhoneNumber) -> int:
    return (number.number_of_leading_zeros or 1) if number.italian_leading_zero else 0


def _refusal(value: str, country: str | None) -> object:
    example = example_phone(country) if country else "+44 20 7946 0018"
    return _("“{value}” is not a valid phone number. Example: {example}", value=isolate(value),
             example=isolate_ltr(example))  # fmt: skip


@lru_cache(maxsize=512)
def example_phone(country: str) -> str:
    """A mobile number as they look in `country`, in international form."""
    from phonenumbers import PhoneNumberFormat, PhoneNumberType, example_number_for_type, format_number

    number = example_number_for_type(country, PhoneNumberType.MOBILE)
    return format_number(number, PhoneNumberFormat.INTERNATIONAL) if number else "+44 20 7946 0018"


@lru_cache(maxsize=8192)
def format_phone(value: str, digits: str = "latn", country: str | None = None) -> str:
    """E.164 in groups as its country writes them; what is no E.164 comes back as it is.

    International, or national when it is a number of `country`. Persian digits keep their order in an LTR
    isolate and follow the reader; Arabic-Indic ones do not, so phones stay Latin in Arabic (B5).
    """
    if not _E164.fullmatch(value):
        return value
    from phonenumbers import (
        NumberParseException,
        PhoneNumberFormat,
        format_number,
        parse,
        region_code_for_number,
    )

    try:
        number = parse(value)
    except NumberParseException:
        return value
    is_national = country is not None and region_code_for_number(number) == country
    style = PhoneNumberFormat.NATIONAL if is_national else PhoneNumberFormat.INTERNATIONAL
    return to_family(format_number(number, style), digits if digits == "arabext" else "latn")


@lru_cache(maxsize=8192)
def phone_type(value: str) -> str | None:
    """mobile, fixed, fixed_or_mobile, toll_free, shared_cost … of an E.164 number; None when unknown."""
    if not _E164.fullmatch(value):
        return None
    from phonenumbers import NumberParseException, number_type, parse

    try:
        return _TYPES.get(number_type(parse(value)))
    except NumberParseException:
        return None


def phone_country(value: str) -> str | None:
    """ISO 3166 alpha-2 of an E.164 number, when its country is known."""
    if not _E164.fullmatch(value):
        return None
    from phonenumbers import NumberParseException, parse, region_code_for_number

    try:
        return region_code_for_number(parse(value))
    except NumberParseException:
        return None
