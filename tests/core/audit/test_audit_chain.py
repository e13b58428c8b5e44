"""The digests, byte for byte: pinned, and computed a second time with nothing but hashlib and json (AUD-01)."""

import datetime as dt
import hashlib
import json
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from core.audit import chain
from core.audit.anchor import take_anchor
from core.audit.listener import record, record_many
from core.audit.models import audit, head, link
from core.audit.verify import verify
from core.db import unit_of_work

SALT = bytes(range(16))
AT = "2026-01-02T03:04:05.000006Z"
HEADER = (7, 5, 2, AT, "0123456789abcdef", "web", 3, 1, "contacts.contact", 427, "update")


def test_the_digests_of_version_1_never_change() -> None:
    who = chain.part_digest(SALT, "سارة", "192.0.2.17")
    what = chain.part_digest(SALT, "محمد علی", '{"phone":[null,"+966501234567"]}')
    row = chain.row_digest(HEADER, who + what)
    root = chain.root_of([row, who])
    assert who.hex() == "f97fd4f6f693a215a5e8385a33674af2c17289509e2aced14338ea49b47aa706"
    assert what.hex() == "84f302efcd5c621c74bf17b0f671a2859e998f9aaef3f0127e108986b1ffdd2f"
    assert row.hex() == "47b9b7a9c4d3bd8a070e255b6ce7fa5d8114558a0cbcb54ff6c3f548ecdbcc98"
    assert root.hex() == "f16a2c00ddd2b079bed7b9b7f18b3e8967047c398a572c4f2a807166b438cac1"
    link_hash = chain.link_hash(9, bytes(32), 5, AT, 2, root)
    assert link_hash.hex() == "6a73348f2e03db44b9d6385de1c4501fab29da22f59d92a2dde01026ff66f4b1"


def test_a_digest_version_that_was_never_in_use_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown digest version 2"):
        chain.row_digest(HEADER, bytes(64), version=2)
    with pytest.raises(ValueError, match="unknown digest version 0"):
        chain.link_hash(1, bytes(32), 1, AT, 1, bytes(32), version=0)


def test_salts_are_never_used_twice() -> None:
    assert len(set(chain.new_salts(1000))) == 1000


def test_equal_texts_have_different_digests(engine: Engine) -> None:
    with unit_of_work(engine):
        record_many("contacts.contact", "create", [(n, "Ali", {}) for n in (1, 2)])
    with engine.connect() as connection:
        first, second = connection.execute(sa.select(audit.c.payload_digest)).scalars()
    assert first[32:] != second[32:]


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def as_json(*values: Any) -> bytes:
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode()


def instant(at: dt.datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def digest_by_the_book(row: Any) -> bytes:
    who = sha256(row.salt[:16] + as_json(row.actor_name, row.address))
    what = sha256(row.salt[16:] + as_json(row.record_title, row.changes))
    header = as_json(
        "diwan.audit.row", 1, row.id, row.tx, row.position, instant(row.at), row.request_id, row.channel,
        row.actor_id, row.organisation_id, row.entity, row.record_id, row.action)  # fmt: skip
    return sha256(header + who + what)


def test_stored_digests_are_those_of_the_book(engine: Engine) -> None:
    note = {"note": ["\t\u2028", "پ‌چ"]}
    with unit_of_work(engine):
        record("contacts.contact", 427, 'محمد "علی" \\ \x1f', "update", note, reason="تصحیح")
        record_many("contacts.company", "create", [(n, f"شركة {n}", {"name": [None, f"شركة {n}"]}) for n in range(9)])
    with unit_of_work(engine):
        record("core.session", None, "", "logout", {})
    with engine.connect() as connection:
        rows = connection.execute(sa.select(audit).order_by(audit.c.id)).all()
        links = connection.execute(sa.select(link).order_by(link.c.seq)).all()
        last = connection.execute(sa.select(head)).one()
    assert [row.digest for row in rows] == [digest_by_the_book(row) for row in rows]
    assert [(entry.seq, entry.rows) for entry in links] == [(1, 10), (2, 1)]
    for entry in links:
        root = sha256(b"".join(row.digest for row in rows if row.tx == entry.tx))
        text = f"diwan.audit.link|1|{entry.seq}|{entry.prev_hash.hex()}|{entry.tx}|{instant(entry.at)}|{entry.rows}"
        assert entry.hash == sha256(f"{text}|{root.hex()}".encode())
    assert links[1].prev_hash == links[0].hash
    assert (last.seq, last.hash) == (2, links[1].hash)


def copy_log(source: Connection, target: Connection) -> None:
    target.execute(sa.update(head).values(seq=1))
    for table in (audit, link):
        target.execute(sa.insert(table), [dict(row._mapping) for row in source.execute(sa.select(table))])
    for row in source.execute(sa.select(head)):
        target.execute(sa.update(head).values(hash=row.hash, seq=row.seq))


@pytest.mark.postgresql
def test_a_log_keeps_its_hashes_when_it_moves_to_the_other_database(log_in: Callable[[str], Engine]) -> None:
    sqlite, postgresql = log_in("sqlite"), log_in("postgresql")
    for n in range(2):
        with unit_of_work(sqlite):
            record_many("contacts.contact", "create", [(n, "سارة", {"name": [None, "سارة"]}) for n in range(5)])
    with sqlite.connect() as source, postgresql.begin() as target:
        copy_log(source, target)
    anchor = take_anchor(sqlite)
    assert verify(postgresql, anchor) == verify(sqlite, anchor)
    assert verify(postgresql, anchor).ok
    assert verify(postgresql).rows == 10
