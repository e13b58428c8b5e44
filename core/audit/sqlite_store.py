"""Writing the log on SQLite. The unit of work has held the only write lock since its first write."""

from __future__ import annotations

import datetime as dt
from typing import Any

from core.audit import chain
from core.audit.canonical import instant_text

_INSERT = """
    INSERT INTO core_audit (id, tx, position, at, request_id, channel, address, actor_id, actor_name,
        organisation_id, entity, record_id, record_title, action, changes, salt, payload_digest, digest,
        digest_version)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""
_LINK = """
    INSERT INTO core_audit_link (seq, tx, at, "rows", root, prev_hash, hash, digest_version)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)"""
_HEAD = "UPDATE core_audit_head SET seq = ?, hash = ? WHERE id = 1"


def reserve(driver: Any, count: int) -> tuple[range, dt.datetime]:
    """The ids of the next rows, and the time: the database runs in this process, its clock is ours."""
    found = driver.execute("SELECT seq FROM sqlite_sequence WHERE name = 'core_audit'").fetchone()
    first = (found[0] if found else 0) + 1
    return range(first, first + count), dt.datetime.now(dt.UTC)


def stored_instant(at: dt.datetime) -> str:
    """As the column type UtcDateTime stores it."""
    return at.replace(tzinfo=None).isoformat(" ", timespec="microseconds")


def write(driver: Any, rows: list[tuple[Any, ...]], tx: int, at: dt.datetime, root: bytes) -> bool:
    """Insert the rows and link the transaction to the chain; False when the chain has no head."""
    head = driver.execute("SELECT seq, hash FROM core_audit_head WHERE id = 1").fetchone()
    if head is None:
        return False
    seq, prev_hash = head[0] + 1, head[1]
    link_hash = chain.link_hash(seq, prev_hash, tx, instant_text(at), len(rows), root)
    driver.executemany(_INSERT, rows)
    driver.execute(_LINK, (
        seq, tx, stored_instant(at), len(rows), root, prev_hash, link_hash, chain.VERSION,
    ))  # fmt: skip
    driver.execute(_HEAD, (seq, link_hash))
    return True
