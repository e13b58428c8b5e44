"""The database itself refuses to change what is written (AUD-04)."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from core.audit.listener import record
from core.audit.models import audit, head, link
from core.audit.protect import begin_chain, grants_ddl
from core.audit.verify import verify
from core.db import make_engine, unit_of_work


@pytest.fixture
def written(engine: Engine) -> Engine:
    for number in range(2):
        with unit_of_work(engine):
            record("contacts.contact", number, "سارة", "create", {})
    return engine


FORBIDDEN = [
    sa.update(audit).values(record_title="X"),
    sa.update(audit).where(audit.c.id == 1).values(salt=None, changes=None),
    sa.delete(audit),
    sa.delete(audit).where(audit.c.id == 2),
    sa.update(link).where(link.c.seq == 1).values(rows=2),
    sa.delete(link),
    sa.delete(head),
    sa.update(head).values(seq=1),
    sa.update(head).values(seq=9),
    sa.update(head).values(id=2, seq=3),
]


@pytest.mark.parametrize("statement", FORBIDDEN, ids=str)
def test_what_is_written_stays(written: Engine, statement: sa.Executable) -> None:
    with pytest.raises(sa.exc.DBAPIError, match=r" is append-only|only moves on"), written.begin() as connection:
        connection.execute(statement)
    assert verify(written).rows == 2


def test_replacing_inserts_are_refused_on_sqlite(written: Engine) -> None:
    """SQLite deletes the old row then, without telling the trigger for deletes."""
    with written.connect() as connection:
        rows = {table: dict(connection.execute(sa.select(table)).first()._mapping) for table in (audit, link, head)}
    for table, row in rows.items():
        insert = sa.insert(table).values(row)
        if written.dialect.name == "sqlite":
            insert = insert.prefix_with("OR REPLACE")
        with pytest.raises(sa.exc.DBAPIError), written.begin() as connection:
            connection.execute(insert)
    assert verify(written).ok


@pytest.mark.postgresql
@pytest.mark.parametrize("database_kind", ["postgresql"])
@pytest.mark.parametrize("table", ["core_audit", "core_audit_link", "core_audit_head"])
def test_truncating_is_refused(written: Engine, table: str) -> None:
    with pytest.raises(sa.exc.DBAPIError, match=" is append-only"), written.begin() as connection:
        connection.execute(sa.DDL(f"TRUNCATE {table}"))
    assert verify(written).rows == 2


def test_a_chain_begins_once(written: Engine) -> None:
    with written.begin() as connection:
        before = connection.execute(sa.select(head)).one()
        begin_chain(connection)
        assert connection.execute(sa.select(head)).one() == before


@pytest.fixture
def as_application(written: Engine) -> Iterator[Engine]:
    """The same database as the application's own role sees it, which owns nothing."""
    role = f"app {written.url.database}"
    with written.begin() as connection:
        connection.execute(sa.DDL(f'CREATE ROLE "{role}" LOGIN'))
        for statement in grants_ddl(role):
            connection.exec_driver_sql(statement)
    made = make_engine(written.url.set(username=role).render_as_string(hide_password=False))
    yield made
    made.dispose()
    with written.begin() as connection:
        connection.execute(sa.DDL(f'DROP OWNED BY "{role}"; DROP ROLE "{role}"'))


@pytest.mark.postgresql
@pytest.mark.parametrize("database_kind", ["postgresql"])
def test_the_application_needs_no_right_to_change_the_log(written: Engine, as_application: Engine) -> None:
    with unit_of_work(as_application):
        record("contacts.contact", 3, "سارة", "update", {"name": ["a", "b"]})
    assert verify(as_application).rows == 3
    for statement in (*FORBIDDEN[:7], sa.insert(head).values(id=2, seq=0, hash=b"")):
        with pytest.raises(sa.exc.DBAPIError, match="permission denied"), as_application.begin() as connection:
            connection.execute(statement)
    with pytest.raises(sa.exc.DBAPIError), as_application.begin() as connection:
        connection.execute(sa.DDL("DROP TRIGGER core_audit_no_change ON core_audit"))
    assert verify(written).rows == 3
