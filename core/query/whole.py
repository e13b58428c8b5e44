"""All rows of a list: how many, their ids in its order, and rows by these, so that a long list is read bit by bit."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from core.db import unit
from core.language.i18n import current as preferences
from core.permissions import scope_conditions
from core.query import keyset
from core.query.page import base_of, where_of
from core.query.parse import ListQuery


def ordered_ids(asked: ListQuery) -> Sequence[int]:
    """The ids of all rows of a list in its order; eight bytes each."""
    table = asked.spec.table
    found = keyset.keys(asked.spec, asked.sort, preferences().language)
    statement = sa.select(table.c.id).where(*where_of(asked, by_index=True)).order_by(*keyset.order_by(found, table))
    return array("q", unit().execute(statement).scalars())


def count(asked: ListQuery) -> int:
    """How many rows a list has, however many they are."""
    statement = sa.select(sa.func.count()).select_from(asked.spec.table).where(*where_of(asked, by_index=True))
    found: int = unit().execute(statement).scalar_one()
    return found


def of_ids(asked: ListQuery, ids: Sequence[int]) -> list[Mapping[str, Any]]:
    """The rows with these ids, in the same order, with the columns of a list; those that the actor may not view, or
    that do not meet its conditions, are left out."""
    unordered = replace(asked, sort=())
    statement = base_of(unordered, ()).where(
        asked.spec.table.c.id.in_(ids), *scope_conditions(asked.spec, "view"), *asked.where)
    rows: dict[int, Any] = {row["id"]: row for row in unit().execute(statement).mappings()}
    return [rows[one] for one in ids if one in rows]
