"""The queue: asked for inside a transaction, done once, tried again, given up, cancelled, handed on."""

from __future__ import annotations

import datetime as dt
import threading
import time
from typing import Any

import pytest
import sqlalchemy as sa

from core import jobs, records
from core.actor import actor
from core.db import unit
from core.declarations import Job
from core.errors import Conflict, DeclarationError, Invalid, Unavailable
from core.jobs import lease
from core.jobs.clock import database_time
from core.jobs.models import jobs as table
from core.language.i18n import Preferences, current, gettext, use
from core.testing import eventually

TAG = "contacts.tag"


def make_tag(context: jobs.Context) -> dict[str, Any]:
    made = records.create(TAG, name=context.arguments["name"])
    return {"tag": made.id}


def _tags(queue) -> list[str]:
    with queue.site.unit():
        return list(unit().execute(sa.text("SELECT name FROM contacts_tag ORDER BY id")).scalars())


def test_a_job_is_done_once_and_tells_its_result(queue, declare):
    declare(Job("test.tag", make_tag))
    job_id = queue.ask("test.tag", arguments={"name": "one"})
    assert queue[job_id].state == "waiting"
    assert queue.work() == 1
    done = queue[job_id]
    assert (done.state, done.attempts, done.error, done.worker) == ("done", 1, "", "")
    assert done.result["tag"] > 0
    assert queue.work() == 0
    assert _tags(queue) == ["one"]


def test_what_is_rolled_back_was_never_asked_for(queue, declare):
    declare(Job("test.tag", make_tag))
    with queue.site.unit() as opened:
        jobs.enqueue("test.tag", {"name": "never"})
        opened.rollback()
    assert queue.all("test.tag") == []
    assert queue.work() == 0


def test_only_registered_names_and_json_are_taken(queue, declare):
    """SEC-05: a job is a name that a plugin has registered, never a path to some function."""
    declare(Job("test.tag", make_tag))
    with queue.site.unit():
        for name in ("os.system", "core.records.create", "test.other"):
            with pytest.raises(DeclarationError):
                jobs.enqueue(name)
        with pytest.raises(DeclarationError):
            jobs.enqueue("test.tag", {"name": object()})


def test_one_of_a_kind_waits(queue, declare):
    declare(Job("test.tag", make_tag))
    first = queue.ask("test.tag", arguments={"name": "a"}, dedupe="a")
    assert queue.ask("test.tag", arguments={"name": "a"}, dedupe="a") == first
    queue.work()
    assert queue.ask("test.tag", arguments={"name": "b"}, dedupe="a") != first
    queue.work()
    assert _tags(queue) == ["a", "b"]


def test_it_waits_for_its_time_and_for_those_before_it(queue, declare):
    declare(Job("test.tag", make_tag))
    queue.ask("test.tag", arguments={"name": "later"}, run_after=dt.timedelta(hours=1))
    queue.ask("test.tag", arguments={"name": "second"})
    queue.ask("test.tag", arguments={"name": "first"}, priority=5)
    queue.work()
    assert _tags(queue) == ["first", "second"]


def test_it_acts_as_who_asked_in_his_language_calendar_and_zone(queue, declare):
    """T9: a job asked for in Arabic never runs in English; rights are those the user has when it runs."""
    def tell(context: jobs.Context) -> list[Any]:
        return [actor().email, gettext("Save"), current().calendar, current().timezone, current().digits]

    declare(Job("test.tell", tell), Job("test.tag", make_tag))
    user_id = queue.site.user("sara@example.com", "read_only")
    client = queue.site.client(user_id)
    client.post("/settings/me", {"language": "fa", "calendar": "jalali", "digits": "arabext",
                                 "timezone": "Asia/Tehran", "name": "Sara"})
    with use(Preferences("fa", "IR", "jalali", "arabext", "Asia/Tehran")):
        told, refused = queue.ask("test.tell", user_id), queue.ask("test.tag", user_id, arguments={"name": "no"})
    queue.work()
    assert queue[told].result == ["sara@example.com", "ذخیره", "jalali", "Asia/Tehran", "arabext"]
    assert queue[refused].state == "dead"
    assert "«برچسب‌ها · ایجاد»" in queue[refused].error


