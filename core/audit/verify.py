"""Checking the whole chain: every row against its digest, every transaction against its link, every link
against the one before, and the end against the head and an anchor.

Everything is read raw, in one snapshot and with the full rights of the connection: rules on rows would make a
whole log look broken, and a value of the wrong type must end in a verdict, not in an error.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import groupby
from operator import attrgetter
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from core.audit import chain
from core.audit.anchor import Anchor
from core.audit.canonical import instant_text
from core.audit.verdict import Broken, Verdict

LINKS_AT_ONCE = 500

_LINKS = sa.text(
    'SELECT seq, tx, at, "rows", root, prev_hash, hash, digest_version FROM core_audit_link'
    " WHERE seq > :after ORDER BY seq LIMIT :count"
)
_ROWS = sa.text(
    "SELECT id, tx, position, at, request_id, channel, actor_id, organisation_id, entity, record_id, action,"
    " actor_name, address, record_title, changes, salt, payload_digest, digest, digest_version"
    " FROM core_audit WHERE tx IN :txs ORDER BY tx, position, id"
).bindparams(sa.bindparam("txs", expanding=True))
_HEAD = sa.text("SELECT seq, hash FROM core_audit_head WHERE id = 1")
_COUNT = sa.text("SELECT count(*) FROM core_audit")
_UNLINKED = sa.text(
    "SELECT min(a.id) FROM core_audit a LEFT JOIN core_audit_link l ON l.tx = a.tx WHERE l.tx IS NULL"
)


def verify(engine: Engine, anchor: Anchor | None = None) -> Verdict:
    """Check the whole log, while people go on working; against an anchor kept elsewhere when one is given."""
    with _snapshot(engine) as connection:
        walk = _Walk(connection, anchor)
        broken = walk.find_broken()
    return Verdict(broken is None, walk.rows, walk.links, walk.erased, broken)


@contextmanager
def _snapshot(engine: Engine) -> Iterator[Connection]:
    """A connection that sees one state from first to last."""
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        yield connection


class _Walk:
    """One pass over the chain, from its first link to its head, with the state a pass needs."""

    def __init__(self, connection: Connection, anchor: Anchor | None) -> None:
        self._connection = connection
        self._anchor = anchor
        self._last_seq = 0
        self._last_hash: bytes | None = None
        self.rows = self.links = self.erased = 0

    def find_broken(self) -> Broken | None:
        for links in self._chunks():
            good, broken_link = self._good_links(links)
            broken = self._broken_row(good) or broken_link
            if broken:
                return broken
        return self._broken_end()

    def _chunks(self) -> Iterator[list[Any]]:
        after = -(2**63)
        while links := list(self._connection.execute(_LINKS, {"after": after, "count": LINKS_AT_ONCE})):
            yield links
            after = links[-1].seq

    def _good_links(self, links: list[Any]) -> tuple[list[Any], Broken | None]:
        """The links up to the first broken one, and that."""
        for number, link in enumerate(links):
            if reason := self._broken_link(link):
                return links[:number], Broken(reason, self._last_seq + 1)
            self._last_seq, self._last_hash = link.seq, link.hash
            self.links += 1
        return links, None

    def _broken_link(self, link: Any) -> str:
        expected = self._last_seq + 1
        if link.seq != expected:
            return "link_missing" if isinstance(link.seq, int) and link.seq > expected else "link_added"
        if not _link_fits(link) or self._last_hash not in (None, link.prev_hash):
            return "link_changed"
        if self._anchor and link.seq == 1 and link.prev_hash.hex() != self._anchor.instance:
            return "anchor_other"
        if self._anchor and link.seq == self._anchor.seq and link.hash.hex() != self._anchor.hash:
            return "anchor_differs"
        return ""

    def _broken_row(self, links: list[Any]) -> Broken | None:
        """The first broken row of the transactions of these links."""
        if not links:
            return None
        try:
            found = self._check_rows({link.tx: link for link in links})
        except sa.exc.OperationalError as error:
            if "Could not decode" not in str(error):  # how SQLite says that a text is no UTF-8 any more
                raise
            return Broken("unreadable", links[0].seq)
        return min(found, key=attrgetter("seq"), default=None)

    def _check_rows(self, open_links: dict[int, Any]) -> list[Broken]:
        result = self._connection.execute(
            _ROWS, {"txs": list(open_links)}, execution_options={"stream_results": True})
        found = []
        for tx, rows in groupby(result, key=attrgetter("tx")):
            found.append(self._check_transaction(open_links.pop(tx), rows))
        found += [Broken("row_missing", link.seq, link.tx, 0) for link in open_links.values()]
        return [broken for broken in found if broken]

    def _check_transaction(self, link: Any, rows: Iterator[Any]) -> Broken | None:
        digests: list[bytes] = []
        for expected, row in enumerate(rows):
            position = row.position
            if position != expected and isinstance(position, int) and position > expected:
                return Broken("row_missing", link.seq, None if expected else link.tx, expected)
            if position != expected or expected >= link.rows:
                return Broken("row_added", link.seq, row.id, expected)
            if not _row_fits(row):
                return Broken("row_changed", link.seq, row.id, expected)
            self.erased += row.changes is None or _erased(row.salt)
            digests.append(row.digest)
        self.rows += len(digests)
        if len(digests) < link.rows:
            return Broken("row_missing", link.seq, None, len(digests))
        if chain.root_of(digests) != link.root:
            return Broken("rows_resealed", link.seq, link.tx)
        return None

    def _broken_end(self) -> Broken | None:
        """What is wrong after the last link."""
        head = self._connection.execute(_HEAD).first()
        if head is None:
            return Broken("head_missing")
        if isinstance(head.seq, int) and head.seq > self._last_seq:
            return Broken("link_missing", self._last_seq + 1)
        if head.seq != self._last_seq or self._last_hash not in (None, head.hash):
            return Broken("head_changed", self._last_seq)
        if self._connection.execute(_COUNT).scalar() != self.rows:
            return Broken("row_unlinked", row_id=self._connection.execute(_UNLINKED).scalar())
        return self._beyond_anchor(head)

    def _beyond_anchor(self, head: Any) -> Broken | None:
        if self._anchor is None:
            return None
        if self._last_hash is None and head.hash.hex() != self._anchor.instance:
            return Broken("anchor_other")
        return Broken("anchor_missing", self._last_seq + 1) if self._anchor.seq > self._last_seq else None


def _link_fits(link: Any) -> bool:
    try:
        made = chain.link_hash(
            link.seq, link.prev_hash, link.tx, _raw_instant(link.at), link.rows, link.root, link.digest_version)
    except (TypeError, ValueError, AttributeError):
        return False
    return bool(link.hash == made)


def _row_fits(row: Any) -> bool:
    """Whether a row's values, as they are, give its digests."""
    header = (*row[:3], _raw_instant(row.at), *row[4:11])
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


def _erased(salt: bytes | None) -> bool:
    return salt is None or chain.NO_SALT in (salt[:chain.SALT_BYTES], salt[chain.SALT_BYTES:])


def _raw_instant(stored: Any) -> str:
    """What was hashed of a stored moment. SQLite keeps text; whatever is not exactly ours fits no digest."""
    if isinstance(stored, dt.datetime):
        return instant_text(stored)
    text = str(stored)
    return f"{text[:10]}T{text[11:]}Z" if len(text) == 26 and text[10] == " " else f"{text}?"
