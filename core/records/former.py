"""Former values of records: what a change replaced, and giving it back where nobody has changed the record since.

Imports and changes of many records at once note both in ledgers of their own; each line has `record_id`, the
`version` that the change left, and the values `before` it, as JSON.

Taking a change back gives a record another version, yet makes it what it was before that change: to what was done
before, nobody has changed it since. Ledgers hear of it and count on from there, so that several changes can be taken
back one after the other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from core.db import unit
from core.entity.spec import EntitySpec
from core.records.change import Change
from core.records.save import save_many

#: A change and its return, each of one version.
STEPS = 2
Follower = Callable[[EntitySpec, Sequence[int], Any], None]
_followers: list[Follower] = []


def follows(follower: Follower) -> Follower:
    """Decorator: call the function with an entity, the ids of records that are again what they were before a change,
    and the version that each had then, as SQL for a given column of ids."""
    _followers.append(follower)
    return follower


def tell_returned(spec: EntitySpec, ids: Sequence[int]) -> None:
    """These records are again what they were before the change that was their last one."""
    if ids:
        for follower in _followers:
            follower(spec, ids, lambda record_id: sa.select(spec.table.c.version - STEPS).where(
                spec.table.c.id == record_id).scalar_subquery())  # fmt: skip


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
