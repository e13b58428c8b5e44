"""The write lock of a SQLite file: who waits leaves a note, gets it soon, and gives up in the end."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from core import sqlite_lock
from core.db import is_contention, make_engine, unit_of_work


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    made = make_engine(f"sqlite:///{tmp_path / 'some.db'}")
    with made.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE seen (who TEXT)")
    return made


def write(engine: Engine, who: str) -> None:
    with unit_of_work(engine) as opened:
        opened.begin_write()
        opened.execute(sa.text("INSERT INTO seen VALUES (:who)"), {"who": who})


def test_who_waits_is_noted_and_gets_the_lock_when_it_is_free(engine: Engine) -> None:
    with unit_of_work(engine) as holder:
        holder.begin_write()
        before = sqlite_lock.note(engine)
        waiting = threading.Thread(target=write, args=(engine, "waiter"))
        waiting.start()
        end = time.monotonic() + 60
        while sqlite_lock.note(engine) == before and time.monotonic() < end:
            time.sleep(0.005)
        assert sqlite_lock.note(engine) != before
        holder.execute(sa.text("INSERT INTO seen VALUES ('holder')"))
    waiting.join(60)
    with engine.connect() as connection:
        assert connection.execute(sa.text("SELECT who FROM seen ORDER BY rowid")).scalars().all() == [
            "holder",
            "waiter",
        ]


def test_a_free_lock_leaves_no_note(engine: Engine) -> None:
    write(engine, "alone")
    assert sqlite_lock.note(engine) == 0


def test_who_waits_too_long_is_told_that_it_may_try_again(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_lock, "PATIENCE", 0.05)
    with unit_of_work(engine) as holder:
        holder.begin_write()
        refused: list[sa.exc.OperationalError] = []

        def try_it() -> None:
            try:
                write(engine, "late")
            except sa.exc.OperationalError as error:
                refused.append(error)

        waiting = threading.Thread(target=try_it)
        waiting.start()
        waiting.join(60)
    assert len(refused) == 1
    assert is_contention(refused[0])
