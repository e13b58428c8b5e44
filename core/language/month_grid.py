"""The days of a month in rows of weeks, as date pickers and calendar views show them (D10)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from core.language.calendar_systems import calendar_named


@dataclass(frozen=True, slots=True)
class GridDay:
    """One cell: the date, its number in the calendar shown, and whether it belongs to the month shown.

    `number` is 0 where the calendar's years end.
    """

    date: dt.date
    number: int
    in_month: bool


def month_grid(calendar: str, year: int, month: int, week_start: int) -> tuple[tuple[GridDay, ...], ...]:
    """Whole weeks from the ISO weekday `week_start`; the first and last are filled from the months around."""
    system = calendar_named(calendar)
    first = system.day(year, month, 1)
    after = first + dt.timedelta(days=system.month_length(year, month))
    start = first - dt.timedelta(days=(first.isoweekday() - week_start) % 7)
    weeks = -(-(after - start).days // 7)
    days = [start + dt.timedelta(days=offset) for offset in range(weeks * 7)]
    cells = [
        GridDay(day, system.parts(day).day if system.covers(day) else 0, first <= day < after) for day in days
    ]
    return tuple(tuple(cells[row * 7 : row * 7 + 7]) for row in range(weeks))


def weekday_order(week_start: int) -> tuple[int, ...]:
    """ISO weekdays in the order of the columns."""
    return tuple((week_start - 1 + offset) % 7 + 1 for offset in range(7))
