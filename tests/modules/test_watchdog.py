"""REL-20: a plugin that never ends, waits for ever or eats all memory in a request costs that request, not the site."""

from __future__ import annotations

import http.client
import os
import signal
import urllib.error
import urllib.request
from pathlib import Path

from core.testing import eventually
from tests.modules import outside
from tests.modules.test_live import free_port, served
from tests.support import wheels
from tests.support.installation import Installation

GREEDY = """
import time
from flask import Blueprint
from core.api import Manifest, PUBLIC, hookimpl, route
manifest = Manifest("greedy", "Greedy", "1.0")
blueprint = Blueprint("greedy", __name__)
@route(blueprint, "/greedy/loop", access=PUBLIC)
def loop():
    while True:
        try:
            pass
        except Exception:
            pass
@route(blueprint, "/greedy/wait", access=PUBLIC)
def wait():
    time.sleep(600)
@route(blueprint, "/greedy/eat", access=PUBLIC)
def eat():
    hoard = []
    while True:
        hoard.append(bytes(64 << 20))
@hookimpl
def register_blueprints():
    return [blueprint]
"""


def test_a_plugin_that_does_not_come_to_an_end_is_ended_and_named(installed_sqlite, tmp_path):
    installation: Installation = installed_sqlite
    target = outside.installed(tmp_path / "site", [("greedy", {"plugin.py": GREEDY, "migrations/README": ""})])
    assert outside.diwan(installation, target, "plugin", "enable", "greedy").returncode == 0
    installation.settings |= {"DIWAN_PLUGIN_SECONDS": "1", **wheels.environment(target)}
    port = free_port()
    with served(installation, port) as server:
        assert _status(port, "/greedy/loop") == 500
        assert "longer than a request may take" in _trouble(installation)
        assert _status(port, "/greedy/eat") == 500
        assert "MemoryError" in _trouble(installation)
        assert _status(port, "/greedy/wait") == 0, "the process is gone, and the answer with it"
        eventually(lambda: _status(port, "/login") == 200, 30)
        assert "time.sleep(600)" in _trouble(installation)
        assert "was ended with its process" in _trouble(installation)

        # SIGHUP: the code as it is by now, in every process, that of live updates too.
        before = _processes(server.pid)
        code = next(target.rglob("acme_greedy/plugin.py"))
        code.write_text(GREEDY.replace("time.sleep(600)", "return 'mended'"))
        os.kill(server.pid, signal.SIGHUP)
        eventually(lambda: _status(port, "/login") == 200 and not before & _processes(server.pid), 60)
        assert _status(port, "/greedy/wait") == 200
    assert installation.value("SELECT state FROM core_plugin WHERE name = 'greedy'") == "enabled"


def _processes(server: int) -> set[int]:
    """Those that serve pages and streams: what was begun by the server, and by the keeper beside it."""
    below = {int(one) for one in Path(f"/proc/{server}/task/{server}/children").read_text().split()}
    return set().union(*(_processes(one) or {one} for one in below))


def _status(port: int, path: str) -> int:
    """The status of an answer; 0 when there is none."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=60) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except (OSError, http.client.HTTPException):
        return 0


def _trouble(installation: Installation) -> str:
    return str(installation.value("SELECT error FROM core_plugin WHERE name = 'greedy'"))
