"""Asking for a job inside the transaction that it follows from: rolled back, it never was.

    jobs.enqueue("sales.remind", {"order": 7}, dedupe="remind-7", run_after=dt.timedelta(days=3))
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from core.actor import Actor, actor, origin
from core.db import Unit, unit
from core.errors import Conflict, DeclarationError, NotFound
from core.jobs import delivery
from core.jobs.clock import database_time
from core.jobs.models import jobs
from core.language.i18n import Preferences, _
from core.language.i18n import current as reader
from core.registry import current

_INSERT: Mapping[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
SYSTEM, USER, NOBODY = "system", "user", "nobody"
#: Ids beyond this are in no column.
MOST_ID = 2**62


def enqueue(
    name: str, arguments: Mapping[str, Any] | None = None, *, dedupe: str = "",
    run_after: dt.datetime | dt.timedelta | None = None, priority: int = 0,
) -> int:  # fmt: skip
    """Ask for a job; its id. With `dedupe` a job that waits under the same key stands for this one as well.

    Jobs of a higher priority go first. It will act for whoever asks now, in his language, calendar and zone.
    """
    job = current().derived.jobs.get(name)
    if job is None:
        raise DeclarationError(f"There is no job {name!r}: declare it with register_jobs, and enable its plugin.")
    who = actor()
    values = {
        "name": name, "arguments": _checked(name, arguments or {}), "dedupe": dedupe[:200] or None,
        "priority": priority, "organisation_id": who.chosen_organisation_id, "reader": as_json(reader()),
        "request_id": origin().request_id[:40],
        **_acting(SYSTEM if job.as_system else "", who),
    }  # fmt: skip
    return insert(unit(), values, run_after) or _same(unit(), values)


def insert(
    opened: Unit, values: Mapping[str, Any], run_after: dt.datetime | dt.timedelta | None = None
) -> int | None:
    """Add a job; None when it would double one: waiting under its key, or there for its turn."""
    opened.begin_write()
    row = {**values, "state": "waiting", "created_at": database_time(), "run_after": _instant(run_after)}
    statement = _INSERT[opened.dialect](jobs).values(**row).on_conflict_do_nothing()
    found = opened.execute(statement.returning(jobs.c.id, jobs.c.run_after)).first()
    if found is None:
        return None
    delivery.announce(opened, found.id, values["name"], None if run_after is None else found.run_after)
    return int(found.id)


def _same(opened: Unit, values: Mapping[str, Any]) -> int:
    """The job that waits under the key of this one; a new one when that has begun in the meantime."""
    same = sa.select(jobs.c.id).where(jobs.c.dedupe == values["dedupe"], jobs.c.state == "waiting")
    found = opened.execute(same).scalar() or insert(opened, {**values, "dedupe": None})
    return int(found or 0)


def _checked(name: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Arguments are JSON: what a job needs beyond that it reads itself."""
    try:
        found: dict[str, Any] = json.loads(json.dumps(dict(arguments), ensure_ascii=False))
    except (TypeError, ValueError) as error:
        raise DeclarationError(f"Arguments of job {name} must be JSON: {error}") from error
    return found


def _acting(forced: str, who: Actor) -> dict[str, Any]:
    acts_as = forced or (SYSTEM if who.is_system else USER if who.id is not None else NOBODY)
    return {"acts_as": acts_as, "actor_id": who.id}


def _instant(run_after: dt.datetime | dt.timedelta | None) -> Any:
    if isinstance(run_after, dt.datetime):
        return run_after
    return database_time(run_after.total_seconds() if run_after else 0)


def as_json(preferences: Preferences) -> dict[str, Any]:
    return {**asdict(preferences), "weekend": sorted(preferences.weekend)}


def from_json(stored: Mapping[str, Any]) -> Preferences:
    return Preferences(**{**stored, "weekend": frozenset(stored["weekend"])})


def is_waiting(name: str) -> bool:
    """Whether a job of this name is due and has not begun."""
    due = (jobs.c.name == name, jobs.c.state == "waiting", jobs.c.run_after <= database_time())
    return unit().execute(sa.select(jobs.c.id).where(*due).limit(1)).first() is not None


def find(job_id: int) -> dict[str, Any] | None:
    """All that is stored of a job."""
    if not 0 < job_id < MOST_ID:
        return None
    found = unit().execute(sa.select(jobs).where(jobs.c.id == job_id)).mappings().first()
    return dict(found) if found is not None else None


def cancel(job_id: int) -> str:
    """Stop a job; its new state. What waits is cancelled at once, what runs is asked to stop at its next step."""
    unit().begin_write()
    waits = sa.update(jobs).where(jobs.c.id == job_id, jobs.c.state.in_(("waiting", "failed")))
    if unit().execute(waits.values(state="cancelled", finished_at=database_time())).rowcount:
        return "cancelled"
    runs = sa.update(jobs).where(jobs.c.id == job_id, jobs.c.state == "running").values(cancel_asked=True)
    if unit().execute(runs).rowcount:
        return "running"
    raise _not_so(job_id)


def retry(job_id: int) -> None:
    """Try a job again now, with all its tries: one that has failed, is dead or was cancelled."""
    unit().begin_write()
    over = sa.update(jobs).where(jobs.c.id == job_id, jobs.c.state.in_(("failed", "dead", "cancelled"))).values(
        state="waiting", attempts=0, run_after=database_time(), cancel_asked=False, finished_at=None, dedupe=None)
    name = unit().execute(over.returning(jobs.c.name)).scalar()
    if name is None:
        raise _not_so(job_id)
    delivery.announce(unit(), job_id, name)


def _not_so(job_id: int) -> NotFound | Conflict:
    if find(job_id) is None:
        return NotFound(_("This job does not exist any more."))
    return Conflict(_("This job is in another state by now, in which that cannot be done."))
