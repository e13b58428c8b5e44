"""What is noted about a record in records of other entities, such as comments, links and tasks.

An entity says it once, as `Meta.erased_with`: what goes with a person is also what an open page of him has to tell.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from core.entity.spec import EntitySpec
from core.registry import current


def about(entity: str, record_id: int) -> list[tuple[EntitySpec, Any]]:
    """Entities that may note something about this record, each with the condition on its records that do."""
    found = []
    for spec in current().entities.values():
        conditions = [_points_at(spec, name, entity, record_id) for name in spec.meta.erased_with]
        wanted = [condition for condition in conditions if condition is not None]
        if wanted:
            found.append((spec, sa.or_(*wanted)))
    return found


def subjects(spec: EntitySpec) -> list[sa.Select[Any]]:
    """The references of an entity to what its records are about: (id, entity, record id) of each."""
    found = []
    for name in spec.meta.erased_with:
        f = spec.fields[name]
        entity = spec.column(f.options["entity_field"]) if f.type.name == "any_record" else sa.literal(f.target)
        found.append(sa.select(spec.table.c.id, entity.label("entity"), spec.column(name).label("about")))
    return found


def _points_at(spec: EntitySpec, name: str, entity: str, record_id: int) -> Any:
    """The condition that a reference is to this record; None for a reference to another entity."""
    f, same = spec.fields[name], spec.column(name) == record_id
    if f.type.name == "any_record":
        return sa.and_(spec.column(f.options["entity_field"]) == entity, same)
    return same if f.target == entity else None