def test_nobody_acts_for_a_user_who_was_switched_off(queue, declare):
    declare(Job("test.tag", make_tag))
    user_id = queue.site.user("gone@example.com", "administrator")
    job_id = queue.ask("test.tag", user_id, arguments={"name": "no"})
    with queue.site.unit():
        records.update("core.user", user_id, {"active": False})
    queue.work()
    assert queue[job_id].state == "dead"
    assert _tags(queue) == []


def test_a_failing_job_is_tried_again_later_and_then_given_up(queue, declare):
    """REL-08: at last it is dead, with its error, and can be asked for anew."""
    def fail(context: jobs.Context) -> None:
        records.create(TAG, name="half")
        raise ValueError("a broken cable")

    declare(Job("test.fail", fail, retries=2, backoff=60))
    job_id = queue.ask("test.fail")
    waits = []
    for attempt in (1, 2, 3):
        assert queue.work() == 1
        found = queue[job_id]
        assert found.attempts == attempt
        waits.append((found.run_after - found.finished_at).total_seconds())
        queue.change(job_id, run_after=database_time())
    assert found.state == "dead"
    assert found.error == "ValueError: a broken cable"
    assert "in fail" in found.trace
    assert 30 <= waits[0] <= 91
    assert 60 <= waits[1] <= 181
    assert _tags(queue) == [], "a try that failed leaves nothing"
    with queue.site.unit():
        jobs.retry(job_id)
    assert queue[job_id].state == "waiting"
    assert queue.work() == 1


def test_a_refusal_is_final_and_what_passes_is_not(queue, declare):
    def refuse(context: jobs.Context) -> None:
        raise {"invalid": Invalid, "busy": Unavailable, "changed": Conflict}[context.arguments["how"]]("so it is")

    declare(Job("test.refuse", refuse))
    ids = {how: queue.ask("test.refuse", arguments={"how": how}) for how in ("invalid", "busy", "changed")}
    queue.work()
    assert {how: queue[job_id].state for how, job_id in ids.items()} == {
        "invalid": "dead", "busy": "failed", "changed": "failed"}
    assert queue[ids["invalid"]].error == "so it is"


def test_a_poison_job_does_not_block_the_others(queue, declare):
    """Not even one that ends the worker each time: after its tries it is given up unseen."""
    declare(Job("test.tag", make_tag, retries=1))
    poison = queue.ask("test.tag", arguments={"name": "poison"}, priority=9)
    other = queue.ask("test.tag", arguments={"name": "fine"})
    for _death in range(2):
        with queue.site.unit() as opened:
            assert lease.claim(opened, poison, Job("test.tag", make_tag)) is not None
        queue.change(poison, lease_until=database_time(-1))
    assert queue.work() == 2
    assert queue[poison].state == "dead"
    assert queue[other].state == "done"
    assert _tags(queue) == ["fine"]


def test_a_lost_lease_writes_nothing(queue, declare):
    """A worker that was thought dead finds its job taken, and what it has written goes back."""
    def slow(context: jobs.Context) -> None:
        records.create(TAG, name=f"by {context.row['attempts']}")
        if context.row["attempts"] == 1:
            with context.engine.connect() as other:
                assert other.dialect.name in ("sqlite", "postgresql")
            unit().execute(sa.update(table).where(table.c.id == context.id).values(worker="somebody else"))

    declare(Job("test.slow", slow))
    job_id = queue.ask("test.slow")
    queue.work()
    assert _tags(queue) == []
    queue.change(job_id, lease_until=database_time(-1))
    queue.work()
    assert _tags(queue) == ["by 2"]
    assert queue[job_id].state == "done"


