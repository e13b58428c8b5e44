"""Running an import: chunk by chunk through the one write path, each chunk a transaction of its own.

Progress stands in the same transaction as the rows it tells of, so a run that was killed goes on after the last
chunk that was written, with no row lost or doubled (REL-07). Short chunks let others write in between.
"""

from __future__ import annotations

import hashlib
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from core import registry as registries
from core.actor import Origin, acting
from core.audit import listener
from core.db import Unit, checkpoint, is_contention, run_unit, unit_of_work
from core.entity.spec import EntitySpec
from core.errors import Conflict, DiwanError, Invalid, Unavailable
from core.language.i18n import _, current, use
from core.permissions import require
from core.transfer import ahead, jobs, ledger, telling
from core.transfer.importer import Importer, Outcome
from core.transfer.models import failed_rows, imports
from core.transfer.pace import ALONE, Pace, Step
from core.transfer.plan import ImportPlan
from core.transfer.row_parser import ParsedRow
from core.transfer.table import NumberCell, Table

#: How often a chunk is tried again when something else was in its way.
TRIES = 6
KEPT_FAILURES = 100

Progress = Callable[[int, int], None]


def run(engine: Engine, import_id: int, progress: Progress | None = None) -> Outcome:
    """Claim an import and run it to its end, from where it stands."""
    job = run_unit(engine, lambda opened: jobs.claim(opened, import_id))
    if job is None:
        raise jobs.Overtaken(_("Another process works on this import now."))
    return carry_out(engine, job, progress)


def carry_out(
    engine: Engine, job: Mapping[str, Any], progress: Progress | None = None,
    go_on: Callable[[], bool] = lambda: True, reader: ahead.Reader | None = None, table: Table | None = None,
) -> Outcome:
    """Run a claimed import to its end, or until `go_on` says no. Refusals are noted on it and raised.

    `reader` is one that was started already, and is closed here; `table` the file as it was opened already.

    What may pass is tried again from the last chunk that was written: a record that somebody changed at the same
    moment (which is then held), a value that somebody took, a busy database.
    """
    outcome, tries, reached, hold = Outcome(), 0, -1, False
    plan = ImportPlan.from_json(job["plan"])
    with jobs.beating(engine, job), use(plan.preferences), closing(reader or ahead.Reader()) as beside:
        while True:
            try:
                job = _as_stored(engine, job)
                if ahead.is_long(job):
                    beside.start()  # Before the file is opened, which takes a while.
                outcome = _resumed(job, outcome)
                _run_chunks(engine, job, beside, table or _table(job, plan), outcome, progress, go_on, hold)
                return outcome
            except jobs.Overtaken:
                raise
            except (DiwanError, sa.exc.DBAPIError) as error:
                tries = 0 if job["last_line"] > reached else tries + 1
                reached = job["last_line"]
                if tries >= TRIES or not _may_pass(error):
                    _note_refusal(engine, job, error)
                    raise
                hold = isinstance(error, Conflict)
                time.sleep(0.05 * 2**tries)


def _as_stored(engine: Engine, job: Mapping[str, Any]) -> Mapping[str, Any]:
    """The import as it stands now, still under the name this process took it with."""
    found: Mapping[str, Any] = run_unit(engine, lambda _opened: jobs.find(job["id"]) or {})
    return {**found, "worker": job["worker"]}


def _may_pass(error: Exception) -> bool:
    if isinstance(error, sa.exc.DBAPIError):
        return is_contention(error)
    return isinstance(error, (Conflict, Invalid, Unavailable))


def _note_refusal(engine: Engine, job: Mapping[str, Any], error: Exception) -> None:
    if isinstance(error, DiwanError):
        run_unit(engine, lambda opened: telling.end_failed(opened, job, str(error)))


def _resumed(job: Mapping[str, Any], before: Outcome) -> Outcome:
    """The counts as stored; what was found in a chunk that was rolled back is forgotten."""
    failures = [failure for failure in before.failures if failure[0] <= job["last_line"]]
    lines = {key: line for key, line in before.lines.items() if line <= job["last_line"]}
    return Outcome(job["created"], job["updated"], job["skipped"], job["failed"], jobs.unchanged(job), before.notes,
                   failures, list(job["warnings"] or ()), job["warned"], lines)


