"""The quick way to read a phone number must never say anything else than the long one."""

import random

import phonenumbers
import pytest

from core.language.phone_patterns import quick
from core.language.phones import parse_phone

KINDS = (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE)
FORMS = (phonenumbers.PhoneNumberFormat.E164, phonenumbers.PhoneNumberFormat.INTERNATIONAL,
         phonenumbers.PhoneNumberFormat.NATIONAL)


def slow(typed: str, country: str) -> str | None:
    """By all the rules: phonenumbers itself, with 00 read as + where the country does not."""
    for text in (typed, "+" + typed[2:] if typed.startswith("00") else ""):
        try:
            number = phonenumbers.parse(text, country)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number):
            return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return None


def spellings(region: str, rng: random.Random) -> list[str]:
    """Numbers of a country in every usual form, and others near them, right and wrong."""
    found = []
    for kind in KINDS:
        example = phonenumbers.example_number_for_type(region, kind)
        if example is None:
            continue
        written = [phonenumbers.format_number(example, form) for form in FORMS]
        found += [*written, "00" + written[0][1:], written[0][1:], str(example.national_number)]
    for base in list(found):
        for _time in range(12):
            marks = list(base)
            for _change in range(rng.randrange(1, 4)):
                place = rng.randrange(len(marks))
                if marks[place].isdigit():
                    marks[place] = str(rng.randrange(10))
            found.append("".join(marks))
        found += [base + "1", base[:-1], "0" + base, "1" + base]
    return found


@pytest.mark.parametrize("region", sorted(phonenumbers.SUPPORTED_REGIONS))
def test_quick_reading_agrees_with_the_rules_of_every_country(region: str) -> None:
    rng = random.Random(region)
    for typed in spellings(region, rng):
        for country in (region, "IR", "US"):
            found = quick(typed, country)
            assert found is None or found == slow(typed, country), (typed, country)


@pytest.mark.parametrize(("typed", "country", "e164"), [
    ("09123456789", "IR", "+989123456789"),
    ("0912 345 6789", "IR", "+989123456789"),
    ("+989123456789", None, "+989123456789"),
    ("00989123456789", "IR", "+989123456789"),
    ("0501234567", "SA", "+966501234567"),
    ("+44 7400 123456", None, "+447400123456"),
])
def test_common_numbers_take_the_quick_way(typed: str, country: str | None, e164: str) -> None:
    assert quick(typed, country) == e164
    assert parse_phone(typed, country) == e164
