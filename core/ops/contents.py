"""What a database holds, in the few figures by which a copy is compared with the original."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from core.audit.models import head
from core.plugin.models import plugin

VERSION_TABLE = "alembic_version_"


@dataclass(frozen=True, slots=True)
class Contents:
    """Revisions of the kernel and plugins, versions of the enabled plugins, rows a table, and the log's head."""

    migrations: dict[str, str]
    plugins: dict[str, str]
    tables: dict[str, int]
    audit: dict[str, Any]


def read(connection: Connection) -> Contents:
    """The figures of the state that `connection` sees."""
    names = [name for name in sorted(sa.inspect(connection).get_table_names()) if _is_counted(name)]
    last = connection.execute(sa.select(head.c.seq, head.c.hash)).first()
    enabled = sa.select(plugin.c.name, plugin.c.version).where(plugin.c.state == "enabled").order_by(plugin.c.name)
    return Contents(
        migrations={name.removeprefix(VERSION_TABLE): revision for name in names if name.startswith(VERSION_TABLE)
                    if (revision := _revision(connection, name))},
        plugins=dict(connection.execute(enabled).all()),
        tables={name: _count(connection, name) for name in names},
        audit={"seq": last.seq, "hash": last.hash.hex()} if last else {},
    )


def _is_counted(name: str) -> bool:
    """The mirrors of SQLite's search follow from the tables themselves."""
    return not name.startswith("sqlite_") and "_fts" not in name


def _count(connection: Connection, name: str) -> int:
    return connection.execute(sa.select(sa.func.count()).select_from(sa.table(name))).scalar() or 0


def _revision(connection: Connection, table: str) -> str | None:
    column: Any = sa.column("version_num")
    found: str | None = connection.execute(sa.select(column).select_from(sa.table(table))).scalar()
    return found
