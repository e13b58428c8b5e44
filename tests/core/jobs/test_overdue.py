"""Jobs that never end, or eat memory: ended, named, tried again by their rule, and nobody else suffers (REL-20)."""

from __future__ import annotations

import resource
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa

from core.declarations import Job
from core.jobs import overdue
from core.jobs import worker as workers
from core.jobs.clock import database_time
from core.plugin import containment
from core.plugin.health import write_down
from core.testing import eventually
from tests.core.jobs.conftest import Queue


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    for module, name, seconds in ((overdue, "DEAF", 0.3), (workers, "WATCH", 0.05), (workers, "GRACE", 1.0)):
        monkeypatch.setattr(module, name, seconds)
    containment.forget("contacts")


def noted(queue: Queue) -> tuple[str, str]:
    """What administrators find under Modules about the plugin of these jobs: where it failed, and the cause."""
    write_down(queue.engine)
    with queue.engine.connect() as connection:
        found = connection.execute(sa.text("SELECT phase, error FROM core_plugin WHERE name = 'contacts'")).one()
    return found.phase, found.error


def test_a_loop_without_end_is_ended_and_named_and_others_go_on(queue: Queue, declare: Callable[..., None]) -> None:
    tries, done = [], []

    def spin(_context: Any) -> None:
        tries.append(True)
        while True:
            try:
                sum(range(100))
            except Exception:
                continue

    note = Job("test.note", lambda context: done.append(context.id))
    declare(Job("contacts.spin", spin, retries=1, silence=0.3), note)
    with queue.working() as worker:
        looping = queue.ask("contacts.spin")
        eventually(lambda: queue[looping].state == "failed", 60)
        assert "contacts" in queue[looping].error.lower()
        assert "no sign of life" in queue[looping].error
        assert "in spin" in queue[looping].trace
        queue.change(looping, run_after=database_time(-10), delivery_id=None)
        eventually(lambda: queue[looping].state == "dead", 60)
        others = [queue.ask("test.note") for _ in range(2)]
        eventually(lambda: sorted(done) == others)
        assert not worker.gave_up
    assert (len(tries), queue[looping].attempts) == (2, 2)
    phase, cause = noted(queue)
    assert phase == "job contacts.spin"
    assert "in spin" in cause


def test_what_notices_nothing_costs_the_process_but_no_other_job_a_try(
    queue: Queue, declare: Callable[..., None]
) -> None:
    asleep, at_work = threading.Event(), threading.Event()

    def sleep(_context: Any) -> None:
        asleep.wait(30)

    def go_on(context: Any) -> None:
        at_work.set()
        for number in range(600):
            context.progress(number)
            time.sleep(0.05)

    declare(Job("contacts.sleep", sleep, retries=0, silence=0.3), Job("test.steps", go_on, in_steps=True, is_long=True))
    with queue.working() as worker:
        steady = queue.ask("test.steps")
        assert at_work.wait(60)
        deaf = queue.ask("contacts.sleep")
        eventually(lambda: worker.gave_up and worker.stopping.is_set(), 60)
        eventually(lambda: queue[steady].state == "waiting", 60)
        assert (queue[deaf].state, queue[deaf].attempts) == ("dead", 1)
        assert "in sleep" in queue[deaf].trace
        asleep.set()
    assert queue[steady].attempts == 0
    assert queue[deaf].state == "dead", "what it does later counts for nothing"
    assert noted(queue)[0] == "job contacts.sleep"


@contextmanager
def little_memory() -> Iterator[None]:
    before = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (2 * 1024**3, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, before)


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_job_that_eats_memory_is_refused_more_and_named(queue: Queue, declare: Callable[..., None]) -> None:
    def eat(_context: Any) -> None:
        bytearray(8 * 1024**3)

    declare(Job("contacts.eat", eat, retries=0), Job("contacts.leave", lambda _context: raise_exit(), retries=0))
    eating, leaving = queue.ask("contacts.eat"), queue.ask("contacts.leave")
    with little_memory():
        assert queue.work() == 2, "the worker is still there"
    assert queue[eating].state == queue[leaving].state == "dead"
    assert "more memory" in queue[eating].error
    page = queue.site.client().get("/settings/jobs?lang=fa").get_data(as_text=True)
    assert "یک پردازه" in page, "said to whoever looks, in his language"
    assert noted(queue)[0] in ("job contacts.eat", "job contacts.leave")


def raise_exit() -> None:
    raise SystemExit(3)
