"""Turns of scheduled jobs, by the wall clock: each turn makes one job, however many schedulers look.

A turn is taken by moving `next_at` on, in the transaction that adds its job; whoever finds it moved is too late.
Turns that passed while nobody looked are made up for by one job, or skipped when the declaration says so.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import partial
from typing import Any

import sqlalchemy as sa
from cronsim import CronSim
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Engine

from core.auth.display import organisation_preferences
from core.db import Unit, run_unit, unit_of_work
from core.declarations import Job
from core.jobs import clock, queue
from core.jobs.models import schedules
from core.language.i18n import Preferences
from core.language.timezones import zone
from core.registry import current

_INSERT: Mapping[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def scheduled() -> dict[str, Job]:
    """The jobs of the enabled plugins that run by themselves."""
    return {name: job for name, job in current().derived.jobs.items() if job.rule}


def tick(engine: Engine) -> list[str]:
    """Add a job for every turn that is due; the names of those. Looking alone takes no lock."""
    with unit_of_work(engine) as opened:
        now = clock.now(opened)
        known = {row.name: row for row in opened.execute(sa.select(schedules))}
    due = [job for name, job in scheduled().items() if _is_due(job, known.get(name), now)]
    return [job.name for job in due if run_unit(engine, partial(_take, job=job))]


def _is_due(job: Job, row: Any, now: dt.datetime) -> bool:
    return row is None or row.rule != job.rule or row.next_at <= now or _was_set_back(job, row.next_at, now)


def _was_set_back(job: Job, next_at: dt.datetime, now: dt.datetime) -> bool:
    """Whether the clock was turned back, so that something that runs every minute would pause for an hour."""
    return job.every is not None and next_at - now > job.every + dt.timedelta(seconds=1)


def _take(opened: Unit, job: Job) -> bool:
    """Take the turn that is due, if there still is one; whether a job was added."""
    opened.begin_write()
    home = organisation_preferences()
    now = clock.now(opened)
    row = opened.execute(sa.select(schedules).where(schedules.c.name == job.name)).first()
    following = next_turn(job, now, home)
    if row is None or row.rule != job.rule or _was_set_back(job, row.next_at, now):
        _begin(opened, job, following)
        return False
    if row.next_at > now:
        return False
    moved = sa.update(schedules).where(schedules.c.name == job.name, schedules.c.next_at == row.next_at)
    if not opened.execute(moved.values(next_at=following, last_at=row.next_at)).rowcount:
        return False
    if job.catch_up == "skip" and next_turn(job, row.next_at, home) <= now:
        return False
    return queue.insert(opened, {
        "name": job.name, "arguments": {}, "slot": row.next_at.isoformat(), "dedupe": f"schedule {job.name}",
        "acts_as": queue.SYSTEM, "reader": queue.as_json(home)}) is not None


def _begin(opened: Unit, job: Job, following: dt.datetime) -> None:
    values = {"rule": job.rule, "next_at": following}
    statement = _INSERT[opened.dialect](schedules).values(name=job.name, **values)
    opened.execute(statement.on_conflict_do_update(index_elements=["name"], set_=values))


def next_turn(job: Job, after: dt.datetime, home: Preferences) -> dt.datetime:
    """The first turn after an instant. A cron rule follows the hands of the clock in the organisation's zone."""
    if job.every is not None:
        return after + job.every
    return next(CronSim(job.cron, after.astimezone(zone(home.timezone)))).astimezone(dt.UTC)
