"""The database's clock in SQL: leases and turns must not hang on the clocks of several machines (REL-15)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from core.db import Unit, UtcDateTime


class database_time(FunctionElement[dt.datetime]):
    """The instant `seconds` from now, by the clock of the database."""

    name = "database_time"
    inherit_cache = True
    type = UtcDateTime()

    def __init__(self, seconds: float = 0) -> None:
        super().__init__(sa.literal(float(seconds), sa.Float))


@compiles(database_time, "sqlite")
def _on_sqlite(element: database_time, compiler: Any, **options: Any) -> str:
    # As UtcDateTime stores it; SQLite knows thousandths, and six digits are expected.
    seconds = compiler.process(element.clauses, **options)
    return f"strftime('%Y-%m-%d %H:%M:%f000', 'now', ({seconds}) || ' seconds')"


@compiles(database_time, "postgresql")
def _on_postgresql(element: database_time, compiler: Any, **options: Any) -> str:
    seconds = compiler.process(element.clauses, **options)
    return f"(clock_timestamp() + make_interval(secs => {seconds}))"


def now(opened: Unit) -> dt.datetime:
    """What time it is for the database."""
    found: dt.datetime = opened.execute(sa.select(database_time())).scalar_one()
    return found
