"""A list in parts, such as the columns of a board: the figures of all parts, and their first rows, in a query each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from core.actor import actor
from core.db import unit
from core.entity.spec import EntitySpec
from core.language.i18n import Preferences
from core.language.i18n import current as preferences
from core.permissions import rules, scope_conditions
from core.query import keyset
from core.query.aggregate import MAX_GROUPS, aggregate
from core.query.page import base_of, cursor_of, fetch, remembered, where_of
from core.query.parse import ListQuery


@dataclass(frozen=True, slots=True)
class Part:
    """Rows of one part, and the cursor behind which the next ones stand; empty where there are no more."""

    rows: Sequence[Mapping[str, Any]]
    next: str = ""


def kept_figures(
    query: ListQuery, groups: Sequence[str], measures: Sequence[str], reader: Preferences, change_number: int | None,
    most: int = MAX_GROUPS,
) -> list[dict[str, Any]]:
    """What `aggregate` answers, kept while nothing has changed, as the counts of lists are."""
    figures: list[dict[str, Any]] = remembered(
        ("figures", *groups, *measures), query, change_number, lambda: aggregate(query, groups, measures, reader, most)
    )
    return figures


def first_of_each(query: ListQuery, parts: Mapping[Any, Any], limit: int) -> dict[Any, Part]:
    """The first `limit` rows of each part, given by its condition: one query, in which each part is read from an index
    of its own and left as soon as there are enough."""
    if not parts:
        return {}
    found = keyset.keys(query.spec, query.sort, preferences().language)
    where, order = where_of(query, by_index=True), keyset.order_by(found, query.spec.table)
    base = base_of(query, found)
    selects = [
        sa.select(sa.literal(place, sa.Integer).label("_part"), rows)
        for place, condition in enumerate(parts.values())
        for rows in [base.where(*where, condition).order_by(*order).limit(limit + 1).subquery()]
    ]
    everything = sa.union_all(*selects).subquery()
    statement = sa.select(everything).order_by(everything.c["_part"], *_order(everything, found))
    by_place: dict[int, list[Any]] = {}
    for row in unit().execute(statement).mappings():
        by_place.setdefault(row["_part"], []).append(row)
    return {key: _part(query, found, by_place.get(place, []), limit) for place, key in enumerate(parts)}


def _order(everything: Any, found: Sequence[keyset.Key]) -> list[Any]:
    parts: list[Any] = []
    for index, key in enumerate(found):
        column = everything.c[f"_key_{index}"]
        parts += [column.is_(None)] if key.nullable else []
        parts.append(column.desc() if key.descending else column.asc())
    last_descends = bool(found) and found[-1].descending
    return [*parts, everything.c.id.desc() if last_descends else everything.c.id.asc()]


def _part(query: ListQuery, found: Sequence[keyset.Key], rows: Sequence[Any], limit: int) -> Part:
    shown = rows[:limit]
    return Part(shown, cursor_of(query, found, shown[-1]) if len(rows) > limit else "")


def more_of(query: ListQuery, condition: Any, cursor: str, limit: int) -> Part:
    """The rows of one part that stand behind `cursor`."""
    # The condition is not among those that were given, by which counts are kept.
    asked = replace(query, where=(*query.where, condition), cursor=cursor, limit=limit, cacheable=False)
    page = fetch(asked, with_total=False)
    return Part(page.rows, page.next or "")


def changeable(spec: EntitySpec, ids: Sequence[int]) -> set[int]:
    """Those of these records that the actor may change: nothing is asked where he may change all or none."""
    who = actor()
    if not ids or (not who.is_system and not rules(spec, "change", who)):
        return set(ids)
    statement = sa.select(spec.table.c.id).where(spec.table.c.id.in_(ids), *scope_conditions(spec, "change"))
    return set(unit().execute(statement).scalars())
