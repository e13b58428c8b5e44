"""What the page of jobs shows: jobs by state and name, counts, and the turns to come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from core.db import unit
from core.jobs.clock import database_time
from core.jobs.models import jobs, schedules
from core.plugin import sentences
from core.registry import current

#: The states of a job, as programs name them: "failed" waits for its next try, "dead" has none left.
STATES = ("running", "waiting", "failed", "dead", "done", "cancelled")


def page(state: str, name: str, before: int | None, limit: int) -> Sequence[Any]:
    """Jobs, newest first; all states or one, all names or one. Turns of schedules that went well are shown only when
    they are asked for: most of them had nothing to do."""
    statement = sa.select(jobs).where(*_matching(state, name))
    if before is not None:
        statement = statement.where(jobs.c.id < before)
    return unit().execute(statement.order_by(jobs.c.id.desc()).limit(limit)).all()


def _matching(state: str, name: str) -> list[Any]:
    of_state = jobs.c.state == state if state else sa.or_(jobs.c.state != "done", jobs.c.slot.is_(None))
    return [of_state, jobs.c.name == name] if name else [of_state]


def total(state: str, name: str) -> int:
    """How many jobs `page` has in all."""
    return int(unit().execute(sa.select(sa.func.count()).select_from(jobs).where(*_matching(state, name))).scalar_one())


def label_of(name: str) -> str:
    """What a job is called; its name where its plugin is off."""
    job = current().derived.jobs.get(name)
    return str(job.label or job.name) if job is not None else name


def facts(row: Mapping[str, Any], *, whole: bool = False) -> dict[str, Any]:
    """A job for programs, with where it failed when it is to be `whole`."""
    found = {
        "id": row["id"], "name": row["name"], "label": label_of(row["name"]), "state": row["state"],
        "cancel_asked": bool(row["cancel_asked"]), "tries": row["attempts"], "done": row["done"], "total": row["total"],
        "note": row["note"], "error": sentences.told(row["error"]), "user_id": row["actor_id"],
        "run_after": row["run_after"], "created_at": row["created_at"], "started_at": row["started_at"],
        "finished_at": row["finished_at"],
    }  # fmt: skip
    return found | {"trace": row["trace"]} if whole else found


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
