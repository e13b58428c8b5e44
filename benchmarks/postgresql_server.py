"""A PostgreSQL server for measuring: with ordinary settings, so that a commit waits for the disk.

It listens on a Unix socket in its own folder only and is stopped when the measuring ends.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
USER = "diwan"
# What an administrator gives a server with some memory; everything else is PostgreSQL's own default.
SETTINGS = {"shared_buffers": "512MB", "effective_cache_size": "2GB", "max_wal_size": "4GB", "random_page_cost": "1.1"}


class Server:
    """A cluster kept in `folder` between runs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://{USER}@/{database}?host={self.folder}"

    def copy(self, template: str, database: str) -> None:
        """A fresh copy of a database."""
        with self._connection() as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database)))
            connection.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(database), sql.Identifier(template))
            )

    def create(self, database: str) -> None:
        self.copy("template0", database)

    def drop(self, database: str) -> None:
        with self._connection() as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database)))

    def has(self, database: str) -> bool:
        with self._connection() as connection:
            return (
                connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (database,)).fetchone() is not None
            )

    def restart(self) -> None:
        """Without asking anybody, as when its machine loses power; until it answers again."""
        _call(_server_user(), "pg_ctl", "restart", "-w", "-D", str(self.folder / "data"), "-m", "immediate")

    def _connection(self) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(host=str(self.folder), user=USER, dbname="postgres", autocommit=True)


@contextmanager
def running(folder: Path) -> Iterator[Server]:
    """The server of this folder, made when it is missing."""
    user = _server_user()
    if not (folder / "data" / "PG_VERSION").exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        if user:
            os.chown(folder, pwd.getpwnam(user).pw_uid, -1)
        _call(
            user,
            "initdb",
            "-D",
            str(folder / "data"),
            "-U",
            USER,
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
        )
    settings = {**SETTINGS, "listen_addresses": "''", "unix_socket_directories": str(folder), "timezone": "UTC"}
    options = " ".join(f"-c {name}={value}" for name, value in settings.items())
    _call(user, "pg_ctl", "start", "-w", "-D", str(folder / "data"), "-l", str(folder / "log"), "-o", options)
    try:
        yield Server(folder)
    finally:
        _call(user, "pg_ctl", "stop", "-w", "-D", str(folder / "data"), "-m", "fast")


def _call(user: str | None, program: str, *arguments: str) -> None:
    if not PROGRAMS:
        raise SystemExit("PostgreSQL is missing: apt-get install postgresql")
    done = subprocess.run(
        [str(PROGRAMS[-1] / program), *arguments],
        user=user,
        cwd="/",
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    if done.returncode:
        raise SystemExit(f"{program} failed with status {done.returncode}")


def _server_user() -> str | None:
    """PostgreSQL does not run as root: it steps down to Debian's postgres, else to nobody."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"
