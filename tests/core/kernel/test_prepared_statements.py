"""On PostgreSQL a statement that comes again and again is planned once, not at every request."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from core.db import make_engine, unit_of_work


@pytest.mark.postgresql
def test_units_that_only_read_keep_what_was_prepared(fresh_database: Callable[[str], str]) -> None:
    engine = make_engine(fresh_database("postgresql"), pool_size=1)
    asked = sa.select(sa.func.count()).select_from(sa.text("pg_class"))
    for _ in range(8):
        with unit_of_work(engine) as unit:
            unit.execute(asked)
    with unit_of_work(engine) as unit:
        prepared = unit.execute(sa.text("SELECT statement FROM pg_prepared_statements")).scalars().all()
    engine.dispose()
    assert any("pg_class" in statement for statement in prepared)


@pytest.mark.postgresql
def test_what_a_failed_unit_wrote_is_undone(fresh_database: Callable[[str], str]) -> None:
    engine = make_engine(fresh_database("postgresql"), pool_size=1)

    def fail() -> None:
        with unit_of_work(engine) as unit:
            unit.execute(sa.text("CREATE TABLE half_done (id integer)"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with unit_of_work(engine) as unit:
        found = unit.execute(sa.text("SELECT to_regclass('half_done')")).scalar()
    engine.dispose()
    assert found is None
