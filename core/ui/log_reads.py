"""That somebody has read the audit log stands in the log (AUD-09): once for a while of reading, not for every page."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from core.actor import actor
from core.audit import listener
from core.audit.models import audit
from core.db import run_unit, unit
from core.entity.base import utc_now
from core.errors import DiwanError

WHILE = dt.timedelta(minutes=10)


def note(filters: str) -> None:
    """In a transaction of its own: a database that takes no writes now is no reason not to look at the log."""
    mine = sa.and_(audit.c.actor_id == actor().id, audit.c.at > utc_now() - WHILE, audit.c.action == "read_log")
    if unit().execute(sa.select(audit.c.id).where(mine).limit(1)).first() is not None:
        return
    changes = {"filters": [None, filters]} if filters else {}
    with suppress(SQLAlchemyError, DiwanError):
        run_unit(unit().engine, lambda _opened: listener.record("core.audit", None, "", "read_log", changes))
