"""Long files are read ahead by a process beside, while this one writes: on two cores that is twice as fast.

The process is handed the plan, not the rows. What it sends is what `RowReader` would have made here; when it fails,
the rest is read here. It runs below others' priority, and the pipe holds it back when writing is slower.
"""

from __future__ import annotations

import os
import queue
import struct
import subprocess
import sys
import threading
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy.engine import Engine

from core.transfer import wire
from core.transfer.importer import Importer
from core.transfer.row_parser import ParsedRow

#: From so many rows on the process beside saves more than its start costs.
FROM_ROWS = 15_000
#: Rows read here while it starts.
OWN_ROWS = 6_000
BATCH = 100
PIPE = 1 << 20
#: Batches that wait unpacked.
KEPT = 40

Batch = tuple[list[ParsedRow], dict[str, int]]
LENGTH = struct.Struct(">I")


@dataclass(frozen=True, slots=True)
class Task:
    """What the process beside has to know."""

    database_url: str
    plan: Mapping[str, Any]
    path: str
    file_name: str
    home_country: str
    after_line: int
    skip: int


def rows(engine: Engine, importer: Importer, job: Mapping[str, Any]) -> Generator[ParsedRow, None, None]:
    """The rows of an import that are still to be written, in the order of the file."""
    after = job["last_line"]
    if job["total"] - job["done"] >= FROM_ROWS and (os.cpu_count() or 1) > 1:
        task = Task(engine.url.render_as_string(hide_password=False), importer.plan.as_json(), job["file_path"],
                    job["file_name"], importer.parser.home_country, after, OWN_ROWS)
        with _process(task) as process, _unpacked_beside(process) as batches:
            for row in islice(importer.read(after), OWN_ROWS):
                after = row.line
                yield row
            for batch, notes in batches:
                importer.add_notes(notes)
                for row in batch:
                    after = row.line
                    yield row
                if not batch:
                    return
    yield from importer.read(after)


@contextmanager
def _unpacked_beside(process: subprocess.Popen[bytes]) -> Iterator[Iterator[Batch]]:
    """Its batches, taken from the pipe by a thread while the database is at work and Python has time.

    The thread owns the pipe: it ends, and closes it, when the process has ended or nobody wants more.
    """
    waiting: queue.Queue[Batch | None] = queue.Queue(KEPT)
    over = threading.Event()

    def hand_over(batch: Batch | None) -> None:
        while not over.is_set():
            with suppress(queue.Full):
                waiting.put(batch, timeout=0.2)
                return

    def take() -> None:
        try:
            for batch in _batches(process):
                hand_over(batch)
                if over.is_set():
                    return
        finally:
            hand_over(None)  # Whatever went wrong: the rest is read by the process itself.
            if process.stdout is not None:
                process.stdout.close()

    threading.Thread(target=take, daemon=True).start()
    try:
        yield iter(waiting.get, None)
    finally:
        over.set()


@contextmanager
def _process(task: Task) -> Iterator[subprocess.Popen[bytes]]:
    """Not a fork: this process may have threads. The task goes through the pipe, since it may hold a password."""
    process = subprocess.Popen(
        [sys.executable, "-m", "core.transfer.ahead_child"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2], pipesize=PIPE)
    try:
        assert process.stdin is not None
        # A child that ended before it read its task gives no rows, which is told from its empty answer.
        with suppress(BrokenPipeError):
            process.stdin.write(orjson.dumps(asdict(task)))
            process.stdin.close()
        yield process
    finally:
        process.kill()
        process.wait()


def _batches(process: subprocess.Popen[bytes]) -> Iterator[Batch]:
    """(rows, repairs done in them by code) as they come, an empty batch at the very end; none when it failed."""
    pipe = process.stdout
    assert pipe is not None
    while len(head := pipe.read(LENGTH.size)) == LENGTH.size:
        (size,) = LENGTH.unpack(head)
        body = pipe.read(size)
        if len(body) < size:
            return
        yield wire.unpack(body)
