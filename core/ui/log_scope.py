"""Which entries of the audit log somebody may see who has the right to it (AUD-09).

The right to the log widens nothing else: entries tell of records, so they are shown to those who may see the record.
Administrators see all of it, and the check of its chain always walks the whole log.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from core.actor import actor
from core.audit import reading
from core.audit.models import audit
from core.entity.spec import EntitySpec
from core.permissions import can, viewable_ids
from core.registry import current as registry


def visible(names: Iterable[str] | None = None) -> Any:
    """A condition on `core_audit`; `names` narrows it to these entities."""
    who = actor()
    if who.is_admin or who.is_system:
        return reading.EVERYTHING if names is None else audit.c.entity.in_(list(names))
    specs = [spec for spec in registry().entities.values() if names is None or spec.name in set(names)]
    return sa.or_(sa.false(), *(_of(spec) for spec in specs if can(f"{spec.name}.view")))


def _of(spec: EntitySpec) -> Any:
    """Entries of one entity: of the records the reader may view, in the trash or not; what concerns no single record
    is his to see as well, such as exports and imports of the entity."""
    ids = viewable_ids(spec)
    mine = audit.c.entity == spec.name
    return mine if ids is None else sa.and_(mine, sa.or_(audit.c.record_id.is_(None), audit.c.record_id.in_(ids)))
