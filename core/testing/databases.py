"""Throw-away databases for the tests of a plugin: SQLite always, PostgreSQL where a server is named.

`TEST_POSTGRESQL_URL` names one in which the tests may create and drop databases of their own, such as
`postgresql://postgres@127.0.0.1/postgres`. Without it the tests run on SQLite alone.
"""

from __future__ import annotations

import itertools
import os
import secrets
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from core.db import make_engine

SERVER = "TEST_POSTGRESQL_URL"
Prepare = Callable[[str], None]


class Databases:
    """Copies of prepared databases; a template is prepared once in a run of tests."""

    def __init__(self, folder: Path, server: str = "") -> None:
        self._folder = folder
        self._server = server
        self._run = f"diwan_test_{secrets.token_hex(4)}"
        self._numbers = itertools.count(1)
        self._templates: dict[tuple[str, str], str] = {}
        self._made: list[str] = []

    def copy(self, kind: str, template: str, prepare: Prepare) -> str:
        """The URL of a database like `template`, which `prepare(url)` filled at the first call."""
        source = self._templates.get((kind, template))
        if source is None:
            source = self._templates[kind, template] = self._new(kind, "")
            prepare(source)
        return self._new(kind, source)

    def close(self) -> None:
        """Drop what was made on the server; the folder's owner removes the files."""
        for name in reversed(self._made):
            self._execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def _new(self, kind: str, source: str) -> str:
        name = f"{self._run}_{next(self._numbers)}"
        if kind == "sqlite":
            url = f"sqlite:///{self._folder / name}.db"
            if source:
                _copy_sqlite(source.removeprefix("sqlite:///"), url.removeprefix("sqlite:///"))
            return url
        template = sa.make_url(source).database if source else "template1"
        self._made.append(name)
        self._execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return sa.make_url(self._server).set(database=name).render_as_string(hide_password=False)

    def _execute(self, statement: str) -> None:
        engine = make_engine(self._server)
        try:
            with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.exec_driver_sql(statement)
        finally:
            engine.dispose()


def _copy_sqlite(source: str, target: str) -> None:
    """By SQLite itself, which also copies what still lies in the write-ahead log."""
    with closing(sqlite3.connect(source)) as origin, closing(sqlite3.connect(target)) as copy:
        origin.backup(copy)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_kind(request: pytest.FixtureRequest) -> str:
    """"sqlite" and "postgresql" in turn; the second is skipped where TEST_POSTGRESQL_URL names no server."""
    kind: str = request.param
    if kind == "postgresql" and not os.environ.get(SERVER):
        pytest.skip(f"{SERVER} names no server")
    return kind


@pytest.fixture(scope="session")
def throwaway_databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    """The databases of this run of tests."""
    made = Databases(tmp_path_factory.mktemp("databases"), os.environ.get(SERVER, ""))
    yield made
    made.close()


@pytest.fixture
def copied_database(throwaway_databases: Databases) -> Callable[..., str]:
    """`copied_database(kind, template, prepare)` answers the URL of a copy of what `prepare(url)` made once."""
    copy: Any = throwaway_databases.copy
    return copy  # type: ignore[no-any-return]
