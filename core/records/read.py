"""Reading single records by id."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from core.among import among
from core.db import unit
from core.entity.custom_value import unpack
from core.entity.spec import EntitySpec
from core.permissions import not_found, scope_conditions
from core.registry import current


def get(entity: Any, record_id: int, action: str = "view", trashed: bool = False) -> dict[str, Any]:
    """The stored values of one record the actor may `action`; NotFound otherwise. Many-fields hold tuples of ids."""
    spec = current().of(entity)
    found = load(spec, [record_id], action, trashed)
    if record_id not in found:
        raise not_found()
    return found[record_id]


def load(
    spec: EntitySpec, ids: Iterable[int], action: str = "view", trashed: bool = False
) -> dict[int, dict[str, Any]]:
    """Records by id, those the actor may `action` only, in two queries at most."""
    wanted = list(dict.fromkeys(ids))
    if not wanted:
        return {}
    stored = current().remember(("stored columns", spec.name), lambda: sa.select(*stored_columns(spec)))
    statement = stored.where(among(spec.table.c.id, wanted), *scope_conditions(spec, action, trashed=trashed))
    found = {row["id"]: dict(row) for row in unit().execute(statement).mappings()}
    fields = spec.custom_fields
    if fields:
        for record in found.values():
            record.update(unpack(fields, record["custom"]))
    for name, by_record in linked(spec, found).items():
        for record_id, record in found.items():
            record[name] = by_record.get(record_id)
    return found


def stored_columns(spec: EntitySpec) -> list[Any]:
    """The columns that hold values: all but the derived keys."""
    derived = {*spec.key_columns.values(), *spec.sort_columns.values(), *spec.day_columns.values(), "search_text"}
    return [spec.shown(column.name) if column.name in spec.day_columns else column
            for column in spec.table.c if column.name not in derived]  # fmt: skip


def linked(spec: EntitySpec, ids: Iterable[int]) -> dict[str, dict[int, tuple[int, ...]]]:
    """Ids of many-to-many fields: {field: {record id: ids in order}}, in one query for all fields."""
    wanted = list(ids)
    answer: dict[str, dict[int, tuple[int, ...]]] = {name: {} for name in spec.links}
    if not wanted or not spec.links:
        return answer
    parts = [
        sa.select(sa.literal(name).label("field"), table.c.record_id, table.c.target_id).where(
            among(table.c.record_id, wanted)
        )
        for name, table in spec.links.items()
    ]
    statement = parts[0] if len(parts) == 1 else sa.union_all(*parts)
    for name, record_id, target_id in sorted(unit().execute(statement).all()):
        answer[name][record_id] = (*answer[name].get(record_id, ()), target_id)
    return answer
