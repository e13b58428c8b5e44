"""A worker takes new code: it finishes what it has in hand, and is the same process afterwards."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

from core.declarations import Job
from core.testing import eventually
from tests.support.machine import ROOT


def test_what_is_at_work_is_finished_and_short_jobs_do_not_wait_for_it(queue: Any, declare: Any) -> None:
    begun, may_end = threading.Event(), threading.Event()

    def long(_context: Any) -> None:
        begun.set()
        assert may_end.wait(120)

    declare(Job("test.long", long, is_long=True), Job("test.short", lambda _context: None))
    first = queue.ask("test.long")
    with queue.working() as worker:
        assert begun.wait(60)
        worker.leaving.set()
        short, second = queue.ask("test.short"), queue.ask("test.long")
        eventually(lambda: queue[short].state == "done", 60)
        assert (queue[first].state, worker.stopping.is_set()) == ("running", False)
        may_end.set()
        eventually(worker.stopping.is_set, 60)
        assert (queue[first].state, queue[first].attempts) == ("done", 1)
        # On PostgreSQL it is noticed within a tenth of a second, in which one more may be begun, and is finished too.
        assert queue[second].state in (("waiting",) if queue.engine.dialect.name == "sqlite" else ("waiting", "done"))


def test_a_hang_up_begins_anew_in_the_same_process(installed_sqlite: Any, tmp_path: Path) -> None:
    log = tmp_path / "worker.log"
    with log.open("wb") as out:
        process = subprocess.Popen([sys.executable, "-m", "core", "worker"], cwd=ROOT, env=installed_sqlite.full(),
                                   stdin=subprocess.DEVNULL, stdout=out, stderr=out)
    try:
        ready = "The worker is ready"
        eventually(lambda: ready in log.read_text() and signal.SIGHUP in _caught(process.pid), 60)
        process.send_signal(signal.SIGHUP)
        eventually(lambda: log.read_text().count(ready) == 2 and signal.SIGHUP in _caught(process.pid), 60)
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
    finally:
        process.kill()
        process.wait(10)


def _caught(pid: int) -> set[int]:
    """The signals that a process listens for."""
    (mask,) = (int(line.split()[1], 16) for line in Path(f"/proc/{pid}/status").read_text().splitlines()
               if line.startswith("SigCgt:"))
    return {number for number in range(1, 65) if mask >> (number - 1) & 1}
