"""The records of a list that have a pin on the map: one question, whatever their number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from core.db import unit
from core.entity.spec import FieldSpec
from core.query.lists import with_pins
from core.query.page import where_of
from core.query.parse import ListQuery

#: So many are read at the most; a map that is fuller asks for a condition.
MOST_PLACED = 2_000


def placed(query: ListQuery, place: Sequence[str], addresses: FieldSpec | None) -> tuple[Sequence[Any], int]:
    """The newest records with a value in all fields of `place`, or with a pin at one of their further `addresses`:
    `MOST_PLACED` at the most, and how many there are."""
    spec = query.spec
    has_pin = sa.and_(*(spec.column(name).is_not(None) for name in place))
    if addresses is not None:
        has_pin = sa.or_(has_pin, with_pins(spec, addresses))
    there = [*where_of(query, by_index=True), has_pin]
    columns = [spec.table.c.id, *(spec.shown(name) for name in query.fields)]
    statement = sa.select(*columns).where(*there).order_by(spec.table.c.id.desc()).limit(MOST_PLACED)
    rows = unit().execute(statement).mappings().all()
    if len(rows) < MOST_PLACED:
        return rows, len(rows)
    counted = sa.select(sa.func.count()).select_from(spec.table).where(*there)
    return rows, int(unit().execute(counted).scalar_one())
