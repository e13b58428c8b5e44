"""Canonical JSON: one value has one text, whatever the database, the machine or the order of its keys.

Strings are written as RFC 8785 writes them (so any JSON library can make the same bytes), with Unicode in NFC
and unescaped; keys are sorted; points in time are UTC with microseconds; decimals are strings without
trailing zeros. The digests are taken over the text as it is stored, so a check never has to parse and write
it again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from unicodedata import is_normalized, normalize

import orjson

MASK = "•"
"""Stands for a value that must not be recorded, so that only the fact of a change remains (AUD-06)."""

NEVER_RECORDED = frozenset({
    "password", "password_hash", "new_password", "old_password", "secret", "secret_key", "token",
    "token_hash", "access_token", "refresh_token", "api_key", "csrf_token", "session_key", "totp_secret",
    "recovery_codes",
})  # fmt: skip
"""Names that are masked whoever passes them: a second line behind the `secret` mark of a field."""

_OPTIONS = orjson.OPT_SORT_KEYS | orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS


def instant_text(moment: dt.datetime) -> str:
    """2026-01-02T03:04:05.000006Z; a moment without a time zone is refused."""
    if moment.tzinfo is None:
        raise ValueError("a point in time needs a time zone")
    return moment.astimezone(dt.UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def decimal_text(number: Decimal) -> str:
    """Equal numbers give equal text: 1.50, 1.5 and 15E-1 are all "1.5"."""
    if not number.is_finite():
        raise ValueError(f"{number} cannot be recorded")
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def canonical_json(value: Any) -> str:
    """The canonical text of a JSON value that may hold dates, times and decimals.

    Raises TypeError for anything else, bytes and file bodies among them, and for moments without a time zone.
    """
    try:
        text = orjson.dumps(value, default=_plain, option=_OPTIONS).decode()
    except orjson.JSONEncodeError:
        return _dump(_normal(value))  # half a surrogate pair is mended there; all else is refused again
    return text if text.isascii() or is_normalized("NFC", text) else _dump(_normal(value))


def changes_text(changes: Mapping[str, Sequence[Any]]) -> str:
    """The text of the column `changes`: {"field": [old, new]}, with passwords and the like masked."""
    if not NEVER_RECORDED.isdisjoint(changes):
        changes = {name: _masked(pair) if name in NEVER_RECORDED else pair for name, pair in changes.items()}
    return canonical_json(changes)


def clean_text(text: str) -> str:
    """`text` as it can be stored and hashed anywhere: NFC, no NUL, no half of a surrogate pair."""
    if text.isascii():
        return text.replace("\0", "")
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return normalize("NFC", whole.replace("\0", ""))


def _masked(pair: Sequence[Any]) -> list[str | None]:
    return [None if value is None else MASK for value in pair]


def _dump(value: Any) -> str:
    return orjson.dumps(value, default=_plain, option=_OPTIONS).decode()


def _plain(value: Any) -> Any:
    """What JSON has no type for."""
    if isinstance(value, Decimal):
        return decimal_text(value)
    if isinstance(value, dt.datetime):
        return instant_text(value)
    if isinstance(value, (dt.date, dt.time)):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} cannot be recorded")


def _normal(value: Any) -> Any:
    """The same value with every text cleaned, names included, before the keys are sorted."""
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, Mapping):
        return {_normal(name): _normal(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_normal(item) for item in value]
    return value
