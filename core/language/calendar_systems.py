"""Three calendars over the same days: Gregorian, Jalali (Iran, Afghanistan) and Umm al-Qura.

A day is stored as a Gregorian date; a calendar only says which year, month and day of its own that is (D1).
Jalali is persiantools', which agrees with the observed calendar on every day of 1921 to 2100; the popular
2820-year rule does not (D3). Hijri is hijridate's table, never the browser's, which differs before 1420 and
after 1450 (D4).
"""

from __future__ import annotations

import datetime as dt
from abc import ABC, abstractmethod
from bisect import bisect_right
from calendar import monthrange
from functools import lru_cache
from typing import Any, NamedTuple

from hijridate import Hijri
from hijridate.ummalqura import HIJRI_RANGE
from persiantools.jdatetime import JalaliDate

from core.language.calendar_names import MonthName
from core.language.errors import LanguageError
from core.language.i18n import _

_LEAP_MONTHS = frozenset({("gregorian", 2), ("jalali", 12)})


class Parts(NamedTuple):
    """A day in some calendar."""

    year: int
    month: int
    day: int


class Calendar(ABC):
    """Years of twelve months; `first_year` and `last_year` are what can be converted."""

    name: str
    first_year: int
    last_year: int

    @abstractmethod
    def parts(self, day: dt.date) -> Parts:
        """Year, month and day of `day`; LanguageError outside the calendar's years."""

    @abstractmethod
    def month_length(self, year: int, month: int) -> int:
        """Days of a month; the year must be one of the calendar's."""

    @abstractmethod
    def _day(self, year: int, month: int, day: int) -> dt.date:
        """The date of parts that are known to be right."""

    def day(self, year: int, month: int, day: int) -> dt.date:
        """The date of year, month and day; LanguageError says which of them is wrong."""
        self.check_month(year, month)
        length = self.month_length(year, month)
        if not 1 <= day <= length:
            raise self._too_long(year, month, day, length)
        return self._day(year, month, day)

    def check_month(self, year: int, month: int) -> None:
        """LanguageError unless there is such a month."""
        if not self.first_year <= year <= self.last_year:
            raise self._outside(year)
        if not 1 <= month <= 12:
            raise LanguageError(_("There is no month {month}; a year has twelve.", month=month), "date_month")

    def covers(self, day: dt.date) -> bool:
        """Whether `day` has parts in this calendar."""
        try:
            self.parts(day)
        except LanguageError:
            return False
        return True

    def month_start(self, year: int, month: int) -> dt.date:
        """First day of a month counted from the first of `year`: 0 and 13 are the months around it."""
        months = year * 12 + month - 1
        return self.day(months // 12, months % 12 + 1, 1)

    def add_months(self, day: dt.date, months: int) -> dt.date:
        """The same day `months` later, or that month's last (D12): 1403-12-30 + 12 = 1404-12-29."""
        parts = self.parts(day)
        count = parts.year * 12 + parts.month - 1 + months
        year, month = count // 12, count % 12 + 1
        self.check_month(year, month)
        return self._day(year, month, min(parts.day, self.month_length(year, month)))

    def _too_long(self, year: int, month: int, day: int, length: int) -> LanguageError:
        values: dict[str, Any] = {"month": MonthName(self.name, month), "year": year, "days": length}
        if day == length + 1 and (self.name, month) in _LEAP_MONTHS:
            return LanguageError(_("{year} is not a leap year; its {month} has {days} days.", **values), "date_day")
        return LanguageError(_("{month} {year} has {days} days.", **values), "date_day")

    def _outside(self, year: int) -> LanguageError:
        message = _(
            "This calendar is known here from {first} to {last}; {year} is outside.",
            first=self.first_year, last=self.last_year, year=year,
        )  # fmt: skip
        return LanguageError(message, "date_year")


class _Gregorian(Calendar):
    name = "gregorian"
    first_year, last_year = 1, 9998

    def parts(self, day: dt.date) -> Parts:
        return Parts(day.year, day.month, day.day)

    def month_length(self, year: int, month: int) -> int:
        return monthrange(year, month)[1]

    def _day(self, year: int, month: int, day: int) -> dt.date:
        return dt.date(year, month, day)


_JALALI_FIRST, _JALALI_END = dt.date(1827, 3, 22), dt.date(2122, 3, 21)


class _Jalali(Calendar):
    name = "jalali"
    first_year, last_year = (
        1206,
        1500,
    )  # beyond these the calculated calendar may differ from the observed one

    def parts(self, day: dt.date) -> Parts:
        if not _JALALI_FIRST <= day < _JALALI_END:
            raise self._outside(day.year - 621)
        jalali = JalaliDate(day)  # type: ignore[no-untyped-call]
        return Parts(jalali.year, jalali.month, jalali.day)

    def month_length(self, year: int, month: int) -> int:
        return int(JalaliDate.days_in_month(month, year))

    def _day(self, year: int, month: int, day: int) -> dt.date:
        return JalaliDate(year, month, day).to_gregorian()  # type: ignore[no-untyped-call]


class _Hijri(Calendar):
    name = "hijri"
    first_year, last_year = HIJRI_RANGE[0][0], HIJRI_RANGE[1][0]

    def parts(self, day: dt.date) -> Parts:
        starts, ordinal = hijri_month_starts(), day.toordinal()
        index = bisect_right(starts, ordinal) - 1
        if not 0 <= index < len(starts) - 1:
            raise self._outside(day.year - 579)
        return Parts(self.first_year + index // 12, index % 12 + 1, ordinal - starts[index] + 1)

    def month_length(self, year: int, month: int) -> int:
        starts, index = hijri_month_starts(), self._index(year, month)
        return starts[index + 1] - starts[index]

    def _day(self, year: int, month: int, day: int) -> dt.date:
        return dt.date.fromordinal(hijri_month_starts()[self._index(year, month)] + day - 1)

    def _index(self, year: int, month: int) -> int:
        return (year - self.first_year) * 12 + month - 1


@lru_cache(maxsize=1)
def hijri_month_starts() -> tuple[int, ...]:
    """Ordinals (1 = 0001-01-01) of the first day of every month of 1343 to 1500, and of the day after.

    Browsers' date pickers need this table, for their own differs.
    """
    years = range(_Hijri.first_year, _Hijri.last_year + 1)
    starts = [Hijri(year, month, 1).to_gregorian().toordinal() for year in years for month in range(1, 13)]
    last = Hijri(_Hijri.last_year, 12, 1)
    return (*starts, starts[-1] + last.month_length())


GREGORIAN: Calendar = _Gregorian()
_CALENDARS: dict[str, Calendar] = {calendar.name: calendar for calendar in (GREGORIAN, _Jalali(), _Hijri())}


def calendar_named(name: str) -> Calendar:
    """The calendar `gregorian`, `jalali` or `hijri`; ValueError for another name."""
    try:
        return _CALENDARS[name]
    except KeyError:
        raise ValueError(f"no such calendar: {name!r}") from None
