"""A record's place in a list: how many come before it, and which ones stand next to it.

The place follows from the record's own sort values, so it is known even when the record has left the list meanwhile
(its status was changed, say): its neighbours are those between which it would stand. The rows beyond it are read in
steps, the nearest first; each step is one range of the sort index, which a single OR of them would not be.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from core.db import unit
from core.language.i18n import current as preferences
from core.permissions import scope_conditions
from core.query import keyset
from core.query.keyset import Key
from core.query.page import COUNT_CAP, FEW, capped_count, where_of
from core.query.parse import ListQuery


@dataclass(frozen=True, slots=True)
class Neighbours:
    """`position` counts from one; 0 where the record is not in the list, or too far from its beginning to count."""

    position: int
    total: int
    total_is_exact: bool
    previous: int | None
    next: int | None


@dataclass(frozen=True, slots=True)
class Place:
    """The list's sort keys, and the values one record has for them."""

    table: sa.Table
    keys: Sequence[Key]
    values: Sequence[Any]
    record_id: int

    @property
    def id_descends(self) -> bool:
        return bool(self.keys) and self.keys[-1].descending


def neighbours(query: ListQuery, record_id: int, change_number: int | None = None) -> Neighbours | None:
    """The record's place in this list; None when the actor may not view the record."""
    place = _place(query, record_id)
    if place is None:
        return None
    total, exact = capped_count(query, change_number)
    where = where_of(query, by_index=total <= FEW)
    return Neighbours(
        _position(place, where), total, exact, _nearest(place, where, ahead=False), _nearest(place, where, ahead=True)
    )


def _place(query: ListQuery, record_id: int) -> Place | None:
    found, table = keyset.keys(query.spec, query.sort, preferences().language), query.spec.table
    columns = [key.expression.label(f"_key_{index}") for index, key in enumerate(found)]
    statement = sa.select(table.c.id, *columns).where(table.c.id == record_id, *scope_conditions(query.spec, "view"))
    row = unit().execute(statement).first()
    return None if row is None else Place(table, found, row[1:], record_id)


def _position(place: Place, where: Sequence[Any]) -> int:
    member = sa.select(place.table.c.id).where(*where, place.table.c.id == place.record_id)
    if unit().execute(member).first() is None:
        return 0
    before = 0
    for _level, conditions in _steps(place, ahead=False):
        rows = sa.select(sa.literal(1)).select_from(place.table).where(*where, *conditions).limit(COUNT_CAP).subquery()
        before += unit().execute(sa.select(sa.func.count()).select_from(rows)).scalar_one()
        if before >= COUNT_CAP:
            return 0
    return before + 1


def _nearest(place: Place, where: Sequence[Any], ahead: bool) -> int | None:
    for level, conditions in _steps(place, ahead):
        statement = (
            sa.select(place.table.c.id).where(*where, *conditions).order_by(*_order(place, level, ahead)).limit(1)
        )
        found: int | None = unit().execute(statement).scalar()
        if found is not None:
            return found
    return None


def _steps(place: Place, ahead: bool) -> Iterator[tuple[int, list[Any]]]:
    """Sets of rows beyond the record, the nearest first, each with the number of keys that are equal in it."""
    equal = [
        key.expression.is_(None) if value is None else key.expression == value
        for key, value in zip(place.keys, place.values, strict=True)
    ]
    column = place.table.c.id
    yield len(equal), [*equal, column > place.record_id if ahead != place.id_descends else column < place.record_id]
    for level in reversed(range(len(equal))):
        for beyond in _beyond(place.keys[level], place.values[level], ahead):
            yield level, [*equal[:level], beyond]


def _beyond(key: Key, value: Any, ahead: bool) -> list[Any]:
    """Rows with another value of this key; empty values stand at the list's end in both directions."""
    if value is None:
        return [] if ahead else [key.expression.is_not(None)]
    other = key.expression > value if ahead != key.descending else key.expression < value
    return [other, key.expression.is_(None)] if ahead and key.nullable else [other]


def _order(place: Place, level: int, ahead: bool) -> list[Any]:
    """The list's order, or the reverse, within a step: what is equal or empty in all its rows is left out."""
    parts: list[Any] = []
    for index, key in enumerate(place.keys[level:]):
        if key.nullable and index:
            parts.append(key.expression.is_(None).asc() if ahead else key.expression.is_(None).desc())
        parts.append(key.expression.desc() if key.descending == ahead else key.expression.asc())
    parts.append(place.table.c.id.desc() if place.id_descends == ahead else place.table.c.id.asc())
    return parts
