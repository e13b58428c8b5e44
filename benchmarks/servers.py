"""The server as users run it, and a bare Flask application served in the same way."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from core.config import Config

ROOT = Path(__file__).parents[1]
READY_WITHIN = 60


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def diwan(config: Config, workers: int) -> Iterator[int]:
    """`diwan serve` over this installation; the port."""
    port = free_port()
    command = [sys.executable, "-m", "core", "serve", "--port", str(port), "--workers", str(workers)]
    with _served(command, _settings(config), f"http://127.0.0.1:{port}/healthz"):
        yield port


def start_import(config: Config, path: Path) -> subprocess.Popen[bytes]:
    """`diwan import` of contacts; its answer as JSON is on stdout."""
    command = [sys.executable, "-m", "core", "import", "contacts.contact", str(path), "--json"]
    return subprocess.Popen(command, cwd=ROOT, env=_environment(_settings(config)), stdin=subprocess.DEVNULL,
                            stdout=subprocess.PIPE)


def _settings(config: Config) -> dict[str, str]:
    return {"DIWAN_INSTANCE": str(config.instance), "DIWAN_DATABASE_URL": config.database_url}


def _environment(settings: dict[str, str]) -> dict[str, str]:
    """As users have it: their modules are compiled, whatever this shell says."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    compiled = Path(tempfile.gettempdir()) / "diwan-benchmarks" / "compiled"
    return {**kept, "PYTHONPYCACHEPREFIX": str(compiled), **settings}


@contextmanager
def bare_flask(workers: int) -> Iterator[int]:
    """A Flask application with one route that answers a short text; the port."""
    port = free_port()
    command = [sys.executable, str(ROOT / "benchmarks" / "bare_flask.py"), str(port), str(workers)]
    with _served(command, {}, f"http://127.0.0.1:{port}/"):
        yield port


@contextmanager
def _served(command: list[str], environment: dict[str, str], address: str) -> Iterator[None]:
    process = subprocess.Popen(command, cwd=ROOT, env=_environment(environment), start_new_session=True,
                               stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    try:
        _wait_for(address, process)
        yield
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(15)


def _wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + READY_WITHIN
    while time.monotonic() < end and process.poll() is None:
        with suppress(OSError), urllib.request.urlopen(address, timeout=5) as answer:
            if answer.status == 200:
                return
        time.sleep(0.05)
    raise SystemExit(f"The server did not start: {' '.join(process.args)}")  # type: ignore[arg-type]
