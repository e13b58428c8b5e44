"""What an import would do, without doing it: counts, the first rows, and the first rows with errors."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice

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
    """`checked` rows were looked at, of `total`. `rows`, `errors` and `warned` are the first of each kind."""

    total: int
    outcome: Outcome = field(default_factory=Outcome)
    rows: list[Checked] = field(default_factory=list)
    errors: list[Checked] = field(default_factory=list)
    warned: list[Checked] = field(default_factory=list)
    checked: int = 0

    def shown(self, kind: str) -> list[Checked]:
        """The rows with errors, those with warnings, or all; the first of them."""
        return {"errors": self.errors, "warnings": self.warned}.get(kind, self.rows)

    @property
    def is_complete(self) -> bool:
        return self.checked >= self.total


def dry_run(
    spec: EntitySpec, plan: ImportPlan, table: Table, *, most: int | None = SAMPLE, seconds: float = SECONDS,
    is_enough: Callable[[DryRun], bool] = lambda _found: False,
) -> DryRun:  # fmt: skip
    """Check the first `most` rows, or all; until time is up, or there is enough to show."""
    found = DryRun(table.row_count)
    for checked in checked_rows(spec, plan, table, found, seconds):
        found.rows += checked[: SHOWN - len(found.rows)]
        errors = (row for row in checked if row.act == "error")
        found.errors += islice(errors, SHOWN - len(found.errors))
        found.warned += islice((row for row in checked if row.warnings), SHOWN - len(found.warned))
        if most is not None and found.checked >= most:
            break
        if is_enough(found):
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
