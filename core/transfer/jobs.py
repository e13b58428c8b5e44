"""Imports as jobs: noted, claimed by one process at a time, kept alive, cancelled, ended.

Whoever works on an import holds it under a name of his own and renews a heartbeat. When that stands still, because
the process was killed, another process takes over. Every chunk is written only while the name still stands, so
that a process that was thought dead cannot write a second time.
"""

from __future__ import annotations

import datetime as dt
import logging
import secrets
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from core.actor import SYSTEM, Actor
from core.audit import listener
from core.auth.actors import load_actor
from core.db import Unit, run_unit, unit
from core.entity.base import utc_now
from core.entity.spec import EntitySpec
from core.errors import DiwanError, Forbidden, Invalid
from core.jobs.clock import database_time
from core.language.i18n import _
from core.transfer.models import imports
from core.transfer.plan import ImportPlan

MOST_ID = 2**62
STALE = dt.timedelta(seconds=30)
BEAT = 10
ENDED = ("done", "cancelled", "failed")
AT_WORK = ("running", "cancelling", "undoing")

log = logging.getLogger("diwan.import")


class Overtaken(DiwanError):
    """Another process works on this import now; this one has to let go of it."""


def note(
    spec: EntitySpec, plan: ImportPlan, file_name: str, file_path: str, file_hash: str, total: int,
    user_id: int | None, state: str = "waiting",
) -> int:  # fmt: skip
    """Note an import to be run; its id."""
    unit().begin_write()
    values = {
        "entity": spec.name, "user_id": user_id, "file_name": file_name[:255], "file_path": file_path,
        "file_hash": file_hash, "plan": plan.as_json(), "state": state, "created_at": utc_now(), "total": total,
    }  # fmt: skip
    found: int = unit().execute(sa.insert(imports).values(**values).returning(imports.c.id)).scalar_one()
    return found


def find(import_id: int) -> dict[str, Any] | None:
    if import_id >= MOST_ID:
        return None  # more than a column holds
    found = unit().execute(sa.select(imports).where(imports.c.id == import_id)).mappings().first()
    return dict(found) if found is not None else None


def unchanged(job: Mapping[str, Any]) -> int:
    """How many of the rows that are done said what their records held already."""
    return int(job["done"] - sum(job[name] for name in ("created", "updated", "skipped", "failed")))


def claimable() -> Any:
    """Condition of imports that nobody works on, by the clock of the database (REL-15)."""
    old = sa.or_(imports.c.heartbeat_at.is_(None), imports.c.heartbeat_at < database_time(-STALE.total_seconds()))
    return sa.or_(imports.c.state == "waiting", sa.and_(imports.c.state.in_(AT_WORK), old))


def next_waiting(opened: Unit) -> int | None:
    """The import that has waited longest."""
    statement = sa.select(imports.c.id).where(claimable()).order_by(imports.c.id).limit(1)
    found: int | None = opened.execute(statement).scalar()
    return found


def claim(opened: Unit, import_id: int) -> dict[str, Any] | None:
    """Take an import that nobody works on; None when another process was faster. One statement, hence one winner."""
    opened.begin_write()
    state = sa.case((imports.c.state == "waiting", "running"), else_=imports.c.state)
    statement = sa.update(imports).where(imports.c.id == import_id, claimable()).values(
        state=state, worker=secrets.token_hex(12), heartbeat_at=database_time(),
        started_at=sa.func.coalesce(imports.c.started_at, database_time()))
    found = opened.execute(statement.returning(*imports.c)).mappings().first()
    return dict(found) if found is not None else None


def keep(opened: Unit, job: Mapping[str, Any], **values: Any) -> None:
    """Store how far this process has come with its job; Overtaken when it is not its job any more."""
    held = sa.and_(imports.c.id == job["id"], imports.c.worker == job["worker"], imports.c.state.in_(AT_WORK))
    statement = sa.update(imports).where(held).values(heartbeat_at=database_time(), **values)
    if opened.execute(statement).rowcount != 1:
        raise Overtaken(_("Another process works on this import now."))


def end(opened: Unit, job: Mapping[str, Any], state: str, error: str = "", **values: Any) -> None:
    opened.begin_write()
    keep(opened, job, state=state, finished_at=utc_now(), worker="", error=error[:2000], **values)


def hand_back(opened: Unit, job: Mapping[str, Any]) -> None:
    """Let the next process go on with it at once, as this one is being stopped."""
    opened.begin_write()
    held = sa.and_(imports.c.id == job["id"], imports.c.worker == job["worker"])
    opened.execute(sa.update(imports).where(held).values(worker="", heartbeat_at=None))


def cancel(import_id: int) -> None:
    """Ask a running import to stop after its chunk; one that still waits is over at once."""
    unit().begin_write()
    for before, after in (("waiting", "cancelled"), ("running", "cancelling")):
        found = sa.update(imports).where(imports.c.id == import_id, imports.c.state == before)
        values = {"state": after, "finished_at": utc_now()} if after == "cancelled" else {"state": after}
        row = unit().execute(found.values(**values).returning(imports.c.entity, imports.c.file_name)).first()
        if row is not None:
            listener.record(row.entity, None, row.file_name, "cancel", {"import": [None, import_id]})
            return


def ask_undo(import_id: int, user_id: int | None) -> None:
    """Note that an import is to be taken back; Invalid while it runs, and when it was taken back before."""
    unit().begin_write()
    statement = sa.update(imports).where(imports.c.id == import_id, imports.c.state.in_(ENDED)).values(
        state="undoing", undo_by_id=user_id, undone=None, heartbeat_at=None, worker="", error="")
    if unit().execute(statement).rowcount == 1:
        return
    job = find(import_id)
    if job is not None and job["state"] == "undone":
        raise Invalid(_("This import was undone already."))
    raise Invalid(_("This import is still running. Cancel it first."))


def actor_of(opened: Unit, user_id: int | None, organisation_id: int | None) -> Actor:
    """Whoever asked, with the rights he has now; refused when he was switched off since."""
    if user_id is None:
        return SYSTEM
    found = load_actor(opened.connection, user_id, organisation_id)
    if found is None:
        raise Forbidden(_("The user who started this import may not work any more."))
    return found


@contextmanager
def beating(engine: Engine, job: Mapping[str, Any]) -> Iterator[None]:
    """Keep the heartbeat young during the body, also while a large workbook is being read."""
    over = threading.Event()

    def beat() -> None:
        while not over.wait(BEAT):
            try:
                run_unit(engine, lambda opened: _renew(opened, job))
            except sa.exc.DBAPIError as error:
                log.warning("import %s: no heartbeat: %s", job["id"], error.orig)

    thread = threading.Thread(target=beat, name=f"import-{job['id']}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _renew(opened: Unit, job: Mapping[str, Any]) -> None:
    """Only when it has grown old: each chunk renews it, and one that waited for the write lock here would make the
    import itself believe that somebody works beside it.
    """
    held = sa.and_(imports.c.id == job["id"], imports.c.worker == job["worker"])
    if opened.execute(sa.select(imports.c.id).where(held, imports.c.heartbeat_at < database_time(-BEAT))).first():
        opened.begin_write()
        opened.execute(sa.update(imports).where(held).values(heartbeat_at=database_time()))
