"""What the page of jobs shows: jobs by state and name, counts, and the turns to come."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from core.db import unit
from core.jobs.clock import database_time
from core.jobs.models import jobs, schedules


def page(state: str, name: str, before: int | None, limit: int) -> Sequence[Any]:
    """Jobs, newest first; all states or one, all names or one. Turns of schedules that went well are shown only when
    they are asked for: most of them had nothing to do."""
    statement = sa.select(jobs)
    if state:
        statement = statement.where(jobs.c.state == state)
    else:
        statement = statement.where(sa.or_(jobs.c.state != "done", jobs.c.slot.is_(None)))
    if name:
        statement = statement.where(jobs.c.name == name)
    if before is not None:
        statement = statement.where(jobs.c.id < before)
    return unit().execute(statement.order_by(jobs.c.id.desc()).limit(limit)).all()


def counts() -> dict[str, int]:
    """How many jobs stand in each state."""
    found = unit().execute(sa.select(jobs.c.state, sa.func.count()).group_by(jobs.c.state))
    return dict(found.all())


def turns() -> dict[str, Any]:
    """Of each scheduled job its next and last turn."""
    return {row.name: row for row in unit().execute(sa.select(schedules))}


def dead() -> list[int]:
    """The jobs that have been given up."""
    statement = sa.select(jobs.c.id).where(jobs.c.state == "dead").order_by(jobs.c.id)
    return list(unit().execute(statement).scalars())


#: Seconds a due job may wait before something is wrong with the workers.
STUCK = 300


def health(connection: sa.Connection) -> dict[str, int]:
    """`waiting` jobs that are due, `age` of the oldest of them in seconds, `dead` ones."""
    due = sa.and_(jobs.c.state.in_(("waiting", "failed")), jobs.c.run_after <= database_time())
    oldest = sa.select(sa.func.count(), sa.func.min(jobs.c.run_after), database_time()).where(due)
    first = connection.execute(oldest).one()
    dead_ones = connection.execute(sa.select(sa.func.count()).where(jobs.c.state == "dead")).scalar_one()
    age = max(0, int((first[2] - first[1]).total_seconds())) if first[1] is not None else 0
    return {"waiting": int(first[0]), "age": age, "dead": int(dead_ones)}
