"""Records laid on the days of a calendar, by the reader's clock."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from core.entity.spec import CalendarDates
from core.language.timezones import zone

DAY = dt.timedelta(days=1)
MOMENT = dt.timedelta(microseconds=1)


class Placed(NamedTuple):
    """A row with the field it stands by, its beginning (on the reader's clock), its last day, and when it is over."""

    row: Mapping[str, Any]
    by: str
    begin: Any
    first: dt.date
    last: dt.date
    over: Any


def lay(
    dates: CalendarDates,
    rows: Iterable[Mapping[str, Any]],
    first: dt.date,
    after: dt.date,
    timezone: str,
) -> dict[dt.date, list[Placed]]:
    """{day: what stands on it}, what takes whole days first, then by time. The rows come in order of their begin."""
    here = zone(timezone)
    lasting: dict[dt.date, list[Placed]] = {}
    short: dict[dt.date, list[Placed]] = defaultdict(list)
    for row in rows:
        one = placed(dates, row, here)
        if isinstance(one.begin, dt.datetime) and (one.last is one.first or one.last == one.first):
            if first <= one.first < after:
                short[one.first].append(one)
            continue
        at = max(one.first, first)
        while at <= one.last and at < after:
            lasting.setdefault(at, []).append(one)
            at += DAY
    for day, found in lasting.items():
        short[day] = [*found, *short.get(day, ())]
    return short


def placed(dates: CalendarDates, row: Mapping[str, Any], here: dt.tzinfo) -> Placed:
    """Where one row stands on the clocks of a zone."""
    for by in dates.at:
        given = row[by]
        if given is not None:
            break
    is_timed = isinstance(given, dt.datetime)
    begin = given.astimezone(here) if is_timed else given
    day: dt.date = begin.date() if is_timed else begin
    until = row[dates.until] if dates.until else None
    over = begin if until is None else _over(until, begin, is_timed)
    return Placed(row, by, begin, day, day if over is begin else _last_day(over, begin, is_timed, here), over)


def _over(until: Any, begin: Any, is_timed: bool) -> Any:
    """When it is over; a duration counts from the beginning, an end before it is none."""
    if isinstance(until, int):
        return begin.astimezone(dt.UTC) + dt.timedelta(seconds=until) if until > 0 and is_timed else begin
    return until if type(until) is type(begin) and until > begin else begin


def _last_day(over: Any, begin: Any, is_timed: bool, here: dt.tzinfo) -> dt.date:
    """What ends at midnight does not touch the next day."""
    if not is_timed:
        last: dt.date = over
    else:
        last = max((over.astimezone(here) - MOMENT).date(), begin.date())
    return last
