"""Who looked at a record stands in the log where an administrator wants that of its entity (P45).

Off unless somebody turns it on: it is a watch on colleagues, and every opening costs a write. Opening is looking at one
record: its page, its form, the side panel, one record by the API. A list shows values as well and is no opening.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from core.actor import actor
from core.audit import listener
from core.audit.models import audit
from core.db import run_unit, unit
from core.entity.base import utc_now
from core.entity.spec import EntitySpec
from core.errors import DiwanError
from core.registry import OPENINGS, has_openings, settings

ACTION = "open_record"
#: Going to and fro between a record and its form is one look at it.
WHILE = dt.timedelta(minutes=10)

log = logging.getLogger("diwan.audit")


def note(spec: EntitySpec, record: Mapping[str, Any]) -> None:
    """In a transaction of its own: a database that takes no writes now is no reason not to look at a record."""
    if not has_openings(spec) or not settings(f"{OPENINGS}{spec.name}"):
        return
    record_id = record["id"]
    lately = sa.and_(audit.c.entity == spec.name, audit.c.record_id == record_id, audit.c.actor_id == actor().id,
                     audit.c.action == ACTION, audit.c.at > utc_now() - WHILE)  # fmt: skip
    if unit().execute(sa.select(audit.c.id).where(lately).limit(1)).first() is not None:
        return
    title = spec.title_of(record)
    try:
        run_unit(unit().engine, lambda _opened: listener.record(spec.name, record_id, title, ACTION, {}))
    except (SQLAlchemyError, DiwanError) as failure:
        log.error("an opening of %s %s is not on record: %s", spec.name, record_id, failure)
