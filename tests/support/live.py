"""The real application on the sample company, as a process of its own on a free port of this machine.

The sample company is made once in a run and copied for each server, so that whoever asks gets one nobody has touched.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from werkzeug.serving import make_server

from core import config as configuration
from core.app import create_app
from core.db import make_engine
from core.ops import demo, instance
from tests.support import run_folder
from tests.support.databases import Databases
from tests.support.machine import ROOT

DOMAIN = "arman-waha.example"
READY = "is ready at"


@dataclass(frozen=True)
class Live:
    """A served sample company: its address, its database, and the password of each colleague by the local part."""

    address: str
    database_url: str
    passwords: dict[str, str]
    log: Path

    @property
    def failures(self) -> list[str]:
        """Errors that no user should ever cause, from what the server said."""
        return [
            line
            for line in self.log.read_text(encoding="utf-8").splitlines()
            if re.match(r"\w*(Error|Exception)", line)
        ]

    def rows(self, statement: str, **values: Any) -> Sequence[Any]:
        """What the database holds now, for comparing a screen with it."""
        engine = make_engine(self.database_url)
        try:
            with engine.connect() as connection:
                return connection.execute(sa.text(statement), values).all()
        finally:
            engine.dispose()

    def one(self, statement: str, **values: Any) -> Any:
        """The first value of the first row."""
        return self.rows(statement, **values)[0][0]


@contextmanager
def serving(databases: Databases, kind: str, folder: Path) -> Iterator[Live]:
    """Serve a fresh copy of the sample company on this kind of database until the body ends."""
    url = copied(databases, kind, folder)
    port = _free_port()
    log = folder / "server.log"
    process = _start(url, folder, port, log)
    try:
        _wait_until_ready(process, log)
        yield Live(f"http://127.0.0.1:{port}", url, _passwords(folder), log)
    finally:
        process.terminate()
        process.wait(timeout=60)
        databases.drop(url)


def _make_sample_company(url: str, folder: Path) -> None:
    made = configuration.load({"DIWAN_DATABASE_URL": url}, folder)
    instance.initialise(made, with_admin=False)
    engine = make_engine(url)
    try:
        demo.load(made, engine)
    finally:
        engine.dispose()


def _start(url: str, folder: Path, port: int, log: Path) -> subprocess.Popen[bytes]:
    """What the server says goes to a file, since nobody would empty a pipe."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DIWAN_")}
    environment = {**kept, "DIWAN_DATABASE_URL": url, "DIWAN_INSTANCE": str(folder)}
    command = [sys.executable, "-m", "core", "run", "--port", str(port)]
    with open(log, "wb") as output:
        return subprocess.Popen(command, env=environment, cwd=ROOT, stdout=output, stderr=subprocess.STDOUT)


def _wait_until_ready(process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + 180
    while READY not in log.read_text(encoding="utf-8"):
        if process.poll() is not None or time.monotonic() > end:
            raise RuntimeError("the server does not answer:\n" + log.read_text(encoding="utf-8"))
        time.sleep(0.05)


def _passwords(folder: Path) -> dict[str, str]:
    text = (folder / demo.LOGINS).read_text(encoding="utf-8")
    return dict(re.findall(rf"(\S+)@{re.escape(DOMAIN)}\s+(\S+)", text))


@contextmanager
def serving_here(databases: Databases, folder: Path, make_it_hard: Callable[[Engine], None]) -> Iterator[Live]:
    """Serve a fresh copy on SQLite from this very process, so that a test can change what the program does."""
    url = copied(databases, "sqlite", folder)
    app = create_app(configuration.load({"DIWAN_DATABASE_URL": url}, folder))
    make_it_hard(app.engine)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    log = folder / "server.log"
    log.touch()
    try:
        yield Live(f"http://127.0.0.1:{server.server_port}", url, _passwords(folder), log)
    finally:
        server.shutdown()
        thread.join(10)
        server.server_close()
        app.engine.dispose()


def copied(databases: Databases, kind: str, folder: Path) -> str:
    """The address of a fresh copy of the sample company; its files go to `folder`."""
    source = run_folder.current() / f"demo-{kind}"
    url = databases.copy(kind, "demo", lambda template: _make_sample_company(template, source))
    shutil.copytree(source, folder)
    return url


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
