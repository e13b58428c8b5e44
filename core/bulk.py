"""Many rows at once, by the driver's own quickest way: one statement for all on SQLite, COPY on PostgreSQL.

Through SQLAlchemy's `executemany` each row of 40 columns is turned into a dictionary, then a tuple, several times
over; that costs more than the database's own work. The values pass the same bind processors here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

#: From so many rows on COPY is faster than a statement a row.
COPY_FROM = 20
#: From so many rows on a table in memory costs less than a statement a row.
THROUGH_MEMORY_FROM = 10
#: Its name; it lives within the one transaction.
WAITING = "diwan_waiting_rows"


@contextmanager
def driver_of(connection: Connection, told_as: str) -> Iterator[Any]:
    """The driver's own connection in this transaction; its errors are raised as SQLAlchemy's."""
    dbapi_error = connection.dialect.loaded_dbapi.Error
    try:
        yield connection.connection.driver_connection
    except dbapi_error as error:
        raise sa.exc.DBAPIError.instance(
            told_as, None, error, dbapi_error, dialect=connection.dialect) from error  # fmt: skip


def insert(connection: Connection, table: sa.Table, names: Sequence[str], rows: list[list[Any]]) -> None:
    """Insert rows, values in the order of `names`; they are changed in place to what the driver takes."""
    if not rows:
        return
    for place, process in _processors(connection.dialect, table, names):
        _process(rows, place, process)
    with driver_of(connection, f"INSERT INTO {table.name}") as driver:
        if connection.dialect.name == "sqlite":
            _into_sqlite(driver, connection.dialect, table, names, rows)
        elif len(rows) < COPY_FROM:
            with driver.cursor() as cursor:
                cursor.executemany(_postgresql_statement(connection.dialect, table, names), rows)
        else:
            with driver.cursor() as cursor, cursor.copy(_copy_statement(connection.dialect, table, names)) as copy:
                for row in rows:
                    copy.write_row(row)


def _process(rows: list[list[Any]], place: int, process: Callable[[Any], Any]) -> None:
    """Many rows of a batch have the very same moment: it is processed once."""
    last = done = None
    for row in rows:
        value = row[place]
        if value is not None:
            if value is not last:
                last, done = value, process(value)
            row[place] = done


def _into_sqlite(
    driver: Any, dialect: sa.Dialect, table: sa.Table, names: Sequence[str], rows: list[list[Any]]
) -> None:
    """Through a table in memory where a trigger feeds a search index, so that all rows are one statement.

    FTS5 writes its buffer out, and merges what it wrote, at the start of each statement; that costs more than all
    the rest.
    """
    target, columns = _quoted(dialect, table, names)
    marks = ", ".join("?" * len(names))
    if "search_text" not in table.c or len(rows) < THROUGH_MEMORY_FROM:
        driver.executemany(f"INSERT INTO {target} ({columns}) VALUES ({marks})", rows)  # diwan: name
        return
    driver.execute(f"CREATE TEMP TABLE {WAITING} ({columns})")  # diwan: name
    driver.executemany(f"INSERT INTO temp.{WAITING} VALUES ({marks})", rows)  # diwan: name
    driver.execute(f"INSERT INTO {target} ({columns}) SELECT * FROM temp.{WAITING}")  # diwan: name
    driver.execute(f"DROP TABLE temp.{WAITING}")  # diwan: name


def _processors(dialect: sa.Dialect, table: sa.Table, names: Sequence[str]) -> list[tuple[int, Any]]:
    """(place, function) of the columns whose values the driver does not take as they are."""
    found = [(place, table.c[name].type.dialect_impl(dialect).bind_processor(dialect))
             for place, name in enumerate(names)]
    return [(place, process) for place, process in found if process is not None]


def _quoted(dialect: sa.Dialect, table: sa.Table, names: Sequence[str]) -> tuple[str, str]:
    quote = dialect.identifier_preparer.quote
    return quote(table.name), ", ".join(quote(name) for name in names)


def _postgresql_statement(dialect: sa.Dialect, table: sa.Table, names: Sequence[str]) -> str:
    name, columns = _quoted(dialect, table, names)
    return f"INSERT INTO {name} ({columns}) VALUES ({', '.join(['%s'] * len(names))})"  # diwan: name


def _copy_statement(dialect: sa.Dialect, table: sa.Table, names: Sequence[str]) -> str:
    name, columns = _quoted(dialect, table, names)
    return f"COPY {name} ({columns}) FROM STDIN"  # diwan: name
