"""The rows of a page picked by indexes alone, before any of them is read.

Where an added field is filtered by, sorting the matches reads each one's `custom` object, and a plain walk of the sort
index reads one of every row it passes: with a hundred fields both cost tens of milliseconds. Here the matches' ids come
from the filter's index, the sort index is walked until enough of them are found, and only those rows are read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.visitors import iterate

from core.entity.custom_value import FOLDED, PREFIX, CustomValue, listed_order
from core.entity.spec import EntitySpec
from core.query.keyset import Key
from core.query.parse import ListQuery

#: So few matches are read and sorted sooner than a large table's sort index is walked.
FEW_TO_SORT = 300


@dataclass(frozen=True, slots=True)
class Matching:
    """The conditions of a list. With `by_ids` its rows are picked before they are read: few are sorted, for more the
    order's index is walked (`walks`), where the conditions `own` say from where to where."""

    where: list[Any]
    by_ids: bool = False
    walks: bool = False
    own: Sequence[Any] = ()


def stand_in_order(query: ListQuery, found: Sequence[Key]) -> bool:
    """Whether one index holds just the matches of a list, in its order: of an added field's value, newest first."""
    spec = query.spec
    asked = {(one.path, one.op, one.any) for one in query.given if one.path.startswith(PREFIX)}
    if query.q or len(asked) != 1 or len(found) != 1:
        return False
    ((path, op, group),) = asked
    order = listed_order(spec, spec.fields[path]) if path in spec.fields and op == "eq" and not group else ""
    return bool(order) and found[0].expression is spec.table.c[order]


def matching(query: ListQuery, where: list[Any], found: Sequence[Key], total: int, exact: bool) -> Matching:
    """How to find the rows of a list whose conditions are `where`.

    They are picked first when it is known how many match, when a filter is about another added field than the order
    is, and when each of those and the order has an index; not where one index serves both.
    """
    spec, given = query.spec, query.where
    if query.q or not total or not exact or len(found) != 1 or not spec.custom_fields or stand_in_order(query, found):
        return Matching(where)
    order = _about(found[0].expression)
    filtered = {name for condition in given for name in _about(condition) if name.startswith(PREFIX)}
    if not filtered - order or not filtered <= _indexed(spec) or not _is_walked(spec, found[0]):
        return Matching(where)
    return Matching(where, True, total > FEW_TO_SORT, [condition for condition in given if _about(condition) == order])


def _about(expression: Any) -> set[str]:
    """The fields that an expression reads."""
    found = set()
    for element in iterate(expression):
        if isinstance(element, CustomValue):
            found.add(PREFIX + str(element.key).removeprefix(FOLDED))
        elif isinstance(element, sa.Column) and element.name not in (None, "custom"):
            found.add(str(element.name))
    return found


def _indexed(spec: EntitySpec) -> set[str]:
    return {f.name for f in spec.custom_fields if f.filter and f.type.kind != "list"}


def _is_walked(spec: EntitySpec, key: Key) -> bool:
    if isinstance(key.expression, CustomValue):
        return key.name in _indexed(spec)
    return any(key.expression is next(iter(index.columns), None) for index in spec.table.indexes)


def page_of(base: Any, table: sa.Table, chosen: Matching, bounds: Sequence[Any], order: Sequence[Any],
            limit: int, skip: int = 0) -> Any:
    """The statement of some rows in an order; `bounds` say where in the order they begin."""
    if not chosen.by_ids:
        return base.where(*chosen.where, *bounds).order_by(*order).limit(limit).offset(skip or None)
    matches = sa.select(table.c.id).where(*chosen.where).correlate(None)
    if not chosen.walks:
        return base.where(table.c.id.in_(matches), *bounds).order_by(*order).limit(limit).offset(skip or None)
    # IS TRUE keeps both planners from turning the membership into a join, whose result they would sort.
    is_match = table.c.id.in_(matches).is_(sa.true())
    walked = (sa.select(table.c.id).where(table.c.deleted_at.is_(None), *chosen.own, *bounds, is_match)
              .order_by(*order).limit(limit).offset(skip or None).correlate(None))
    return base.where(table.c.id.in_(walked)).order_by(*order)
