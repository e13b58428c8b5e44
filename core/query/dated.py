"""The records of a list that stand in a range of days, for calendars: a question or two, whatever their number."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from core.among import among
from core.db import unit
from core.entity.spec import CalendarDates, EntitySpec
from core.language.i18n import current as preferences
from core.language.timezones import zone
from core.query.page import where_of
from core.query.parse import ListQuery

#: So many are read at the most; a calendar that is fuller asks for a condition.
MOST = 5_000
#: What lasts longer than this is not looked for in the days after: a duration cannot be compared in every database.
LONGEST = dt.timedelta(days=60)
DAY = dt.timedelta(days=1)


def dated(
    query: ListQuery, dates: CalendarDates, first: dt.date, after: dt.date, names: Iterable[str]
) -> Sequence[Any]:
    """Records that begin in or reach into the days from `first` to before `after`, in order of time, one more than
    `MOST` where there are more. Those with a duration are given from `LONGEST` before: the caller knows their end.

    Each is its id and the fields in `names`, in this order.
    """
    spec = query.spec
    begins = [spec.column(name) for name in dates.at]
    reached = sa.or_(*(
        sa.and_(*(earlier.is_(None) for earlier in begins[:place]), _reaches(spec, name, dates.until, first, after))
        for place, name in enumerate(dates.at)))  # fmt: skip
    begin = sa.func.coalesce(*begins) if len(begins) > 1 else begins[0]
    statement = sa.select(*map(spec.shown, ("id", *names))).where(*where_of(query, by_index=True), reached)
    return unit().execute(statement.order_by(begin, spec.table.c.id).limit(MOST + 1)).all()


def dated_ones(query: ListQuery, ids: Collection[int], names: Iterable[str]) -> dict[int, Mapping[str, Any]]:
    """{id: its version and the fields in `names`}, of records that `dated` found."""
    if not ids:
        return {}
    given, ours = ("id", "version", *names), among(query.spec.table.c.id, ids)
    statement = sa.select(*map(query.spec.shown, given)).where(*where_of(query, by_index=True), ours)
    return {row[0]: dict(zip(given, row, strict=True)) for row in unit().execute(statement)}


def _reaches(spec: EntitySpec, name: str, until: str, first: dt.date, after: dt.date) -> Any:
    if name in spec.day_columns:
        # The last instant of a whole day may be on the day before or after by the reader's clock.
        first, after = first - DAY, after + DAY
    begin, bound = spec.column(name), _bound(spec, name, first)
    started = begin >= bound
    if until and spec.fields[until].type.name == "duration":
        started = sa.or_(started, sa.and_(begin >= bound - LONGEST, spec.column(until) > 0))
    elif until:
        started = sa.or_(started, spec.column(until) >= _bound(spec, until, first))
    return sa.and_(begin < _bound(spec, name, after), started)


def _bound(spec: EntitySpec, name: str, day: dt.date) -> Any:
    """Where a day begins: for instants, on the reader's clock."""
    if spec.fields[name].type.name == "date":
        return day
    return dt.datetime.combine(day, dt.time(), zone(preferences().timezone))