def _run_chunks(
    engine: Engine, job: Mapping[str, Any], reader: ahead.Reader, table: Table, outcome: Outcome,
    progress: Progress | None, go_on: Callable[[], bool], hold: bool,
) -> None:
    """Chunk after chunk; with `hold` the first one locks the records it changes."""
    plan = ImportPlan.from_json(job["plan"])
    with _chunk_unit(engine, job, plan) as opened:
        importer = Importer(registries.current().entity(plan.entity), plan, table)
        failed = _failed_lines(opened, job["id"]) if job["last_line"] > 1 and not outcome.lines else None
    if failed is not None:
        importer.recall(job["last_line"], failed, outcome)
    pace, step = Pace(engine.dialect.name), ALONE[engine.dialect.name]
    with closing(reader.rows(engine, importer, job)) as waiting:
        state, rows = "", deque[ParsedRow]()
        while not state:
            # Read before the lock is taken, since the file may be slower than the database.
            rows.extend(islice(waiting, max(0, step.rows - len(rows))))
            with _chunk_unit(engine, job, plan) as opened:
                step = pace.step(opened)
                state = _write_chunk(opened, importer, job, _parts(opened, rows, pace, step), outcome, hold)
                hold = False
                if state:
                    jobs.end(opened, job, state)
                    _leave_summary(importer.spec, job, outcome)
            if pace.in_company:
                # A little after each short step: a large one would hold up the commits of those who write beside it.
                checkpoint(engine)
            if progress is not None:
                progress(outcome.done, job["total"])
            if not state and not go_on():
                run_unit(engine, lambda unit: jobs.hand_back(unit, job))
                return
            time.sleep(step.pause)


def _parts(opened: Unit, rows: deque[ParsedRow], pace: Pace, step: Step) -> Iterator[list[ParsedRow]]:
    """The rows of a step, part by part, until somebody waits; what is left stays in `rows`."""
    left = step.rows
    while rows and left > 0:
        part = [rows.popleft() for _ in range(min(step.part, left, len(rows)))]
        left -= len(part)
        began = time.monotonic()
        yield part
        pace.took(len(part), time.monotonic() - began)
        if pace.somebody_waits(opened):
            return


@contextmanager
def _chunk_unit(engine: Engine, job: Mapping[str, Any], plan: ImportPlan) -> Iterator[Unit]:
    """A unit of work as whoever asked for the import, with the rights he has now."""
    with (
        unit_of_work(engine) as opened,
        registries.pinned(registries.current()),
        acting(jobs.actor_of(opened, job["user_id"], plan.organisation_id),
               Origin("import", request_id=f"import-{job['id']}")),
    ):
        require(f"{plan.entity}.import")
        yield opened


def _table(job: Mapping[str, Any], plan: ImportPlan) -> Table:
    """The file of the import; when it goes on, it must be the one it began with (REL-07)."""
    path = Path(job["file_path"])
    if job["last_line"] > 1 and path.is_file() and file_hash(path) != job["file_hash"]:
        raise DiwanError(_("The file was changed while it was being imported. Undo the import and start it again."))
    return plan.open(path, job["file_name"])


def file_hash(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _write_chunk(
    opened: Unit, importer: Importer, job: Mapping[str, Any], parts: Iterable[list[ParsedRow]], outcome: Outcome,
    hold: bool,
) -> str:
    """One chunk with its ledger and progress; answers "done" at the end, "cancelled" when it is to stop here."""
    asked = opened.execute(sa.select(imports.c.state).where(imports.c.id == job["id"])).scalar()
    if asked == "cancelling":
        return "cancelled"
    before, last_line = len(outcome.failures), 0
    for rows in parts:
        saved = importer.write(rows, outcome, hold)
        opened.begin_write()
        ledger.add(importer.spec, job["id"], saved)
        last_line = rows[-1].line
    if not last_line:
        return "done"
    _keep_failures(opened, job["id"], outcome.failures[before:])
    del outcome.failures[KEPT_FAILURES:]
    jobs.keep(opened, job, done=outcome.done, last_line=last_line, created=outcome.created,
              updated=outcome.updated, skipped=outcome.skipped, failed=outcome.failed, warned=outcome.warned,
              warnings=outcome.warnings or None)
    return ""


def _keep_failures(opened: Unit, import_id: int, failures: Sequence[tuple[int, Sequence[str], list[str]]]) -> None:
    if failures:
        opened.connection.execute(sa.insert(failed_rows), [
            {"import_id": import_id, "line": line, "cells": [_as_text(cell) for cell in cells], "messages": messages}
            for line, cells, messages in failures])


def _failed_lines(opened: Unit, import_id: int) -> set[int]:
    return set(opened.execute(sa.select(failed_rows.c.line).where(failed_rows.c.import_id == import_id)).scalars())


def _as_text(cell: str) -> str:
    """A cell as it can stand in a text file: a workbook's number with the decimal mark of the plan's reader."""
    return cell.replace(".", current().decimal_separator) if isinstance(cell, NumberCell) else str(cell)


def _leave_summary(spec: EntitySpec, job: Mapping[str, Any], outcome: Outcome) -> None:
    telling.tell_ended(spec, job, outcome)
    listener.record(spec.name, None, job["file_name"], "import", {
        "created": [None, outcome.created], "updated": [None, outcome.updated], "skipped": [None, outcome.skipped],
        "unchanged": [None, outcome.unchanged], "failed": [None, outcome.failed], "import": [None, job["id"]]})


