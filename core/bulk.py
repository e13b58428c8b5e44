"""Many rows at once, by the driver's own quickest way: one statement for all on SQLite, COPY on PostgreSQL.

Through SQLAlchemy's `executemany` each row of 40 columns is turned into a dictionary, then a tuple, several times
over; that costs more than the database's own work. The values pass the same bind processors here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator, KeysView, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import chain
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


#: A column's name and its values in all rows.
Columns = dict[str, Sequence[Any]]


def insert(
    connection: Connection, table: sa.Table, names: Sequence[str], rows: Sequence[Sequence[Any]],
    meanwhile: Callable[[], None] = lambda: None,
) -> None:
    """Insert rows, values in the order of `names`. The first column tells the rows apart or is at least not null.

    `meanwhile` is what there is to do that needs no database; it is done while the database works, where it can be.
    """
    if rows:
        insert_made(connection, table, names, len(rows), iter([rows]), meanwhile)


def insert_made(
    connection: Connection, table: sa.Table, names: Sequence[str], count: int, parts: Iterator[Sequence[Sequence[Any]]],
    meanwhile: Callable[[], None] = lambda: None,
) -> None:
    """As `insert`, for `count` rows that come in parts: PostgreSQL takes one in while the next is made.

    Making them needs no database.
    """
    dialect = connection.dialect
    with driver_of(connection, f"INSERT INTO {table.name}") as driver:
        if dialect.name == "postgresql" and count >= COPY_FROM:
            _copy(driver, dialect, table, (_columns(dialect, table, names, rows) for rows in parts), meanwhile)
            return
        columns = _columns(dialect, table, names, [*chain.from_iterable(parts)])
        if dialect.name == "postgresql":
            columns = {name: columns[name] for name in _given(table, columns)}
            with driver.cursor() as cursor:
                cursor.executemany(_statement(dialect, table, columns, "%s"), [*zip(*columns.values(), strict=True)])
        elif count >= THROUGH_MEMORY_FROM and "search_text" in table.c:
            _through_memory(driver, dialect, table, columns, meanwhile)
            return
        else:
            driver.executemany(_statement(dialect, table, columns, "?"), zip(*columns.values(), strict=True))
    meanwhile()


def _copy(
    driver: Any, dialect: sa.Dialect, table: sa.Table, parts: Iterator[Columns], meanwhile: Callable[[], None]
) -> None:
    """One COPY for all parts, as long as none has a value in a column that those before had none in."""
    columns = next(parts, None)
    while columns is not None:
        names = _given(table, columns)
        with driver.cursor() as cursor, cursor.copy(_copy_statement(dialect, table, names)) as copy:
            while columns is not None and _given(table, columns) <= names:
                for row in zip(*map(columns.__getitem__, names), strict=True):
                    copy.write_row(row)
                columns = next(parts, None)
            if columns is None:
                meanwhile()


def _columns(dialect: sa.Dialect, table: sa.Table, names: Sequence[str], rows: Sequence[Sequence[Any]]) -> Columns:
    """The rows turned by a quarter, their values as the driver takes them."""
    columns: Columns = {}
    for name, values in zip(names, zip(*rows, strict=True), strict=True):
        process = _processor(dialect, table.c[name])
        if values[0] is not None and _is_alike(values):
            # Many rows of a batch have the very same moment: it is processed, and made text of, once.
            value = values[0] if process is None else process(values[0])
            columns[name] = [str(value) if isinstance(value, dt.datetime) else value] * len(values)
        elif process is None:
            columns[name] = values
        else:
            columns[name] = [None if value is None else process(value) for value in values]
    return columns


def _is_alike(values: Sequence[Any]) -> bool:
    return values.count(values[0]) == len(values)


def _processor(dialect: sa.Dialect, column: sa.Column[Any]) -> Callable[[Any], Any] | None:
    """What makes a value one that the driver takes; None where it takes it as it is.

    Both drivers take bytes, and PostgreSQL's takes dates, at a price: SQLite's asks for each bytes whether somebody
    has said how to store such a thing, and PostgreSQL's writes dates in Python.
    """
    if isinstance(column.type, sa.LargeBinary):
        return bytearray if dialect.name == "sqlite" else None
    if isinstance(column.type, sa.Date) and dialect.name == "postgresql":
        return dt.date.isoformat
    return column.type.dialect_impl(dialect).bind_processor(dialect)


def _given(table: sa.Table, columns: Columns) -> KeysView[str]:
    """Columns without any value are left out, which writes the same, unless the table has a default for them."""
    first = next(iter(columns))
    return {name: None for name, values in columns.items()
            if name == first or table.c[name].server_default is not None or values.count(None) < len(values)}.keys()


def _through_memory(
    driver: Any, dialect: sa.Dialect, table: sa.Table, columns: Columns, meanwhile: Callable[[], None]
) -> None:
    """Through a table in memory, where a trigger feeds a search index, so that all rows are one statement.

    FTS5 writes its buffer out, and merges what it wrote, at the start of each statement; that costs more than all
    the rest. What all rows have alike is handed over once.
    """
    _first, *others = columns
    alike = {name: columns[name][0] for name in others if _is_alike(columns[name])}
    own = {name: values for name, values in columns.items() if name not in alike}
    target, into = _quoted(dialect, table, [*own, *alike])
    _table, waiting = _quoted(dialect, table, own)
    selected = ", ".join([waiting, *"?" * len(alike)])
    driver.execute(f"CREATE TEMP TABLE {WAITING} ({waiting})")  # diwan: name
    driver.executemany(f"INSERT INTO temp.{WAITING} VALUES ({', '.join('?' * len(own))})",  # diwan: name
                       zip(*own.values(), strict=True))  # fmt: skip
    statement = f"INSERT INTO {target} ({into}) SELECT {selected} FROM temp.{WAITING}"  # diwan: name
    _beside(lambda: driver.execute(statement, list(alike.values())), meanwhile)
    driver.execute(f"DROP TABLE temp.{WAITING}")  # diwan: name


def _beside(statement: Callable[[], Any], meanwhile: Callable[[], None]) -> None:
    """One long statement in a thread: SQLite lets Python go on until it is done. Its error is raised here."""
    with ThreadPoolExecutor(1) as thread:
        done = thread.submit(statement)
        meanwhile()
    done.result()


def _quoted(dialect: sa.Dialect, table: sa.Table, names: Iterable[str]) -> tuple[str, str]:
    quote = dialect.identifier_preparer.quote
    return quote(table.name), ", ".join(quote(name) for name in names)


def _statement(dialect: sa.Dialect, table: sa.Table, names: Collection[str], mark: str) -> str:
    name, columns = _quoted(dialect, table, names)
    return f"INSERT INTO {name} ({columns}) VALUES ({', '.join([mark] * len(names))})"  # diwan: name


def _copy_statement(dialect: sa.Dialect, table: sa.Table, names: Iterable[str]) -> str:
    name, columns = _quoted(dialect, table, names)
    return f"COPY {name} ({columns}) FROM STDIN"  # diwan: name
