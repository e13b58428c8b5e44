"""An installation to run commands on: a folder, a database, and both ways to start `diwan`."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import sqlalchemy as sa
from click.testing import CliRunner, Result
from sqlalchemy.engine import Engine

from core.cli import tree
from core.config import Config, load
from core.db import make_engine
from core.language.i18n import Preferences, use
from core.ops import instance
from tests.support.machine import ROOT

ADMIN, PASSWORD = "admin@example.com", "harbour-lantern-42"


@dataclass
class Installation:
    """`environment` holds the settings; `url` is empty for the SQLite file in the folder."""

    folder: Path
    url: str = ""
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        own = {"DIWAN_INSTANCE": str(self.folder), **self.settings}
        return own | ({"DIWAN_DATABASE_URL": self.url} if self.url else {})

    @property
    def config(self) -> Config:
        return load(self.environment)

    def diwan(self, *arguments: str, language: str = "en", answer: str = "") -> Result:
        """Run a command in this process; a traceback fails the test."""
        runner = CliRunner(env=self.environment)
        with use(Preferences(language=language)):
            return runner.invoke(tree.build(), list(arguments), input=answer, catch_exceptions=False, prog_name="diwan")

    def start(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run the real command to its end."""
        return subprocess.run(command(*arguments), env=self.full(**environment), cwd=ROOT, capture_output=True,
                              text=True, timeout=120, check=False)

    def full(self, **more: str) -> dict[str, str]:
        """The environment of a new process: that of this one, without other settings of Diwan."""
        plain = {name: value for name, value in os.environ.items()
                 if not name.startswith(("DIWAN_", "LC_", "LANG", "PROMETHEUS_"))}
        return plain | {"PYTHONUNBUFFERED": "1"} | self.environment | more

    @contextmanager
    def engine(self) -> Iterator[Engine]:
        opened = make_engine(self.config.database_url)
        try:
            yield opened
        finally:
            opened.dispose()

    def value(self, statement: str, **values: object) -> object:
        """The first value of a query."""
        with self.engine() as engine, engine.connect() as connection:
            return connection.execute(sa.text(statement), values).scalar()

    def rows(self, statement: str, **values: object) -> list[tuple[object, ...]]:
        with self.engine() as engine, engine.connect() as connection:
            return [tuple(row) for row in connection.execute(sa.text(statement), values)]


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "core", *arguments]


def prepare(url: str) -> None:
    """An initialised database with one administrator, for tests to copy."""
    folder = Path(os.environ["TEST_RUN_FOLDER"]) / f"instance-{os.getpid()}"
    config = load({"DIWAN_DATABASE_URL": url}, instance=folder)
    instance.initialise(config, admin_email=ADMIN, admin_password=PASSWORD)
