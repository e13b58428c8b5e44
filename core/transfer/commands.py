"""Importing and exporting from the command line: the file stays where it is, the answer is a plain dict."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from core import records
from core import registry as registries
from core.actor import SYSTEM, Origin, acting
from core.auth.display import organisation_preferences
from core.db import run_unit, unit_of_work
from core.entity.spec import EntitySpec
from core.errors import Invalid
from core.language.enumeration import listed
from core.language.i18n import _
from core.registry import current as registry
from core.transfer import ahead, jobs, running
from core.transfer.importer import Importer, Outcome
from core.transfer.mapping import called_so, claimants
from core.transfer.models import failed_rows
from core.transfer.plan import ImportPlan, importable, make_plan
from core.transfer.reader import open_table
from core.transfer.repair import report
from core.transfer.synonyms import targets
from core.transfer.table import Table
from core.transfer.writer import ErrorsFile

#: Values of which a rule can say whether a record that has them lacks others.
PLAUSIBLE = {"text": "Sample", "note": "Sample", "email": "sample@example.com", "phone": "+966501234567",
             "series": "Sample", "url": "https://example.com"}  # fmt: skip
MOST_TOLD = 20


def import_file(
    engine: Engine, entity: str, path: Path, *, columns: Mapping[str, str] | None = None, match: str | None = None,
    on_match: str = "update", dry_run: bool = False, errors: Path | None = None, encoding: str = "",
    delimiter: str = "", kind: str = "", progress: Callable[[int, int], None] | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Import a file as the system; see INTERFACES for the answer's members. Refused files raise.

    Interrupted by the keyboard, the import is cancelled: what was written stays and can be undone.
    """
    began = time.monotonic()
    if not path.is_file():
        raise Invalid(_("There is no file {path}.", path=str(path)))
    with closing(ahead.Reader()) as reader:
        # While this process looks at the file, the one beside gets ready.
        if not dry_run:
            reader.start_for(path)
        table = open_table(path, path.name, encoding=encoding or None, delimiter=delimiter or None, kind=kind or None)
        with unit_of_work(engine) as opened, registries.pinned(registries.current()), acting(SYSTEM, Origin("cli")):
            spec = registry().entity(entity)
            plan = make_plan(spec, table, organisation_preferences(), columns=columns, match=match, on_match=on_match)
            check_columns(spec, plan, table)
            mistakable = _mistakable(spec, table, plan)
            if dry_run:
                return _answer(None, *_checked(spec, plan, table, errors), table, plan, began, mistakable)
            file_hash = running.file_hash(path)
            import_id = jobs.note(spec, plan, path.name, str(path.resolve()), file_hash, table.row_count, None)
            # In the same transaction, so that no worker takes it first.
            job = jobs.claim(opened, import_id)
        assert job is not None
        try:
            outcome = running.carry_out(engine, job, progress, reader=reader, table=table)
        except KeyboardInterrupt:
            run_unit(engine, lambda unit: jobs.end(unit, job, "cancelled"))
            raise
        if errors is not None and outcome.failed:
            write_errors(engine, import_id, table.header, errors)
        return _answer(import_id, outcome, [message for failure in outcome.failures for message in failure[2]],
                       table, plan, began, mistakable)


def check_columns(spec: EntitySpec, plan: ImportPlan, table: Table) -> None:
    """Refuse a file in which no column is known, and one that lacks what every record needs (S45)."""
    if not any(plan.columns):
        raise Invalid(_("No column of the file is known: {columns}. Map at least one.",
                        columns=", ".join(heading or "–" for heading in table.header)))
    missing = missing_columns(spec, plan)
    if missing:
        raise Invalid(" ".join(str(_("The file has no column for {fields}.", fields=fields)) for fields in missing))


def missing_columns(spec: EntitySpec, plan: ImportPlan, *, changes_any: bool = True) -> list[str]:
    """What every record of this file would lack for want of a column, by the rules of the entity and its plugins: the
    label of each field, or of all fields of which one would do.

    A record with something in every column is tried: what it lacks then, no row can give. Rows that only change
    records which are there already need no more than the columns they change; `changes_any` says whether there may be
    such rows.
    """
    if changes_any and plan.match and plan.on_match == "update":
        return []
    mapped = [name for name in plan.columns if name]
    lacking = _lacking(spec, [mapped])[0]
    if not lacking:
        return []
    free = [f.name for f in importable(spec) if f.type.name in PLAUSIBLE and f.name not in mapped]
    with_one_more = dict(zip(free, _lacking(spec, [[*mapped, name] for name in free]), strict=True))
    cures = [[one, *(name for name in free if name != one and one not in with_one_more[name])] for one in lacking]
    return [listed([str(spec.fields[name].label) for name in names], "or") for names in cures]


