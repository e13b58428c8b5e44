"""Grouped figures: count and sums by fields, dates by month, quarter or year of the reader's calendar."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from core.db import ExactDecimal, unit
from core.entity.spec import EntitySpec, FieldSpec
from core.errors import Malformed
from core.language import calendars
from core.language.i18n import Preferences, _
from core.language.timezones import zone
from core.permissions import readable, scope_conditions
from core.query.found_by import found_by
from core.query.parse import ListQuery

STEPS = ("day", "month", "quarter", "year")
GROUPABLE = ("choice", "country", "currency", "ref", "link", "user", "bool", "date", "datetime", "text", "tags")
MAX_GROUPS = 2_000


def aggregate(
    query: ListQuery, group: Sequence[str], measures: Sequence[str], preferences: Preferences
) -> list[dict[str, Any]]:
    """[{group: value, …, measure: value}], largest count first; dates are folded in the reader's calendar.

    Time groups are read by day and folded in Python, so one query serves every calendar on both databases.
    """
    spec = query.spec
    groups = [_group(spec, name, preferences) for name in group]
    figures = [_measure(spec, name) for name in measures or ("count",)]
    where = [*scope_conditions(spec, "view"), *query.where]
    if query.q:
        where.append(found_by(spec, query.q))
    columns = [column.label(f"g{index}") for index, (_name, column, _fold, _joins) in enumerate(groups)]
    statement = sa.select(*columns, *(figure.label(f"m{index}") for index, (_name, figure) in enumerate(figures)))
    source: Any = spec.table
    for _name, _column, _fold, join in groups:
        source = join(source) if join else source
    statement = statement.select_from(source).where(*where).group_by(*(column for _n, column, _f, _j in groups))
    folded: dict[tuple[Any, ...], list[Any]] = {}
    for row in unit().execute(statement):
        key = tuple(fold(row[index]) for index, (_name, _column, fold, _join) in enumerate(groups))
        values = list(row[len(groups) :])
        kept = folded.get(key)
        folded[key] = (
            values if kept is None else [(old or 0) + (new or 0) for old, new in zip(kept, values, strict=True)]
        )
        if len(folded) > MAX_GROUPS:
            raise Malformed(_("This grouping has more than {limit} groups. Add a filter.", limit=MAX_GROUPS))
    return _answer(groups, figures, folded)


def _answer(groups: list[Any], figures: list[Any], folded: dict[tuple[Any, ...], list[Any]]) -> list[dict[str, Any]]:
    rows = [
        {
            **{name: value for (name, *_rest), value in zip(groups, key, strict=True)},
            **{
                name: str(value) if isinstance(value, Decimal) else value
                for (name, _figure), value in zip(figures, values, strict=True)
            },
        }
        for key, values in folded.items()
    ]
    first = figures[0][0]
    return sorted(rows, key=lambda row: (-Decimal(row[first] or 0), [str(row[name]) for name, *_rest in groups]))


def _group(spec: EntitySpec, text: str, preferences: Preferences) -> tuple[str, Any, Any, Any]:
    """(name in the answer, column, fold, join) of one group."""
    name, _separator, step = text.partition(":")
    f = readable(spec).get(name)
    if f is None or f.secret or f.type.name not in GROUPABLE or (bool(step) and step not in STEPS):
        raise Malformed(_("“{name}” cannot be grouped by.", name=text[:80]), field="group")
    if f.type.is_many:
        link = spec.links[name]
        return text, link.c.target_id, _same, lambda source: source.outerjoin(link, link.c.record_id == spec.table.c.id)
    column = spec.column(name)
    if f.type.name in ("date", "datetime"):
        return text, _day(f, column, preferences), _folder(step or "day", preferences), None
    return text, column, _same, None


def _same(value: Any) -> Any:
    return value


def _day(f: FieldSpec, column: Any, preferences: Preferences) -> Any:
    """The local day of a date or an instant, as ISO text."""
    if f.key and f.type.name == "date":
        return sa.cast(column, sa.String)  # it is kept so
    if f.key and unit().dialect == "postgresql":
        column = sa.cast(column, sa.DateTime(timezone=True))
    if f.type.name == "date":
        return sa.cast(column, sa.String) if unit().dialect == "sqlite" else sa.func.to_char(column, "YYYY-MM-DD")
    if unit().dialect == "postgresql":
        return sa.func.to_char(sa.func.timezone(preferences.timezone, column), "YYYY-MM-DD")
    offset = dt.datetime.now(zone(preferences.timezone)).utcoffset() or dt.timedelta()
    return sa.func.date(column, f"{int(offset.total_seconds())} seconds")


def _folder(step: str, preferences: Preferences) -> Any:
    calendar = calendars.calendar_named(preferences.calendar)

    def fold(day: str | None) -> str | None:
        if day is None:
            return None
        year, month, of_month = calendar.parts(dt.date.fromisoformat(day))
        if step == "day":
            return f"{year:04}-{month:02}-{of_month:02}"
        return {"month": f"{year:04}-{month:02}", "quarter": f"{year:04}-Q{(month + 2) // 3}", "year": f"{year:04}"}[
            step
        ]

    return fold


def _measure(spec: EntitySpec, text: str) -> tuple[str, Any]:
    if text == "count":
        return text, sa.func.count()
    word, _separator, name = text.partition(":")
    f = readable(spec).get(name)
    if (
        word not in ("sum", "min", "max", "avg")
        or f is None
        or f.type.kind != "number"
        or f.type.is_reference
        or f.system
    ):
        raise Malformed(_("“{name}” is not a measure. Use count or sum:field.", name=text[:80]), field="measure")
    column = _exact(f, spec.column(name)) if f.key else spec.table.c[name]
    kind = column.type if isinstance(column.type, ExactDecimal) else sa.BigInteger()
    return text, getattr(sa.func, word)(column, type_=kind)


def _exact(f: FieldSpec, column: Any) -> Any:
    """A custom number as one that adds up exactly: on SQLite scaled to an integer, as ExactDecimal keeps it."""
    scale = f.scale or 0
    if unit().dialect != "sqlite":
        return sa.type_coerce(column, ExactDecimal(scale) if scale else sa.BigInteger())
    scaled = sa.cast(sa.func.round(sa.type_coerce(column, sa.Float()) * 10**scale), sa.BigInteger())
    return sa.type_coerce(scaled, ExactDecimal(scale)) if scale else scaled
