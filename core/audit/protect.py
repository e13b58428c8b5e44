"""What makes the log append-only in the database itself; called by the first migration and by `diwan init`.

The triggers stop a careless program and an ordinary injection. The owner of the tables can drop them, and on
SQLite whoever can write the file is the owner: that is what the chain and its anchors are for. Erasing a
person's data, and archiving the log's beginning, lift triggers inside their transaction, which only the owner of the
tables can do: a mark that any session can set would be no lock at all.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from core.audit.chain import GENESIS_BYTES
from core.audit.models import head

_SQLITE = (
    """CREATE TRIGGER core_audit_no_update BEFORE UPDATE ON core_audit
       BEGIN SELECT RAISE(ABORT, 'core_audit is append-only'); END""",
    """CREATE TRIGGER core_audit_no_delete BEFORE DELETE ON core_audit
       BEGIN SELECT RAISE(ABORT, 'core_audit is append-only'); END""",
    # INSERT OR REPLACE deletes without firing the trigger above, so new rows must come after all others.
    """CREATE TRIGGER core_audit_only_after BEFORE INSERT ON core_audit
       WHEN NEW.id <= (SELECT max(id) FROM core_audit)
       BEGIN SELECT RAISE(ABORT, 'core_audit is append-only'); END""",
    """CREATE TRIGGER core_audit_link_no_update BEFORE UPDATE ON core_audit_link
       BEGIN SELECT RAISE(ABORT, 'core_audit_link is append-only'); END""",
    """CREATE TRIGGER core_audit_link_no_delete BEFORE DELETE ON core_audit_link
       BEGIN SELECT RAISE(ABORT, 'core_audit_link is append-only'); END""",
    """CREATE TRIGGER core_audit_link_only_after BEFORE INSERT ON core_audit_link
       WHEN NEW.seq <= (SELECT max(seq) FROM core_audit_link)
       BEGIN SELECT RAISE(ABORT, 'core_audit_link is append-only'); END""",
    """CREATE TRIGGER core_audit_head_no_delete BEFORE DELETE ON core_audit_head
       BEGIN SELECT RAISE(ABORT, 'core_audit_head only moves on'); END""",
    """CREATE TRIGGER core_audit_head_one_row BEFORE INSERT ON core_audit_head
       WHEN EXISTS (SELECT 1 FROM core_audit_head)
       BEGIN SELECT RAISE(ABORT, 'core_audit_head only moves on'); END""",
    """CREATE TRIGGER core_audit_head_forward BEFORE UPDATE ON core_audit_head
       WHEN NEW.id <> OLD.id OR NEW.seq <> OLD.seq + 1
       BEGIN SELECT RAISE(ABORT, 'core_audit_head only moves on'); END""",
)

_POSTGRESQL = (
    """CREATE OR REPLACE FUNCTION core_audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege',
           MESSAGE = TG_TABLE_NAME || ' is append-only';
       END $$""",
    """CREATE OR REPLACE FUNCTION core_audit_head_moves() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         IF NEW.id <> OLD.id OR NEW.seq <> OLD.seq + 1 THEN
           RAISE EXCEPTION 'core_audit_head only moves on' USING ERRCODE = 'insufficient_privilege';
         END IF;
         RETURN NEW;
       END $$""",
    """CREATE TRIGGER core_audit_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON core_audit
       FOR EACH STATEMENT EXECUTE FUNCTION core_audit_refuse()""",
    """CREATE TRIGGER core_audit_link_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON core_audit_link
       FOR EACH STATEMENT EXECUTE FUNCTION core_audit_refuse()""",
    """CREATE TRIGGER core_audit_head_no_delete BEFORE DELETE OR TRUNCATE ON core_audit_head
       FOR EACH STATEMENT EXECUTE FUNCTION core_audit_refuse()""",
    """CREATE TRIGGER core_audit_head_forward BEFORE UPDATE ON core_audit_head
       FOR EACH ROW EXECUTE FUNCTION core_audit_head_moves()""",
)


_SQLITE_CUT = (
    """CREATE TRIGGER core_audit_cut_no_delete BEFORE DELETE ON core_audit_cut
       BEGIN SELECT RAISE(ABORT, 'core_audit_cut only moves on'); END""",
    """CREATE TRIGGER core_audit_cut_one_row BEFORE INSERT ON core_audit_cut
       WHEN EXISTS (SELECT 1 FROM core_audit_cut)
       BEGIN SELECT RAISE(ABORT, 'core_audit_cut only moves on'); END""",
    """CREATE TRIGGER core_audit_cut_forward BEFORE UPDATE ON core_audit_cut
       WHEN NEW.id <> OLD.id OR NEW.seq <= OLD.seq OR NEW.instance <> OLD.instance
       BEGIN SELECT RAISE(ABORT, 'core_audit_cut only moves on'); END""",
)

_POSTGRESQL_CUT = (
    """CREATE OR REPLACE FUNCTION core_audit_cut_moves() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         IF NEW.id <> OLD.id OR NEW.seq <= OLD.seq OR NEW.instance <> OLD.instance THEN
           RAISE EXCEPTION 'core_audit_cut only moves on' USING ERRCODE = 'insufficient_privilege';
         END IF;
         RETURN NEW;
       END $$""",
    """CREATE TRIGGER core_audit_cut_no_delete BEFORE DELETE OR TRUNCATE ON core_audit_cut
       FOR EACH STATEMENT EXECUTE FUNCTION core_audit_refuse()""",
    """CREATE TRIGGER core_audit_cut_forward BEFORE UPDATE ON core_audit_cut
       FOR EACH ROW EXECUTE FUNCTION core_audit_cut_moves()""",
)

#: By database: statements that lift a protection, and those that put it back.
_Protection = Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]
#: What lifts the protection of entries, or of entries and links, and what puts it back.
_CHANGING: _Protection = {
    "sqlite": (("DROP TRIGGER core_audit_no_update",), (_SQLITE[0],)),
    "postgresql": (("ALTER TABLE core_audit DISABLE TRIGGER core_audit_no_change",),
                   ("ALTER TABLE core_audit ENABLE TRIGGER core_audit_no_change",)),
}  # fmt: skip
_TAKING_AWAY: _Protection = {
    "sqlite": (("DROP TRIGGER core_audit_no_delete", "DROP TRIGGER core_audit_link_no_delete"),
               (_SQLITE[1], _SQLITE[4])),
    "postgresql": (("ALTER TABLE core_audit DISABLE TRIGGER core_audit_no_change",
                    "ALTER TABLE core_audit_link DISABLE TRIGGER core_audit_link_no_change"),
                   ("ALTER TABLE core_audit ENABLE TRIGGER core_audit_no_change",
                    "ALTER TABLE core_audit_link ENABLE TRIGGER core_audit_link_no_change")),
}  # fmt: skip


def cut_ddl(dialect: str) -> list[str]:
    """Statements that let the log's beginning only move on."""
    return list(_SQLITE_CUT if dialect == "sqlite" else _POSTGRESQL_CUT)


