"""kill -9 of a worker in the middle of a job or a mail: another one takes over, and the effect is there once."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from core import records
from core.db import make_engine, unit
from core.declarations import Job
from core.jobs import distributed, upkeep
from core.jobs import worker as workers
from core.jobs.clock import database_time
from core.jobs.models import jobs as table
from core.mail import outbox
from core.mail.models import mails
from core.ops import keeper
from core.testing import eventually
from tests.core.mail.server import keeping, rude


def _fork(work: Callable[[], Any]) -> int:
    """A process of its own that does `work`, with nothing of ours open."""
    pid = os.fork()
    if pid == 0:
        try:
            work()
        finally:
            os._exit(0)
    return pid


def _kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)


def _elsewhere(queue: Any, names: list[str], smtp_url: str = "") -> int:
    """A worker in another process that does one job."""
    url, settings = queue.site.app.settings.database_url, replace(queue.site.app.settings, smtp_url=smtp_url)
    queue.engine.dispose()
    return _fork(lambda: workers.Worker(make_engine(url), settings).work_next(names))


@pytest.mark.slow
def test_killed_in_the_middle_its_job_is_done_once_by_another(queue, declare):
    def slow(context: Any) -> None:
        records.create("contacts.tag", name=f"try {context.row['attempts']}")
        if context.row["attempts"] == 1:
            time.sleep(60)

    declare(Job("test.slow", slow))
    job_id = queue.ask("test.slow")
    child = _elsewhere(queue, ["test.slow"])
    eventually(lambda: queue[job_id].state == "running", 60)
    _kill(child)
    assert not queue.worker().work_next(["test.slow"]), "its lease is not over yet"
    queue.change(job_id, lease_until=database_time(-1))
    eventually(lambda: queue.worker().work_next(["test.slow"]), 60)
    with queue.site.unit():
        names = unit().execute(sa.text("SELECT name FROM contacts_tag")).scalars().all()
    assert names == ["try 2"]
    assert (queue[job_id].state, queue[job_id].attempts) == ("done", 2)


def test_the_keeper_replaces_a_killed_worker_and_its_job_goes_on(queue, declare, tmp_path):
    """What `diwan run` has beside it; the lease of the dead one is said to be over instead of being waited for."""
    def tell(context: Any) -> str:
        (tmp_path / f"try {context.row['attempts']}").write_text(str(os.getpid()))
        if context.row["attempts"] == 1:
            time.sleep(60)
        return "done"

    declare(Job("test.tell", tell))
    job_id, settings = queue.ask("test.tell"), queue.site.app.settings
    queue.engine.dispose()

    def work(goes_on: Callable[[], bool]) -> None:
        made = workers.Worker(make_engine(settings.database_url), settings)
        signal.signal(signal.SIGTERM, lambda _number, _frame: made.stop())
        workers.run(made, goes_on)

    with keeper.beside({"worker": work}):
        first = _process_of(tmp_path / "try 1")
        os.kill(first, signal.SIGKILL)
        queue.change(job_id, lease_until=database_time(-1))
        second = _process_of(tmp_path / "try 2")
        eventually(lambda: queue[job_id].state == "done", 60)
    assert first != second
    eventually(lambda: not Path(f"/proc/{second}").exists(), 60)


def _process_of(note: Path) -> int:
    eventually(lambda: note.exists() and note.read_text(), 60)
    return int(note.read_text())


@pytest.mark.slow
@pytest.mark.parametrize(("point", "state", "sent"), [
    ("greeting", "sent", 1), ("rcpt", "sent", 1), ("text", "unknown", 0),
])  # fmt: skip
def test_killed_while_sending_a_mail_is_sent_once_or_held(queue, point, state, sent):
    """REL-05: before the text it is made up for; with the text on its way nobody can know, so it is held."""
    with queue.site.unit():
        mail_id = outbox.send("sara@example.com", "Once", "Once")
    with rude(point, waits=True) as peer:
        child = _elsewhere(queue, [outbox.JOB], peer.url)
        assert peer.reached.wait(60)
        time.sleep(0.2)
        _kill(child)
    with queue.engine.begin() as connection:
        connection.execute(sa.update(mails).values(lease_until=database_time(-1)))
        connection.execute(sa.update(table).values(lease_until=database_time(-1)))
    with keeping() as server:
        worker = workers.Worker(queue.engine, replace(queue.site.app.settings, smtp_url=server.url))
        with queue.site.unit() as opened:
            outbox.wake(opened)
        while worker.work_next([outbox.JOB]):
            pass
        assert len(server.got) == sent
    with queue.engine.connect() as connection:
        assert connection.execute(sa.select(mails.c.state).where(mails.c.id == mail_id)).scalar() == state


@pytest.mark.slow
def test_two_workers_send_each_mail_once(queue):
    with keeping() as server:
        with queue.site.unit():
            for number in range(40):
                outbox.send(f"n{number}@example.com", f"Mail {number}", "Hello")
        settings = replace(queue.site.app.settings, smtp_url=server.url)
        with queue.site.unit() as opened:
            outbox.wake(opened)
        url = queue.site.app.settings.database_url
        queue.engine.dispose()
        children = [_fork(lambda: workers.Worker(make_engine(url), settings).work_next([outbox.JOB])) for _ in range(2)]
        for child in children:
            os.waitpid(child, 0)
        assert sorted(to for [to], _data in server.got) == sorted(f"n{number}@example.com" for number in range(40))


@pytest.mark.postgresql
@pytest.mark.parametrize("database_kind", ["postgresql"])
def test_a_lost_or_doubled_message_does_no_harm(queue, declare):
    """What Procrastinate carries is a number; what is to be done stands in our own table."""
    done = []
    declare(Job("test.note", lambda context: done.append(context.id)))
    lost, doubled = queue.ask("test.note"), queue.ask("test.note")
    with queue.engine.begin() as connection:
        connection.execute(sa.text("DELETE FROM procrastinate_jobs"))
        connection.execute(sa.update(table).values(run_after=database_time(-60)))
    assert upkeep.announce_again(queue.engine) == 2
    assert upkeep.announce_again(queue.engine) == 0
    with queue.engine.begin() as connection:
        connection.execute(sa.text(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args) SELECT queue_name, task_name, args"
            " FROM procrastinate_jobs"))
    with queue.working():
        eventually(lambda: {queue[one].state for one in (lost, doubled)} == {"done"})
        eventually(lambda: _messages(queue) == 0)
    assert sorted(done) == [lost, doubled]


def _messages(queue: Any) -> Any:
    with queue.engine.connect() as connection:
        return connection.execute(sa.text("SELECT count(*) FROM procrastinate_jobs")).scalar()


def test_the_copy_of_procrastinates_tables_is_that_of_the_installed_version():
    """When this fails, Procrastinate was raised: its new migrations belong into one of ours."""
    import procrastinate.schema

    from core.plugin.migrate import ENVIRONMENT
    copy = (ENVIRONMENT / "procrastinate.sql").read_text(encoding="utf-8")
    assert copy == procrastinate.schema.SchemaManager.get_schema()
    assert distributed.TASK == "diwan.job"
