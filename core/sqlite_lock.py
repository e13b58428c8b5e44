"""The one write lock of a SQLite file, shared so that a long import keeps nobody waiting.

SQLite's own waiting sleeps for up to a tenth of a second between looks at the lock, and whoever holds it cannot know
that anybody waits. Here a waiter looks every millisecond, and leaves a note: the time of the file "…-waiting" beside
the database. Who writes much looks at the note between its steps and lets go early.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

#: Seconds after which a waiter gives up; SQLite's own waiting, for all else than this lock, is as long.
PATIENCE = 10.0
OWN_WAITING = "PRAGMA busy_timeout=10000"
LOOK_EVERY = 0.001


def begin(connection: Connection) -> None:
    """Begin a transaction that holds the write lock; OperationalError "database is locked" after PATIENCE."""
    end, noted = time.monotonic() + PATIENCE, False
    driver = connection.connection.driver_connection
    assert driver is not None
    driver.execute("PRAGMA busy_timeout=0")
    try:
        while True:
            try:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            except sa.exc.OperationalError as error:
                if "database is locked" not in str(error.orig) or time.monotonic() > end:
                    raise
            else:
                return
            if not noted:
                _leave_note(connection.engine)
                noted = True
            time.sleep(LOOK_EVERY)
    finally:
        driver.execute(OWN_WAITING)


def note(engine: Engine) -> int:
    """A number that changes when somebody has begun to wait; always 0 for other databases."""
    path = _path(engine)
    try:
        return os.stat(path).st_mtime_ns if path is not None else 0
    except OSError:
        return 0


def _leave_note(engine: Engine) -> None:
    path = _path(engine)
    if path is not None:
        now = time.time_ns()
        path.touch()
        os.utime(path, ns=(now, now))


def _path(engine: Engine) -> Path | None:
    name = engine.url.database if engine.dialect.name == "sqlite" else None
    return Path(f"{name}-waiting") if name and name != ":memory:" else None
