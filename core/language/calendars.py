"""Dates in three calendars: reading, writing, periods, grids. The parts live in modules of their own.

parse_date("۱۴۰۳/۱۲/۳۰", "jalali")                               -> date(2025, 3, 20)
format_date(date(2025, 3, 20), "ar-SA", "hijri", "long")           -> "٢٠ رمضان ١٤٤٦ هـ"
period("this_month", "jalali", "Asia/Tehran", now, week_start=6)   -> (first day, day after the last)
"""

from __future__ import annotations

from core.language.calendar_names import (
    era_names,
    month_names,
    month_spellings,
    short_month_names,
    weekday_names,
)
from core.language.calendar_systems import Calendar, Parts, calendar_named, hijri_month_starts
from core.language.date_format import (
    STYLES,
    date_patterns,
    format_date,
    format_date_range,
    format_datetime,
    format_month,
    format_time,
    format_year,
)
from core.language.date_parsing import parse_date
from core.language.i18n import LazyString, _
from core.language.month_grid import GridDay, month_grid, weekday_order
from core.language.periods import (
    PERIODS,
    UNITS,
    FiscalStart,
    FiscalYear,
    bucket,
    fiscal_year,
    period,
    period_label,
    period_of_day,
)
from core.language.relative_time import exact_time, near_time, relative_time

__all__ = [
    "CALENDAR_LABELS",
    "PERIODS",
    "STYLES",
    "UNITS",
    "Calendar",
    "FiscalStart",
    "FiscalYear",
    "GridDay",
    "Parts",
    "bucket",
    "calendar_named",
    "date_patterns",
    "era_names",
    "exact_time",
    "fiscal_year",
    "format_date",
    "format_date_range",
    "format_datetime",
    "format_month",
    "format_time",
    "format_year",
    "hijri_month_starts",
    "month_grid",
    "month_names",
    "month_spellings",
    "near_time",
    "parse_date",
    "period",
    "period_label",
    "period_of_day",
    "relative_time",
    "short_month_names",
    "weekday_names",
    "weekday_order",
]  # fmt: skip

#: What the calendars are called in menus.
CALENDAR_LABELS: dict[str, LazyString] = {
    "gregorian": _("Gregorian"),
    "jalali": _("Solar Hijri"),
    "hijri": _("Lunar Hijri"),
}
