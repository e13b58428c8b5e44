"""Days put together as weeks, months, quarters and years of the reader's calendar, and the days behind each of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from core.language import calendars
from core.language.i18n import Preferences

STEPS = ("day", "week", "month", "quarter", "year")
_MONTHS = {"month": 1, "quarter": 3, "year": 12}


def key_of(step: str, reader: Preferences) -> Callable[[str | None], str | None]:
    """What a day, as ISO text, is put together by: 1405-09 for a month, the first day for a week; so keys sort."""
    calendar = calendars.calendar_named(reader.calendar)

    def fold(day: str | None) -> str | None:
        if day is None:
            return None
        found = dt.date.fromisoformat(day)
        if step == "week":
            found = calendars.bucket(found, step, reader.calendar, reader.week_start)[0]
        year, month, of_month = calendar.parts(found)
        if step in ("day", "week"):
            return f"{year:04}-{month:02}-{of_month:02}"
        return {"month": f"{year:04}-{month:02}", "quarter": f"{year:04}-Q{(month + 2) // 3}", "year": f"{year:04}"}[
            step
        ]

    return fold


def days_of(key: str, step: str, reader: Preferences) -> tuple[dt.date, dt.date]:
    """The first and the last day behind a key; ValueError for one that cannot be."""
    calendar = calendars.calendar_named(reader.calendar)
    year, _dash, rest = key.partition("-")
    if step in ("day", "week"):
        month, _dash, day = rest.partition("-")
        first = calendar.day(int(year), int(month), int(day))
        return first, first + dt.timedelta(days=6 if step == "week" else 0)
    month_number = int(rest[1:]) * 3 - 2 if step == "quarter" else int(rest) if step == "month" else 1
    first = calendar.month_start(int(year), month_number)
    return first, calendar.add_months(first, _MONTHS[step]) - dt.timedelta(days=1)
