"""What a user opened lately, for the start page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from core.actor import actor
from core.db import Unit, unit
from core.entity.base import utc_now
from core.ui.models import opened

KEPT = 30


def noter(entity: str, record_id: int) -> Callable[[Unit], None]:
    """Work that notes a record as opened by the present actor; for after the answer, in a unit of its own."""
    user_id = actor().id

    def note(own: Unit) -> None:
        if user_id is None:
            return
        own.begin_write()
        row = (opened.c.user_id == user_id, opened.c.entity == entity, opened.c.record_id == record_id)
        if not own.execute(sa.update(opened).where(*row).values(at=utc_now())).rowcount:
            own.execute(sa.insert(opened).values(user_id=user_id, entity=entity, record_id=record_id, at=utc_now()))

    return note


def lately(limit: int = 8) -> list[Any]:
    """(entity, record id, time) of the last records opened, newest first."""
    statement = sa.select(opened.c.entity, opened.c.record_id, opened.c.at).where(opened.c.user_id == actor().id)
    return list(unit().execute(statement.order_by(opened.c.at.desc()).limit(limit)))
