"""Exports as they are stored: each is its user's own, and its file goes after a while."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from core import jobs as queue
from core.actor import SYSTEM, acting, actor
from core.audit import listener
from core.db import Unit, unit
from core.entity.base import utc_now
from core.entity.spec import EntitySpec
from core.errors import NotFound, TooMany
from core.files import sweeping
from core.jobs.models import jobs
from core.jobs.queue import as_json
from core.language.direction import isolated
from core.language.i18n import _
from core.language.i18n import current as reader
from core.notify.kinds import EXPORT_FAILED, EXPORTED
from core.notify.telling import notify
from core.permissions import can
from core.query import ListQuery
from core.registry import current
from core.transfer.exporter import on_record
from core.transfer.exports.models import exports

JOB = "core.run_export"
#: How long a file waits to be fetched, and how many of them one user may have.
KEPT = dt.timedelta(days=7)
MOST_KEPT = 20
MOST_AT_ONCE = 3
AT_WORK = ("waiting", "running")
ADDRESS = "/settings/exports"
#: The day in the name of a file, with its ending.
_DAY = re.compile(r"\d{4}-\d\d-\d\d(\.\w+)?\Z")
GONE = _("This export does not exist any more, or it is somebody else’s.")


def ask(asked: ListQuery, pairs: Sequence[tuple[str, str]], file_format: str, name: str, total: int) -> int:
    """Have a worker write the file; the number of the export, which is that of the one that is being written where it
    is the same. Called in the transaction of the request."""
    unit().begin_write()
    mine = exports.c.user_id == actor().id
    unfinished = [row for row in _found(mine, exports.c.state.in_(AT_WORK)) if row["state"] in AT_WORK]
    wanted = {"entity": asked.spec.name, "format": file_format, "asked": [list(pair) for pair in pairs],
              "fields": list(asked.fields)}  # fmt: skip
    for row in unfinished:
        if wanted.items() <= row.items() and _is_for_same_reader(row):
            return int(row["id"])
    if len(unfinished) >= MOST_AT_ONCE:
        raise TooMany(_("{limit} exports of yours are being written. Wait for one of them, or cancel one.",
                        limit=MOST_AT_ONCE))
    _make_room(mine)
    values = {**wanted, "user_id": actor().id, "name": name[:200], "state": "waiting", "total": total,
              "created_at": utc_now()}  # fmt: skip
    export_id = int(unit().execute(sa.insert(exports).values(**values).returning(exports.c.id)).scalar_one())
    job_id = queue.enqueue(JOB, {"export": export_id})
    unit().execute(sa.update(exports).where(exports.c.id == export_id).values(job_id=job_id))
    on_record(asked, file_format, total, "ask_export")
    return export_id


def _is_for_same_reader(row: Mapping[str, Any]) -> bool:
    """Whether it is written in the language, calendar and zone of now, for the organisation that is worked in now."""
    job = queue.find(row["job_id"]) or {}
    return (job.get("reader"), job.get("organisation_id")) == (as_json(reader()), actor().chosen_organisation_id)


def _make_room(mine: Any) -> None:
    """The oldest give way, so that nobody fills the store."""
    over = mine, exports.c.state.not_in(AT_WORK)
    left = sa.select(exports.c.id).where(*over).order_by(exports.c.id.desc()).limit(MOST_KEPT - 1)
    _forget(unit(), *over, exports.c.id.not_in(left))


def _forget(opened: Unit, *conditions: Any) -> int:
    """Forget exports with their files; how many they were."""
    digests = opened.execute(sa.delete(exports).where(*conditions).returning(exports.c.digest)).scalars().all()
    sweeping.remove(digests)
    return len(digests)


def _found(*conditions: Any) -> list[dict[str, Any]]:
    """Exports, newest first, each with the progress of its job. One whose job was stopped elsewhere is over as well."""
    stopped = sa.case((jobs.c.state == "cancelled", "cancelled"), (jobs.c.state == "dead", "failed"))
    state = sa.case((exports.c.state.in_(AT_WORK), sa.func.coalesce(stopped, exports.c.state)), else_=exports.c.state)
    error = sa.case((exports.c.error != "", exports.c.error), else_=sa.func.coalesce(jobs.c.error, ""))
    columns = [column for column in exports.c if column.name not in ("state", "error", "total")]
    total = sa.func.coalesce(sa.func.nullif(jobs.c.total, 0), exports.c.total)
    told = (sa.func.coalesce(jobs.c.done, 0).label("done"), total.label("total"), jobs.c.started_at.label("started_at"))
    statement = sa.select(*columns, state.label("state"), error.label("error"), *told)
    statement = statement.outerjoin(jobs, jobs.c.id == exports.c.job_id).where(*conditions)
    return [dict(row) for row in unit().execute(statement.order_by(exports.c.id.desc())).mappings()]


def mine() -> list[dict[str, Any]]:
    """The actor's exports, newest first."""
    return _found(exports.c.user_id == actor().id, _is_kept())


