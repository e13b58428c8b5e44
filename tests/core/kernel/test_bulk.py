"""Many rows in one statement, with work for Python meanwhile."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from core import bulk
from core.db import unit_of_work

COUNT = 30
TRIAL = sa.Table("bulk_trial", sa.MetaData(), sa.Column("id", sa.BigInteger, primary_key=True),
                 sa.Column("search_text", sa.Text), sa.Column("note", sa.Text))  # fmt: skip


def insert(engine: Engine, first: int, meanwhile: Callable[[], None]) -> None:
    rows = [[number, f"name {number}"] for number in range(first, first + COUNT)]
    with unit_of_work(engine) as opened:
        opened.begin_write()
        bulk.insert(opened.connection, TRIAL, ("id", "search_text"), rows, meanwhile)


def test_work_is_done_beside_the_rows_and_an_error_is_that_of_the_database(installed) -> None:
    done: list[str] = []
    with installed.engine() as engine:
        with engine.begin() as connection:
            TRIAL.create(connection)
        insert(engine, 1, lambda: done.append("first"))
        with pytest.raises(sa.exc.IntegrityError):
            insert(engine, 1, lambda: done.append("again"))
        with pytest.raises(ZeroDivisionError):
            insert(engine, 1 + COUNT, lambda: done.append(str(1 // 0)))
        with engine.connect() as connection:
            stored = connection.execute(sa.select(TRIAL.c.id, TRIAL.c.search_text).order_by(TRIAL.c.id)).all()
    assert [tuple(row) for row in stored] == [(number, f"name {number}") for number in range(1, COUNT + 1)]
    assert done == ["first", "again"]


def test_rows_come_in_parts_and_a_later_part_may_have_values_that_the_first_had_not(installed) -> None:
    parts = [[[number, None, None] for number in (1, 2)],
             [[number, f"name {number}", "noted" if number == COUNT else None] for number in range(3, COUNT + 1)]]
    told: list[str] = []
    with installed.engine() as engine:
        with engine.begin() as connection:
            TRIAL.create(connection)
        with unit_of_work(engine) as opened:
            opened.begin_write()
            bulk.insert_made(opened.connection, TRIAL, ("id", "search_text", "note"), COUNT, iter(parts),
                             lambda: told.append("once"))
        with engine.connect() as connection:
            stored = connection.execute(sa.select(TRIAL).order_by(TRIAL.c.id)).all()
    assert [list(row) for row in stored] == [row for part in parts for row in part]
    assert told == ["once"]
