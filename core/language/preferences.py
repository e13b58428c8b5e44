"""How one reader wants things shown: language, region, calendar, digits, zone, week."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from core.language.digits import FAMILIES
from core.language.number_symbols import symbols

#: The allow-list. Nothing else may reach a path or Babel as a language (T11, CVE-2021-42771).
LANGUAGES: tuple[str, ...] = ("ar", "fa", "en")
#: Each language's own name, for the language menu; never translated.
LANGUAGE_NAMES: dict[str, str] = {"ar": "العربية", "fa": "فارسی", "en": "English"}
RTL_LANGUAGES: frozenset[str] = frozenset({"ar", "fa"})
CALENDARS: tuple[str, ...] = ("gregorian", "jalali", "hijri")

_REGION = re.compile(r"[A-Z]{2}\Z")
#: Checked before a name becomes a path to a zone file; whether there is such a zone is known by `timezones`.
ZONE_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*\Z")


@dataclass(frozen=True, slots=True)
class Preferences:
    """Display settings of one reader. Weekdays are ISO: 1 Monday to 7 Sunday.

    Values come from lists, so a wrong one is a fault of the program: plain ValueError.
    """

    language: str = "en"
    region: str = ""
    calendar: str = "gregorian"
    digits: str = "latn"
    timezone: str = "UTC"
    week_start: int = 1
    weekend: frozenset[int] = frozenset({6, 7})

    def __post_init__(self) -> None:
        if self.language not in LANGUAGES:
            raise ValueError(f"no such language: {self.language!r}")
        if self.region and not _REGION.match(self.region):
            raise ValueError(f"no such region: {self.region!r}")
        if self.calendar not in CALENDARS:
            raise ValueError(f"no such calendar: {self.calendar!r}")
        if self.digits not in FAMILIES:
            raise ValueError(f"no such digits: {self.digits!r}")
        if not 1 <= self.week_start <= 7 or not all(1 <= day <= 7 for day in self.weekend):
            raise ValueError(f"weekdays are 1 to 7: {self.week_start!r}, {sorted(self.weekend)!r}")
        if not ZONE_NAME.match(self.timezone):
            raise ValueError(f"no such time zone: {self.timezone!r}")

    @property
    def locale(self) -> str:
        """`fa_IR`, or `fa` without a region."""
        return f"{self.language}_{self.region}" if self.region else self.language

    @property
    def direction(self) -> str:
        """`rtl` or `ltr`; it follows from the language, never from a theme (B1)."""
        return "rtl" if self.language in RTL_LANGUAGES else "ltr"

    @property
    def comma(self) -> str:
        """What stands between the parts of a line."""
        return "، " if self.direction == "rtl" else ", "

    @property
    def phone_digits(self) -> str:
        """Phones follow the reader in Persian digits only: Arabic-Indic ones turn round at spaces, even in an isolate
        (B5)."""
        return "arabext" if self.digits == "arabext" else "latn"

    @property
    def formatting_locale(self) -> str:
        """The locale with the reader's digits, `fa-IR-u-nu-latn`: what the format functions are given."""
        return f"{self.locale.replace('_', '-')}-u-nu-{self.digits}"

    @property
    def decimal_separator(self) -> str:
        """The mark this reader types before decimals, `.` or `,` (M3)."""
        return "," if symbols(self.locale, "latn").decimal == "," else "."


DEFAULT = Preferences()
_current: ContextVar[Preferences] = ContextVar("diwan_preferences", default=DEFAULT)


def current() -> Preferences:
    """The preferences in force here: English, Gregorian, Latin digits, UTC, Monday unless set by `use`."""
    return _current.get()


@contextmanager
def use(preferences: Preferences) -> Iterator[Preferences]:
    """Let `preferences` hold inside the block, in this thread or task only (T9)."""
    token = _current.set(preferences)
    try:
        yield preferences
    finally:
        _current.reset(token)
