"""Whether links and entries, as they are stored, give the digests that stand beside them.

They are read raw, as the database or an archive has them: a value of the wrong type must end in a verdict, not in an
error.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from core.audit import chain
from core.audit.canonical import instant_text
from core.audit.verdict import Broken

LINKS_AT_ONCE = 500
LINK = ("seq", "tx", "at", "rows", "root", "prev_hash", "hash", "digest_version")
#: In this order the first eleven are what an entry's digest is made of.
ROW = ("id", "tx", "position", "at", "request_id", "channel", "actor_id", "organisation_id", "entity", "record_id",
       "action", "actor_name", "address", "record_title", "changes", "salt", "payload_digest", "digest",
       "digest_version")  # fmt: skip

LINKS = sa.text(
    'SELECT seq, tx, at, "rows", root, prev_hash, hash, digest_version FROM core_audit_link'
    " WHERE seq > :after ORDER BY seq LIMIT :count"
)
ROWS = sa.text(
    "SELECT id, tx, position, at, request_id, channel, actor_id, organisation_id, entity, record_id, action,"
    " actor_name, address, record_title, changes, salt, payload_digest, digest, digest_version"
    " FROM core_audit WHERE tx IN :txs ORDER BY tx, position, id"
).bindparams(sa.bindparam("txs", expanding=True))


@dataclass(slots=True)
class Counted:
    """How much was found whole."""

    rows: int = 0
    links: int = 0
    erased: int = 0


def broken_transaction(link: Any, rows: Iterable[Any], counted: Counted) -> Broken | None:
    """What does not fit of the entries of one link; `counted` grows by those that do."""
    digests: list[bytes] = []
    for expected, row in enumerate(rows):
        position = row.position
        if position != expected and isinstance(position, int) and position > expected:
            return Broken("row_missing", link.seq, None if expected else link.tx, expected)
        if position != expected or expected >= link.rows:
            return Broken("row_added", link.seq, row.id, expected)
        if not row_fits(row):
            return Broken("row_changed", link.seq, row.id, expected)
        counted.erased += row.changes is None or erased(row.salt)
        digests.append(row.digest)
    counted.rows += len(digests)
    if len(digests) < link.rows:
        return Broken("row_missing", link.seq, None, len(digests))
    if chain.root_of(digests) != link.root:
        return Broken("rows_resealed", link.seq, link.tx)
    return None


def link_fits(link: Any) -> bool:
    try:
        made = chain.link_hash(
            link.seq, link.prev_hash, link.tx, raw_instant(link.at), link.rows, link.root, link.digest_version)
    except (TypeError, ValueError, AttributeError):
        return False
    return bool(link.hash == made)


def row_fits(row: Any) -> bool:
    """Whether a row's values, as they are, give its digests."""
    header = (*row[:3], raw_instant(row.at), *row[4:11])
    try:
        digest = chain.row_digest(header, row.payload_digest, row.digest_version)
        payload = b"".join(_half_digests(row))
    except (TypeError, ValueError, AttributeError):
        return False
    return bool(row.digest == digest and row.payload_digest == payload)


def _half_digests(row: Any) -> Iterator[bytes]:
    """The digests of who and what; of an erased half the one that was kept, if all of its text is gone."""
    salt = row.salt if row.salt is not None else bytes(2 * chain.SALT_BYTES)
    halves = ((row.actor_name, row.address, 0), (row.record_title, row.changes, 1))
    for first, second, number in halves:
        own_salt = salt[number * chain.SALT_BYTES:][:chain.SALT_BYTES]
        if own_salt == chain.NO_SALT and not first and not second:
            yield row.payload_digest[number * 32:][:32]
        else:
            yield chain.part_digest(own_salt, first, second)


def erased(salt: bytes | None) -> bool:
    return salt is None or chain.NO_SALT in (salt[:chain.SALT_BYTES], salt[chain.SALT_BYTES:])


def raw_instant(stored: Any) -> str:
    """What was hashed of a stored moment. SQLite keeps text; whatever is not exactly ours fits no digest."""
    if isinstance(stored, dt.datetime):
        return instant_text(stored)
    text = str(stored)
    return f"{text[:10]}T{text[11:]}Z" if len(text) == 26 and text[10] == " " else f"{text}?"
