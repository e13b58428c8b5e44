"""Number series: a counter a field, given in blocks. Holes are allowed here (documents have stricter ones)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from core.db import unit, without_waiting
from core.entity.spec import EntitySpec
from core.plugin.models import series
from core.records.change import Change


def number(spec: EntitySpec, new: Sequence[Change]) -> None:
    """Give every new record without a number the next one of its series."""
    for f in spec.fields.values():
        if f.type.name != "series":
            continue
        waiting = [change for change in new if not change.after.get(f.name)]
        if waiting:
            first = reserve(f"{spec.name}.{f.name}", len(waiting))
            pattern = f.options["pattern"]
            for offset, change in enumerate(waiting):
                change.after[f.name] = pattern.format(n=first + offset)


def reserve(name: str, count: int) -> int:
    """The first of `count` consecutive numbers.

    On PostgreSQL in a transaction of its own, a single statement, so that writers do not wait for one another until
    commit; on SQLite inside the caller's, since there is one writer anyway. Nothing is lost by not waiting for the
    disk: the record's own commit flushes the log up to itself.
    """
    if unit().dialect == "postgresql":
        with unit().engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            return _advance(connection, name, count)
    return _advance(unit().connection, name, count)


def _advance(connection: Any, name: str, count: int) -> int:
    statement, given = _ADVANCE[connection.dialect.name], {"series": name, "count": count}
    after = connection.execute(statement, given).scalar()
    if after is None:
        start = sa.insert(series).values(name=name, next=1)
        connection.execute(start if connection.dialect.name == "sqlite" else _or_nothing(name))
        after = connection.execute(statement, given).scalar_one()
    return int(after) - count


def _advancing(dialect: str) -> Any:
    """Made once: to put it together takes as long as to execute it."""
    return (
        sa.update(series)
        .where(series.c.name == sa.bindparam("series"), without_waiting(dialect))
        .values(next=series.c.next + sa.bindparam("count", type_=series.c.next.type))
        .returning(series.c.next)
    )


_ADVANCE = {dialect: _advancing(dialect) for dialect in ("sqlite", "postgresql")}


def _or_nothing(name: str) -> Any:
    """Two first writers at once: the second finds the row of the first."""
    from sqlalchemy.dialects.postgresql import insert

    return insert(series).values(name=name, next=1).on_conflict_do_nothing()
