"""`python -m tests.crash --kills 500 --database sqlite`: the figures as JSON, and status 1 when anything is wrong."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from tests.support.machine import ROOT

DATABASES = ("sqlite", "postgresql")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.crash", description=__doc__)
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--database", choices=DATABASES, default=DATABASES[0])
    parser.add_argument("--url", default="", help="an installation that may be spoilt, instead of a new one")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--minutes", type=float, default=600, help="kill no more after so long, however many are left")
    parser.add_argument("--at-once", type=float, default=0.7,
                        help="the share of kills that do not wait until what was killed before is at work again")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="diwan-crash-") as name:
        folder = Path(name)
        # PostgreSQL runs as another user.
        folder.chmod(0o711)
        _find_plugin(folder / "packages")
        with _database(asked.database, asked.url, folder) as (url, restart):
            return _run(asked, url, folder, restart)


def _find_plugin(folder: Path) -> None:
    """For this process and all that it starts."""
    from tests.crash.running import install_plugin

    install_plugin(folder)
    sys.path.insert(0, str(folder))
    os.environ["PYTHONPATH"] = f"{folder}{os.pathsep}{ROOT}"


@contextmanager
def _database(kind: str, url: str, folder: Path) -> Iterator[tuple[str, Callable[[], None] | None]]:
    """A new installation; on PostgreSQL on a server of its own, which waits for the disk.

    With the URL comes what restarts that server.
    """
    from benchmarks import postgresql_server
    from core import config as configuration
    from core.ops import instance

    if url:
        yield url, None
    elif kind == "sqlite":
        made = f"sqlite:///{folder / 'diwan.db'}"
        instance.initialise(configuration.load({"DIWAN_DATABASE_URL": made}, folder / "instance"))
        yield made, None
    else:
        with postgresql_server.running(folder / "server") as server:
            server.create("crash")
            made = server.url("crash")
            instance.initialise(configuration.load({"DIWAN_DATABASE_URL": made}, folder / "instance"))
            yield made, server.restart


def _run(asked: argparse.Namespace, url: str, folder: Path, restart: Callable[[], None] | None) -> int:
    from tests.crash.running import run

    began = time.monotonic()
    report = run(url, folder, asked.kills, asked.seed, restart, began + asked.minutes * 60,
                 asked.at_once)
    print(json.dumps({**asdict(report), "seconds": round(time.monotonic() - began)}, indent=2, ensure_ascii=False))
    return 1 if report.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
