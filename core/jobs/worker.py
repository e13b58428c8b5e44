"""A worker: two jobs at a time, of which one is short, so that a long one never keeps all others waiting.

Any number of workers may run, on one or many machines. On SQLite each place looks for jobs whenever the file has
changed; on PostgreSQL Procrastinate brings their numbers. A third thread takes the turns of schedules and sees to
what was lost.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from core.config import Config
from core.db import run_unit, unit_of_work
from core.jobs import distributed, lease, overdue, running, schedule, upkeep
from core.jobs.context import Context
from core.jobs.models import jobs
from core.registry import current

#: Seconds between looks at the file's number of changes, at the queue when nothing changed, and at the schedules.
GLANCE, LOOK, UPKEEP = 0.05, 1.0, 1.0
#: And between looks of the watchdog.
WATCH = 0.5
#: How long a job may take to come to its next step when the worker is to stop.
GRACE = 10.0

log = logging.getLogger("diwan.worker")


def _nothing() -> None:
    """For workers whose registry never changes."""


@dataclass(slots=True)
class Worker:
    """`before_job` brings the registry up to date, as plugins may have been turned on or off since the last job."""

    engine: Engine
    settings: Config | None = None
    before_job: Callable[[], None] = _nothing
    stopping: threading.Event = field(default_factory=threading.Event)
    #: Set when new code is to be taken: what is at work is finished, then this worker stops.
    leaving: threading.Event = field(default_factory=threading.Event)
    #: A job could not be ended, so this process has to end.
    gave_up: bool = False
    _long_is_over: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _holding: threading.Lock = field(default_factory=threading.Lock)
    _held: dict[int, overdue.Held] = field(default_factory=dict)

    def stop(self) -> None:
        """Take no more jobs; those at work are handed back at their next step."""
        self.stopping.set()

    def work(self, job_id: int) -> bool:
        """Do one job, if it is still to be done, and if its plugin is on."""
        self._follow()
        with unit_of_work(self.engine) as opened:
            name = opened.execute(sa.select(jobs.c.name).where(jobs.c.id == job_id)).scalar()
        declared = current().derived.jobs.get(name or "")
        row = running.take(self.engine, job_id, declared) if declared else None
        if row is None or declared is None:
            return False
        held = overdue.Held(Context(self.engine, row, declared, self.stopping, self.settings))
        try:
            with self._holding:
                self._held[job_id] = held
            running.carry_out(held.context)
        except overdue.Overdue:
            log.warning("job %s: it was over when it was interrupted", job_id)
        finally:
            with self._holding:
                self._held.pop(job_id, None)
        return True

    def work_next(self, names: Iterable[str] | None = None) -> bool:
        """Do the job that is due first, if there is one. Reading first, so that an idle worker takes no lock."""
        self._follow()
        with unit_of_work(self.engine) as opened:
            found = lease.next_due(opened, current().derived.jobs if names is None else names)
        return found is not None and self.work(found.id)

    def look(self, with_long: bool) -> None:
        """Work until stopped or left, on SQLite."""
        while not self._is_over(with_long):
            try:
                with _Changes(self.engine) as changes:
                    while not self._is_over(with_long):
                        if not self.work_next(None if with_long else _short()):
                            changes.wait(self.stopping)
            except sa.exc.SQLAlchemyError as error:
                log.warning("the database cannot be used: %s", getattr(error, "orig", error))
                self.stopping.wait(LOOK)
        if with_long:
            self._long_is_over.set()

    def _is_over(self, with_long: bool) -> bool:
        """Whether a place takes no more jobs. Short ones do not wait for the end of a long one that is in hand."""
        return self.stopping.is_set() or self.leaving.is_set() and (with_long or self._long_is_over.is_set())

    def see_to(self, goes_on: Callable[[], bool]) -> None:
        """Take the turns of schedules, and announce what was lost, until stopped or until `goes_on` says no."""
        while not self.stopping.wait(UPKEEP):
            if not goes_on():
                self.stop()
                return
            try:
                self._follow()
                schedule.tick(self.engine)
                upkeep.announce_again(self.engine)
            except sa.exc.DBAPIError as error:
                log.warning("the database cannot be used: %s", error.orig)
            except Exception:
                # Jobs go on: this is looked at again in a second, and until then in the log.
                log.exception("schedules could not be seen to")

    def watch(self) -> None:
        """End jobs that give no sign any more, until stopped."""
        while not self.stopping.wait(WATCH):
            with self._holding:
                deaf = [(held.context, error) for held in self._held.values() if (error := held.look()) is not None]
            for context, error in deaf:
                self._give_up(context, error)

    def _give_up(self, context: Context, error: overdue.Overdue) -> None:
        """Note the try as failed, and let this process end: nothing else ends what is deaf."""
        log.error("job %s does not come to an end, this process is given up", context.id)
        self.gave_up = True
        try:
            running.fail(self.engine, context.row, context.declared, error)
        except sa.exc.SQLAlchemyError:
            log.exception("job %s: its lease will run out", context.id)
        self.stop()

    def hand_back(self) -> None:
        """What could not come to a step in time is begun again elsewhere."""
        for held in list(self._held.values()):
            try:
                run_unit(self.engine, partial(lease.hand_back, job=held.context.row), attempts=1)
            except sa.exc.DBAPIError as error:
                log.warning("job %s could not be handed back: %s", held.context.id, error.orig)

    def _follow(self) -> None:
        with self._lock:
            self.before_job()


def run(worker: Worker, goes_on: Callable[[], bool] = lambda: True) -> None:
    """Work until the worker is stopped or left, or `goes_on` says no."""
    threads = [threading.Thread(target=worker.see_to, args=(goes_on,), name="jobs-upkeep", daemon=True),
               threading.Thread(target=worker.watch, name="jobs-watchdog", daemon=True)]
    if worker.engine.dialect.name == "sqlite":
        places = [threading.Thread(target=worker.look, args=(with_long,), name=f"jobs-{number}", daemon=True)
                  for number, with_long in enumerate((False, True))]
    else:
        given = (worker.engine.url, worker.work, worker.stopping, worker.leaving)
        places = [threading.Thread(target=distributed.listen, args=given, name="jobs", daemon=True)]
    threads += places
    for thread in threads:
        thread.start()
    while not worker.stopping.wait(LOOK):
        if worker.leaving.is_set() and not any(place.is_alive() for place in places):
            worker.stop()
    end = time.monotonic() + GRACE
    for thread in threads:
        thread.join(max(0.0, end - time.monotonic()))
    worker.hand_back()


def _short() -> list[str]:
    return [name for name, job in current().derived.jobs.items() if not job.is_long]


class _Changes:
    """Whether others have written into the SQLite file: a number that costs some microseconds to read."""

    def __init__(self, engine: Engine) -> None:
        self._raw = engine.raw_connection()
        self._seen = self._number()

    def __enter__(self) -> _Changes:
        return self

    def __exit__(self, *_error: object) -> None:
        self._raw.close()

    def _number(self) -> Any:
        driver: Any = self._raw.driver_connection
        return driver.execute("PRAGMA data_version").fetchone()[0]

    def wait(self, stopping: threading.Event) -> None:
        """Until something was written, at most for a while: a job may be due by now."""
        end = time.monotonic() + LOOK
        while time.monotonic() < end and not stopping.wait(GLANCE):
            number = self._number()
            if number != self._seen:
                self._seen = number
                return