def has_any_use() -> bool:
    """Whether the actor may export something, or still has a file from when he might."""
    if any(can(f"{name}.export") for name in current().entities):
        return True
    own = sa.select(exports.c.id).where(exports.c.user_id == actor().id, _is_kept()).limit(1)
    return unit().execute(own).first() is not None


def find(spec: EntitySpec, export_id: int) -> dict[str, Any]:
    """An export of the actor's own; NotFound otherwise."""
    own = (exports.c.id == export_id, exports.c.entity == spec.name, exports.c.user_id == actor().id, _is_kept())
    found = _found(*own)
    if not found:
        raise NotFound(GONE)
    return found[0]


def _is_kept() -> Any:
    return exports.c.created_at > utc_now() - KEPT


def shown(name: str) -> str:
    """A name as a page writes it: behind Arabic letters the figures of its day would stand in the wrong order."""
    return _DAY.sub(lambda found: isolated(found[0]), name)


def kept_until(row: Mapping[str, Any]) -> dt.datetime:
    moment: dt.datetime = row["created_at"]
    return moment + KEPT


def cancel(row: Mapping[str, Any]) -> None:
    """Stop it after the page at hand; nothing is left of its file. One that is over stays as it is."""
    unit().begin_write()
    here = sa.and_(exports.c.id == row["id"], exports.c.state.in_(AT_WORK))
    if unit().execute(sa.update(exports).where(here).values(state="cancelled", finished_at=utc_now())).rowcount:
        queue.cancel(row["job_id"])
        listener.record(row["entity"], None, row["name"], "cancel", {"export": [None, row["id"]]})


def discard(row: Mapping[str, Any]) -> None:
    """Forget one that is over, with its file."""
    unit().begin_write()
    if _forget(unit(), exports.c.id == row["id"], exports.c.state.not_in(AT_WORK)):
        listener.record(row["entity"], None, row["name"], "discard", {"export": [None, row["id"]]})


def begin(export_id: int) -> dict[str, Any] | None:
    """Take it up, or up again; None when there is nothing to be written any more."""
    unit().begin_write()
    here = sa.and_(exports.c.id == export_id, exports.c.state.in_(AT_WORK))
    statement = sa.update(exports).where(here).values(state="running")
    found = unit().execute(statement.returning(*exports.c)).mappings().first()
    return dict(found) if found is not None else None


def finish(
    row: Mapping[str, Any], asked: ListQuery, digest: str, size: int, rows: int, reach: Mapping[str, Any]
) -> bool:
    """Its file is there: from now on its user may fetch it, and is told so. False when it was stopped meanwhile."""
    unit().begin_write()
    here = sa.and_(exports.c.id == row["id"], exports.c.state == "running")
    values = {"state": "done", "finished_at": utc_now(), "digest": digest, "size": size, "rows": rows,
              "fields": list(asked.fields), "reach": dict(reach)}  # fmt: skip
    if not unit().execute(sa.update(exports).where(here).values(**values)).rowcount:
        return False
    on_record(asked, row["format"], rows, "export")
    notify([row["user_id"]], EXPORTED, values={"file": shown(row["name"]), "rows": rows}, href=_address(row))
    return True


def fail(opened: Unit, reason: str, *conditions: Any) -> None:
    """End these exports as failed, and tell their users; those that are over stay as they are."""
    opened.begin_write()
    here = sa.and_(exports.c.state.in_(AT_WORK), *conditions)
    values = {"state": "failed", "finished_at": utc_now(), "error": reason[:2000]}
    ended = opened.execute(sa.update(exports).where(here).values(**values).returning(*exports.c)).mappings().all()
    with acting(SYSTEM):
        for row in ended:
            told = {"file": shown(row["name"]), "reason": reason}
            notify([row["user_id"]], EXPORT_FAILED, values=told, href=_address(dict(row)))


def _address(row: Mapping[str, Any]) -> str:
    spec = current().entities.get(row["entity"])
    return f"{spec.path}/export/{row['id']}" if spec is not None else ADDRESS


def forget_old(opened: Unit) -> int:
    """Forget those whose time is over, with their files."""
    opened.begin_write()
    return _forget(opened, exports.c.created_at <= utc_now() - KEPT)


def forget_all(opened: Unit) -> set[str]:
    """Of everybody, as any of them may tell of somebody who is to be forgotten; the digests of their files.

    What is being written has perhaps read him already: it fails, and can be asked for again.
    """
    fail(opened, str(_("Personal data were erased while the file was being written. Export again.")))
    gone = sa.delete(exports).where(exports.c.state != "failed").returning(exports.c.digest)
    digests = {digest for digest in opened.execute(gone).scalars() if digest}
    # What was asked for may name him.
    opened.execute(sa.update(exports).values(asked=None))
    return digests
