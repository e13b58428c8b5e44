"""The working time of somebody, and what follows from it: pure, so that it can be tried on any calendar.

Hours are on the clocks of the zone; what falls outside them is moved to where they begin or end.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from core.language.calendars import calendar_named
from core.language.timezones import zone

DAY = dt.timedelta(days=1)
#: Nobody is off for longer; a week without any working day must not be searched for ever.
FAR = 400
RAMADAN = 9
#: When somebody begins to work, and when he ends.
Shift = tuple[dt.datetime, dt.datetime]


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

    Hours that end before they begin are a night's: they end on the next day. `later` is the second shift of a day that
    has a long break, as is usual where noon is hot. `ramadan` are the hours of that month, instead of both.
    """

    weekend: frozenset[int] = frozenset({6, 7})
    begins: dt.time = dt.time(8)
    ends: dt.time = dt.time(18)
    timezone: str = "UTC"
    off: tuple[DaysOff, ...] = ()
    ramadan: tuple[dt.time, dt.time] | None = None
    later: tuple[dt.time, dt.time] | None = None

    def holiday(self, day: dt.date) -> str:
        """What a day is called that is off; empty for one that is not."""
        return next((one.name for one in self.off if one.covers(day)), "")

    def works_on(self, day: dt.date) -> bool:
        return day.isoweekday() not in self.weekend and not self.holiday(day)

    def is_open(self, at: dt.datetime) -> bool:
        return any(begin <= at <= end for begin, end in self._around(at))

    def is_open_between(self, first: dt.datetime, after: dt.datetime) -> bool:
        """Whether any of the time from `first` to before `after`, some hours later at most, is of work."""
        return any(begin < after and first < end for begin, end in self._around(first))

    def opening(self, at: dt.datetime) -> dt.datetime:
        """This moment, or the next one at which work begins."""
        return at if self.is_open(at) else next(
            (begin for begin, _end in self._onward(at, DAY) if begin >= at), at)  # fmt: skip

    def closing(self, at: dt.datetime) -> dt.datetime:
        """This moment, or the last one before it at which work ended."""
        return at if self.is_open(at) else next(
            (end for _begin, end in self._onward(at, -DAY) if end <= at), at)  # fmt: skip

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

    def shifts(self, day: dt.date) -> tuple[Shift, ...]:
        """When work begins and ends on a day, in order; none on a day off."""
        return tuple(
            (self._at(day, begins), self._at(day if begins < ends else day + DAY, ends))
            for begins, ends in self._hours(day)
        ) if self.works_on(day) else ()  # fmt: skip

    def _around(self, at: dt.datetime) -> tuple[Shift, ...]:
        """The shifts of the day of a moment; a night's work may have begun on the day before."""
        day = at.astimezone(zone(self.timezone)).date()
        return (*self.shifts(day - DAY), *self.shifts(day))

    def _onward(self, at: dt.datetime, step: dt.timedelta) -> Iterator[Shift]:
        """The shifts from the day of a moment on, or back from it."""
        day = at.astimezone(zone(self.timezone)).date()
        for offset in range(FAR):
            found = self.shifts(day + step * offset)
            yield from found if step > dt.timedelta() else reversed(found)

    def _at(self, day: dt.date, clock: dt.time) -> dt.datetime:
        return dt.datetime.combine(day, clock, zone(self.timezone)).astimezone(dt.UTC)

    def _hours(self, day: dt.date) -> tuple[tuple[dt.time, dt.time], ...]:
        if self.ramadan and _is_ramadan(day):
            return (self.ramadan,)
        return ((self.begins, self.ends), *((self.later,) if self.later else ()))


def _is_ramadan(day: dt.date) -> bool:
    system = calendar_named("hijri")
    return system.covers(day) and system.parts(day).month == RAMADAN
