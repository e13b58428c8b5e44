"""Stamps: numbers in the database that tell every process, at its next request, that something has changed."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from core.db import Unit
from core.plugin.models import stamp

REGISTRY = "registry"


def read_stamp(connection: Any, name: str = REGISTRY) -> int:
    return connection.execute(sa.select(stamp.c.value).where(stamp.c.name == name)).scalar() or 0


def bump(unit: Unit, name: str = REGISTRY) -> None:
    """Tell every process, at its next request, that what the stamp stands for has changed."""
    changed = unit.execute(sa.update(stamp).where(stamp.c.name == name).values(value=stamp.c.value + 1)).rowcount
    if not changed:
        unit.execute(sa.insert(stamp).values(name=name, value=1))
