"""Migrations: one branch and one version table a plugin, so that a plugin that is gone disturbs nobody.

Each upgrade is one transaction on both databases: killed at any statement, it leaves the old state and can be
repeated (REL-12).
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from core.errors import DeclarationError
from core.plugin.loader import folder
from core.registry import Plugin

if TYPE_CHECKING:
    from alembic.config import Config as AlembicConfig

KERNEL = "core"
ENVIRONMENT = Path(__file__).parent.parent / "migrations"


def version_table(owner: str) -> str:
    return f"alembic_version_{owner}"


def versions_folder(plugin: Plugin | None) -> Path:
    """Where an owner's revisions are; None = the kernel."""
    return ENVIRONMENT / "versions" if plugin is None else Path(folder(plugin)) / "migrations"


def configuration(owner: str, versions: Path, connection: Connection | None = None) -> AlembicConfig:
    # Deferred, here and below: a start with nothing to migrate would wait for Alembic as long as for all of SQLAlchemy.
    from alembic.config import Config as AlembicConfig

    config = AlembicConfig()
    config.set_main_option("script_location", str(ENVIRONMENT))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("version_locations", str(versions))
    config.attributes.update(connection=connection, owner=owner)
    return config


@contextmanager
def _transaction(engine: Engine) -> Iterator[Connection]:
    """A connection for schema changes: on SQLite DDL is rolled back only after an explicit BEGIN, and tables that
    others refer to can be rebuilt only while foreign keys are not enforced."""
    with engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            raw: Any = connection.connection.dbapi_connection
            raw.execute("PRAGMA foreign_keys=OFF")
            connection.execution_options(diwan_begin="BEGIN IMMEDIATE")
        try:
            with connection.begin():
                if connection.dialect.name == "postgresql":
                    # One migration at a time over all machines; waiting is better than failing here.
                    connection.execute(sa.text("SELECT pg_advisory_xact_lock(4201337)"))
                yield connection
        finally:
            if connection.dialect.name == "sqlite":
                raw.execute("PRAGMA foreign_keys=ON")


def upgrade(engine: Engine, owner: str, plugin: Plugin | None = None) -> None:
    """Bring one owner to its newest revision; nothing happens when it is there already."""
    versions = versions_folder(plugin)
    if not versions.is_dir():
        raise DeclarationError(f"Plugin {owner} has no migrations folder: run `diwan plugin makemigration {owner}`.")
    if pending(engine, owner, plugin):
        with _transaction(engine) as connection:
            _command().upgrade(configuration(owner, versions, connection), "head")


def downgrade(engine: Engine, owner: str, plugin: Plugin | None = None) -> None:
    """Remove all tables of an owner."""
    with _transaction(engine) as connection:
        _command().downgrade(configuration(owner, versions_folder(plugin), connection), "base")


def remove(engine: Engine, owner: str, plugin: Plugin) -> None:
    """Remove all tables of a plugin and the table that tells where its migrations stand; nothing where none are."""
    versions = versions_folder(plugin)
    with _transaction(engine) as connection:
        if versions.is_dir():
            _command().downgrade(configuration(owner, versions, connection), "base")
        sa.Table(version_table(owner), sa.MetaData()).drop(connection, checkfirst=True)


def _command() -> Any:
    from alembic import command

    return command


def head(owner: str, plugin: Plugin | None = None) -> str | None:
    """The newest revision of an owner, the one that no other follows."""
    known = revisions(plugin)
    newest = known.keys() - known.values()
    if len(newest) > 1:
        raise DeclarationError(f"Migrations of {owner} must follow one another: {', '.join(sorted(newest))} are last.")
    return next(iter(newest), None)


def revisions(plugin: Plugin | None) -> Mapping[str, str | None]:
    """{revision: the one before it} of an owner, read from its files without running them."""
    found: dict[str, str | None] = {}
    for path in sorted(versions_folder(plugin).glob("*.py")):
        told = _told(path)
        if "revision" in told:
            found[told["revision"]] = told.get("down_revision")
    return found


def _told(path: Path) -> dict[str, Any]:
    """The constants at the top of a migration, set one by one or several in a line."""
    told: dict[str, Any] = {}
    for line in ast.parse(path.read_bytes(), str(path)).body:
        if isinstance(line, ast.Assign | ast.AnnAssign):
            target = line.targets[0] if isinstance(line, ast.Assign) else line.target
            names = target.elts if isinstance(target, ast.Tuple) else [target]
            values = line.value.elts if isinstance(target, ast.Tuple) and isinstance(line.value, ast.Tuple) else [
                line.value]
            told |= {name.id: value.value for name, value in zip(names, values, strict=False)
                     if isinstance(name, ast.Name) and isinstance(value, ast.Constant)}
    return told


def stands_at(engine: Engine, owner: str) -> str | None:
    table = sa.table(version_table(owner), sa.column("version_num"))
    with engine.connect() as connection:
        if not sa.inspect(connection).has_table(table.name):
            return None
        return connection.execute(sa.select(table.c.version_num)).scalar()


def pending(engine: Engine, owner: str, plugin: Plugin | None = None) -> bool:
    return stands_at(engine, owner) != head(owner, plugin)


def make(engine: Engine, owner: str, plugin: Plugin | None, message: str, versions: Path | None = None
         ) -> Path | None:
    """Write a revision with what the models have and the database lacks; None when there is nothing.

    `versions` is a copy of the owner's revisions to work on, where nothing shall be written beside them.
    """
    versions = versions or versions_folder(plugin)
    versions.mkdir(parents=True, exist_ok=True)
    count = len(list(versions.glob(f"{owner}_*.py"))) + 1
    first = count == 1
    with engine.connect() as connection:
        script: Any = _command().revision(
            configuration(owner, versions, connection), message=message, autogenerate=True,
            rev_id=f"{owner}_{count:04}", branch_label=owner if first else None, version_path=str(versions),
            head="base" if first else f"{owner}@head", splice=False)
    return Path(script.path) if script else None
