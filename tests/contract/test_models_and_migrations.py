"""Databases that grew by migrations hold what the models declare, on both kinds and for every owner of tables."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command

from core.db import make_engine, metadata
from core.plugin import loader, migrate
from core.testing import Site

SORT_KEYS = "name_sort_fa, name_sort_ar, name_sort_en"


# SQLite tells nothing of indexes over an expression, so Alembic leaves them out there; PostgreSQL tells all.
@pytest.mark.filterwarnings("ignore:.*expression-based index")
def test_a_migrated_database_lacks_nothing_and_has_nothing_more(site: Site, tmp_path: Path) -> None:
    """A migration made from the difference would be empty, for the kernel and for each plugin."""
    for owner, plugin in [(migrate.KERNEL, None), *loader.installed().plugins.items()]:
        versions = tmp_path / owner
        shutil.copytree(migrate.versions_folder(plugin), versions, ignore=shutil.ignore_patterns("__pycache__"))
        made = migrate.make(site.app.engine, owner, plugin, "what is missing", versions)
        assert made is None, made.read_text(encoding="utf-8")


def test_foreign_keys_have_their_declared_names_and_ends(site: Site) -> None:
    """Alembic compares no names, and a later migration that drops a key finds it by its name alone."""
    inspector = sa.inspect(site.app.engine)
    tables = {name: table for name, table in metadata.tables.items() if inspector.has_table(name)}
    stored = {(name, *_stored(key)) for name in tables for key in inspector.get_foreign_keys(name)}
    declared = {(name, *_declared(key)) for name, table in tables.items() for key in table.foreign_key_constraints}
    assert (stored - declared, declared - stored) == (set(), set())


def test_teams_are_kept_when_their_table_is_made_anew(database_url: str) -> None:
    """Records, numbers, searches and the border against deleting a head, from before core_0009 to after it."""
    engine = make_engine(database_url)
    _upgrade(engine, "core_0008")
    with engine.begin() as connection:
        connection.execute(sa.text(
            "INSERT INTO core_user (id, version, name, email, active, shortcuts, device_notices, created_at, "
            f"updated_at, {SORT_KEYS}) "
            "VALUES (1, 1, 'Head', 'head@example.com', :yes, :yes, :yes, :at, :at, :key, :key, :key)"), VALUES)
        for number, name in ((1, "North"), (2, "South"), (3, "Gone")):
            connection.execute(sa.text(
                f"INSERT INTO core_team (id, version, name, search_text, head_id, created_at, updated_at, {SORT_KEYS}) "
                "VALUES (:id, 1, :name, :text, 1, :at, :at, :key, :key, :key)"
            ), {**VALUES, "id": number, "name": name, "text": name.lower()})  # fmt: skip
        connection.execute(sa.text("DELETE FROM core_team WHERE id = 3"))
    migrate.upgrade(engine, migrate.KERNEL)
    with engine.connect() as connection:
        kept = connection.execute(sa.text("SELECT id, name, head_id FROM core_team ORDER BY id")).all()
        assert kept == [(1, "North", 1), (2, "South", 1)]
        if engine.dialect.name == "sqlite":
            _check_sqlite(connection)
    engine.dispose()


def test_whoever_had_ticked_both_kinds_of_mail_gets_the_daily_one(database_url: str) -> None:
    """And what waits for both of them comes with that alone."""
    engine = make_engine(database_url)
    _upgrade(engine, "core_0038")
    with engine.begin() as connection:
        connection.execute(sa.text(
            "INSERT INTO core_user (id, version, name, email, active, shortcuts, device_notices, created_at, "
            f"updated_at, {SORT_KEYS}) "
            "VALUES (1, 1, 'Sara', 'sara@example.com', :yes, :yes, :yes, :at, :at, :key, :key, :key)"), VALUES)
        for kind, mail, digest in (("both", True, True), ("at_once", True, False), ("day", False, True),
                                   ("none", False, False)):  # fmt: skip
            row = {**VALUES, "kind": kind, "mail": mail, "digest": digest}
            connection.execute(sa.text("INSERT INTO core_notice_choice (user_id, kind, bell, mail, digest) "
                                       "VALUES (1, :kind, :yes, :mail, :digest)"), row)
            connection.execute(sa.text(
                "INSERT INTO core_notice (user_id, kind, entity, href, \"values\", count, in_bell, mail_due, "
                "digest_due, created_at, told_at) "
                "VALUES (1, :kind, '', '', '{}', 1, :yes, :mail, :digest, :at, :at)"), row)
    migrate.upgrade(engine, migrate.KERNEL)
    with engine.connect() as connection:
        chosen = connection.execute(sa.text("SELECT kind, by_mail FROM core_notice_choice ORDER BY kind")).all()
        waiting = connection.execute(sa.text(
            "SELECT kind, mail_due, digest_due FROM core_notice ORDER BY kind")).all()  # fmt: skip
    assert chosen == [("at_once", "now"), ("both", "digest"), ("day", "digest"), ("none", "never")]
    assert waiting == [("at_once", 1, 0), ("both", 0, 1), ("day", 0, 1), ("none", 0, 0)]
    engine.dispose()


VALUES = {"yes": True, "at": "2026-01-01 00:00:00", "key": b""}


def _check_sqlite(connection: sa.Connection) -> None:
    found = sa.text("SELECT rowid FROM core_team_fts WHERE core_team_fts MATCH :text")
    assert connection.execute(found, {"text": '"nort"'}).scalars().all() == [1]
    connection.execute(sa.text("UPDATE core_team SET search_text = 'eastern' WHERE id = 1"))
    assert connection.execute(found, {"text": '"east"'}).scalars().all() == [1], "the triggers are gone"
    highest = connection.execute(sa.text("SELECT seq FROM sqlite_sequence WHERE name = 'core_team'")).scalars().all()
    assert highest == [3], "a number is given a second time"


def _stored(key: Any) -> tuple[str, str, str]:
    return str(key["name"]), ",".join(key["constrained_columns"]), key["options"].get("ondelete") or ""


def _declared(key: sa.ForeignKeyConstraint) -> tuple[str, str, str]:
    return str(key.name), ",".join(key.column_keys), key.ondelete or ""


def _upgrade(engine: sa.Engine, to: str) -> None:
    with engine.begin() as connection:
        command.upgrade(migrate.configuration(migrate.KERNEL, migrate.versions_folder(None), connection), to)
