"""The usual mobile and fixed numbers of a country, recognised by its patterns alone.

Reading a number by all the rules of the world takes some 100 microseconds, and imports read one a row. Numbers as
most people write them need no rule but their country's own pattern, which takes 3; `quick` answers None for all
others, and where two rules could meet.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

_SPACING = str.maketrans("", "", " -")
_LONGEST_CODE = 3


@dataclass(frozen=True, slots=True)
class _Country:
    """`code` is the calling code, `trunk` what stands before a national number and is dropped."""

    code: str
    trunk: str
    abroad: Callable[[str], Any]
    starts_with_trunk: Callable[[str], Any] | None
    has_plain_trunk: bool
    is_dialled_by_00: bool
    is_general: Callable[[str], bool]
    kinds: tuple[Callable[[str], bool], ...]

    def is_valid(self, number: str) -> bool:
        """Whether `number`, without code and trunk prefix, is one of this country."""
        return number[:1] != "0" and self.is_general(number) and any(kind(number) for kind in self.kinds)


def quick(typed: str, country: str | None) -> str | None:
    """E.164 of a number in Latin digits, or None when it takes a closer look."""
    digits = typed.translate(_SPACING)
    if digits[:1] == "+":
        return _international(digits[1:])
    if not digits.isdecimal() or not digits.isascii():
        return None
    home = _country(country) if country else None
    if home is None:
        return None
    if digits.startswith("00"):
        return _international(digits[2:]) if home.is_dialled_by_00 else None
    if not home.has_plain_trunk or not digits.startswith(home.trunk) or digits.startswith(home.code):
        return None
    number = digits[len(home.trunk):]
    return f"+{home.code}{number}" if not home.abroad(digits) and home.is_valid(number) else None


def _international(digits: str) -> str | None:
    if not digits.isdecimal() or not digits.isascii():
        return None
    for length in range(1, _LONGEST_CODE + 1):
        found = _of_code(digits[:length])
        if found is not None:
            number = digits[length:]
            if found.starts_with_trunk is not None and found.starts_with_trunk(number):
                return None
            return f"+{digits}" if found.is_valid(number) else None
    return None


@lru_cache(maxsize=1024)
def _of_code(code: str) -> _Country | None:
    """The country that numbers with this calling code are read as."""
    from phonenumbers import COUNTRY_CODE_TO_REGION_CODE

    regions = COUNTRY_CODE_TO_REGION_CODE.get(int(code)) if not code.startswith("0") else None
    return _country(regions[0]) if regions else None


@lru_cache(maxsize=512)
def _country(region: str) -> _Country | None:
    """None for a country that shares its code with one before it, whose numbers are told apart by their digits."""
    # The metadata of all countries take 100 ms to load; only those who read phones need them.
    from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata

    facts: Any = PhoneMetadata.metadata_for_region(region, None)
    if facts is None or facts.leading_digits or COUNTRY_CODE_TO_REGION_CODE[facts.country_code][0] != region:
        return None
    parsing = facts.national_prefix_for_parsing
    return _Country(
        code=str(facts.country_code),
        trunk=facts.national_prefix or "",
        abroad=re.compile(facts.international_prefix or "(?!)").match,
        starts_with_trunk=re.compile(parsing).match if parsing else None,
        has_plain_trunk=(parsing or "") == (facts.national_prefix or "") and not facts.national_prefix_transform_rule,
        is_dialled_by_00=facts.international_prefix == "00",
        is_general=_matcher(facts.general_desc),
        kinds=tuple(_matcher(kind) for kind in (facts.mobile, facts.fixed_line) if kind.national_number_pattern),
    )


def _matcher(kind: Any) -> Callable[[str], bool]:
    matches = re.compile(kind.national_number_pattern or "(?!)").fullmatch
    lengths = frozenset(kind.possible_length)
    return lambda number: (not lengths or len(number) in lengths) and matches(number) is not None
