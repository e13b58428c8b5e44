"""Holding a job: taken by one worker at a time, kept while it lives, let go at its end.

Every change by a worker holds only while the name stands under which it took the job, so that one which was thought
dead can write nothing a second time.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from core.db import Unit
from core.declarations import Job
from core.errors import DiwanError
from core.jobs.clock import database_time
from core.jobs.models import jobs
from core.language.i18n import _

WAITING = ("waiting", "failed")
LONGEST_ERROR, LONGEST_TRACE = 2_000, 20_000


class Overtaken(DiwanError):
    """Another worker has this job now; this one has to let go of it."""


def claimable() -> Any:
    """Condition of jobs that are due and that nobody works on."""
    due = sa.and_(jobs.c.state.in_(WAITING), jobs.c.run_after <= database_time())
    return sa.or_(due, sa.and_(jobs.c.state == "running", jobs.c.lease_until < database_time()))


def next_due(opened: Unit, names: Iterable[str]) -> Any:
    """(id, name) of the job that is to be done first, of those with these names."""
    statement = sa.select(jobs.c.id, jobs.c.name).where(claimable(), jobs.c.name.in_(sorted(names)))
    return opened.execute(statement.order_by(jobs.c.priority.desc(), jobs.c.run_after, jobs.c.id).limit(1)).first()


def claim(opened: Unit, job_id: int, declared: Job) -> dict[str, Any] | None:
    """Take a job; None when another worker was faster. One statement, hence one winner."""
    opened.begin_write()
    statement = sa.update(jobs).where(jobs.c.id == job_id, jobs.c.name == declared.name, claimable()).values(
        state="running", worker=secrets.token_hex(12), lease_until=database_time(declared.lease),
        attempts=jobs.c.attempts + 1, started_at=database_time(), finished_at=None, done=0, total=0, note="")
    found = opened.execute(statement.returning(*jobs.c)).mappings().first()
    return dict(found) if found is not None else None


def keep(opened: Unit, job: Mapping[str, Any], lease: float, **values: Any) -> bool:
    """Renew the lease and store progress; whether somebody has asked for an end. Overtaken when it is lost."""
    statement = sa.update(jobs).where(_held(job)).values(lease_until=database_time(lease), **values)
    asked = opened.execute(statement.returning(jobs.c.cancel_asked)).scalar()
    if asked is None:
        raise Overtaken(_("Another worker has this job now."))
    return bool(asked)


def end(opened: Unit, job: Mapping[str, Any], state: str, error: str = "", trace: str = "", **values: Any) -> None:
    """The end of this try, in the transaction of what it did."""
    opened.begin_write()
    statement = sa.update(jobs).where(_held(job)).values(
        state=state, worker="", lease_until=None, finished_at=database_time(), cancel_asked=False,
        error=error[:LONGEST_ERROR], trace=trace[-LONGEST_TRACE:], **values)
    if opened.execute(statement).rowcount != 1:
        raise Overtaken(_("Another worker has this job now."))


def hand_back(opened: Unit, job: Mapping[str, Any]) -> bool:
    """Let another worker begin it at once, as this one is being stopped; the try does not count."""
    opened.begin_write()
    statement = sa.update(jobs).where(_held(job)).values(
        state="waiting", worker="", lease_until=None, attempts=jobs.c.attempts - 1, run_after=database_time(),
        dedupe=None)
    return bool(opened.execute(statement).rowcount)


def _held(job: Mapping[str, Any]) -> Any:
    return sa.and_(jobs.c.id == job["id"], jobs.c.worker == job["worker"], jobs.c.state == "running")
