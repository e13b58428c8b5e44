"""PostgreSQL's own programs: pg_dump and pg_restore, which know every kind of object a database can hold."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import sqlalchemy as sa

from core.errors import Unavailable
from core.language.i18n import _
from core.plugin import sentences

DEBIAN = Path("/usr/lib/postgresql")
PACKAGE = "postgresql-client"


def dump(url: str, target: Path, snapshot: str) -> None:
    """Write the database as `snapshot` shows it; owners and rights are those of wherever it is restored."""
    _run("pg_dump", url, [
        "--format=custom", "--no-owner", "--no-privileges", "--no-comments", f"--snapshot={snapshot}",
        f"--file={target}"])


def restore(url: str, source: Path) -> None:
    """Load a dump into an empty database, all of it or nothing."""
    _run("pg_restore", url, ["--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error", str(source)])


def find(program: str) -> str:
    """Where a program is: on the PATH, or where Debian keeps it. Unavailable names the package it comes in."""
    found = shutil.which(program)
    if found:
        return found
    versions = sorted(DEBIAN.glob(f"*/bin/{program}"), key=lambda path: path.parts[-3].zfill(4))
    if not versions:
        raise Unavailable(_("{program} is missing. On Debian: apt-get install {package}", program=program,
                            package=PACKAGE))
    return str(versions[-1])


def _run(program: str, url: str, options: Sequence[str]) -> None:
    parsed = sa.make_url(url).set(drivername="postgresql")
    # The password goes through the environment: arguments can be read by everybody on the machine.
    environment = {**os.environ, **({"PGPASSWORD": str(parsed.password)} if parsed.password else {})}
    address = parsed.set(password=None).render_as_string(hide_password=False)
    done = subprocess.run([find(program), f"--dbname={address}", *options], env=environment, capture_output=True,
                          text=True, check=False)
    if done.returncode:
        lines = done.stderr.strip().splitlines() or [sentences.told(sentences.end(done.returncode))]
        raise Unavailable(_("{program} failed: {reason}", program=program, reason=lines[0]))
