"""Turns by the wall clock: once however many look, made up for, right at the change to summer time."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa

from core.declarations import Job
from core.errors import DeclarationError
from core.jobs import schedule, upkeep
from core.jobs.clock import database_time
from core.jobs.models import jobs as table
from core.jobs.models import schedules
from core.language.i18n import Preferences

HOUR = dt.timedelta(hours=1)
NAME = "test.turn"


def _nothing(_context: Any) -> None:
    """A job that is only counted."""


def _turn(queue: Any, seconds: float) -> None:
    """Let the next turn be so many seconds from now, as if the clock had been moved."""
    with queue.engine.begin() as connection:
        connection.execute(sa.update(schedules).where(schedules.c.name == NAME).values(next_at=database_time(seconds)))


def _tick(queue: Any) -> list[str]:
    return [name for name in schedule.tick(queue.engine) if name == NAME]


def _next(queue: Any) -> float:
    """Seconds until the next turn."""
    with queue.engine.connect() as connection:
        row = connection.execute(sa.select(schedules.c.next_at, database_time()).where(schedules.c.name == NAME)).one()
    return (row[0] - row[1]).total_seconds()


def test_a_turn_is_taken_once_by_many_schedulers(queue, declare):
    declare(Job(NAME, _nothing, every=HOUR))
    assert _tick(queue) == [], "the first turn is an hour from now"
    assert 3500 < _next(queue) <= 3600
    _turn(queue, -1)
    with ThreadPoolExecutor(6) as pool:
        taken = [name for found in pool.map(lambda _n: _tick(queue), range(6)) for name in found]
    assert taken == [NAME]
    (row,) = queue.all(NAME)
    assert row.acts_as == "system"
    assert 3500 < _next(queue) <= 3600


def test_missed_turns_are_made_up_for_by_one_or_skipped(queue, declare):
    declare(Job(NAME, _nothing, every=HOUR))
    _tick(queue)
    _turn(queue, -10 * 3600)
    assert (_tick(queue), _tick(queue)) == ([NAME], [])
    queue.work()
    declare(Job("test.other", _nothing), Job("test.skip", _nothing, every=HOUR, catch_up="skip"))
    schedule.tick(queue.engine)
    with queue.engine.begin() as connection:
        connection.execute(sa.update(schedules).where(schedules.c.name == "test.skip").values(
            next_at=database_time(-10 * 3600)))
    assert "test.skip" not in schedule.tick(queue.engine)


def test_a_clock_that_jumps_an_hour_neither_doubles_nor_stops(queue, declare):
    declare(Job(NAME, _nothing, every=dt.timedelta(minutes=5)))
    _tick(queue)
    _turn(queue, 3900)
    assert _tick(queue) == [], "set back an hour: the next turn is five minutes from now again"
    assert 200 < _next(queue) <= 300
    _turn(queue, -3600)
    assert (_tick(queue), _tick(queue)) == ([NAME], []), "set forward an hour: one turn for the twelve that were missed"
    assert len(queue.all(NAME)) == 1


def test_another_rule_begins_anew(queue, declare):
    declare(Job(NAME, _nothing, every=HOUR))
    _tick(queue)
    declare(Job("test.unused", _nothing))
    with queue.engine.begin() as connection:
        connection.execute(sa.update(schedules).where(schedules.c.name == NAME).values(
            rule="every 60", next_at=database_time(-1)))
    assert _tick(queue) == []
    assert 3500 < _next(queue) <= 3600


BERLIN = Preferences(timezone="Europe/Berlin")


@pytest.mark.parametrize(("after", "turns"), [
    # On 29 March 2026 there is no half past two; on 25 October there are two of them.
    ("2026-03-28T00:00", ["2026-03-28T01:30", "2026-03-29T01:00", "2026-03-30T00:30"]),
    ("2026-10-24T12:00", ["2026-10-25T00:30", "2026-10-26T01:30"]),
])  # fmt: skip
def test_a_daily_turn_comes_once_a_day_also_when_the_clocks_change(after, turns):
    job = Job(NAME, _nothing, cron="30 2 * * *")
    at = dt.datetime.fromisoformat(after).replace(tzinfo=dt.UTC)
    found = []
    for _turn_of in turns:
        at = schedule.next_turn(job, at, BERLIN)
        found.append(at.strftime("%Y-%m-%dT%H:%M"))
    assert found == turns


@pytest.mark.parametrize("wrong", [
    {"cron": "every day"}, {"every": HOUR, "cron": "0 * * * *"}, {"every": dt.timedelta(0)}, {"catch_up": "twice"},
    {"name": "os.path.join"}, {"name": "Job"}, {"retries": -1},
])  # fmt: skip
def test_what_cannot_be_a_job_is_refused_at_the_start(wrong):
    with pytest.raises(DeclarationError):
        Job(**{"name": NAME, "run": _nothing, **wrong})


def test_old_jobs_are_forgotten(queue, declare):
    declare(Job(NAME, _nothing))
    old, young = queue.ask(NAME), queue.ask(NAME)
    queue.work()
    queue.change(old, finished_at=database_time(-8 * 86_400))
    queue.ask("core.forget_jobs")
    queue.work()
    with queue.engine.connect() as connection:
        left = connection.execute(sa.select(table.c.id).where(table.c.name == NAME)).scalars().all()
    assert left == [young]
    assert upkeep.announce_again(queue.engine) == 0
