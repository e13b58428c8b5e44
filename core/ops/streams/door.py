"""The port of the streams: answers without end to pages of ours, and to nobody else.

It knows one address and no body, and each connection is for one answer, so there is little that could be misread.
"""

from __future__ import annotations

import asyncio
import http.client
import io
import logging
import random
import time
from collections.abc import Callable
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import Message
from http import HTTPStatus
from urllib.parse import parse_qs, urlsplit

import orjson
from werkzeug.http import parse_cookie

from core.auth.sessions import COOKIE
from core.notify.news import News, number
from core.ops.streams.reader import Asked, Reader, Refused
from core.web import STREAM

ALIVE = "/healthz"
#: Seconds until a request must have come, between signs of life, until a page that takes nothing is given up, and
#: after which a stream ends by itself: the browser asks for the next, which shares pages out anew among processes.
HEAD_WITHIN, HEARTBEAT, TAKEN_WITHIN, LONGEST = 5, 15, 10, 600
MOST_HEAD = 16 * 1024
#: Milliseconds until a browser comes again, so that not all of them do at once.
AGAIN = (1000, 4000)

_HEADERS = {
    "Cache-Control": "no-store", "Connection": "close", "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    # Proxies would rather gather some kilobytes before they hand anything on.
    "X-Accel-Buffering": "no",
}  # fmt: skip

log = logging.getLogger("diwan.streams")


@dataclass(frozen=True, slots=True)
class Request:
    method: str
    path: str
    query: dict[str, list[str]]
    headers: Message

    def argument(self, name: str) -> str:
        return self.query.get(name, [""])[0][:500]


@dataclass(slots=True)
class Door:
    """`is_ours` says whether pages of an origin may read the streams, given the name by which the browser came;
    `trusted` are the proxies that say from where he came."""

    reader: Reader
    thread: Executor
    is_ours: Callable[[str, str], bool]
    trusted: frozenset[str] = frozenset()
    _open: set[asyncio.Task[None]] = field(default_factory=set)

    async def enter(self, incoming: asyncio.StreamReader, outgoing: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        try:
            with suppress(ConnectionError, TimeoutError, asyncio.CancelledError):
                await self._answer(incoming, outgoing)
        finally:
            self._open.discard(task)
            outgoing.close()

    async def close(self) -> None:
        """End all streams; browsers ask for the next."""
        for task in list(self._open):
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    async def _answer(self, incoming: asyncio.StreamReader, outgoing: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(HEAD_WITHIN):
                request = read(await incoming.readuntil(b"\r\n\r\n"))
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            return
        headers = self._shared(request) if request is not None else {}
        if request is None or headers is None or request.method != "GET":
            await _say(outgoing, HTTPStatus.BAD_REQUEST if request is None else HTTPStatus.FORBIDDEN, headers or {})
        elif request.path == ALIVE:
            await _say(outgoing, HTTPStatus.OK, headers)
        elif request.path != STREAM:
            await _say(outgoing, HTTPStatus.NOT_FOUND, headers)
        else:
            await self._stream(request, headers, incoming, outgoing)

    def _shared(self, request: Request) -> dict[str, str] | None:
        """With whom the answer may be shared; None for a page of another site, whose browser would send our cookie."""
        if request.headers.get("Sec-Fetch-Site", "") == "cross-site":
            return None
        origin = request.headers.get("Origin", "")
        if not origin:
            return {}
        if not self.is_ours(origin, request.headers.get("Host", "")):
            return None
        return {"Access-Control-Allow-Origin": origin, "Access-Control-Allow-Credentials": "true", "Vary": "Origin"}

    async def _stream(self, request: Request, headers: dict[str, str], incoming: asyncio.StreamReader,
                      outgoing: asyncio.StreamWriter) -> None:
        loop, outbox = asyncio.get_running_loop(), asyncio.Queue[News | None]()

        def tell(message: News | None) -> None:
            loop.call_soon_threadsafe(outbox.put_nowait, message)

        asked = asked_by(request, came_from(request, outgoing.get_extra_info("peername"), self.trusted))
        try:
            stream = await loop.run_in_executor(self.thread, self.reader.admit, asked, tell)
        except Refused as refused:
            await _say(outgoing, HTTPStatus(refused.status), headers)
            return
        except Exception:
            log.exception("a stream cannot begin")
            await _say(outgoing, HTTPStatus.INTERNAL_SERVER_ERROR, headers)
            return
        # A browser sends nothing more, so what comes is the end.
        left = asyncio.ensure_future(incoming.read(1))
        left.add_done_callback(lambda _done: outbox.put_nowait(None))
        try:
            outgoing.write(_head(HTTPStatus.OK, {**headers, "Content-Type": "text/event-stream"}))
            outgoing.write(b"retry: %d\n\n" % random.randint(*AGAIN))
            await _hand_on(outbox, outgoing)
        finally:
            left.cancel()
            await asyncio.shield(loop.run_in_executor(self.thread, self.reader.forget, stream))


async def _hand_on(outbox: asyncio.Queue[News | None], outgoing: asyncio.StreamWriter) -> None:
    end = time.monotonic() + LONGEST * random.uniform(0.8, 1.2)
    while time.monotonic() < end:
        try:
            message = await asyncio.wait_for(outbox.get(), HEARTBEAT)
        except TimeoutError:
            outgoing.write(b":\n\n")
        else:
            if message is None:
                return
            outgoing.write(b"id: %d\ndata: %s\n\n" % (message["seq"], orjson.dumps(message)))
        async with asyncio.timeout(TAKEN_WITHIN):
            await outgoing.drain()


def read(head: bytes) -> Request | None:
    """What a browser asks for; None for what is no request."""
    first, _end, rest = head.partition(b"\r\n")
    try:
        method, target, version = first.decode("ascii").split(" ")
        address = urlsplit(target)
        headers = http.client.parse_headers(io.BytesIO(rest))
    except (ValueError, http.client.HTTPException):
        return None
    if version not in ("HTTP/1.0", "HTTP/1.1"):
        return None
    return Request(method, address.path, parse_qs(address.query, max_num_fields=20), headers)


def came_from(request: Request, peer: tuple[object, ...] | None, trusted: frozenset[str]) -> str:
    """The address of the browser: what a trusted proxy says, as for pages (`core.app`), else that of the connection."""
    address = str(peer[0]) if peer else ""
    told = ",".join(request.headers.get_all("X-Forwarded-For", [])) if address in trusted else ""
    return told.rpartition(",")[2].strip() or address


def asked_by(request: Request, address: str) -> Asked:
    return Asked(
        cookie=parse_cookie(request.headers.get("Cookie", "")).get(COOKIE, ""), address=address,
        at=request.argument("at"),
        since=number(request.argument("since")), last_told=number(request.headers.get("Last-Event-ID", "")),
        language=request.argument("lang"),
    )  # fmt: skip


async def _say(outgoing: asyncio.StreamWriter, status: HTTPStatus, headers: dict[str, str]) -> None:
    body = status.phrase.encode()
    outgoing.write(_head(status, {**headers, "Content-Type": "text/plain", "Content-Length": str(len(body))}) + body)
    async with asyncio.timeout(TAKEN_WITHIN):
        await outgoing.drain()


def _head(status: HTTPStatus, headers: dict[str, str]) -> bytes:
    lines = [f"HTTP/1.1 {status.value} {status.phrase}", *(f"{n}: {v}" for n, v in {**_HEADERS, **headers}.items())]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")
