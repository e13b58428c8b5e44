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
from contextlib import closing, contextmanager, suppress
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
#: Bytes that a file of so many rows has at least, if its rows are not empty.
FROM_BYTES = 1_000_000
#: Rows read here while it starts.
OWN_ROWS = 2_500
BATCH = 100
PIPE = 1 << 20
#: Batches that wait unpacked: as many as the largest step takes, so that reading goes on while one is written.
KEPT = 110

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


class Reader:
    """The process beside. It takes a second to begin, so it may be started as soon as a file looks long."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Not a fork: this process may have threads."""
        if self._process is None and (os.cpu_count() or 1) > 1:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "core.transfer.ahead_child"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                cwd=Path(__file__).parents[2], pipesize=PIPE)  # fmt: skip

    def start_for(self, path: Path) -> None:
        """Start when a file is so large that it will hardly have few rows."""
        if path.stat().st_size >= FROM_BYTES:
            self.start()

    def close(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            if process.stdin is not None:
                process.stdin.close()

    def rows(self, engine: Engine, importer: Importer, job: Mapping[str, Any]) -> Generator[ParsedRow, None, None]:
        """The rows of an import that are still to be written, in the order of the file. Closes the process."""
        after = job["last_line"]
        if is_long(job):
            self.start()
        with closing(self):
            if is_long(job) and self._process is not None:
                _hand_over(self._process, Task(
                    engine.url.render_as_string(hide_password=False), importer.plan.as_json(), job["file_path"],
                    job["file_name"], importer.parser.home_country, after, OWN_ROWS))
                with _unpacked_beside(self._process) as batches:
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


def is_long(job: Mapping[str, Any]) -> bool:
    """Whether what is left of an import is worth a process."""
    return bool(job["total"] - job["done"] >= FROM_ROWS)


def _hand_over(process: subprocess.Popen[bytes], task: Task) -> None:
    """Through the pipe, since a task may hold a password."""
    assert process.stdin is not None
    # A child that ended before it read its task gives no rows, which is told from its empty answer.
    with suppress(BrokenPipeError):
        process.stdin.write(orjson.dumps(asdict(task)))
        process.stdin.close()


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
