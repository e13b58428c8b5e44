"""An import lets others write: it sees who waits for SQLite's lock, and who has written since its last step."""

from __future__ import annotations

import threading
import time

import pytest

from core import records
from core.db import unit_of_work
from core.registry import current as registry
from core.testing import Site, eventually
from core.transfer.pace import ALONE, CAREFUL, IN_COMPANY, LINGERING, MOST, MOST_PART, Pace
from tests.core.transfer.steps import CONTACT


def test_steps_grow_while_nobody_else_writes(site: Site) -> None:
    pace = Pace(site.app.engine.dialect.name)
    with unit_of_work(site.app.engine) as opened:
        rows = [pace.step(opened).rows for _ in range(6)]
    assert rows[0] == ALONE[pace.dialect].rows
    assert rows == sorted(rows)
    assert rows[-1] == MOST[pace.dialect]


def test_after_somebody_has_written_steps_are_short(site: Site) -> None:
    pace = Pace(site.app.engine.dialect.name)
    with unit_of_work(site.app.engine) as opened:
        pace.step(opened)
    for number in range(2):  # one of them may be the import's own
        with site.unit():
            records.create(CONTACT, name=f"P{number}", email=f"p{number}@example.com")
    with unit_of_work(site.app.engine) as opened:
        assert pace.step(opened) == IN_COMPANY[pace.dialect]


def test_for_a_minute_after_somebody_has_written_the_lock_is_held_only_briefly(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    pace = Pace(site.app.engine.dialect.name)
    with unit_of_work(site.app.engine) as opened:
        pace.step(opened)
    for number in range(2):
        with site.unit():
            records.create(CONTACT, name=f"P{number}", email=f"p{number}@example.com")
    for _ in range(20):
        pace.took(1000, 0.4)
    now = time.monotonic()
    with unit_of_work(site.app.engine) as opened:
        pace.step(opened)
        monkeypatch.setattr("time.monotonic", lambda: now + LINGERING + 1)
        soon = pace.step(opened)
        monkeypatch.setattr("time.monotonic", lambda: now + CAREFUL + 1)
        later = [pace.step(opened).rows for _ in range(6)]
    if pace.dialect == "sqlite":
        assert (soon.rows, soon.part) == (100, 100)  # 0.04 seconds at 0.4 ms a row
    assert later[-1] == MOST[pace.dialect]


def test_a_part_is_short_where_rows_take_long(site: Site) -> None:
    pace = Pace(site.app.engine.dialect.name)
    with unit_of_work(site.app.engine) as opened:
        for _ in range(5):
            pace.step(opened)
            pace.took(100, 0.3)
        step = pace.step(opened)
    assert step.rows == MOST[pace.dialect]
    if pace.dialect == "sqlite":
        assert 300 <= step.part <= 360  # LONGEST at 3 ms a row
    else:
        assert step.part == MOST_PART[pace.dialect]  # Nobody waits there.


def test_a_step_ends_when_somebody_waits(site: Site) -> None:
    engine, pace = site.app.engine, Pace(site.app.engine.dialect.name)

    def save() -> None:
        with site.unit():
            records.create(CONTACT, name="Waiting", email="w@example.com")

    waiting = threading.Thread(target=save)
    with unit_of_work(engine) as holder:
        pace.step(holder)
        holder.begin_write()
        assert not pace.somebody_waits(holder)
        waiting.start()
        if pace.dialect == "sqlite":
            eventually(lambda: pace.somebody_waits(holder), 60)
        else:
            waiting.join(60)
            assert pace.somebody_waits(holder)  # He has written, and will again.
        assert pace.in_company
    waiting.join(60)
    with site.unit():
        assert len(records.ids_by_key(registry().entity(CONTACT), "email", ["w@example.com"])) == 1
