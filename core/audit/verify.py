"""Checking the whole chain: every row against its digest, every transaction against its link, every link
against the one before, and the end against the head and an anchor.

Everything is read raw, in one snapshot and with the full rights of the connection: rules on rows would make a
whole log look broken, and a value of the wrong type must end in a verdict, not in an error.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import groupby
from operator import attrgetter
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from core.audit import cut as cuts
from core.audit.anchor import Anchor
from core.audit.cut import Cut
from core.audit.fitting import LINKS, LINKS_AT_ONCE, ROWS, Counted, broken_transaction, link_fits
from core.audit.verdict import Broken, Verdict
from core.vault import Vault

_HEAD = sa.text("SELECT seq, hash FROM core_audit_head WHERE id = 1")
_COUNT = sa.text("SELECT count(*) FROM core_audit")
_UNLINKED = sa.text(
    "SELECT min(a.id) FROM core_audit a LEFT JOIN core_audit_link l ON l.tx = a.tx WHERE l.tx IS NULL"
)


def verify(engine: Engine, anchor: Anchor | None = None, vault: Vault | None = None) -> Verdict:
    """Check the whole log, while people go on working; against an anchor kept elsewhere when one is given.

    Where its beginning was archived (`cut`), it begins there. With the vault of the installation the seal of that cut
    is checked as well.
    """
    with _snapshot(engine) as connection:
        walk = _Walk(connection, anchor)
        broken = _broken_cut(walk.cut, vault) or walk.find_broken()
    counted = walk.counted
    return Verdict(broken is None, counted.rows, counted.links, counted.erased, broken)


def _broken_cut(cut: Cut | None, vault: Vault | None) -> Broken | None:
    return Broken("cut_forged", cut.seq) if cut and vault and not cut.is_sealed_by(vault) else None


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
        self.cut = cuts.read(connection)
        self._last_seq = self.cut.seq if self.cut else 0
        self._last_hash: bytes | None = self.cut.hash if self.cut else None
        self.counted = Counted()

    def find_broken(self) -> Broken | None:
        if broken := self._broken_beginning():
            return broken
        for links in self._chunks():
            good, broken_link = self._good_links(links)
            broken = self._broken_row(good) or broken_link
            if broken:
                return broken
        return self._broken_end()

    def _broken_beginning(self) -> Broken | None:
        """What an anchor has against a beginning that was archived."""
        if self.cut is None or self._anchor is None:
            return None
        if self.cut.instance.hex() != self._anchor.instance:
            return Broken("anchor_other")
        if self._anchor.seq < self.cut.seq:
            return Broken("anchor_archived", self._anchor.seq)
        differs = self._anchor.seq == self.cut.seq and self._anchor.hash != self.cut.hash.hex()
        return Broken("anchor_differs", self.cut.seq) if differs else None

    def _chunks(self) -> Iterator[list[Any]]:
        after = -(2**63)
        while links := list(self._connection.execute(LINKS, {"after": after, "count": LINKS_AT_ONCE})):
            yield links
            after = links[-1].seq

    def _good_links(self, links: list[Any]) -> tuple[list[Any], Broken | None]:
        """The links up to the first broken one, and that."""
        for number, link in enumerate(links):
            if reason := self._broken_link(link):
                return links[:number], Broken(reason, self._last_seq + 1)
            self._last_seq, self._last_hash = link.seq, link.hash
            self.counted.links += 1
        return links, None

    def _broken_link(self, link: Any) -> str:
        expected = self._last_seq + 1
        if link.seq != expected:
            return "link_missing" if isinstance(link.seq, int) and link.seq > expected else "link_added"
        if not link_fits(link) or self._last_hash not in (None, link.prev_hash):
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
            ROWS, {"txs": list(open_links)}, execution_options={"stream_results": True})
        found = []
        for tx, rows in groupby(result, key=attrgetter("tx")):
            found.append(broken_transaction(open_links.pop(tx), rows, self.counted))
        found += [Broken("row_missing", link.seq, link.tx, 0) for link in open_links.values()]
        return [broken for broken in found if broken]

    def _broken_end(self) -> Broken | None:
        """What is wrong after the last link."""
        head = self._connection.execute(_HEAD).first()
        if head is None:
            return Broken("head_missing")
        if isinstance(head.seq, int) and head.seq > self._last_seq:
            return Broken("link_missing", self._last_seq + 1)
        if head.seq != self._last_seq or self._last_hash not in (None, head.hash):
            return Broken("head_changed", self._last_seq)
        if self._connection.execute(_COUNT).scalar() != self.counted.rows:
            return Broken("row_unlinked", row_id=self._connection.execute(_UNLINKED).scalar())
        return self._beyond_anchor(head)

    def _beyond_anchor(self, head: Any) -> Broken | None:
        if self._anchor is None:
            return None
        if self._last_hash is None and head.hash.hex() != self._anchor.instance:
            return Broken("anchor_other")
        return Broken("anchor_missing", self._last_seq + 1) if self._anchor.seq > self._last_seq else None
