"""`diwan worker`."""

from __future__ import annotations

import logging
import os
import signal
import threading
from collections.abc import Callable

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
    work(config, lambda: True)


def work(config: Config, goes_on: Callable[[], bool]) -> None:
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
