"""Taking an import back: what it made goes to the trash, what it changed gets its old values (P17, B18).

Records that somebody edited since are left as they are and counted, so that nobody's work is lost.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from core import records
from core import registry as registries
from core.actor import Origin, acting
from core.audit import listener
from core.db import Unit, is_contention, run_unit, unit, unit_of_work
from core.entity.base import utc_now
from core.entity.spec import EntitySpec
from core.errors import Conflict, DiwanError, Invalid, NotFound
from core.language.i18n import _, use
from core.records import former
from core.transfer import jobs
from core.transfer.models import import_rows
from core.transfer.plan import ImportPlan

CHUNK = 500
PAUSE = 0.004
TRIES = 6

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Undone:
    """How many records went to the trash, got their old values, and were kept because someone edited them since."""

    removed: int = 0
    restored: int = 0
    kept: int = 0

    def as_json(self) -> dict[str, int]:
        return {"removed": self.removed, "restored": self.restored, "kept": self.kept}


def undo(engine: Engine, import_id: int, user_id: int | None, progress: Progress | None = None) -> Undone:
    """Ask for and carry out, as a user or as the system."""
    with unit_of_work(engine) as opened:
        if jobs.find(import_id) is None:
            raise NotFound(_("There is no import {id}.", id=import_id))
        jobs.ask_undo(import_id, user_id)
        job = jobs.claim(opened, import_id)
    if job is None:
        raise jobs.Overtaken(_("Another process works on this import now."))
    return carry_out(engine, job, progress)


def carry_out(
    engine: Engine, job: Mapping[str, Any], progress: Progress | None = None, go_on: Callable[[], bool] = lambda: True
) -> Undone:
    """Take a claimed import back in chunks. After a crash it goes on: a record's line goes with the record."""
    tries = 0
    with jobs.beating(engine, job), use(ImportPlan.from_json(job["plan"]).preferences):
        while True:
            try:
                return _take_all_back(engine, job, progress, go_on)
            except jobs.Overtaken:
                raise
            except (DiwanError, sa.exc.DBAPIError) as error:
                tries += 1
                if tries < TRIES and (isinstance(error, Conflict) or is_contention(error)):
                    time.sleep(0.05 * 2**tries)
                    continue
                _note_refusal(engine, job, error)
                raise


def _note_refusal(engine: Engine, job: Mapping[str, Any], error: Exception) -> None:
    if isinstance(error, DiwanError):
        told = str(_("The import could not be undone: {reason}", reason=error))
        run_unit(engine, lambda opened: jobs.end(opened, job, "failed", told))


def _take_all_back(
    engine: Engine, job: Mapping[str, Any], progress: Progress | None, go_on: Callable[[], bool]
) -> Undone:
    plan = ImportPlan.from_json(job["plan"])
    outcome, after, total = _begun(engine, job["id"])
    while True:
        with (
            unit_of_work(engine) as opened,
            registries.pinned(registries.current()),
            acting(jobs.actor_of(opened, job["undo_by_id"], plan.organisation_id),
                   Origin("import", request_id=f"undo-{job['id']}")),
        ):
            spec = registries.current().entity(job["entity"])
            rows = _rows(job["id"], after)
            if not rows:
                _end(opened, job, outcome)
                return outcome
            outcome = _take_back(spec, rows, outcome)
            jobs.keep(opened, job, undone=outcome.as_json())
        after = rows[-1]["record_id"]
        if progress is not None:
            progress(outcome.removed + outcome.restored + outcome.kept, total)
        if not go_on():
            run_unit(engine, lambda unit: jobs.hand_back(unit, job))
            return outcome
        if engine.dialect.name == "sqlite":
            time.sleep(PAUSE)


def _begun(engine: Engine, import_id: int) -> tuple[Undone, int, int]:
    """What was taken back before this process came, where to begin, and how many lines there were."""

    def read(opened: Unit) -> tuple[Undone, int, int]:
        job = jobs.find(import_id) or {}
        count = sa.select(sa.func.count()).where(import_rows.c.import_id == import_id)
        # Kept lines are still there and will be counted again.
        begun = replace(Undone(**(job.get("undone") or {})), kept=0)
        return begun, 0, begun.removed + begun.restored + opened.execute(count).scalar_one()

    found: tuple[Undone, int, int] = run_unit(engine, read)
    return found


def _end(opened: Unit, job: Mapping[str, Any], outcome: Undone) -> None:
    jobs.end(opened, job, "undone", undone=outcome.as_json(), undone_at=utc_now())
    changes = {name: [None, count] for name, count in outcome.as_json().items()}
    listener.record(job["entity"], None, job["file_name"], "undo_import", {"import": [job["id"], None], **changes})


def _rows(import_id: int, after: int) -> Sequence[Any]:
    statement = sa.select(import_rows).where(import_rows.c.import_id == import_id, import_rows.c.record_id > after)
    return unit().execute(statement.order_by(import_rows.c.record_id).limit(CHUNK)).mappings().all()


def _take_back(spec: EntitySpec, rows: Sequence[Mapping[str, Any]], outcome: Undone) -> Undone:
    """One chunk: its records, and the lines of those that were taken back. Trashed ones need nothing any more."""
    former.lock(spec, [row["record_id"] for row in rows])
    stored = records.load(spec, [row["record_id"] for row in rows])
    alive = [row for row in rows if row["record_id"] in stored]
    untouched = [row for row in alive if stored[row["record_id"]]["version"] == row["version"]]
    removed = _remove(spec, [row["record_id"] for row in untouched if row["is_new"]])
    changes = former.give_back(spec, [row for row in untouched if not row["is_new"]])
    restored = [int(change.id or 0) for change in changes if not change.errors]
    former.tell_returned(spec, restored)
    done = [*removed, *restored]
    if done:
        unit().execute(sa.delete(import_rows).where(
            import_rows.c.import_id == rows[0]["import_id"], import_rows.c.record_id.in_(done)))
    return Undone(outcome.removed + len(removed), outcome.restored + len(restored),
                  outcome.kept + len(alive) - len(done))


def _remove(spec: EntitySpec, ids: list[int]) -> list[int]:
    """Trash records; one that may not be deleted does not keep the others."""
    if not ids:
        return []
    try:
        records.delete(spec, ids)
        return ids
    except (Invalid, NotFound):
        if len(ids) == 1:
            return []
        half = len(ids) // 2
        return _remove(spec, ids[:half]) + _remove(spec, ids[half:])
