"""Named spans of days, computed in the reader's calendar and zone, as half-open Gregorian ranges (D7, D11).

period("this_month", "jalali", "Asia/Tehran", now, 6)  ->  (2025-02-19, 2025-03-21)
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from core.language.calendar_systems import calendar_named
from core.language.i18n import LazyString, _, lazy_ngettext
from core.language.timezones import local

Span = tuple[dt.date, dt.date]

UNITS: tuple[str, ...] = ("day", "week", "month", "quarter", "year")

#: The names offered in filters, in the order of a menu. `last_N_days` and `next_N_days` work for any N.
PERIODS: dict[str, LazyString] = {
    "today": _("Today"),
    "yesterday": _("Yesterday"),
    "tomorrow": _("Tomorrow"),
    "last_7_days": _("Last 7 days"),
    "last_30_days": _("Last 30 days"),
    "next_7_days": _("Next 7 days"),
    "next_30_days": _("Next 30 days"),
    "this_week": _("This week"),
    "last_week": _("Last week"),
    "next_week": _("Next week"),
    "this_month": _("This month"),
    "last_month": _("Last month"),
    "next_month": _("Next month"),
    "this_quarter": _("This quarter"),
    "last_quarter": _("Last quarter"),
    "next_quarter": _("Next quarter"),
    "this_year": _("This year"),
    "last_year": _("Last year"),
    "next_year": _("Next year"),
    "this_fiscal_year": _("This fiscal year"),
    "last_fiscal_year": _("Last fiscal year"),
    "next_fiscal_year": _("Next fiscal year"),
}

_DAYS = re.compile(r"(last|next)_([1-9][0-9]{0,3})_days")
_RELATIVE = re.compile(r"(last|this|next)_(week|month|quarter|year|fiscal_year)")
_NEAR_DAYS = {"today": 0, "yesterday": -1, "tomorrow": 1}
_STEPS = {"last": -1, "this": 0, "next": 1}
_MONTHS = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True, slots=True)
class FiscalStart:
    """The first day of a fiscal year: a month and day of `calendar`, which need not be the reader's."""

    calendar: str = "gregorian"
    month: int = 1
    day: int = 1


@dataclass(frozen=True, slots=True)
class FiscalYear:
    """A fiscal year; `label` is the year, in its calendar, in which it starts."""

    label: str
    start: dt.date
    end: dt.date

    @property
    def last_day(self) -> dt.date:
        return self.end - dt.timedelta(days=1)


def period(
    name: str,
    calendar: str,
    timezone: str,
    now: dt.datetime,
    week_start: int,
    fiscal_start: FiscalStart | None = None,
) -> Span:
    """(first day, day after the last) of the period `name` around `now`, an instant; naive means UTC.

    `last_7_days` ends with today, `next_7_days` begins with it. ValueError for an unknown name, and for a week that
    begins with no ISO weekday.
    """
    if not 1 <= week_start <= 7:
        raise ValueError(f"weekdays are 1 to 7: {week_start!r}")
    instant = now if now.tzinfo else now.replace(tzinfo=dt.UTC)
    return period_of_day(name, calendar, local(instant, timezone).date(), week_start, fiscal_start)


def period_of_day(
    name: str, calendar: str, today: dt.date, week_start: int, fiscal_start: FiscalStart | None = None
) -> Span:
    """As `period`, for a day that is today."""
    calendar_named(calendar)
    if name in _NEAR_DAYS:
        return bucket(today + dt.timedelta(days=_NEAR_DAYS[name]), "day", calendar, week_start)
    if match := _DAYS.fullmatch(name):
        return _days(today, match[1], int(match[2]))
    match = _RELATIVE.fullmatch(name)
    if match is None:
        raise ValueError(f"no such period: {name!r}")
    step, unit = _STEPS[match[1]], match[2]
    if unit == "fiscal_year":
        year = fiscal_year(today, fiscal_start or FiscalStart(calendar), step)
        return year.start, year.end
    return _shifted(bucket(today, unit, calendar, week_start), unit, calendar, step)


def _days(today: dt.date, side: str, count: int) -> Span:
    tomorrow = today + dt.timedelta(days=1)
    if side == "last":
        return tomorrow - dt.timedelta(days=count), tomorrow
    return today, today + dt.timedelta(days=count)


def _shifted(span: Span, unit: str, calendar: str, step: int) -> Span:
    if unit == "week":
        return span[0] + dt.timedelta(weeks=step), span[1] + dt.timedelta(weeks=step)
    system, months = calendar_named(calendar), _MONTHS[unit]
    start = system.add_months(span[0], step * months)
    return start, system.add_months(start, months)


def bucket(day: dt.date, unit: str, calendar: str, week_start: int = 1) -> Span:
    """The day, week, month, quarter or year in which `day` lies: what reports group by."""
    if unit == "day":
        return day, day + dt.timedelta(days=1)
    if unit == "week":
        start = day - dt.timedelta(days=(day.isoweekday() - week_start) % 7)
        return start, start + dt.timedelta(days=7)
    system, months = calendar_named(calendar), _MONTHS.get(unit)
    if months is None:
        raise ValueError(f"no such unit: {unit!r}")
    parts = system.parts(day)
    start = system.day(parts.year, (parts.month - 1) // months * months + 1, 1)
    return start, system.add_months(start, months)


def fiscal_year(day: dt.date, start: FiscalStart, step: int = 0) -> FiscalYear:
    """The fiscal year in which `day` lies, or the one `step` years later."""
    system = calendar_named(start.calendar)
    year = system.parts(day).year
    if day < _fiscal_first(year, start):
        year -= 1
    year += step
    return FiscalYear(str(year), _fiscal_first(year, start), _fiscal_first(year + 1, start))


def _fiscal_first(year: int, start: FiscalStart) -> dt.date:
    system = calendar_named(start.calendar)
    return system.day(year, start.month, min(start.day, system.month_length(year, start.month)))


def period_label(name: str) -> LazyString:
    """What a period is called; ValueError for an unknown name."""
    if name in PERIODS:
        return PERIODS[name]
    match = _DAYS.fullmatch(name)
    if match is None:
        raise ValueError(f"no such period: {name!r}")
    count = int(match[2])
    if match[1] == "last":
        return lazy_ngettext("Last {n} day", "Last {n} days", count)
    return lazy_ngettext("Next {n} day", "Next {n} days", count)
