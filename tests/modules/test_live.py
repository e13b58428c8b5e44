"""B10: turning a module off and on reaches every process that serves, without a restart, and the data stay."""

from __future__ import annotations

import http.client
import socket
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest

from core.testing import eventually
from tests.support.installation import ADMIN, Installation, command

CONNECTIONS = 24


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def served(installation: Installation, port: int) -> Iterator[subprocess.Popen[bytes]]:
    with open(installation.folder / "serve.log", "wb") as log, subprocess.Popen(
            command("serve", "--workers", "2", "--port", str(port)), env=installation.full(), stdout=log,
            stderr=log, stdin=subprocess.DEVNULL) as server:
        try:
            eventually(lambda: b"ready" in (installation.folder / "serve.log").read_bytes(), 60)
            yield server
        finally:
            server.terminate()
            server.wait(30)


def statuses(port: int, token: str) -> set[int]:
    """Answers over many new connections, which the system shares out among the processes."""
    found = set()
    for _number in range(CONNECTIONS):
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as connection:
            connection.request("GET", "/api/v1/contacts/contact", headers={"Authorization": f"Bearer {token}"})
            found.add(connection.getresponse().status)
    return found


@pytest.mark.slow
def test_all_processes_follow_at_their_next_request(installed):
    installed.folder.mkdir(parents=True, exist_ok=True)
    token = installed.diwan("token", "create", ADMIN, "--scope", "write").output.strip().splitlines()[-1]
    port = free_port()
    with served(installed, port):
        assert statuses(port, token) == {200}
        assert installed.diwan("plugin", "disable", "contacts").exit_code == 0
        assert statuses(port, token) == {404}
        assert installed.diwan("plugin", "enable", "contacts").exit_code == 0
        assert statuses(port, token) == {200}
