"""The working time of somebody, and what follows from it: pure, so that it can be tried on any calendar.

Hours are on the clocks of the zone; what falls outside them is moved to where they begin or end.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from core.language.calendars import calendar_named
from core.language.timezones import zone

DAY = dt.timedelta(days=1)
#: Nobody is off for longer; a week without any working day must not be searched for ever.
FAR = 400
RAMADAN = 9


@dataclass(frozen=True, slots=True)
class DaysOff:
    """A holiday: from `first` for so many days, and with a `calendar` on the same day of each of its years."""

    name: str
    first: dt.date
    days: int = 1
    calendar: str = ""

    def covers(self, day: dt.date) -> bool:
        return any(self._begins(day - DAY * before) for before in range(self.days))

    def _begins(self, day: dt.date) -> bool:
        if not self.calendar:
            return day == self.first
        system = calendar_named(self.calendar)
        if not (system.covers(day) and system.covers(self.first)):
            return False
        born, now = system.parts(self.first), system.parts(day)
        # The last day of a leap month falls on its eve in other years.
        return (now.month, now.day) == (born.month, min(born.day, system.month_length(now.year, born.month)))


@dataclass(frozen=True, slots=True)
class WorkingTime:
    """Weekend as ISO weekdays, hours from `begins` to `ends` on each other day, and the holidays.

    Hours that end before they begin are a night's: they end on the next day. `ramadan` are those of that month.
    """

    weekend: frozenset[int] = frozenset({6, 7})
    begins: dt.time = dt.time(8)
    ends: dt.time = dt.time(18)
    timezone: str = "UTC"
    off: tuple[DaysOff, ...] = ()
    ramadan: tuple[dt.time, dt.time] | None = None

    def holiday(self, day: dt.date) -> str:
        """What a day is called that is off; empty for one that is not."""
        return next((one.name for one in self.off if one.covers(day)), "")

    def works_on(self, day: dt.date) -> bool:
        return day.isoweekday() not in self.weekend and not self.holiday(day)

    def is_open(self, at: dt.datetime) -> bool:
        day = at.astimezone(zone(self.timezone)).date()
        # A night's work may have begun on the day before.
        return any(self.works_on(one) and self._begin(one) <= at <= self._end(one) for one in (day, day - DAY))

    def opening(self, at: dt.datetime) -> dt.datetime:
        """This moment, or the next one at which work begins."""
        return at if self.is_open(at) else next(
            (begin for begin in self._moments(at, self._begin, DAY) if begin >= at), at)  # fmt: skip

    def closing(self, at: dt.datetime) -> dt.datetime:
        """This moment, or the last one before it at which work ended."""
        return at if self.is_open(at) else next(
            (end for end in self._moments(at, self._end, -DAY) if end <= at), at)  # fmt: skip

    def after_days(self, day: dt.date, count: int) -> dt.date:
        """The day that so many working days follow after; with 0 this day, or the first working day after it."""
        left = count
        for offset in range(0 if count == 0 else 1, FAR):
            other = day + DAY * offset
            if self.works_on(other):
                left -= 1
                if left <= 0:
                    return other
        return day + DAY * count

    def _moments(self, at: dt.datetime, edge: Callable[[dt.date], dt.datetime], step: dt.timedelta
                 ) -> Iterator[dt.datetime]:  # fmt: skip
        day = at.astimezone(zone(self.timezone)).date()
        for offset in range(FAR):
            other = day + step * offset
            if self.works_on(other):
                yield edge(other)

    def _begin(self, day: dt.date) -> dt.datetime:
        return self._at(day, self._hours(day)[0])

    def _end(self, day: dt.date) -> dt.datetime:
        begins, ends = self._hours(day)
        return self._at(day if begins < ends else day + DAY, ends)

    def _at(self, day: dt.date, clock: dt.time) -> dt.datetime:
        return dt.datetime.combine(day, clock, zone(self.timezone)).astimezone(dt.UTC)

    def _hours(self, day: dt.date) -> tuple[dt.time, dt.time]:
        return self.ramadan if self.ramadan and _is_ramadan(day) else (self.begins, self.ends)


def _is_ramadan(day: dt.date) -> bool:
    system = calendar_named("hijri")
    return system.covers(day) and system.parts(day).month == RAMADAN
