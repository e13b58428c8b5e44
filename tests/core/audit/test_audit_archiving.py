"""AUD-08: what is old leaves the log for a file that can be verified; the chain stays whole, with a seal at the cut."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import stat
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from core.actor import Actor, Origin, acting
from core.audit import actions, archive, archive_erasing, archiving, shortening
from core.audit.anchor import take_anchor
from core.audit.archives import joined
from core.audit.listener import record
from core.audit.models import audit, cut, link
from core.audit.verify import verify
from core.db import unit_of_work
from core.errors import Malformed, Unavailable
from core.vault import Vault
from tests.core.audit.tampering import lift_protection, put

VAULT = Vault("the installation's key")
LATER = dt.datetime(2100, 1, 1, tzinfo=dt.UTC)


@pytest.fixture
def written(engine: Engine) -> Engine:
    write(engine, 7)
    return engine


def write(engine: Engine, count: int) -> None:
    for number in range(count):
        with unit_of_work(engine):
            for name in ("سارة", "حمد")[: number % 2 + 1]:
                record("contacts.contact", number, name, "create", {"name": [None, f"{name} {number}"]})


def age(engine: Engine, seq: int) -> dt.datetime:
    """The moment of a link."""
    with engine.connect() as connection:
        found: dt.datetime = connection.execute(sa.select(link.c.at).where(link.c.seq == seq)).scalar_one()
    return found


def ids(engine: Engine) -> list[int]:
    with engine.connect() as connection:
        return list(connection.execute(sa.select(audit.c.id).order_by(audit.c.id)).scalars())


def test_the_old_part_is_in_the_file_and_the_rest_is_whole(written: Engine, tmp_path: Path) -> None:
    anchor, before = take_anchor(written), ids(written)
    (one,) = archiving.carry_out(written, VAULT, tmp_path, age(written, 5))
    assert (one.first, one.last, one.entries) == (1, 4, 6)
    assert ids(written) == [*before[6:], before[-1] + 1], "and the archiving has an entry of its own"
    verdict = verify(written, anchor, VAULT)
    assert (verdict.ok, verdict.rows) == (True, 5)
    assert archive.check(one.path).counted.rows == 6
    # Again: the next part joins it; all parts and the log are one chain, under the anchor of the beginning.
    write(written, 2)
    (two,) = archiving.carry_out(written, VAULT, tmp_path, age(written, 9))
    assert two.first == 5
    early = json.loads(anchor.to_json())
    assert (early["instance"], take_anchor(written).instance) == (anchor.instance, anchor.instance)
    every = joined(written, [two.path, one.path], anchor)
    assert (every.broken, every.covers(anchor)) == (None, True)
    assert every.followed_by(verify(written, None, VAULT)).rows == 10 + 1 + 3 + 1
    alone = verify(written, anchor, VAULT).first_broken
    assert alone is not None
    assert alone.reason == "anchor_archived", "by itself the log cannot say what became of that link"
    assert archiving.carry_out(written, VAULT, tmp_path, age(written, 9)) == []
    missing = joined(written, [one.path]).broken
    assert missing is not None
    assert missing.reason == "archive_gap"


def test_the_whole_log_may_be_old(written: Engine, tmp_path: Path) -> None:
    archiving.carry_out(written, VAULT, tmp_path, LATER)
    assert verify(written, None, VAULT).rows == 1
    write(written, 2)
    assert verify(written, None, VAULT).ok


def test_whoever_can_write_the_database_cannot_cut_the_log(written: Engine, tmp_path: Path) -> None:
    archiving.carry_out(written, VAULT, tmp_path, age(written, 5))
    with pytest.raises(sa.exc.DBAPIError, match="only moves on"), written.begin() as connection:
        connection.execute(sa.update(cut).values(seq=2))
    forged = verify(written, None, Vault("another key")).first_broken
    assert forged is not None
    assert forged.reason == "cut_forged"
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), written.begin() as connection:
        connection.execute(sa.delete(audit))


def test_a_log_that_was_touched_is_not_archived(written: Engine, tmp_path: Path) -> None:
    lift_protection(written)
    put(written, audit, 3, record_title="X")
    with pytest.raises(Unavailable):
        archiving.carry_out(written, VAULT, tmp_path, LATER)
    assert len(ids(written)) == 10
    assert list(tmp_path.iterdir()) == []


def test_a_process_that_ends_in_between_is_made_up_for(
    written: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archiving, "AT_ONCE", 2)

    def stop(done: int, _size: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        archiving.carry_out(written, VAULT, tmp_path, age(written, 6), stop)
    assert verify(written, None, VAULT).ok
    write(written, 1)
    made = archiving.carry_out(written, VAULT, tmp_path, LATER)
    assert [(one.first, one.last) for one in made] == [(1, 5), (6, 8)]
    assert joined(written, sorted(tmp_path.iterdir())).broken is None
    assert verify(written, None, VAULT).ok


def spoil(path: Path, change: Any) -> None:
    lines = gzip.decompress(path.read_bytes()).splitlines()
    path.write_bytes(gzip.compress(b"\n".join(change(lines))))


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize(("how", "reason"), [
    (lambda lines: [one.replace("حمد".encode(), "علي".encode()) for one in lines], "row_changed"),
    (lambda lines: lines[:2] + lines[3:], "link_missing"),
    (lambda lines: lines[:-1], "archive_damaged"),
    (lambda lines: [*lines[:-2], lines[-1]], "archive_damaged"),
    (lambda lines: [lines[0].replace(b'"joins_hash":"', b'"joins_hash":"00'), *lines[1:]], "link_changed"),
])  # fmt: skip
def test_an_archive_that_was_touched_is_found(written: Engine, tmp_path: Path, how: Any, reason: str) -> None:
    (one,) = archiving.carry_out(written, VAULT, tmp_path, age(written, 5))
    (tmp_path / "cut off").write_bytes(one.path.read_bytes()[:-9])
    with pytest.raises(Malformed):
        archive.check(tmp_path / "cut off")
    spoil(one.path, how)
    found = archive.check(one.path).broken
    assert found is not None
    assert found.reason == reason


def test_a_kind_that_is_kept_for_a_shorter_time_loses_its_text_and_the_chain_stays_whole(
    written: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """AUD-08: what is over before the rest is neither in the log nor in a later archive; the rest keeps its values."""
    monkeypatch.setattr(shortening, "AT_ONCE", 2)
    for name in ("first", "second", "third", "late"):
        with unit_of_work(written):
            record("core.user", 5, "Sara", "login_failed", {"email": [None, f"{name}@example.com"]})
            record("contacts.contact", 9, "Omid", "update", {"city": ["Qom", "Yazd"]})
    anchor, last = take_anchor(written), max(ids(written))
    with written.connect() as connection:
        late = connection.execute(sa.select(audit.c.at).where(audit.c.id == last)).scalar_one()
    assert shortening.count(written, actions.SECURITY, late) == 3
    assert shortening.carry_out(written, actions.SECURITY, late) == 3
    assert shortening.carry_out(written, actions.SECURITY, late) == 0, "nothing is told twice"
    with written.connect() as connection:
        rows = connection.execute(sa.select(audit).where(audit.c.action == "login_failed").order_by(audit.c.id)).all()
        others = connection.execute(sa.select(audit.c.changes).where(audit.c.action == "update")).scalars().all()
        told = connection.execute(sa.select(audit.c.changes).where(audit.c.action == "shorten_log")).scalars().all()
    assert [(row.changes, row.record_title, row.actor_name) for row in rows[:3]] == [(None, "", "")] * 3
    assert "late@example.com" in rows[3].changes
    assert len([text for text in others if "Yazd" in text]) == 4
    assert len(told) == 1
    verdict = verify(written, anchor, VAULT)
    assert (verdict.ok, verdict.erased) == (True, 3)
    (one,) = archiving.carry_out(written, VAULT, tmp_path, LATER)
    assert archive.check(one.path).broken is None
    text = gzip.decompress(one.path.read_bytes())
    assert (b"first@example.com" in text, b"late@example.com" in text, b"Yazd" in text) == (False, True, True)


def test_an_archive_forgets_who_is_erased_and_can_still_be_verified(written: Engine, tmp_path: Path) -> None:
    who = Actor(7, "Sara Ahmadi")
    with unit_of_work(written), acting(who, Origin("web", "192.0.2.7")):
        record("contacts.contact", 1, "Omid", "update", {"city": ["Qom", "Yazd"]})
    (one,) = archiving.carry_out(written, VAULT, tmp_path, LATER)
    before = archive.check(one.path)
    assert archive_erasing.erase(written, tmp_path, [("contacts.contact", 1)]) == 3
    text = gzip.decompress(one.path.read_bytes()).decode()
    assert [name in text for name in ("Yazd", "Omid", "Sara Ahmadi", "192.0.2.7")] == [False, False, True, True]
    assert archive_erasing.erase(written, tmp_path, [("core.user", 7)], 7) == 1
    assert archive_erasing.erase(written, tmp_path, [("core.user", 7)], 7) == 0, "once is enough"
    text = gzip.decompress(one.path.read_bytes()).decode()
    assert [name in text for name in ("Sara Ahmadi", "192.0.2.7", "سارة 2")] == [False, False, True]
    after = archive.check(one.path)
    assert (after.broken, after.hash, after.counted.erased) == (None, before.hash, 3)
    every = joined(written, [one.path])
    assert every.followed_by(verify(written, None, VAULT)).ok
    assert stat.S_IMODE(one.path.stat().st_mode) == 0o600
    with written.connect() as connection:
        told = connection.execute(sa.select(audit.c.changes).where(audit.c.action == "erase")).scalars().all()
    assert len(told) == 2
    assert archive.digest(one.path) in told[-1], "the log knows what the file is now"
    touched = gzip.decompress(one.path.read_bytes()).replace("سارة 2".encode(), "سارة 9".encode())
    one.path.write_bytes(gzip.compress(touched))
    with pytest.raises(Unavailable):
        archive_erasing.erase(written, tmp_path, [("contacts.contact", 4)])
