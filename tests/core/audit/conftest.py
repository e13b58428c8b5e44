"""A database with nothing but the log in it, and a user who acts from an address."""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy.engine import Engine

from core.actor import Actor, Origin, acting
from core.audit.models import audit, cut, head, link
from core.audit.protect import append_only_ddl, begin_chain, cut_ddl
from core.db import make_engine, metadata

SARA = Actor(id=3, name="سارة الأحمدي", organisation_id=1)
FROM_BROWSER = Origin(channel="web", address="192.0.2.17", request_id="0123456789abcdef")


def prepare(url: str) -> Engine:
    """The log's tables as the migrations make them."""
    made = make_engine(url, pool_size=10)
    metadata.create_all(made, tables=[audit, link, head, cut])
    with made.begin() as connection:
        for statement in (*append_only_ddl(made.dialect.name), *cut_ddl(made.dialect.name)):
            connection.exec_driver_sql(statement)
        begin_chain(connection)
    return made


@pytest.fixture
def engine(database_kind: str, copied_database: Callable[..., str]) -> Iterator[Engine]:
    """An empty log, on each kind of database in turn."""
    made = make_engine(copied_database(database_kind, "audit", lambda url: prepare(url).dispose()), pool_size=10)
    yield made
    made.dispose()


@pytest.fixture
def log_in(fresh_database: Callable[[str], str]) -> Iterator[Callable[[str], Engine]]:
    """`log_in(kind) -> engine`: an empty log in a database of that kind."""
    made: list[Engine] = []

    def make(kind: str) -> Engine:
        made.append(prepare(fresh_database(kind)))
        return made[-1]

    yield make
    for each in made:
        each.dispose()


@pytest.fixture(autouse=True)
def sara() -> Iterator[Actor]:
    with acting(SARA, FROM_BROWSER) as actor:
        yield actor
