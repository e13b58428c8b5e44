"""Which days a calendar shows, as a month, a week or a day."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from core.language.calendars import calendar_named, month_grid
from core.language.i18n import Preferences
from core.ui.calendar_days import DAY


@dataclass(frozen=True, slots=True)
class Range:
    """The days shown: `first` to before `after`, those of the month itself, and the anchors before and after."""

    span: str
    day: dt.date
    first: dt.date
    after: dt.date
    own: tuple[dt.date, dt.date]
    previous: dt.date
    next: dt.date
    calendar: str


def range_of(span: str, day: dt.date, reader: Preferences) -> Range:
    """The month, week or day around `day`; where the reader's calendar is not known, that of the others."""
    if span == "day":
        return Range(span, day, day, day + DAY, (day, day + DAY), day - DAY, day + DAY, reader.calendar)
    if span == "week":
        first = day - dt.timedelta(days=(day.isoweekday() - reader.week_start) % 7)
        after = first + 7 * DAY
        return Range(span, day, first, after, (first, after), first - DAY, after, reader.calendar)
    name = reader.calendar if calendar_named(reader.calendar).covers(day) else "gregorian"
    year, month, _day = calendar_named(name).parts(day)
    grid = month_grid(name, year, month, reader.week_start)
    own = [cell.date for week in grid for cell in week if cell.in_month]
    return Range(
        span, day, grid[0][0].date, grid[-1][-1].date + DAY, (own[0], own[-1] + DAY), own[0] - DAY, own[-1] + DAY, name
    )
