"""Records of a full month are counted on the days on which each of them would be drawn."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any, NamedTuple

import pytest

from core.entity.spec import CalendarDates
from core.language.timezones import zone
from core.ui.calendar_days import DAY, lay, placed

DATES = CalendarDates(("starts_at", "due_at"), "duration")
NAMES = ("due_at", "duration", "starts_at")
MOST = 2


class Row(NamedTuple):
    id: int
    due_at: Any
    duration: int | None
    starts_at: dt.datetime | None

    @property
    def _mapping(self) -> dict[str, Any]:
        return self._asdict()


def rows_around(first: dt.date) -> list[Row]:
    """One every seven hours, in order: without an end, for an hour, over two midnights, and whole days."""
    found, at = [], dt.datetime.combine(first, dt.time(), dt.UTC) - 3 * DAY
    for number in range(80):
        if number % 5 == 4:
            found.append(Row(number, at.date(), None, None))
        else:
            found.append(Row(number, None, (None, 3600, 2 * 86400, 0)[number % 4], at))
        at += dt.timedelta(hours=7)
    return found


@pytest.mark.parametrize("timezone", ["UTC", "Asia/Tehran", "Asia/Beirut", "America/New_York"])
def test_each_is_counted_where_it_would_be_drawn(timezone: str) -> None:
    """In Beirut the clocks are put on at midnight, and that day begins at one o'clock."""
    first, after = dt.date(2026, 3, 23), dt.date(2026, 4, 6)
    rows = rows_around(first)
    expected: Counter[dt.date] = Counter()
    seen = set()
    for row in rows:
        one = placed(DATES, row._mapping, zone(timezone))
        for number in range((one.last - one.first).days + 1):
            if first <= (day := one.first + number * DAY) < after:
                expected[day] += 1
                seen.add(row.id)
    laid = lay(DATES, NAMES, rows, first, after, timezone, MOST)
    assert {day: count for day, count in laid.counts.items() if count} == expected
    assert laid.total == len(seen)
    assert all(len(found) == min(MOST, laid.counts[day]) for day, found in laid.shown.items())
    for day, found in laid.shown.items():
        assert all(one.first <= day <= one.last for one in found)
