"""`diwan worker`."""

from __future__ import annotations

import logging
import os
import signal
import sys
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
from core.ops import collector, entering, logs, memory
from core.plugin import lifecycle, trial
from core.plugin.health import write_down

#: The status of a process that was given up because a job of it did not come to an end.
GIVEN_UP = 70


@click.command(help=gettext(
    "Work on background jobs: imports, mails, schedules. Beside “diwan serve” start one or more; “diwan run” brings "
    "its own."))
def worker() -> None:
    # Until it is listened for; one that comes while the code is loaded asks for nothing that is not done already.
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    config = load()
    entering.before_start()
    require_current(config)
    logs.set_up(config, logging.INFO)
    click.echo(gettext("The worker is ready and stops with Ctrl-C."))
    leaving = threading.Event()
    work(config, lambda: True, leaving)
    if leaving.is_set():
        _begin_anew()


def work(config: Config, goes_on: Callable[[], bool], leaving: threading.Event | None = None) -> None:
    """Until a signal says stop; a second one ends it at once. `leaving` is set by one that asks for new code."""
    trial.last()
    engine = make_engine(config.database_url)
    lifecycle.refresh(engine, with_quarantine=True)
    collector.settle()
    memory.limit()
    stopping = threading.Event()
    made = jobs_worker.Worker(engine, config, lambda: _follow(engine), stopping, leaving or threading.Event())
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda caught, _frame: _stop(made, caught))
    if leaving is not None:
        signal.signal(signal.SIGHUP, lambda caught, _frame: _hang_up(made, caught))
    try:
        jobs_worker.run(made, goes_on)
    finally:
        write_down(engine)
        if made.gave_up:
            # Nothing but this ends the thread that is left; whoever keeps the processes starts another.
            os._exit(GIVEN_UP)
        engine.dispose()


def _stop(made: jobs_worker.Worker, caught: int) -> None:
    made.leaving.clear()
    made.stop()
    signal.signal(caught, signal.SIG_DFL)


def _hang_up(made: jobs_worker.Worker, caught: int) -> None:
    """When its terminal is closed it ends; from elsewhere SIGHUP asks for new code, as of the web server."""
    if sys.stdin is not None and sys.stdin.isatty():
        _stop(made, caught)
    elif not made.stopping.is_set():
        made.leaving.set()


def _begin_anew() -> None:
    """The same command in the same process, whose number others know, with the code as it is by now."""
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])


def _follow(engine: Engine) -> None:
    """Take over a registry that has changed: a plugin was turned on or off, or a setting was given a value."""
    write_down(engine)
    with engine.connect() as connection:
        stamp = lifecycle.read_stamp(connection)
    if stamp != registries.current().stamp:
        lifecycle.refresh(engine, with_quarantine=True)