def append_only_ddl(dialect: str) -> list[str]:
    """Statements that make the log's tables refuse every change of what is written."""
    return list(_SQLITE if dialect == "sqlite" else _POSTGRESQL)


def grants_ddl(role: str) -> list[str]:
    """Rights on PostgreSQL of the role that runs the application, where another one owns the tables."""
    name = '"' + role.replace('"', '""') + '"'
    return [
        f"REVOKE ALL ON core_audit, core_audit_link, core_audit_head, core_audit_cut FROM {name}",
        f"GRANT SELECT, INSERT ON core_audit, core_audit_link TO {name}",
        f"GRANT SELECT, UPDATE ON core_audit_head TO {name}",
        f"GRANT SELECT ON core_audit_cut TO {name}",
        f"GRANT USAGE ON SEQUENCE core_audit_id_seq TO {name}",
    ]


def begin_chain(connection: Connection) -> None:
    """Give the chain its head, once. The random first hash tells this chain from every other
    installation's.
    """
    if connection.execute(sa.select(head.c.id)).first() is None:
        connection.execute(sa.insert(head).values(id=1, seq=0, hash=secrets.token_bytes(GENESIS_BYTES)))


@contextmanager
def entries_unlocked(connection: Connection) -> Iterator[None]:
    """Let entries be changed in the body, in this transaction alone; for the owner of the tables."""
    with _lifted(connection, _CHANGING):
        yield


@contextmanager
def beginning_unlocked(connection: Connection) -> Iterator[None]:
    """Let entries and links be taken away in the body, in this transaction alone; for the owner of the tables."""
    with _lifted(connection, _TAKING_AWAY):
        yield


@contextmanager
def _lifted(connection: Connection, protection: _Protection) -> Iterator[None]:
    lift, put_back = protection[connection.dialect.name]
    for statement in lift:
        connection.exec_driver_sql(statement)
    yield
    for statement in put_back:
        connection.exec_driver_sql(statement)
