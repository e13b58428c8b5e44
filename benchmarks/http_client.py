"""Requests over one kept connection, with as little of the client's own time as Python allows."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Sequence
from types import TracebackType

SECONDS = 60


class Connection:
    """Speaks HTTP/1.1 to a server on this machine."""

    def __init__(self, port: int, headers: str) -> None:
        self.headers = headers
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=SECONDS)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def __enter__(self) -> Connection:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.socket.close()

    def send(self, method: str, path: str, body: bytes = b"") -> bytes:
        """The body of the answer; anything but a success ends the measuring."""
        kind = f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n" if body else ""
        self.socket.sendall(f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{self.headers}{kind}\r\n".encode() + body)
        data = self.socket.recv(65_536)
        while b"\r\n\r\n" not in data:
            data += self._more()
        head, _break, content = data.partition(b"\r\n\r\n")
        if head[9:10] != b"2":
            raise SystemExit(f"{method} {path}: {head.splitlines()[0].decode()}\n{content[:500].decode()}")
        expected = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        parts, size = [content], len(content)
        while size < expected:
            parts.append(self._more())
            size += len(parts[-1])
        return b"".join(parts)

    def _more(self) -> bytes:
        found = self.socket.recv(1 << 20)
        if not found:
            raise SystemExit("The server closed the connection.")
        return found


def per_second(port: int, headers: str, paths: Sequence[str], clients: int, seconds: float) -> float:
    """How many requests a second `clients` at once get answered."""
    counts = [0] * clients
    end = time.perf_counter() + seconds

    def ask(number: int) -> None:
        with Connection(port, headers) as connection:
            while time.perf_counter() < end:
                connection.send("GET", paths[counts[number] % len(paths)])
                counts[number] += 1

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(clients)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / (time.perf_counter() - began)
