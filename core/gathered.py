"""Whose timeline stands in that of another record too, such as that of the people of a company.

An entity says it once, as `Meta.timeline_in`; a source of entries asks here and knows neither side by name.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from core.permissions import readable, scoped
from core.registry import current


def gathered(entity: str, record_id: int) -> list[tuple[str, Any]]:
    """The records whose timeline belongs in that of this one, as (entity, select of their ids): those that the actor
    may see, by fields that he may read."""
    found = []
    for spec in current().entities.values():
        if not spec.meta.timeline_in:
            continue
        shown = readable(spec)
        leading = [spec.table.c[name] == record_id for name in spec.meta.timeline_in
                   if name in shown and shown[name].target == entity]  # fmt: skip
        if leading:
            found.append((spec.name, scoped(sa.select(spec.table.c.id).where(sa.or_(*leading)), spec)))
    return found
