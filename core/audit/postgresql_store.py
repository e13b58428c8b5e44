"""Writing the log on PostgreSQL: several transactions at a time, which meet only at the chain's head."""

from __future__ import annotations

import datetime as dt
from typing import Any

from core.audit import chain
from core.audit.canonical import instant_text

COPY_FROM = 4
"""From so many rows on COPY is faster than a statement a row (measured)."""

_RESERVE_ONE = "SELECT ARRAY[nextval('core_audit_id_seq')], clock_timestamp()"
_RESERVE = "SELECT ARRAY(SELECT nextval('core_audit_id_seq') FROM generate_series(1, %s)), clock_timestamp()"
_INSERT = """
    INSERT INTO core_audit (id, tx, position, at, request_id, channel, address, actor_id, actor_name,
        organisation_id, entity, record_id, record_title, action, changes, salt, payload_digest, digest,
        digest_version)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"""
_COPY = """
    COPY core_audit (id, tx, position, at, request_id, channel, address, actor_id, actor_name,
        organisation_id, entity, record_id, record_title, action, changes, salt, payload_digest, digest,
        digest_version)
    FROM STDIN"""
# FOR UPDATE waits for the transaction that holds the head and then sees what it left. The hash is that of
# `chain.link_hash`, computed here because its input is known only under the lock.
_LINK = """
    WITH head AS (SELECT seq + 1 AS seq, hash AS prev_hash FROM core_audit_head WHERE id = 1 FOR UPDATE),
    given AS (SELECT %s::bigint AS tx, %s::timestamptz AS at, %s::text AS at_text, %s::integer AS rows,
                     %s::bytea AS root, %s::smallint AS version),
    link AS (
        SELECT seq, tx, at, rows, root, prev_hash, version,
               sha256(convert_to(concat_ws('|', 'diwan.audit.link', version, seq, encode(prev_hash, 'hex'),
                                           tx, at_text, rows, encode(root, 'hex')), 'UTF8')) AS hash
        FROM head, given),
    moved AS (UPDATE core_audit_head SET seq = link.seq, hash = link.hash
              FROM link WHERE core_audit_head.id = 1)
    INSERT INTO core_audit_link (seq, tx, at, rows, root, prev_hash, hash, digest_version)
    SELECT seq, tx, at, rows, root, prev_hash, hash, version FROM link"""


def reserve(driver: Any, count: int) -> tuple[list[int], dt.datetime]:
    """The ids of the next rows, and the time by the database's clock, which is one for all machines."""
    asked = driver.execute(_RESERVE_ONE) if count == 1 else driver.execute(_RESERVE, (count,))
    ids, at = asked.fetchone()
    return ids, at


def stored_instant(at: dt.datetime) -> str:
    """As the database reads it: the same text in all rows of a transaction, which the driver need not make again."""
    return at.isoformat(" ")


def write(driver: Any, rows: list[tuple[Any, ...]], tx: int, at: dt.datetime, root: bytes) -> bool:
    """Insert the rows and link the transaction to the chain; False when the chain has no head.

    The link is one statement, the last before COMMIT, so the head is locked no longer than the commit takes.
    """
    link = (tx, at, instant_text(at), len(rows), root, chain.VERSION)
    if len(rows) < COPY_FROM:
        with driver.pipeline():  # all goes out at once, without waiting for an answer in between
            for row in rows:
                driver.execute(_INSERT, row)
            linked = driver.execute(_LINK, link)
    else:
        with driver.cursor() as cursor, cursor.copy(_COPY) as copy:
            for row in rows:
                copy.write_row(row)
        linked = driver.execute(_LINK, link)
    return bool(linked.rowcount == 1)
