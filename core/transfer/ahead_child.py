"""Reads the rows of an import ahead of the process that writes them; see `ahead`. Run as a process of its own."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import BinaryIO

import orjson

from core import registry as registries
from core.db import make_engine
from core.language.i18n import use
from core.ops import collector
from core.plugin import lifecycle
from core.transfer import wire
from core.transfer.ahead import BATCH, LENGTH, Task
from core.transfer.plan import ImportPlan
from core.transfer.row_parser import ParsedRow, RowParser
from core.transfer.row_reader import RowReader

#: Those who wait for a page come first.
NICE = 5


def main() -> int:
    if hasattr(os, "nice"):
        os.nice(NICE)
    # Only batches may go where they are expected, whatever a library prints.
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    told = sys.stdin.buffer.read()
    if not told:
        return 0  # The file was not long after all, or whoever wanted it is gone.
    task = Task(**orjson.loads(told))
    engine = make_engine(task.database_url)
    registry = lifecycle.refresh(engine)
    engine.dispose()
    collector.settle(collector.YOUNG_OF_MANY_ROWS)
    plan = ImportPlan.from_json(task.plan)
    with registries.pinned(registry), use(plan.preferences):
        table = plan.open(Path(task.path), task.file_name)
        parser = RowParser(registry.entity(plan.entity), plan, table, task.home_country)
        reader = RowReader(parser)
        found = (row for row in table.rows() if row.line > task.after_line)
        _send(out, map(reader.read, islice(found, task.skip, None)), parser)
    return 0


def _send(out: BinaryIO, rows: Iterable[ParsedRow], parser: RowParser) -> None:
    iterator = iter(rows)
    while True:
        batch = list(islice(iterator, BATCH))
        notes, parser.notes = parser.notes, {}
        body = wire.pack(batch, notes)
        out.write(LENGTH.pack(len(body)) + body)
        if not batch:
            out.flush()
            return


if __name__ == "__main__":
    sys.exit(main())
