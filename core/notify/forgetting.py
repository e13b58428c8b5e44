"""Notices that are old, or about people who are to be forgotten, go."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from core.db import unit
from core.declarations import Job, RecordTable
from core.entity.base import utc_now
from core.jobs import Context
from core.language.i18n import _
from core.notify.models import choices, digests, notices
from core.plugin.hookspecs import hookimpl
from core.signals import on

KEPT = dt.timedelta(days=90)


def forget_old(context: Context) -> dict[str, int]:
    """How many notices are gone now."""
    with context.unit() as opened:
        opened.begin_write()
        return {"deleted": opened.execute(sa.delete(notices).where(notices.c.created_at < utc_now() - KEPT)).rowcount}


@on("core.records_erased")
def forget_erased(entity: Any, ids: Sequence[int]) -> None:
    """What was told of a person, and to him."""
    gone = sa.and_(notices.c.entity == entity.name, notices.c.record_id.in_(ids))
    unit().execute(sa.delete(notices).where(gone))
    if entity.name == "core.user":
        for table in (notices, choices, digests):
            unit().execute(sa.delete(table).where(table.c.user_id.in_(ids)))


@hookimpl
def register_jobs() -> list[Job]:
    return [Job("core.forget_notices", forget_old, label=_("Forget old notifications"), every=dt.timedelta(days=1),
                retries=0, in_steps=True, as_system=True)]  # fmt: skip


@hookimpl
def register_record_tables() -> list[RecordTable]:
    return [RecordTable(notices)]
