"""What somebody can do who owns the database: lift the protection, and change what is written."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from core.audit import chain
from core.audit.canonical import instant_text
from core.audit.models import audit, head, link


def run(engine: Engine, statement: str, *values: Any) -> None:
    """One statement of the driver's own, with `?` for values."""
    if engine.dialect.name == "postgresql":
        statement = statement.replace("?", "%s")
    with engine.begin() as connection:
        connection.exec_driver_sql(statement, values)


def lift_protection(engine: Engine) -> None:
    """Drop the triggers, as the owner of the tables can."""
    if engine.dialect.name == "postgresql":
        run(engine, "DROP FUNCTION core_audit_refuse, core_audit_head_moves CASCADE")
        return
    with engine.connect() as connection:
        names = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").scalars().all()
    for name in names:
        run(engine, f"DROP TRIGGER {name}")


def key_column(table: sa.Table) -> str:
    return next(iter(table.primary_key.columns)).name


def stored(engine: Engine, table: sa.Table, key: int) -> dict[str, Any]:
    """The row with this key, values as the driver gives them."""
    statement = f"SELECT * FROM {table.name} WHERE {key_column(table)} = {key:d}"
    with engine.connect() as connection:
        return dict(connection.exec_driver_sql(statement).one()._mapping)


def put(engine: Engine, table: sa.Table, key: int, **values: Any) -> None:
    """Overwrite columns of the row with this key."""
    columns = ", ".join(f'"{name}" = ?' for name in values)
    run(engine, f"UPDATE {table.name} SET {columns} WHERE {key_column(table)} = ?", *values.values(), key)


def add(engine: Engine, table: sa.Table, **values: Any) -> None:
    columns = ", ".join(f'"{name}"' for name in values)
    marks = ", ".join("?" for _name in values)
    run(engine, f"INSERT INTO {table.name} ({columns}) VALUES ({marks})", *values.values())


def remove(engine: Engine, table: sa.Table, *keys: int) -> None:
    for key in keys:
        run(engine, f"DELETE FROM {table.name} WHERE {key_column(table)} = ?", key)


def reseal(engine: Engine, row_id: int, changes: str) -> None:
    """Give a row other changes and digests that fit, as somebody would who has read the documentation."""
    with engine.begin() as connection:
        row = connection.execute(sa.select(audit).where(audit.c.id == row_id)).one()
        payload = row.payload_digest[:32] + chain.part_digest(row.salt[16:], row.record_title, changes)
        facts = [instant_text(row.at) if name == "at" else getattr(row, name) for name in chain.HEADER]
        connection.execute(sa.update(audit).where(audit.c.id == row_id).values(
            changes=changes, payload_digest=payload, digest=chain.row_digest(facts, payload)))


def chain_anew(engine: Engine, first: int, last: int) -> None:
    """Compute these links again, so that they fit the rows as they are now; and the head after the last one."""
    with engine.begin() as connection:
        links = connection.execute(
            sa.select(link).where(link.c.seq.between(first, last)).order_by(link.c.seq)).all()
        prev_hash = links[0].prev_hash
        for old in links:
            digests = connection.execute(
                sa.select(audit.c.digest).where(audit.c.tx == old.tx).order_by(audit.c.position)).scalars().all()
            root = chain.root_of(digests)
            made = chain.link_hash(old.seq, prev_hash, old.tx, instant_text(old.at), len(digests), root)
            connection.execute(sa.update(link).where(link.c.seq == old.seq).values(
                rows=len(digests), root=root, prev_hash=prev_hash, hash=made))
            prev_hash = made
        connection.execute(sa.update(head).where(head.c.seq == last).values(hash=prev_hash))
