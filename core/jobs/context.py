"""What a running job has in hand: its arguments, how to tell its progress, and whether it is to stop.

A second thread keeps the lease young and stores the progress, so that neither a long query nor a slow peer outside
loses the job.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from core.actor import ANONYMOUS, SYSTEM, Actor, Origin, acting
from core.auth.actors import load_actor
from core.config import Config
from core.db import Unit, run_unit, unit_of_work
from core.declarations import Job
from core.errors import Forbidden
from core.jobs import lease, queue
from core.jobs.models import jobs
from core.language.i18n import _

#: Seconds between looks at whether the job is to be cancelled.
LOOK_EVERY = 1.0
log = logging.getLogger("diwan.jobs")


class Cancelled(Exception):
    """Somebody has cancelled this job."""


class Stopped(Exception):
    """This worker is being stopped; another one begins the job again."""


class Context:
    """Of one try of one job. `id` is the same in every try: what goes outside is made once by it."""

    def __init__(self, engine: Engine, row: Mapping[str, Any], declared: Job, stopping: threading.Event,
                 settings: Config | None = None) -> None:
        self.engine, self.settings = engine, settings
        self.row = row
        self.id: int = row["id"]
        self.arguments: Mapping[str, Any] = row["arguments"]
        self.declared = declared
        self._stopping = stopping
        self._cancelled = threading.Event()
        self._lost = threading.Event()
        self._told: dict[str, Any] = {}
        self._is_over = False
        self._heard_at = time.monotonic()

    def progress(self, done: int, total: int = 0, note: str = "") -> None:
        """Tell how far it is, and end here when the job is cancelled or the worker is being stopped."""
        self.tell(done, total, note)
        self.check()

    def tell(self, done: int, total: int = 0, note: str = "") -> None:
        """The same for work that ends by itself at its next step, once `is_ending` or `is_cancelled`."""
        self._heard_at = time.monotonic()
        self._told = {"done": done, "total": total, "note": note[:200]}

    @property
    def silence(self) -> float:
        """Seconds since it last told its progress, asked whether to go on, or opened a unit."""
        return time.monotonic() - self._heard_at

    @property
    def is_cancelled(self) -> bool:
        return self._cancelled.is_set()

    @property
    def is_ending(self) -> bool:
        """Whether this worker has to let go of the job."""
        return self._stopping.is_set() or self._lost.is_set()

    def check(self) -> None:
        """End here when there is no use in going on."""
        self._heard_at = time.monotonic()
        if self._lost.is_set():
            raise lease.Overtaken(_("Another worker has this job now."))
        if self._cancelled.is_set():
            raise Cancelled
        if self._stopping.is_set():
            raise Stopped

    @contextmanager
    def unit(self) -> Iterator[Unit]:
        """A unit of work as whoever asked for the job, with the rights he has now. It is written only while the
        job is held, with the progress told so far."""
        self._heard_at = time.monotonic()
        with unit_of_work(self.engine) as opened, acting(self._actor(opened), self._origin()):
            yield opened
            if opened.is_writing and not self._is_over:
                lease.keep(opened, self.row, self.declared.lease, **self._taken())

    def end(self, opened: Unit, result: Any) -> None:
        """The job is done, with everything that this unit has written."""
        lease.end(opened, self.row, "done", result=result, **self._taken())
        self._is_over = True

    def _actor(self, opened: Unit) -> Actor:
        if self.row["acts_as"] == queue.SYSTEM:
            return SYSTEM
        if self.row["acts_as"] == queue.NOBODY:
            return ANONYMOUS
        user_id = self.row["actor_id"]
        found = load_actor(opened.connection, user_id, self.row["organisation_id"]) if user_id is not None else None
        if found is None:
            raise Forbidden(_("The user who started this job may not work any more."))
        return found

    def _origin(self) -> Origin:
        return Origin("job", request_id=self.row["request_id"] or f"job-{self.id}")

    def _taken(self) -> dict[str, Any]:
        told, self._told = self._told, {}
        return told

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Keep the lease during the body."""
        over = threading.Event()
        thread = threading.Thread(target=self._keep_until, args=(over,), name=f"job-{self.id}", daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    def _keep_until(self, over: threading.Event) -> None:
        renewed = time.monotonic()
        every = self.declared.lease / 3
        while not over.wait(min(LOOK_EVERY, every)):
            is_due = time.monotonic() - renewed > every
            try:
                if self._told or is_due:
                    run_unit(self.engine, self._renew)
                    renewed = time.monotonic()
                elif not self._cancelled.is_set():
                    self._look()
            except lease.Overtaken:
                self._lost.set()
                return
            except sa.exc.DBAPIError as error:
                log.warning("job %s: the lease could not be renewed: %s", self.id, error.orig)

    def _renew(self, opened: Unit) -> None:
        opened.begin_write()
        if lease.keep(opened, self.row, self.declared.lease, **self._taken()):
            self._cancelled.set()

    def _look(self) -> None:
        asked = sa.select(jobs.c.cancel_asked).where(jobs.c.id == self.id)
        with self.engine.connect() as connection:
            if connection.execute(asked).scalar():
                self._cancelled.set()