def _lacking(spec: EntitySpec, tried: Sequence[Sequence[str]]) -> list[list[str]]:
    """The fields that a record lacks which has something in these columns alone, for each list of columns."""
    samples = [
        records.Change(
            values={name: PLAUSIBLE[kind] for name in names if (kind := spec.fields[name].type.name) in PLAUSIBLE},
            offered=frozenset(names),
        )
        for names in tried
    ]
    records.check(spec, samples)
    return [[name for name in sample.errors if name in spec.fields and name not in (sample.offered or ())]
            for sample in samples]  # fmt: skip


def _mistakable(spec: EntitySpec, table: Table, plan: ImportPlan) -> list[str]:
    """Columns that were left out since several fields are called so, or that may have been meant for another one."""
    known = targets(importable(spec))
    beside = ((heading, name, called_so(heading, known, name))
              for heading, name in zip(table.header, plan.columns, strict=True) if name)
    doubtful = [str(_("Column “{column}” goes to {field}. {fields} is called so as well: check which one is meant.",
                      column=heading, field=name, fields=", ".join(others)))
                for heading, name, others in beside if others]  # fmt: skip
    fitting = ((heading, claimants(heading, known))
               for heading, name in zip(table.header, plan.columns, strict=True) if not name)
    return [*doubtful, *(str(_("Column “{column}”: {fields} are called so. Say which one is meant.", column=heading,
                  fields=", ".join(names))) for heading, names in fitting if names)]  # fmt: skip


def _checked(spec: EntitySpec, plan: ImportPlan, table: Table, errors: Path | None) -> tuple[Outcome, list[str]]:
    """A dry run of all rows; answers the counts and the first messages."""
    outcome, importer = Outcome(), Importer(spec, plan, table)
    messages: list[str] = []
    failures = []
    for rows in importer.chunks(500):
        for row in importer.check(rows, outcome):
            if row.act == "error":
                messages += row.messages[: MOST_TOLD - len(messages)]
                if errors is not None:
                    failures.append((row.row.cells, row.messages))
    if errors is not None and failures:
        _write(errors, table.header, failures)
    return outcome, messages


def _write(path: Path, header: Sequence[str], failures: Any) -> int:
    with path.open("wb") as out:
        file = ErrorsFile(out, header)
        for cells, messages in failures:
            file.add(cells, messages)
    return file.count


def write_errors(engine: Engine, import_id: int, header: Sequence[str], path: Path) -> int:
    """The failed rows of an import as a file to be corrected and imported again (P16)."""
    statement = sa.select(failed_rows.c.cells, failed_rows.c.messages).where(
        failed_rows.c.import_id == import_id).order_by(failed_rows.c.line)
    found: int = run_unit(engine, lambda opened: _write(path, header, opened.execute(statement)))
    return found


def _answer(import_id: int | None, outcome: Outcome, messages: Sequence[str], table: Table, plan: ImportPlan,
            began: float, mistakable: Sequence[str]) -> dict[str, Any]:
    notes = [str(report(code)) for code in outcome.notes] + [str(notice.message) for notice in table.warnings]
    notes += outcome.warnings[:MOST_TOLD] + list(mistakable)
    return {
        # For programs, created, updated, skipped and failed add up to all rows; unchanged are some of the updated.
        "id": import_id, "created": outcome.created, "updated": outcome.updated + outcome.unchanged,
        "skipped": outcome.skipped, "unchanged": outcome.unchanged, "failed": outcome.failed,
        "ignored_columns": [heading for heading, name in zip(table.header, plan.columns, strict=True) if not name],
        "seconds": round(time.monotonic() - began, 3), "encoding": table.encoding, "delimiter": table.delimiter,
        "columns": {heading: name for heading, name in zip(table.header, plan.columns, strict=True) if name},
        "match": plan.match, "warnings": notes, "errors": list(messages[:MOST_TOLD])}
