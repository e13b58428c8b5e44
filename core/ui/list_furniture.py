"""What a list needs beside its rows, in one query: the reader's own columns, and with whom a view could be shared."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from core.actor import actor
from core.auth.defaults import shown_name
from core.db import unit
from core.entity.spec import EntitySpec
from core.permissions import can, scoped
from core.registry import current as registry
from core.savedviews import reading
from core.ui.models import list_columns

#: With so many roles and teams in all a view can be shared from the page.
MOST = 400
SHARED_WITH = ("core.role", "core.team")
#: Stands for the columns among the parts of the query, and sorts before the names of entities.
COLUMNS = ""

Named = Sequence[tuple[int, str]]


def own_columns(spec: EntitySpec) -> list[str]:
    """The columns the reader has chosen for this list; none when he has not."""
    return [str(name) for _number, text in _read(spec)[COLUMNS] for name in json.loads(text)]


def roles_and_teams(spec: EntitySpec) -> tuple[Named, Named]:
    """(id, name) of the roles and of the teams the reader may see, by name; none for whoever may not share."""
    found = _read(spec)
    return found[SHARED_WITH[0]], found[SHARED_WITH[1]]


def _read(spec: EntitySpec) -> Mapping[str, Named]:
    kept: dict[str, Mapping[str, Named]] = unit().state.setdefault("core.ui.list_furniture", {})
    if spec.name not in kept:
        found: dict[str, list[tuple[int, str]]] = {part: [] for part in (COLUMNS, *SHARED_WITH)}
        statement = sa.union_all(*_parts(spec)).order_by("part", "name", "id").limit(MOST)
        for row in unit().execute(statement):
            found[row.part].append((row.id, shown_name(row.key or None, row.name)))
        kept[spec.name] = found
    return kept[spec.name]


def _parts(spec: EntitySpec) -> list[sa.Select[Any]]:
    mine = sa.and_(list_columns.c.user_id == actor().id, list_columns.c.entity == spec.name)
    parts = [sa.select(sa.literal(COLUMNS).label("part"), list_columns.c.user_id.label("id"),
                       sa.cast(list_columns.c.columns, sa.Text).label("name"),
                       sa.literal("").label("key")).where(mine)]  # fmt: skip
    for entity in SHARED_WITH if can(reading.SHARE) else ():
        other = registry().entity(entity)
        key = other.table.c.key if "key" in other.table.c else sa.literal("")
        part = sa.select(sa.literal(entity).label("part"), other.table.c.id, other.table.c.name.label("name"),
                         key.label("key"))  # fmt: skip
        parts.append(scoped(part, other))
    return parts
