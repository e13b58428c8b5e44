"""A PostgreSQL server for one test run: made from nothing, on a Unix socket only, fast and unsafe."""

import os
import pwd
import subprocess
from pathlib import Path

import psycopg

from tests.support import machine, run_folder

USER = "diwan"
# Nothing here needs to survive a power cut, and every test waits for these.
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_wal_size": "2GB"}
# Ends the server when the run was killed and could not do it itself.
WATCHDOG = """
while kill -0 "$1"; do sleep 2; done
kill -QUIT "$(head -n 1 "$2/postgresql/data/postmaster.pid")"
rm -rf "$2"
"""


def server() -> str:
    """The socket folder of this run's server; the first process that asks starts it."""
    with run_folder.locked("postgresql") as done:
        folder = run_folder.current() / "postgresql"
        if not done.exists():
            _start(folder)
            done.touch()
    return str(folder)


def stop(run: Path) -> None:
    """End the run's server, where one was started."""
    if (run / "postgresql.done").exists():
        _as_server_user("pg_ctl", "stop", "-D", str(run / "postgresql/data"), "-m", "immediate")


def url(socket_folder: str, database: str) -> str:
    return f"postgresql+psycopg://{USER}@/{database}?host={socket_folder}"


def connect(socket_folder: str) -> psycopg.Connection:
    """A connection that may make and drop databases."""
    return psycopg.connect(host=socket_folder, user=USER, dbname="postgres", autocommit=True)


def _start(folder: Path) -> None:
    folder.mkdir()
    user = _server_user()
    if user:
        os.chown(folder, pwd.getpwnam(user).pw_uid, -1)
    data = str(folder / "data")
    _as_server_user(
        "initdb", "-D", data, "-U", USER, "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"
    )
    settings = FAST | {"listen_addresses": "''", "unix_socket_directories": str(folder), "timezone": "UTC"}
    options = " ".join(f"-c {name}={value}" for name, value in settings.items())
    _as_server_user("pg_ctl", "start", "-w", "-D", data, "-l", str(folder / "log"), "-o", options)
    _guard(run_folder.current())


def _guard(run: Path) -> None:
    command = ["sh", "-c", WATCHDOG, "watchdog", (run / "owner").read_text(), str(run)]
    quiet = subprocess.DEVNULL
    subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True)


def _as_server_user(program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs, which refuse to run as root."""
    command = [f"{machine.postgresql().found}/{program}", *arguments]
    # pg_ctl hands its output on to the server, so a pipe would never end: a file does.
    report = run_folder.current() / f"{program}.out"
    with open(report, "w") as output:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, user=_server_user(), cwd="/"
        )
    if done.returncode:
        raise RuntimeError(f"{program} failed:\n{report.read_text()}")


def _server_user() -> str | None:
    """Whom the server runs as: root steps down to Debian's postgres, else to nobody."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"
