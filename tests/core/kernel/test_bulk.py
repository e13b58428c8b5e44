"""Many rows in one statement, with work for Python meanwhile."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from core import bulk
from core.db import unit_of_work

COUNT = 30
NAMES = ("id", "search_text")
ROWS = [[number, f"name {number}"] for number in range(1, COUNT + 1)]


def test_work_is_done_beside_the_rows_and_an_error_is_that_of_the_database(installed) -> None:
    made = sa.Table("bulk_trial", sa.MetaData(), sa.Column("id", sa.BigInteger, primary_key=True),
                    sa.Column("search_text", sa.Text))  # fmt: skip
    done: list[str] = []
    with installed.engine() as engine:
        with engine.begin() as connection:
            made.create(connection)
        with unit_of_work(engine) as opened:
            opened.begin_write()
            bulk.insert(opened.connection, made, NAMES, ROWS, lambda: done.append("first"))
        with pytest.raises(sa.exc.IntegrityError), unit_of_work(engine) as opened:
            opened.begin_write()
            bulk.insert(opened.connection, made, NAMES, ROWS, lambda: done.append("again"))
        with pytest.raises(ZeroDivisionError), unit_of_work(engine) as opened:
            opened.begin_write()
            bulk.insert(opened.connection, made, NAMES, [[COUNT + number, text] for number, text in ROWS],
                        lambda: done.append(str(1 // 0)))  # fmt: skip
        with engine.connect() as connection:
            stored = connection.execute(sa.select(made).order_by(made.c.id)).all()
    assert [tuple(row) for row in stored] == [(number, text) for number, text in ROWS]
    assert done == ["first", "again"]
