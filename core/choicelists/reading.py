"""Reading the edited lists, for building the registry."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from core.choicelists.models import choice as table
from core.derive.choices import StoredChoice


def stored_choices(connection: Any) -> dict[tuple[str, str], list[StoredChoice]]:
    """All edited lists by entity and field, their values in order."""
    found: dict[tuple[str, str], list[StoredChoice]] = {}
    order = (table.c.entity, table.c.field, table.c.position)
    for row in connection.execute(sa.select(table).order_by(*order)):
        one = StoredChoice(row.value, row.labels, row.hue, row.kind, row.active, row.preset)
        found.setdefault((row.entity, row.field), []).append(one)
    return found
