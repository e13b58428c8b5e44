"""Requests to addresses that people typed in (SEC-43).

A name is resolved once, every address it has is checked, and the connection goes to one that was checked: a name that
answers otherwise the second time leads nowhere else. Addresses of this machine and of private networks are refused
unless the operator has named the host. Redirections are not followed, and an answer is read no further than needed.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, urlsplit

from core.errors import DiwanError, Invalid
from core.language.i18n import _

#: Seconds until a peer has to answer, and until the whole exchange is over.
STEP, WHOLE = 10.0, 20.0
#: Ports below 1024 other than these belong to other protocols.
WEB_PORTS = frozenset({80, 443})
MOST_READ = 64 * 1024


class Unreachable(DiwanError):
    """The other side did not take the request: no connection, no answer in time, no answer at all."""


@dataclass(frozen=True, slots=True)
class Target:
    """An address that was read and checked for its form; `address` is what it may be sent to."""

    scheme: str
    host: str
    port: int
    path: str
    address: str = ""


def read(url: str) -> Target:
    """The parts of a web address; Invalid for other protocols, log-ins in it, and ports of other services."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").encode("idna").decode("ascii")
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except (ValueError, UnicodeError):
        raise Invalid(_("This is no web address that can be called.")) from None
    if parts.scheme not in ("http", "https") or not host or parts.username is not None or _is_odd(parts):
        raise Invalid(_("This is no web address that can be called."))
    if port not in WEB_PORTS and port < 1024:
        raise Invalid(_("Port {port} belongs to another service. Use that of a web server.", port=str(port)))
    path = parts.path or "/"
    return Target(parts.scheme, host, port, f"{path}?{parts.query}" if parts.query else path)


def _is_odd(parts: SplitResult) -> bool:
    return any(character.isspace() or character == "\\" or ord(character) < 32 for character in parts.geturl())


def resolve(target: Target, allowed: Collection[str] = ()) -> Target:
    """The target with the address to call. Invalid when it, or any other address of the name, is not public.

    `allowed` are hosts of the operator's own network, as names or addresses.
    """
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise Unreachable(_("The name {host} cannot be found.", host=target.host)) from error
    addresses = [str(entry[4][0]) for entry in found]
    if target.host not in allowed:
        private = [one for one in addresses if one not in allowed and not is_public(one)]
        if private:
            raise Invalid(_("{host} is an address inside this network. An administrator has to allow it first.",
                            host=target.host))
    return Target(target.scheme, target.host, target.port, target.path, addresses[0])


def is_public(address: str) -> bool:
    """Whether an IP address, or the one wrapped in it, belongs to the public network."""
    parsed: Any = ipaddress.ip_address(address.partition("%")[0])
    inner = getattr(parsed, "ipv4_mapped", None) or getattr(parsed, "sixtofour", None)
    if inner is None and (teredo := getattr(parsed, "teredo", None)):
        inner = teredo[1]
    if inner is None and parsed.version == 6 and parsed in ipaddress.ip_network("64:ff9b::/96"):
        inner = ipaddress.ip_address(int(parsed) & 0xFFFFFFFF)
    return bool((inner or parsed).is_global and not (inner or parsed).is_multicast)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; no more of the body than `MOST_READ`."""

    status: int
    body: bytes


def post(target: Target, body: bytes, headers: Mapping[str, str]) -> int:
    """Send a body to a resolved target; the status of the answer. Unreachable when there was none in time."""
    return exchange(target, "POST", headers, body).status


def exchange(target: Target, method: str, headers: Mapping[str, str], body: bytes | None = None) -> Answer:
    """One request to a resolved target, and its answer. Unreachable when there was none in time."""
    connection = _connection(target)
    watch = threading.Timer(WHOLE, _cut, (connection,))
    watch.start()
    try:
        connection.request(method, target.path, body, dict(headers))
        answer = connection.getresponse()
        return Answer(answer.status, answer.read(MOST_READ))
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise Unreachable(_("No answer: {reason}", reason=_reason(error))) from error
    finally:
        watch.cancel()
        connection.close()


def _reason(error: Exception) -> str:
    """What kept the other side from answering: the usual in the reader's words, else as the system says it."""
    if isinstance(error, ConnectionRefusedError):
        return str(_("the connection was refused"))
    if isinstance(error, TimeoutError):
        return str(_("it took too long"))
    if isinstance(error, ssl.SSLCertVerificationError):
        return str(_("its certificate is not trusted"))
    return str(error)[:200] or type(error).__name__


def _connection(target: Target) -> http.client.HTTPConnection:
    if target.scheme == "https":
        return _Secure(target)
    return _Plain(target)


class _Plain(http.client.HTTPConnection):
    def __init__(self, target: Target) -> None:
        super().__init__(target.host, target.port, timeout=STEP)
        self._address = target.address

    def connect(self) -> None:
        self.sock = socket.create_connection((self._address, self.port), STEP)


class _Secure(http.client.HTTPSConnection):
    def __init__(self, target: Target) -> None:
        super().__init__(target.host, target.port, timeout=STEP)
        self._address = target.address

    def connect(self) -> None:
        plain = socket.create_connection((self._address, self.port), STEP)
        self.sock = ssl.create_default_context().wrap_socket(plain, server_hostname=self.host)


def _cut(connection: http.client.HTTPConnection) -> None:
    """End an exchange that a slow peer keeps alive byte by byte."""
    with suppress(OSError, AttributeError):
        connection.sock.shutdown(socket.SHUT_RDWR)
