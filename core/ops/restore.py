"""Restoring a backup into an empty installation. Everything that can be checked beforehand is."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from core.audit import listener
from core.audit.verdict import Verdict
from core.audit.verify import verify
from core.config import Config
from core.db import make_engine, run_unit
from core.errors import Conflict, Malformed
from core.files.s3 import S3Store
from core.language.i18n import _
from core.ops import archive, contents, grants, instance, postgresql_tools, sealing
from core.ops.archive import Archive, Manifest
from core.plugin import loader, migrate


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored, and whether the audit log in it is whole: it may have been broken before the backup."""

    manifest: Manifest
    verdict: Verdict


def restore(config: Config, source: Path, key: Path | None = None) -> Restored:
    """Restore `source`. Refused, with nothing changed, unless it is whole and everything here is empty.

    An encrypted one needs the file of its `key`.
    """
    _refuse_used(config)
    with sealing.opened(source, key, config.instance / source.name) as plain, archive.reading(plain) as opened:
        _refuse_other_kind(config, opened.manifest)
        _refuse_newer(opened.manifest)
        opened.verify()
        verdict = _restore_database(config, opened)
        _restore_files(config, opened)
        _record(config, source, opened.manifest)
        return Restored(opened.manifest, verdict)


def _refuse_other_kind(config: Config, manifest: Manifest) -> None:
    if (manifest.database == "sqlite") != config.is_sqlite:
        raise Conflict(_("This backup was made on {made_on}, and DIWAN_DATABASE_URL names another kind of database. "
                         "Nothing was changed.", made_on=manifest.database))


def _refuse_newer(manifest: Manifest) -> None:
    """The tables of each plugin that is installed here must be ones that its code knows."""
    installed = loader.installed().plugins
    for owner, revision in manifest.migrations.items():
        if owner != migrate.KERNEL and owner not in installed:
            continue
        if revision not in migrate.revisions(installed.get(owner)):
            raise archive.newer()


def _refuse_used(config: Config) -> None:
    has_files = (config.files.exists() and any(config.files.iterdir())) or (config.s3 and S3Store(config.s3).names())
    if has_files or _has_tables(config):
        raise Conflict(_("This installation is not empty, and a backup is restored into an empty one only. "
                         "Choose another instance folder with DIWAN_INSTANCE, or an empty database. "
                         "Nothing was changed."))


def _has_tables(config: Config) -> bool:
    path = instance.sqlite_path(config)
    if path is not None and not path.exists():
        return False
    engine = make_engine(config.migration_url)
    try:
        return bool(sa.inspect(engine).get_table_names())
    finally:
        engine.dispose()


def _restore_database(config: Config, opened: Archive) -> Verdict:
    """The database in place, compared with the manifest; what a check of its log finds."""
    name = archive.DATABASES[opened.manifest.database]
    path = instance.sqlite_path(config)
    with archive.beside(path or config.instance / name) as folder:
        copy = folder / name
        opened.extract(name, copy)
        if path is None:
            return _restore_postgresql(config, opened, copy)
        _check_sqlite(copy)
        verdict = _compare(f"sqlite:///{copy}", opened.manifest)
        for suffix in ("-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        os.replace(copy, path)
    archive.sync_folder(path.parent)
    return verdict


def _restore_postgresql(config: Config, opened: Archive, copy: Path) -> Verdict:
    role = grants.application_role(config)
    with instance.engines(config) as connected:
        if role:
            grants.prepare(connected.owner, role)
        postgresql_tools.restore(config.migration_url, copy)
        if role:
            grants.settle(connected.owner, role)
    return _compare(config.migration_url, opened.manifest)


def _check_sqlite(copy: Path) -> None:
    with closing(sqlite3.connect(copy)) as connection:
        try:
            whole = connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            linked = not connection.execute("PRAGMA foreign_key_check").fetchall()
        except sqlite3.DatabaseError as error:
            raise archive.damaged() from error
    if not (whole and linked):
        raise archive.damaged()


def _compare(url: str, manifest: Manifest) -> Verdict:
    """Rows of every table, revisions and head of the log must be those of the original; then the log is checked."""
    engine = make_engine(url)
    try:
        with engine.connect() as connection:
            found = contents.read(connection)
        if (found.tables, found.audit, found.migrations) != (manifest.tables, manifest.audit, manifest.migrations):
            raise Malformed(_("What was restored differs from what the backup says it holds. Do not use this "
                              "database; empty it and try another backup."))
        return verify(engine)
    finally:
        engine.dispose()


def _restore_files(config: Config, opened: Archive) -> None:
    if archive.SECRET_KEY in opened.manifest.members:
        key = config.instance / archive.SECRET_KEY
        with archive.beside(key) as folder:
            opened.extract(archive.SECRET_KEY, folder / key.name)
            os.replace(folder / key.name, key)
    for place, target in ((archive.FILES, config.files), (archive.LOG, config.log_archive)):
        _restore_folder(opened, place, target)
    if config.s3:
        _move_to_bucket(config.files, S3Store(config.s3))
    archive.sync_folder(config.instance)


def _restore_folder(opened: Archive, place: str, target: Path) -> None:
    with archive.beside(target) as folder:
        made = folder / target.name
        for name in opened.below(place):
            opened.extract(name, made / name.removeprefix(place))
        if made.exists():
            if target.exists():
                shutil.rmtree(target)
            os.replace(made, target)


def _move_to_bucket(folder: Path, store: S3Store) -> None:
    """What the folder has of the store's files; uploads that wait for an import stay."""
    for path in sorted(folder.glob("??/*")):
        store.put(path.relative_to(folder).as_posix(), path)
        path.unlink()


def _record(config: Config, source: Path, manifest: Manifest) -> None:
    """The restored log goes on with the entry that it was restored."""
    engine = make_engine(config.database_url)
    try:
        run_unit(engine, lambda _unit: listener.record(
            "core.instance", None, source.name, "restore_backup", {"made_at": [None, manifest.made_at]}))
    finally:
        engine.dispose()
