"""Empty databases by the dozen, and copies of prepared ones, on SQLite and PostgreSQL.

Preparing a database (migrations, sample data) takes seconds, copying one some milliseconds,
so a test asks for a copy wherever the content is the same.
"""

import itertools
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from functools import cache
from pathlib import Path

import psycopg
from psycopg import sql

from tests.support import postgresql, run_folder


class Databases:
    """The databases of one process of the test run; their names are unique in the run."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = itertools.count(1)

    def fresh(self, kind: str) -> str:
        """The URL of an empty database of this kind ("sqlite" or "postgresql")."""
        name = self._next_name()
        if kind == "sqlite":
            return _sqlite_url(self._folder / f"{name}.db")
        return _create(name)

    def copy(self, kind: str, template: str, prepare: Callable[[str], None]) -> str:
        """The URL of a copy of the database `template`, which `prepare(url)` fills once per run."""
        with run_folder.locked(f"{kind}-{template}") as done:
            source = _template_url(kind, template)
            if not done.exists():
                if kind == "postgresql":
                    _create(f"template_{template}")
                prepare(source)
                done.touch()
            return self._copy_of(kind, template)

    def drop(self, url: str) -> None:
        """Remove a database that a test is done with, whoever is still connected to it."""
        if url.startswith("sqlite"):
            path = url.removeprefix("sqlite:///")
            for suffix in ("", "-wal", "-shm", "-journal"):
                Path(path + suffix).unlink(missing_ok=True)
            return
        name = url.split("@/")[1].split("?")[0]
        _run(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def _copy_of(self, kind: str, template: str) -> str:
        name = self._next_name()
        if kind == "postgresql":
            return _create(name, f"template_{template}")
        target = self._folder / f"{name}.db"
        _copy_sqlite(_sqlite_template(template), target)
        return _sqlite_url(target)

    def _next_name(self) -> str:
        worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
        return f"test_{worker}_{next(self._numbers)}"


def _template_url(kind: str, template: str) -> str:
    if kind == "sqlite":
        return _sqlite_url(_sqlite_template(template))
    return postgresql.url(postgresql.server(), f"template_{template}")


def _sqlite_template(template: str) -> Path:
    return run_folder.current() / f"template_{template}.db"


def _sqlite_url(path: Path) -> str:
    return f"sqlite:///{path}"


def _copy_sqlite(source: Path, target: Path) -> None:
    """By SQLite itself, which also copies what still lies in the write-ahead log."""
    with closing(sqlite3.connect(source)) as origin, closing(sqlite3.connect(target)) as copy:
        origin.backup(copy)


def _create(name: str, template: str = "template1") -> str:
    """A new PostgreSQL database; copying files is faster than logging every page of them."""
    command = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy")
    _run(command.format(sql.Identifier(name), sql.Identifier(template)))
    return postgresql.url(postgresql.server(), name)


def _run(command: sql.Composed) -> None:
    _administration(os.getpid()).execute(command)


@cache
def _administration(_process: int) -> psycopg.Connection:
    """One connection for each process: each of them costs the server a process, and a test would open two."""
    return postgresql.connect(postgresql.server())