def test_what_waits_is_cancelled_at_once_and_what_runs_at_its_next_step(queue, declare):
    running = threading.Event()

    def count(context: jobs.Context) -> None:
        for number in range(600):
            running.set()
            context.progress(number, 600, "counting")
            time.sleep(0.05)

    declare(Job("test.count", count, in_steps=True))
    waiting = queue.ask("test.count", run_after=dt.timedelta(hours=1))
    job_id = queue.ask("test.count")
    with queue.site.unit():
        assert jobs.cancel(waiting) == "cancelled"
    with queue.working():
        assert running.wait(60)
        eventually(lambda: queue[job_id].done > 0)
        assert (queue[job_id].total, queue[job_id].note) == (600, "counting")
        with queue.site.unit():
            assert jobs.cancel(job_id) == "running"
        eventually(lambda: queue[job_id].state == "cancelled")
    with queue.site.unit(), pytest.raises(Conflict):
        jobs.cancel(job_id)


def test_a_worker_that_is_stopped_hands_its_job_back(queue, declare):
    running = threading.Event()

    def count(context: jobs.Context) -> str:
        running.set()
        while context.arguments["wait"] and context.row["attempts"] == 1 and not context.arguments.get("over"):
            context.progress(1, 2)
            time.sleep(0.02)
        return "done"

    declare(Job("test.count", count, in_steps=True))
    job_id = queue.ask("test.count", arguments={"wait": True})
    with queue.working():
        assert running.wait(60)
    found = queue[job_id]
    assert (found.state, found.attempts, found.worker) == ("waiting", 0, "")
    queue.change(job_id, arguments={"wait": False})
    assert queue.work() == 1
    assert queue[job_id].result == "done"


def test_a_job_longer_than_its_lease_keeps_it(queue, declare):
    began = []

    def slow(context: jobs.Context) -> None:
        began.append(context.row["attempts"])
        first = lease_until()
        eventually(lambda: lease_until() > first, 60)

    def lease_until() -> dt.datetime:
        return queue.all("test.slow")[0].lease_until

    declare(Job("test.slow", slow, lease=6))
    job_id = queue.ask("test.slow")
    with queue.working(), queue.working():
        eventually(lambda: queue[job_id].state == "done", 60)
    assert began == [1]


def test_a_long_job_leaves_a_place_for_short_ones(queue, declare):
    over = threading.Event()
    declare(Job("test.long", lambda context: over.wait(120) and None, is_long=True, in_steps=True),
            Job("test.tag", make_tag))
    with queue.working():
        long = [queue.ask("test.long") for _number in range(3)]
        eventually(lambda: "running" in [queue[job_id].state for job_id in long])
        short = queue.ask("test.tag", arguments={"name": "quick"})
        eventually(lambda: queue[short].state == "done")
        assert [queue[job_id].state for job_id in long].count("running") == 1
        over.set()
        eventually(lambda: {queue[job_id].state for job_id in long} == {"done"})


def seconds_until_done(queue, name):
    began = time.monotonic()
    job_id = queue.ask("test.tag", arguments={"name": name})
    eventually(lambda: queue[job_id].state == "done")
    return time.monotonic() - began


def test_a_worker_hears_of_a_job_soon(queue, declare):
    declare(Job("test.tag", make_tag))
    with queue.working():
        first = queue.ask("test.tag", arguments={"name": "warm"})
        eventually(lambda: queue[first].state == "done")
        assert any(seconds_until_done(queue, f"soon {number}") < 1.5 for number in range(10))


def test_jobs_of_a_plugin_that_is_off_wait(queue, declare):
    declare(Job("test.tag", make_tag))
    job_id = queue.ask("test.tag", arguments={"name": "patient"})
    worker = queue.worker()
    assert not worker.work_next([])
    assert queue[job_id].state == "waiting"
    assert queue.work() == 1


def test_many_workers_do_each_job_once(queue, declare):
    declare(Job("test.tag", make_tag))
    with queue.site.unit():
        for number in range(60):
            jobs.enqueue("test.tag", {"name": f"n{number}"})
    with queue.working(), queue.working(), queue.working():
        eventually(lambda: {row.state for row in queue.all("test.tag")} == {"done"}, 60)
    assert sorted(_tags(queue)) == sorted(f"n{number}" for number in range(60))
