"""What happens by itself when time goes by: leases of the dead run out, and administrators try again what gave up."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

import sqlalchemy as sa

from core import jobs
from core.db import Unit
from core.jobs import upkeep
from core.jobs.clock import database_time
from core.jobs.models import jobs as queued
from core.mail import outbox
from core.mail.models import mails
from core.testing import Site
from core.transfer import queueing
from core.transfer.jobs import AT_WORK, STALE
from core.transfer.models import imports
from core.webhooks import setup
from core.webhooks.models import deliveries, webhooks

Work = TypeVar("Work")
RETRY_WITHIN = 60


def persistent(site: Site, work: Callable[[Unit], Work]) -> Work:
    """Do `work` in a unit of its own, again while the others get in its way or the database is away."""
    end = time.monotonic() + RETRY_WITHIN
    while True:
        try:
            with site.unit() as opened:
                return work(opened)
        except sa.exc.DBAPIError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)


def let_leases_end(site: Site, of_imports: bool = True) -> None:
    """Also those of the living: whoever was thought dead must not do anything twice either.

    Imports take longer than all else: without theirs, one that is at work may come to its end.
    """
    old = dt.datetime.now(dt.UTC) - STALE - dt.timedelta(seconds=1)
    held = queued.c.state == "running"
    for statement in (
        *([sa.update(imports).where(imports.c.state.in_(AT_WORK)).values(heartbeat_at=old)] if of_imports else ()),
        sa.update(queued).where(held if of_imports else sa.and_(held, queued.c.name != queueing.JOB)).values(
            lease_until=database_time(-1)),
        # Without the message, which waits for the time that was: `upkeep` then sends another.
        sa.update(queued).where(queued.c.state == "failed").values(
            run_after=database_time(-upkeep.LATE - 1), delivery_id=None),
        sa.update(mails).where(mails.c.state == "sending").values(lease_until=database_time(-1)),
        sa.update(mails).where(mails.c.state == "queued").values(next_try_at=database_time(-1)),
        sa.update(webhooks).values(claimed_until=None, retry_at=None),
    ):
        persistent(site, partial(_write, statement))


def _write(statement: Any, opened: Unit) -> None:
    opened.begin_write()
    opened.execute(statement)


def try_again(site: Site) -> int:
    """Jobs whose workers were killed too often are asked for anew; how many."""
    return persistent(site, _try_again)


def _try_again(opened: Unit) -> int:
    dead = list(opened.execute(sa.select(queued.c.id).where(queued.c.state == "dead")).scalars())
    for job_id in dead:
        jobs.retry(job_id)
    outbox.wake(opened)
    for hook_id in opened.execute(sa.select(webhooks.c.id)).scalars().all():
        setup.send_now(hook_id)
    return len(dead)


def left(site: Site) -> dict[str, int]:
    """What is still to be done."""
    waiting = {
        "jobs": sa.and_(queued.c.state.in_(("waiting", "failed", "running")), queued.c.slot.is_(None),
                        queued.c.run_after < database_time(5)),
        "mails": mails.c.state.in_(("queued", "sending")),
        "webhooks": deliveries.c.state == "waiting",
        "imports": sa.or_(imports.c.state == "waiting", imports.c.state.in_(AT_WORK)),
    }
    return persistent(site, lambda opened: {
        name: int(opened.execute(sa.select(sa.func.count()).where(condition)).scalar() or 0)
        for name, condition in waiting.items()})
