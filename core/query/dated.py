"""The records of a list that stand in a range of days, for calendars: one question, whatever their number."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

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


def dated(query: ListQuery, dates: CalendarDates, first: dt.date, after: dt.date) -> Sequence[Any]:
    """Records that begin in or reach into the days from `first` to before `after`, in order of time, one more than
    `MOST` where there are more. Those with a duration are given from `LONGEST` before: the caller knows their end."""
    spec = query.spec
    columns = [spec.table.c.id, spec.table.c.version, *(spec.shown(name) for name in query.fields)]
    begins = [spec.column(name) for name in dates.at]
    reached = sa.or_(*(
        sa.and_(*(earlier.is_(None) for earlier in begins[:place]), _reaches(spec, name, dates.until, first, after))
        for place, name in enumerate(dates.at)))  # fmt: skip
    begin = sa.func.coalesce(*begins) if len(begins) > 1 else begins[0]
    statement = sa.select(*columns).where(*where_of(query, by_index=True), reached)
    return unit().execute(statement.order_by(begin, spec.table.c.id).limit(MOST + 1)).mappings().all()


def _reaches(spec: EntitySpec, name: str, until: str, first: dt.date, after: dt.date) -> Any:
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
