"""One mail over SMTP, with the moment known from which on nobody can say any more that it was not sent.

Everything before the server has said yes to DATA can be tried again. From the first byte of the text on only the
server's answer counts; without one the outcome is unknown.
"""

from __future__ import annotations

import smtplib
import socket
import ssl
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit

from core.mail import sentences

#: Seconds for a connection and each command, and for the answer to the text.
TIMEOUT, TIMEOUT_OF_DATA = 20, 60
PORTS = {"smtp": 587, "smtps": 465}
USUAL = {
    ConnectionRefusedError: sentences.REFUSED, TimeoutError: sentences.TOO_LONG, socket.gaierror: sentences.NO_NAME,
    ssl.SSLCertVerificationError: sentences.NO_TRUST, smtplib.SMTPServerDisconnected: sentences.BROKEN_OFF,
}


class NoServer(Exception):
    """The server cannot be reached, or does not let us in: nothing about any one mail."""


class No(Exception):
    """The server does not take this mail; what it said of each recipient, where it came to that."""

    def __init__(self, message: str, recipients: Mapping[str, tuple[int, str]] | None = None) -> None:
        super().__init__(message)
        self.recipients = dict(recipients or {})


class TryLater(No):
    """It does not take it now."""


class Refused(No):
    """Nor will it later."""


class NobodyKnows(Exception):
    """The text was on its way, and no answer came."""


@dataclass(slots=True)
class Answer:
    """Who is served, and for whom the server said no: {address: (code, text)}."""

    accepted: list[str] = field(default_factory=list)
    refused: dict[str, tuple[int, str]] = field(default_factory=dict)


def connect(url: str) -> smtplib.SMTP:
    """Log in at `smtp://user:password@host:port` (STARTTLS when offered, and always before a password), or at
    `smtps://…` (TLS from the start). `?tls=no` on a trusted network does without."""
    parts = urlsplit(url)
    port = parts.port or PORTS.get(parts.scheme, 25)
    plain = parts.query == "tls=no"
    context = ssl.create_default_context()
    try:
        if parts.scheme == "smtps":
            opened: smtplib.SMTP = smtplib.SMTP_SSL(parts.hostname or "", port, timeout=TIMEOUT, context=context)
        else:
            opened = smtplib.SMTP(parts.hostname or "", port, timeout=TIMEOUT)
        opened.ehlo_or_helo_if_needed()
        if parts.scheme != "smtps" and not plain and opened.has_extn("starttls"):
            opened.starttls(context=context)
            opened.ehlo()
        elif parts.scheme != "smtps" and parts.username and not plain:
            raise NoServer(sentences.NO_ENCRYPTION.source)
        if parts.username:
            opened.login(unquote(parts.username), unquote(parts.password or ""))
    except (smtplib.SMTPException, OSError) as error:
        raise NoServer(_told(error)) from error
    return opened


def hand_over(server: smtplib.SMTP, sender: str, addresses: Sequence[str], data: bytes,
              before_text: Callable[[], None], is_international: bool = False) -> Answer:
    """Give one mail to the server. `before_text` is called when it is about to get the text."""
    try:
        answer = _envelope(server, sender, addresses, is_international)
        code, said = server.docmd("DATA")
        if code != 354:
            raise _no(code, _text(said))
        before_text()
    except (smtplib.SMTPServerDisconnected, OSError) as error:
        raise TryLater(_told(error)) from error
    code, said = _send_text(server, data)
    if code != 250:
        raise _no(code, _text(said))
    return answer


def _envelope(server: smtplib.SMTP, sender: str, addresses: Sequence[str], is_international: bool) -> Answer:
    server.ehlo_or_helo_if_needed()
    if is_international and not server.has_extn("smtputf8"):
        raise Refused(sentences.NOT_INTERNATIONAL.source)
    code, said = server.mail(sender, ["SMTPUTF8", "BODY=8BITMIME"] if is_international else [])
    if code != 250:
        raise _no(code, _text(said))
    answer = Answer()
    for address in addresses:
        code, said = server.rcpt(address)
        if code in (250, 251):
            answer.accepted.append(address)
        else:
            answer.refused[address] = (code, _text(said))
    if not answer.accepted:
        # One who may be served later keeps the mail alive.
        code, text = min(answer.refused.values())
        raise _no(code, text, answer.refused)
    return answer


def _send_text(server: smtplib.SMTP, data: bytes) -> tuple[int, bytes]:
    """The text and its end; from here on every silence is an unknown outcome."""
    quoted = smtplib._quote_periods(data)  # type: ignore[attr-defined]
    quoted += b".\r\n" if quoted.endswith(b"\r\n") else b"\r\n.\r\n"
    try:
        if server.sock is not None:
            server.sock.settimeout(TIMEOUT_OF_DATA)
        server.send(quoted)
        return server.getreply()
    except (smtplib.SMTPException, OSError) as error:
        raise NobodyKnows(_told(error)) from error
    finally:
        if server.sock is not None:
            server.sock.settimeout(TIMEOUT)


def _no(code: int, text: str, recipients: Mapping[str, tuple[int, str]] | None = None) -> No:
    """A definite no: 5 is for good, everything else may be otherwise later."""
    return (Refused if 500 <= code < 600 else TryLater)(f"{code} {text}".strip(), recipients)


def _told(error: BaseException) -> str:
    """The server's own words, what is usual in ours, and anything else as the system says it."""
    for kind, sentence in USUAL.items():
        if isinstance(error, kind):
            return sentence.source
    said: Any = getattr(error, "smtp_error", None)
    return _text(said) if said else str(error) or type(error).__name__


def _text(said: Any) -> str:
    return said.decode("utf-8", "replace")[:500] if isinstance(said, bytes) else str(said)[:500]
