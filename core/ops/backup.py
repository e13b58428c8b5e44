"""Backup: the database as it is at one moment, while people go on working, with files, key and manifest."""

from __future__ import annotations

import datetime as dt
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict
from pathlib import Path

import sqlalchemy as sa

from core import __version__
from core.audit import listener
from core.config import Config
from core.db import make_engine, run_unit
from core.errors import Conflict, Invalid
from core.files.s3 import S3Store
from core.language.i18n import _
from core.ops import archive, contents, postgresql_tools, sealing
from core.ops.archive import Manifest, Writer
from core.ops.contents import Contents


def write(config: Config, target: Path) -> Manifest:
    """Make a backup at `target`, which must not exist; answers what it holds.

    The log's entry comes first, so that the copy tells of its own making and its head is the original's. With a
    public key in the settings the file is encrypted, and nothing in plain text ever lies where it is kept.
    """
    target = target.absolute()
    if target.exists():
        raise Conflict(_("{file} exists already. Choose another name.", file=str(target)))
    public = config.backup_public_key
    sealing.check(public)
    if not target.parent.is_dir():
        raise Invalid(_("There is no folder {path}.", path=str(target.parent)))
    _record(config, target)
    with tempfile.TemporaryDirectory(dir=config.instance if public else target.parent,
                                     prefix=".diwan-backup-") as folder:
        copy = Path(folder) / archive.DATABASES[_kind(config)]
        plain = Path(folder) / "plain.zip" if public else target
        with _copied(config, copy) as found, archive.writing(plain) as writer:
            manifest = _fill(config, writer, copy, found)
        if public:
            sealing.seal(plain, target, public)
    return manifest


def _record(config: Config, target: Path) -> None:
    engine = make_engine(config.database_url)
    try:
        run_unit(engine, lambda _unit: listener.record(
            "core.instance", None, target.name, "backup", {"file": [None, str(target)]}))
    finally:
        engine.dispose()


def _fill(config: Config, writer: Writer, copy: Path, found: Contents) -> Manifest:
    writer.add(copy.name, copy, compressed=config.is_sqlite)
    key = config.instance / archive.SECRET_KEY
    if key.exists():
        writer.add(archive.SECRET_KEY, key)
    # After the database: what it refers to is there by now.
    for place, folder in ((archive.FILES, config.files), (archive.LOG, config.log_archive)):
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not path.is_symlink():
                with suppress(FileNotFoundError):  # removed meanwhile: nobody can fetch it any more
                    writer.add(place + path.relative_to(folder).as_posix(), path)
    if config.s3:
        _add_bucket(S3Store(config.s3), writer)
    manifest = Manifest(
        made_at=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"), diwan=__version__, database=_kind(config),
        members=writer.members, **asdict(found))
    writer.finish(manifest)
    return manifest


def _add_bucket(store: S3Store, writer: Writer) -> None:
    """The files that lie in a bucket, as if they lay in the folder: a backup is restored to either."""
    for name in store.names():
        try:
            source = store.read(name)
        except FileNotFoundError:  # swept meanwhile: nothing in the copied database names it
            continue
        with source:
            writer.add_stream(archive.FILES + name, source)


@contextmanager
def _copied(config: Config, copy: Path) -> Iterator[Contents]:
    """Copy the database to the file `copy`, and count what is in it."""
    if config.is_sqlite:
        source = sa.make_url(config.database_url).database or ""
        with closing(sqlite3.connect(source)) as original, closing(sqlite3.connect(copy)) as target:
            original.backup(target)  # All pages in one step: one state, whoever is writing.
            target.execute("PRAGMA journal_mode=DELETE")
        yield _count_copy(copy)
        return
    engine = make_engine(config.migration_url)
    try:
        with engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
            snapshot = str(connection.execute(sa.select(sa.func.pg_export_snapshot())).scalar())
            found = contents.read(connection)
            postgresql_tools.dump(config.migration_url, copy, snapshot)
        yield found
    finally:
        engine.dispose()


def _count_copy(copy: Path) -> Contents:
    engine = sa.create_engine(f"sqlite:///{copy}")
    try:
        with engine.connect() as connection:
            return contents.read(connection)
    finally:
        engine.dispose()


def _kind(config: Config) -> str:
    return "sqlite" if config.is_sqlite else "postgresql"
