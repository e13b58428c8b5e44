"""Records laid on the days of a calendar, by the reader's clock."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
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


class Laid(NamedTuple):
    """The days: the first records of each, how many stand on each, and how many records these are together."""

    shown: Mapping[dt.date, Sequence[Placed]]
    counts: Mapping[dt.date, int]
    total: int


def lay(
    dates: CalendarDates,
    names: Sequence[str],
    rows: Iterable[Any],
    first: dt.date,
    after: dt.date,
    timezone: str,
    most: int,
) -> Laid:
    """What stands on each day, what takes whole days first, then by time; `most` of a day are placed.

    The rows, each its id and the fields in `names`, come in order of their begin. Of thousands in a full month only a
    few are shown: the others are counted by between which midnights they begin.
    """
    here = zone(timezone)
    days = [first + number * DAY for number in range((after - first).days)]
    midnights = [dt.datetime.combine(day, dt.time(), here).astimezone(dt.UTC) for day in (*days, after)]
    usual, *others = [1 + names.index(name) for name in dates.at]
    until = 1 + names.index(dates.until) if dates.until else 0
    short: list[list[Placed]] = [[] for _day in days]
    lasting: list[list[Placed]] = [[] for _day in days]
    counts, total = [0] * len(days), 0
    for row in rows:
        begin = row[usual]
        if begin is None:
            begin = next(row[place] for place in others if row[place] is not None)
        has_end = until and row[until] is not None
        one = None if not has_end and isinstance(begin, dt.datetime) else placed(dates, row._mapping, here)
        if one is None or (isinstance(one.begin, dt.datetime) and one.last == one.first):
            number = bisect_right(midnights, begin) - 1
            begins = ends = number
            into = short
        else:
            begins, ends = max((one.first - first).days, 0), min((one.last - first).days, len(days) - 1)
            into = lasting
        if ends < begins or not 0 <= begins < len(days):
            continue
        total += 1
        for number in range(begins, ends + 1):
            counts[number] += 1
            if len(into[number]) < most:
                one = one or placed(dates, row._mapping, here)
                into[number].append(one)
    shown = {day: [*lasting[number], *short[number]][:most] for number, day in enumerate(days)}
    return Laid(shown, dict(zip(days, counts, strict=True)), total)


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
