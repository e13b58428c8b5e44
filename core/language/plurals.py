"""Which plural form goes with a number.

The formulas are ours, not those of a catalogue's header: Babel writes the last two Arabic forms the
other way round than every other gettext tool (T2), so a header cannot be believed.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

#: What the header of a catalogue has to say; forced when catalogues are made.
PLURAL_FORMS: dict[str, str] = {
    "ar": (
        "nplurals=6; plural=n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5;"
    ),
    "fa": "nplurals=2; plural=(n > 1);",
    "en": "nplurals=2; plural=(n != 1);",
}

#: CLDR's name of each index, for translators' tools and tests.
CATEGORIES: dict[str, tuple[str, ...]] = {
    "ar": ("zero", "one", "two", "few", "many", "other"),
    "fa": ("one", "other"),
    "en": ("one", "other"),
}


def _arabic(n: int | Decimal) -> int:
    if n % 1:
        return 5
    if n < 3:
        return int(n)
    rest = n % 100
    if rest >= 11:
        return 4
    return 3 if rest >= 3 else 5


_INDEX: dict[str, Callable[[int | Decimal], int]] = {
    "ar": _arabic,
    "fa": lambda n: int(n > 1),
    "en": lambda n: int(n != 1),
}


def plural_index(language: str, n: int | Decimal) -> int:
    """Index of the form for `n` in `language`; a language we do not know counts as English does."""
    return _INDEX.get(language, _INDEX["en"])(n if n >= 0 else -n)


def plural_category(language: str, n: int | Decimal) -> str:
    """CLDR's name of that form: zero, one, two, few, many or other."""
    return CATEGORIES.get(language, CATEGORIES["en"])[plural_index(language, n)]
