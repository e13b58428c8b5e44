"""What a user opened lately, for the start page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from core.actor import actor
from core.db import Unit, unit, without_waiting
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
        own.execute(_NOTE[own.dialect], {"user": user_id, "entity": entity, "record": record_id, "now": utc_now()})

    return note


def _noting(dialect: str, insert: Any) -> Any:
    """One statement, new or again, and no wait for the disk: what is lost with the power is that a page was seen."""
    names = {"user_id": "user", "entity": "entity", "record_id": "record", "at": "now"}
    values = [sa.bindparam(given, type_=opened.c[name].type) for name, given in names.items()]
    noted = insert(opened).from_select([*names], sa.select(*values).where(without_waiting(dialect)))
    return noted.on_conflict_do_update(index_elements=[*opened.primary_key], set_={"at": noted.excluded.at})


_NOTE = {"sqlite": _noting("sqlite", sqlite.insert), "postgresql": _noting("postgresql", postgresql.insert)}


def lately(limit: int = 8) -> list[Any]:
    """(entity, record id, time) of the last records opened, newest first."""
    statement = sa.select(opened.c.entity, opened.c.record_id, opened.c.at).where(opened.c.user_id == actor().id)
    return list(unit().execute(statement.order_by(opened.c.at.desc()).limit(limit)))
