"""`diwan worker`, and the worker that `diwan run` brings along."""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click
from sqlalchemy.engine import Engine

from core import registry as registries
from core.cli.installation import require_current
from core.config import Config, load
from core.db import make_engine
from core.jobs import worker as jobs_worker
from core.language.i18n import gettext
from core.ops import collector, logs, memory
from core.plugin import lifecycle
from core.plugin.health import write_down

#: How long a worker may take to finish its chunk before it is ended.
KILL_TIMEOUT = 5.0
#: Seconds between looks at whether a worker is still there.
LOOK = 0.5
#: The status of a process that was given up because a job of it did not come to an end.
GIVEN_UP = 70


@click.command(help=gettext(
    "Work on background jobs: imports, mails, schedules. Beside “diwan serve” start one or more; “diwan run” brings "
    "its own."))
def worker() -> None:
    config = load()
    require_current(config)
    logs.set_up(config, logging.INFO)
    click.echo(gettext("The worker is ready and stops with Ctrl-C."))
    _work(config, lambda: True)


def _work(config: Config, goes_on: Callable[[], bool]) -> None:
    """Until a signal says stop; a second one ends it at once."""
    engine = make_engine(config.database_url)
    lifecycle.refresh(engine, with_quarantine=True)
    collector.settle()
    memory.limit()
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda caught, _frame: _stop(stopping, caught))
    made = jobs_worker.Worker(engine, config, lambda: _follow(engine), stopping)
    try:
        jobs_worker.run(made, goes_on)
    finally:
        write_down(engine)
        if made.gave_up:
            # Nothing but this ends the thread that is left; whoever keeps the processes starts another.
            os._exit(GIVEN_UP)
        engine.dispose()


def _stop(stopping: threading.Event, caught: int) -> None:
    stopping.set()
    signal.signal(caught, signal.SIG_DFL)


def _follow(engine: Engine) -> None:
    """Take over a registry that has changed: a plugin was turned on or off, or a setting was given a value."""
    write_down(engine)
    with engine.connect() as connection:
        stamp = lifecycle.read_stamp(connection)
    if stamp != registries.current().stamp:
        lifecycle.refresh(engine, with_quarantine=True)


@contextmanager
def beside(config: Config) -> Iterator[None]:
    """A worker in a process of its own during the body; it ends with this process, however that ends.

    It is forked where the system can do that, so that what is imported here it has.
    """
    child = _context().Process(target=_keep, args=(config, os.getpid()), name="diwan-worker")
    child.start()
    try:
        yield
    finally:
        child.terminate()
        child.join(KILL_TIMEOUT + 1)
        if child.is_alive():
            child.kill()


def _context() -> Any:
    return multiprocessing.get_context("fork" if "fork" in multiprocessing.get_all_start_methods() else "spawn")


def _keep(config: Config, parent: int) -> None:
    """Keep a worker at work: one that was killed, or gave itself up, is replaced.

    This process does nothing else and has no threads, so that it can fork at any time.
    """
    asked: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda caught, _frame: asked.append(caught))
    while True:
        child = _context().Process(target=_child, args=(config, os.getpid()), name="diwan-worker")
        child.start()
        while child.exitcode is None and not asked and os.getppid() == parent:
            child.join(LOOK)
        if asked or os.getppid() != parent:
            break
        if child.exitcode == 0:
            return
    child.terminate()
    child.join(KILL_TIMEOUT)
    if child.is_alive():
        child.kill()


def _child(config: Config, parent: int) -> None:
    # A killed parent cannot say so; then the child belongs to another process.
    _work(config, lambda: os.getppid() == parent)
