"""Mail servers on this machine: one that keeps what it gets, and one that misbehaves as it is told."""

from __future__ import annotations

import email
import email.policy
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller


@dataclass
class Kept:
    """What a server has accepted, and what it says to some recipients."""

    port: int = 0
    got: list[tuple[list[str], bytes]] = field(default_factory=list)
    says: dict[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def messages(self) -> list[EmailMessage]:
        return [email.message_from_bytes(data, policy=email.policy.default) for _to, data in self.got]  # type: ignore[misc]

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:
        said = self.says.get(address, "250 OK")
        if said.startswith("250"):
            envelope.rcpt_tos.append(address)
        return said

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        said = self.says.get("DATA", "250 OK")
        if said.startswith("250"):
            self.got.append((list(envelope.rcpt_tos), bytes(envelope.original_content)))
        return said


@contextmanager
def keeping() -> Iterator[Kept]:
    """A whole SMTP server."""
    kept = Kept(_free_port())
    controller = Controller(kept, hostname="127.0.0.1", port=kept.port, enable_SMTPUTF8=True)
    controller.start()
    try:
        yield kept
    finally:
        controller.stop()


@dataclass
class Rude:
    """A peer that speaks just enough SMTP to go wrong at a chosen point; `texts` are those it has taken."""

    port: int
    at: str
    texts: list[bytes] = field(default_factory=list)
    reached: threading.Event = field(default_factory=threading.Event)
    go_on: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def serve(self, connection: socket.socket) -> None:
        """One client. At `greeting`, `mail`, `data` or `text` it says nothing and hangs up once it may go on."""
        with connection, connection.makefile("rb") as lines:
            if self._stops("greeting"):
                return
            connection.sendall(b"220 rude\r\n")
            for line in lines:
                verb = line.split()[0].upper().decode() if line.split() else ""
                if self._stops(verb.lower()):
                    return
                if verb == "DATA":
                    connection.sendall(b"354 go on\r\n")
                    text = _until_dot(lines)
                    self.texts.append(text)
                    if self._stops("text"):
                        return
                connection.sendall(b"221 bye\r\n" if verb == "QUIT" else b"250 OK\r\n")

    def _stops(self, point: str) -> bool:
        if point != self.at:
            return False
        self.reached.set()
        self.go_on.wait(60)
        return True


@contextmanager
def rude(at: str, waits: bool = False) -> Iterator[Rude]:
    """A peer that hangs up at a point, or with `waits` says nothing there until it is let go."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        peer = Rude(listening.getsockname()[1], at)
        if not waits:
            peer.go_on.set()
        over = threading.Event()
        threading.Thread(target=_accept, args=(listening, peer.serve, over), daemon=True).start()
        try:
            yield peer
        finally:
            over.set()
            peer.go_on.set()


def _accept(listening: socket.socket, serve: Callable[[socket.socket], None], over: threading.Event) -> None:
    listening.settimeout(0.2)
    while not over.is_set():
        try:
            connection, _address = listening.accept()
        except (TimeoutError, OSError):
            continue
        threading.Thread(target=_quietly, args=(serve, connection), daemon=True).start()


def _quietly(serve: Callable[[socket.socket], None], connection: socket.socket) -> None:
    try:
        serve(connection)
    except OSError:
        connection.close()  # the other side was killed


def _until_dot(lines: Any) -> bytes:
    text = b""
    for line in lines:
        if line == b".\r\n":
            return text
        text += line
    return text


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port
