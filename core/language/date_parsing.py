"""Reading the dates people type: any digits, year first or day first, month names, never a guess (D8).

    parse_date("۳۰ اسفند ۱۴۰۳", "jalali")   -> date(2025, 3, 20)
    parse_date("20/3/2025", "gregorian")     -> date(2025, 3, 20)

A year from 1900 on is Gregorian in every form. One up to 1500 in a Gregorian form is refused with a hint.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import NamedTuple

from core.language.calendar_names import era_keys, months_by_key, weekday_names, weekdays_by_key
from core.language.calendar_systems import calendar_named
from core.language.date_format import format_date
from core.language.digits import to_latin
from core.language.errors import LanguageError
from core.language.i18n import _
from core.language.preferences import current
from core.language.text import compact_key

FIRST_GREGORIAN_YEAR = 1900
#: Years that in a Gregorian form are of another calendar: refused, never guessed (D8).
OTHER_CALENDARS = range(1300, 1501)
_LONGEST = 60
#: Before a date they make it an amount or a formula.
_SIGNS = "+-−="

_SEPARATOR = r"\s*[/.\-\s؍‐‑–—−]\s*"
_YEAR_FIRST = re.compile(rf"([0-9]{{4}}){_SEPARATOR}([0-9]{{1,2}}){_SEPARATOR}([0-9]{{1,2}})")
_DAY_FIRST = re.compile(rf"([0-9]{{1,2}}){_SEPARATOR}([0-9]{{1,2}}){_SEPARATOR}([0-9]{{4}})")
_NUMBER = re.compile(r"[0-9]+")
_ORDINAL = re.compile(r"(?<=[0-9])(?:st|nd|rd|th)\b", re.IGNORECASE)
_SHORT_YEAR = re.compile(rf"[0-9]{{1,2}}{_SEPARATOR}[0-9]{{1,2}}{_SEPARATOR}[0-9]{{1,2}}")
_FORMAT_CHARACTERS = re.compile("[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


_EXAMPLE = dt.date(2025, 3, 20)


class _Shown:
    """A date in a message, written for whoever reads it."""

    def __init__(self, day: dt.date, calendar: str, style: str) -> None:
        self._day, self._calendar, self._style = day, calendar, style

    def __str__(self) -> str:
        return format_date(self._day, current().formatting_locale, self._calendar, self._style)


class _Weekday:
    """The name of a weekday in a message."""

    def __init__(self, day: dt.date) -> None:
        self._number = day.isoweekday()

    def __str__(self) -> str:
        return weekday_names(current().locale)[self._number - 1]


class _Read(NamedTuple):
    year: int
    month: int
    day: int
    weekday: int | None = None


def parse_date(text: str, calendar: str) -> dt.date:
    """The day that `text` names for someone who works in `calendar`; LanguageError says what is wrong."""
    calendar_named(calendar)
    plain = _FORMAT_CHARACTERS.sub("", to_latin(text[: _LONGEST + 1])).strip()
    if not plain or len(text) > _LONGEST or plain[0] in _SIGNS:
        raise _unreadable(text, calendar)
    read = _numeric(plain, calendar) or _worded(plain, calendar)
    if read is None:
        raise _two_digit_year(calendar) if _SHORT_YEAR.fullmatch(plain) else _unreadable(text, calendar)
    return _checked(read, calendar)


def _numeric(plain: str, calendar: str) -> _Read | None:
    """Three numbers; a weekday beside them and an era after them may be there."""
    for pattern, order in ((_YEAR_FIRST, (1, 2, 3)), (_DAY_FIRST, (3, 2, 1))):
        match = pattern.search(plain)
        if match and not _NUMBER.search(plain[: match.start()] + plain[match.end() :]):
            year, month, day = (int(match[group]) for group in order)
            rest = _without_weekday(compact_key(plain[: match.start()] + " " + plain[match.end() :]))
            eras = era_keys(_calendar_of(year, calendar))
            found = next((weekday for weekday, word in rest if not word or word in eras), -1)
            return None if found == -1 else _Read(year, month, day, found)
    return None


def _worded(plain: str, calendar: str) -> _Read | None:
    """Two numbers, day and year in either order, and the name of a month."""
    plain = _ORDINAL.sub("", plain)
    numbers = _NUMBER.findall(plain)
    if len(numbers) != 2 or sorted(map(len, numbers)) not in ([1, 4], [2, 4]):
        return None
    year_text, day_text = numbers if len(numbers[0]) == 4 else reversed(numbers)
    year = int(year_text)
    month, weekday = _month(compact_key(_NUMBER.sub(" ", plain)), _calendar_of(year, calendar))
    return _Read(year, month, int(day_text), weekday) if month else None


def _month(words: str, calendar: str) -> tuple[int, int | None]:
    """The month that `words` name, and the weekday beside it; 0 when they name none."""
    months = months_by_key(calendar)
    for weekday, rest in _without_weekday(words):
        candidates = [rest, *(rest[: -len(era)] for era in era_keys(calendar) if rest.endswith(era))]
        for candidate in candidates:
            if candidate in months:
                return months[candidate], weekday
    return 0, None


def _without_weekday(words: str) -> list[tuple[int | None, str]]:
    """Every way to read `words` as a weekday and the rest: before it, or after it as browsers write Persian dates."""
    names = weekdays_by_key().items()
    before = [(day, words[len(name) :]) for name, day in names if words.startswith(name)]
    after = [(day, words[: -len(name)]) for name, day in names if words.endswith(name)]
    return [*before, *after, (None, words)]


def _calendar_of(year: int, calendar: str) -> str:
    return "gregorian" if year >= FIRST_GREGORIAN_YEAR else calendar


def _checked(read: _Read, calendar: str) -> dt.date:
    own = _calendar_of(read.year, calendar)
    if own == "gregorian" and read.year <= OTHER_CALENDARS[-1]:
        message = _(
            "{year} is a year of another calendar. Choose that calendar, or write the Gregorian year.",
            year=read.year,
        )
        raise LanguageError(message, "date_other_calendar")
    day = calendar_named(own).day(read.year, read.month, read.day)
    if read.weekday is not None and read.weekday != day.isoweekday():
        raise LanguageError(
            _("{date} is a {weekday}.", date=_Shown(day, own, "long"), weekday=_Weekday(day)), "date_weekday"
        )
    return day


def _unreadable(text: str, calendar: str) -> LanguageError:
    value, example = text.strip()[:_LONGEST], _Shown(_EXAMPLE, calendar, "short")
    return LanguageError(
        _("“{value}” is not a valid date. Example: {example}", value=value, example=example),
        "date_unreadable",
    )


def _two_digit_year(calendar: str) -> LanguageError:
    example = _Shown(_EXAMPLE, calendar, "short")
    return LanguageError(
        _("Write the year with four digits, for example {example}", example=example), "date_year_digits"
    )
