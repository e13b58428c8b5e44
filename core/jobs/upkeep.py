"""What keeps the queue going: jobs whose message was lost are announced again, and old ones are forgotten."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from core.db import Unit, run_unit
from core.declarations import Job
from core.jobs import delivery, lease
from core.jobs.clock import database_time
from core.jobs.context import Context
from core.jobs.models import jobs
from core.language.i18n import _
from core.plugin.hookspecs import hookimpl
from core.registry import current

#: Seconds after which a job that nobody has begun is announced again, unless its message still waits.
LATE = 5
MOST_AT_ONCE = 200
DAY = 86_400
KEPT_DAYS = {"done": 7, "cancelled": 30, "dead": 90}

_NO_MESSAGE = sa.text(
    "NOT EXISTS (SELECT 1 FROM procrastinate_jobs m WHERE m.id = core_job.delivery_id AND m.status = 'todo')")
#: What a worker had in hand when it died; who it was is forgotten after half a minute without a sign of life.
_DROP_ORPHANS = sa.text("DELETE FROM procrastinate_jobs WHERE status = 'doing' AND worker_id IS NULL")


def announce_again(engine: Engine) -> int:
    """Send a new message for each due job that has none; how many there were."""
    if engine.dialect.name != "postgresql":
        return 0
    found: int = run_unit(engine, _announce_again)
    return found


def _announce_again(opened: Unit) -> int:
    names = sorted(current().derived.jobs)
    late = sa.or_(jobs.c.state == "running", jobs.c.run_after < database_time(-LATE))
    forgotten = sa.select(jobs.c.id, jobs.c.name).where(
        lease.claimable(), late, jobs.c.name.in_(names), _NO_MESSAGE)
    rows = opened.execute(forgotten.order_by(jobs.c.id).limit(MOST_AT_ONCE).with_for_update(skip_locked=True)).all()
    for row in rows:
        opened.begin_write()
        delivery.announce(opened, row.id, row.name)
    if rows:
        opened.execute(_DROP_ORPHANS)
    return len(rows)


def forget_old(context: Context) -> dict[str, int]:
    """Jobs that are over for long; how many of each state."""
    with context.unit() as opened:
        opened.begin_write()
        turns = _forget(opened, jobs.c.state == "done", jobs.c.slot.is_not(None), days=1)
        return {"turns": turns} | {
            state: _forget(opened, jobs.c.state == state, days=days) for state, days in KEPT_DAYS.items()}


def _forget(opened: Unit, *conditions: Any, days: int) -> int:
    old = sa.and_(*conditions, jobs.c.finished_at < database_time(-days * DAY))
    return int(opened.execute(sa.delete(jobs).where(old)).rowcount)


@hookimpl
def register_jobs() -> list[Job]:
    return [Job("core.forget_jobs", forget_old, label=_("Forget old jobs"), every=dt.timedelta(hours=1), retries=0,
                in_steps=True, as_system=True)]
