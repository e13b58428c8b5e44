"""A moment that may also be a whole day: how both stand in the database, and as one value in Python.

Of a whole day the field's own column holds the last instant, on the clocks of whom it is for, so that it is sorted,
compared and overdue like every other; the day itself stands in a column beside it and is the same for every reader.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

if TYPE_CHECKING:
    from core.entity.spec import FieldSpec

ENDS_FOR = "day_ends_for"
SUFFIX = "_day"
MOMENT = dt.timedelta(microseconds=1)


def takes_days(f: FieldSpec) -> bool:
    """Whether a day without a time of day is a value of this field."""
    return ENDS_FOR in f.options


def is_day(value: Any) -> bool:
    """Whether a value is a whole day, and no moment of one."""
    return isinstance(value, dt.date) and not isinstance(value, dt.datetime)


def last_instant(day: dt.date, timezone: dt.tzinfo) -> dt.datetime:
    """The last instant of a day, in UTC."""
    return dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), timezone).astimezone(dt.UTC) - MOMENT


class _DayOrMoment(sa.types.TypeDecorator[dt.date]):
    """Read from the text that `day_or_moment` makes: a `datetime.date`, or an aware `datetime.datetime` in UTC."""

    impl = sa.String
    cache_ok = True

    def result_processor(self, dialect: Any, coltype: object) -> Any:
        """One call for each value read; through `process_result_value` it would be three."""
        return _read


def _read(text: str | None) -> dt.date | None:
    if text is None:
        return None
    return dt.date.fromisoformat(text) if len(text) == 10 else dt.datetime.fromisoformat(f"{text}Z")


class day_or_moment(FunctionElement[Any]):
    """The one value of a day and an instant: the day where there is one. For reading, not to compare or sort by."""

    type = _DayOrMoment()
    inherit_cache = True

    def __init__(self, day: Any, at: Any) -> None:
        super().__init__(day, at)


@compiles(day_or_moment)
def _as_it_is_stored(element: day_or_moment, compiler: Any, **options: Any) -> str:
    """SQLite keeps both as ISO texts."""
    return f"coalesce({compiler.process(element.clauses, **options)})"


@compiles(day_or_moment, "postgresql")
def _as_text(element: day_or_moment, compiler: Any, **options: Any) -> str:
    day, at = (compiler.process(one, **options) for one in element.clauses)
    return (f"coalesce(to_char({day}, 'YYYY-MM-DD'), "
            f"to_char({at} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'))")
