"""Rights on PostgreSQL where one role owns the tables and another, with fewer rights, runs the application.

The application's role may work with all data, and only add to the audit log (INTERFACES: DIWAN_MIGRATION_URL).
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from core.audit.protect import grants_ddl
from core.config import Config


def application_role(config: Config) -> str:
    """The role to grant rights to; empty when the owner itself runs the application, and on SQLite."""
    if config.is_sqlite or config.migration_url == config.database_url:
        return ""
    role, owner = sa.make_url(config.database_url).username, sa.make_url(config.migration_url).username
    return role if role and role != owner else ""


def prepare(owner: Engine, role: str) -> None:
    """Before the tables are made: whatever the owner makes from now on, the role may use."""
    with owner.begin() as connection:
        for statement in _defaults(_quoted(connection, role)):
            connection.exec_driver_sql(statement)


def settle(owner: Engine, role: str) -> None:
    """After the tables are made: those that were there before too, and nothing of the log but adding to it."""
    with owner.begin() as connection:
        for statement in (*_existing(_quoted(connection, role)), *grants_ddl(role)):
            connection.exec_driver_sql(statement)


def _quoted(connection: Connection, role: str) -> str:
    return connection.dialect.identifier_preparer.quote_identifier(role)


def _defaults(name: str) -> list[str]:
    return [
        f"GRANT USAGE ON SCHEMA public TO {name}",
        f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {name}",
        f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {name}",
    ]


def _existing(name: str) -> list[str]:
    return [
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {name}",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {name}",
    ]
