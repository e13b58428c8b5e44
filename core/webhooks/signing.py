"""Signatures of webhooks: made for what we send, verified for what we get, always over the bytes as they travel.

We sign as the Standard Webhooks specification says: id, time and body, so that an old message cannot be sent again and
a body cannot be put under another one's id.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
import secrets
from collections.abc import Callable, Iterable, Mapping

from core.errors import Unauthenticated
from core.language.i18n import _

PREFIX = "whsec_"
#: Seconds that a message may be older, or newer, than our clock.
TOLERANCE = 300
_HEX = re.compile(r"[0-9a-f]{64}\Z")


def new_secret() -> str:
    return PREFIX + base64.b64encode(secrets.token_bytes(24)).decode("ascii")


def headers(secret: str, event_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """What goes with a body that we send."""
    return {"webhook-id": event_id, "webhook-timestamp": str(timestamp),
            "webhook-signature": "v1," + _standard(secret, event_id, str(timestamp), body)}


def verify(scheme: str, secret: str, sent: Mapping[str, str], body: bytes, now: float) -> str:
    """The sender's id of a message, "" where the scheme has none; Unauthenticated unless its signature holds.

    The scheme is that of the stored source, never one that the message names.
    """
    if not secret.removeprefix(PREFIX):
        raise _refused()
    return SCHEMES[scheme](secret, sent, body, now)


def _verify_standard(secret: str, sent: Mapping[str, str], body: bytes, now: float) -> str:
    event_id, timestamp = sent.get("webhook-id", ""), sent.get("webhook-timestamp", "")
    _check_time(timestamp, now)
    if not event_id:
        raise _refused()
    given = (part.partition(",") for part in sent.get("webhook-signature", "").split(" "))
    _check(_standard(secret, event_id, timestamp, body), (text for version, _comma, text in given if version == "v1"))
    return event_id


def _verify_github(secret: str, sent: Mapping[str, str], body: bytes, now: float) -> str:
    name, _equals, given = sent.get("X-Hub-Signature-256", "").partition("=")
    if name != "sha256" or not _HEX.match(given):
        raise _refused()
    _check(hmac.new(secret.encode(), body, hashlib.sha256).hexdigest(), (given,))
    return sent.get("X-GitHub-Delivery", "")


def _verify_timed(secret: str, sent: Mapping[str, str], body: bytes, now: float) -> str:
    """`t=…,v1=…` over the time and the body."""
    pairs = [part.strip().partition("=") for part in sent.get("Stripe-Signature", "").split(",")]
    timestamp = next((value for name, _equals, value in pairs if name == "t"), "")
    _check_time(timestamp, now)
    expected = hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    _check(expected, (value for name, _equals, value in pairs if name == "v1" and _HEX.match(value)))
    return ""


SCHEMES: Mapping[str, Callable[[str, Mapping[str, str], bytes, float], str]] = {
    "standard": _verify_standard, "github": _verify_github, "timed": _verify_timed,
}


def _standard(secret: str, event_id: str, timestamp: str, body: bytes) -> str:
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = secret.encode()
    signed = f"{event_id}.{timestamp}.".encode() + body
    return base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode("ascii")


def _check_time(text: str, now: float) -> None:
    if not (text.isascii() and text.isdigit() and len(text) < 13) or abs(now - int(text)) > TOLERANCE:
        raise _refused()


def _check(expected: str, given: Iterable[str]) -> None:
    """One of the given signatures is the expected one; all are compared, each in constant time."""
    found = [hmac.compare_digest(expected.encode(), one.encode()) for one in given]
    if not any(found):
        raise _refused()


def _refused() -> Unauthenticated:
    """One answer for all reasons: a forger learns nothing from it."""
    return Unauthenticated(_("The signature of this message does not hold."))
