"""The throw-away databases that all tests of data stand on."""

import sqlalchemy as sa
from sqlalchemy import text


def _execute(url, *statements):
    engine = sa.create_engine(url)
    try:
        with engine.begin() as connection:
            results = [connection.execute(text(statement)) for statement in statements]
            return results[-1].scalar() if results[-1].returns_rows else None
    finally:
        engine.dispose()


def _fill(url):
    _execute(url, "CREATE TABLE fruit (name TEXT)", "INSERT INTO fruit VALUES ('سیب')")


def test_a_fresh_database_is_empty_and_of_the_asked_kind(database_kind, database_url):
    assert sa.make_url(database_url).get_backend_name() == database_kind
    engine = sa.create_engine(database_url)
    assert sa.inspect(engine).get_table_names() == []
    engine.dispose()


def test_each_fresh_database_is_another(database_kind, fresh_database):
    first, second = fresh_database(database_kind), fresh_database(database_kind)
    _fill(first)
    _fill(second)
    assert _execute(second, "SELECT count(*) FROM fruit") == 1


def test_copies_start_alike_and_then_differ(database_kind, copied_database):
    first = copied_database(database_kind, "fruit", _fill)
    second = copied_database(database_kind, "fruit", _fill)
    _execute(first, "DELETE FROM fruit")
    assert _execute(first, "SELECT count(*) FROM fruit") == 0
    assert _execute(second, "SELECT name FROM fruit") == "سیب"


def test_postgresql_knows_persian_letters_and_trigrams(fresh_database):
    url = fresh_database("postgresql")
    trigrams = _execute(url, "CREATE EXTENSION pg_trgm", "SELECT array_length(show_trgm('سلام'), 1)")
    assert trigrams == 5
