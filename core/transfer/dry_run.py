"""What an import would do, without doing it: counts, the first rows, and the first rows with errors."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from core.entity.spec import EntitySpec
from core.transfer.importer import Checked, Importer, Outcome
from core.transfer.plan import ImportPlan
from core.transfer.table import Table

#: Rows of the preview that follows every change of the mapping.
SAMPLE = 500
#: A request may not go on for ever: after so many seconds a check of all rows says how far it came.
SECONDS = 20.0
SHOWN = 50


@dataclass(slots=True)
class DryRun:
    """`checked` rows were looked at, of `total`. `rows` and `errors` are the first of each kind."""

    total: int
    outcome: Outcome = field(default_factory=Outcome)
    rows: list[Checked] = field(default_factory=list)
    errors: list[Checked] = field(default_factory=list)
    checked: int = 0

    @property
    def is_complete(self) -> bool:
        return self.checked >= self.total


def dry_run(
    spec: EntitySpec, plan: ImportPlan, table: Table, *, most: int | None = SAMPLE, seconds: float = SECONDS,
    enough_errors: int | None = None,
) -> DryRun:  # fmt: skip
    """Check the first `most` rows, or all; until time is up, or `enough_errors` were found."""
    found = DryRun(table.row_count)
    for checked in checked_rows(spec, plan, table, found, seconds):
        found.rows += checked[: SHOWN - len(found.rows)]
        errors = (row for row in checked if row.act == "error")
        found.errors += [row for row, _place in zip(errors, range(SHOWN - len(found.errors)), strict=False)]
        if most is not None and found.checked >= most:
            break
        if enough_errors is not None and len(found.errors) >= enough_errors:
            break
    return found


def checked_rows(
    spec: EntitySpec, plan: ImportPlan, table: Table, found: DryRun, seconds: float = SECONDS
) -> Iterator[list[Checked]]:
    """The rows of a dry run, batch by batch; what has been checked is counted in `found`."""
    importer, until = Importer(spec, plan, table), time.monotonic() + seconds
    for rows in importer.chunks(SAMPLE):
        answer = importer.check(rows, found.outcome)
        found.checked += len(rows)
        yield answer
        if time.monotonic() > until:
            return
