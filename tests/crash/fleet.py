"""The processes of an installation, `diwan serve` and two workers, and somebody who kills them.

They are forked from a server that has imported everything, so that a restart takes a moment: what runs in them is the
real command. The program takes the part of systemd and starts anew what has ended.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import time
import urllib.request
from collections.abc import Mapping
from contextlib import suppress
from multiprocessing.process import BaseProcess
from pathlib import Path

from core.cli import tree

WORKERS = 2
READY_WITHIN = 240
#: What `diwan worker` says when it begins.
WORKER_READY = "The worker is ready"
KINDS = {"worker": 6, "web worker": 3, "server": 1}


def command(environment: Mapping[str, str], arguments: list[str], log: str) -> None:
    """`diwan …` in this process; what it says goes to a file."""
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.environ.update(environment)
    # As in a process that was started from a shell: it may fork.
    multiprocessing.set_start_method("fork", force=True)
    tree.build()(arguments, prog_name="diwan")


class Fleet:
    """`deaths` counts kills by kind; `restarts` what ended by itself afterwards, as granian does after two deaths."""

    def __init__(self, environment: Mapping[str, str], port: int, folder: Path) -> None:
        self.environment, self.port, self.folder = dict(environment), port, folder
        self.deaths = dict.fromkeys(KINDS, 0)
        self.restarts = 0
        self._context = multiprocessing.get_context("forkserver")
        # Plugins too: each process asks once what is installed.
        self._context.set_forkserver_preload(["tests.crash.imported"])
        self._server: BaseProcess | None = None
        self._workers: list[BaseProcess] = []
        #: The logs of the workers that run now: each start has one of its own.
        self._begun: list[Path] = []
        self._workers_started = 0

    def start(self) -> None:
        self._server = self._run(["serve", "--port", str(self.port), "--workers", "2"])
        self._begun = [self.folder] * WORKERS
        self._workers = [self._worker(place) for place in range(WORKERS)]
        self.wait_until_ready()

    def wait_until_ready(self) -> None:
        end = time.monotonic() + READY_WITHIN
        while time.monotonic() < end:
            with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5):
                return
            time.sleep(0.05)
            self.mend()
        raise SystemExit("The server does not start: " + (self.folder / "serve.log").read_text()[-2000:])

    def wait_until_at_work(self) -> None:
        """Until the server answers and the workers have begun.

        On a busy machine they would otherwise be killed over and over before they have taken anything up.
        """
        self.wait_until_ready()
        end = time.monotonic() + READY_WITHIN
        while time.monotonic() < end and not all(WORKER_READY in log.read_text() for log in self._begun):
            time.sleep(0.05)
            self.mend()

    def said(self) -> str:
        """What all workers have logged."""
        return "".join(log.read_text() for log in sorted(self.folder.glob("worker-*.log")))

    def kill_one(self, dice: random.Random) -> str:
        """SIGKILL for one process, or for the whole server; which kind it was."""
        self.mend()
        kind = dice.choices(list(KINDS), list(KINDS.values()))[0]
        assert self._server is not None
        if kind == "worker":
            place = dice.randrange(WORKERS)
            _end(self._workers[place])
            self._workers[place] = self._worker(place)
        elif kind == "web worker":
            os.kill(dice.choice(_children(self._server) or [_pid(self._server)]), signal.SIGKILL)
        else:
            self._end_server()
            self._server = self._run(["serve", "--port", str(self.port), "--workers", "2"])
        self.deaths[kind] += 1
        return kind

    def mend(self) -> None:
        """Start anew what has ended."""
        if self._server is not None and not self._server.is_alive():
            self._server = self._run(["serve", "--port", str(self.port), "--workers", "2"])
            self.restarts += 1
        for place, process in enumerate(self._workers):
            if not process.is_alive():
                self._workers[place] = self._worker(place)
                self.restarts += 1

    def stop(self) -> None:
        for process in self._workers:
            _end(process)
        self._end_server()

    def _end_server(self) -> None:
        if self._server is not None:
            children = _children(self._server)
            _end(self._server)
            for child in children:
                with suppress(ProcessLookupError):
                    os.kill(child, signal.SIGKILL)

    def _worker(self, place: int) -> BaseProcess:
        self._workers_started += 1
        self._begun[place] = self.folder / f"worker-{self._workers_started}.log"
        self._begun[place].touch()
        return self._run(["worker"], self._begun[place].stem)

    def _run(self, arguments: list[str], log: str = "serve") -> BaseProcess:
        process = self._context.Process(
            target=command, args=(self.environment, arguments, str(self.folder / f"{log}.log")))
        process.start()
        return process


def _pid(process: BaseProcess) -> int:
    assert process.pid is not None
    return process.pid


def _children(process: BaseProcess) -> list[int]:
    """The processes that a server has forked."""
    try:
        return [int(pid) for pid in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()]
    except OSError:
        return []


def _end(process: BaseProcess) -> None:
    process.kill()
    process.join(10)
