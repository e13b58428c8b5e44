"""Former values of records: what a change replaced, and giving it back where nobody has changed the record since.

Imports and changes of many records at once note both in ledgers of their own; each line has `record_id`, the
`version` that the change left, and the values `before` it, as JSON.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from core.db import unit
from core.entity.spec import EntitySpec
from core.records.change import Change
from core.records.save import save_many


def replaced(spec: EntitySpec, change: Change) -> dict[str, Any]:
    """Every value that this change replaced, those that follow from others included."""
    values: dict[str, Any] = {}
    for name, f in spec.fields.items():
        old = change.before.get(name)
        if not f.system and old != change.after.get(name):
            values[name] = None if old is None else f.type.to_json(f, old)
    return values


def lock(spec: EntitySpec, ids: Sequence[int]) -> None:
    """Nobody edits these records between a look at their versions and the end of the transaction."""
    unit().begin_write()
    if unit().dialect == "postgresql":
        unit().execute(sa.select(spec.table.c.id).where(spec.table.c.id.in_(ids)).with_for_update())


def give_back(spec: EntitySpec, lines: Sequence[Mapping[str, Any]]) -> list[Change]:
    """Give records their old values; one whose old values no rule allows any more keeps the new ones, with errors."""
    if not lines:
        return []
    return save_many(spec, [_change(spec, line) for line in lines], partial=True)


def _change(spec: EntitySpec, line: Mapping[str, Any]) -> Change:
    values = {
        name: None if raw is None else spec.fields[name].type.from_json(spec.fields[name], raw)
        for name, raw in (line["before"] or {}).items()
        if name in spec.fields
    }
    return Change(values=values, id=line["record_id"], version=line["version"], is_former=True)
