"""The digests of the audit log: what is hashed, byte for byte. Nothing here may change but by a new VERSION.

    who      = SHA-256(salt[0:16]  + JSON [actor_name, address])
    what     = SHA-256(salt[16:32] + JSON [record_title, changes])
    payload  = who + what
    row      = SHA-256(JSON ["diwan.audit.row", version, id, tx, position, at, request_id, channel, actor_id,
                       organisation_id, entity, record_id, action] + payload)
    root     = SHA-256(row digests of the transaction, in their order)
    link     = SHA-256("diwan.audit.link|version|seq|prev_hash|tx|at|rows|root"), hashes in lower-case hex

JSON is canonical (see `canonical`), which makes the encoding unambiguous and lets anybody recompute it. The
row's own id is hashed too: entries that could be renumbered would prove little.

The payload holds everything that may be personal data, in two halves with a salt each. A person's right to be
erased can then be met without breaking the chain: the half's text and salt go, its digest stays. Two halves,
because forgetting a customer (`what`) must not take along the proof of who acted, and forgetting a user
(`who`) must not take along the history of other people's records. Without the salt a digest tells nothing:
names and addresses are few enough to be guessed one by one.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Any

import orjson

VERSION = 1
SALT_BYTES = 16
GENESIS_BYTES = 32

NO_SALT = bytes(SALT_BYTES)
"""Stands in the salt for the half that was erased."""

HEADER = (
    "id", "tx", "position", "at", "request_id", "channel", "actor_id", "organisation_id", "entity",
    "record_id", "action",
)  # fmt: skip
"""The columns of the header, in the order in which they are hashed; `at` as text of `instant_text`."""


def new_salts(count: int) -> list[bytes]:
    """`count` salts at the price of one call into the operating system."""
    noise = os.urandom(SALT_BYTES * count)
    return [noise[start:start + SALT_BYTES] for start in range(0, len(noise), SALT_BYTES)]


def part_digest(salt: bytes, first: str, second: str) -> bytes:
    """One half of a payload."""
    return sha256(salt + orjson.dumps((first, second))).digest()


def row_digest(header: Sequence[Any], payload: bytes, version: int = VERSION) -> bytes:
    """Digest of a row; `header` holds the values of HEADER. Raises ValueError for a version never in use."""
    if version != VERSION:
        raise ValueError(f"unknown digest version {version}")
    return sha256(orjson.dumps(("diwan.audit.row", version, *header)) + payload).digest()


def root_of(digests: Iterable[bytes]) -> bytes:
    """Digest of a transaction's rows, in their order."""
    return sha256(b"".join(digests)).digest()


def link_hash(
    seq: int, prev_hash: bytes, tx: int, at: str, rows: int, root: bytes, version: int = VERSION
) -> bytes:
    """Hash of a link; PostgreSQL computes the same in SQL while it holds the chain's head."""
    if version != VERSION:
        raise ValueError(f"unknown digest version {version}")
    text = f"diwan.audit.link|{version}|{seq}|{prev_hash.hex()}|{tx}|{at}|{rows}|{root.hex()}"
    return sha256(text.encode()).digest()
