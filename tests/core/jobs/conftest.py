"""A site whose registry holds jobs of the test, and workers for it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa

from core import jobs
from core.declarations import Job
from core.jobs import worker as workers
from core.jobs.models import jobs as table
from core.plugin import assembly, lifecycle
from core.plugin.hookspecs import hookimpl
from core.testing import Site


class Queue:
    """Jobs declared by a test, asked for, and looked at afterwards."""

    def __init__(self, site: Site) -> None:
        self.site, self.engine = site, site.app.engine

    def ask(self, name: str, user_id: int | None = None, **options: Any) -> int:
        with self.site.unit(user_id):
            return jobs.enqueue(name, **options)

    def worker(self) -> workers.Worker:
        return workers.Worker(self.engine, self.site.app.settings)

    def work(self, most: int = 100) -> int:
        """One worker after the other until nothing is due; how many jobs were done."""
        worker, count = self.worker(), 0
        while count < most and worker.work_next():
            count += 1
        return count

    @contextmanager
    def working(self, **options: Any) -> Iterator[workers.Worker]:
        """A whole worker with its threads, during the body."""
        made = workers.Worker(self.engine, self.site.app.settings, **options)
        thread = threading.Thread(target=workers.run, args=(made,), daemon=True)
        thread.start()
        try:
            yield made
        finally:
            made.stop()
            thread.join(20)

    def __getitem__(self, job_id: int) -> Any:
        with self.site.unit():
            return SimpleNamespace(**(jobs.find(job_id) or {}))

    def change(self, job_id: int, **values: Any) -> None:
        with self.engine.begin() as connection:
            connection.execute(sa.update(table).where(table.c.id == job_id).values(**values))

    def all(self, name: str) -> list[Any]:
        with self.engine.connect() as connection:
            return list(connection.execute(sa.select(table).where(table.c.name == name).order_by(table.c.id)))


@pytest.fixture
def queue(site: Site) -> Queue:
    return Queue(site)


@pytest.fixture
def declare(site: Site, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """`declare(Job(…), …)`: these jobs exist as well, from now until the end of the test."""

    def make(*declared: Job) -> None:
        name = f"tests {len(assembly.KERNEL_HOOKS)}"
        module = SimpleNamespace(register_jobs=hookimpl(lambda: list(declared)), __name__=name)
        monkeypatch.setattr(assembly, "KERNEL_HOOKS", (*assembly.KERNEL_HOOKS, module))
        lifecycle.refresh(site.app.engine)

    yield make
    monkeypatch.undo()
    lifecycle.refresh(site.app.engine)
