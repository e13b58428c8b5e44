"""Every way of changing the log is found, and the first broken place is named (AUD-03)."""

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.engine import Engine

from core.audit.anchor import take_anchor
from core.audit.listener import record_many
from core.audit.models import audit, head, link
from core.audit.verdict import Broken
from core.audit.verify import verify
from core.db import unit_of_work
from tests.core.audit.tampering import (
    add,
    chain_anew,
    lift_protection,
    put,
    remove,
    reseal,
    run,
    stored,
)


@pytest.fixture
def tampered(engine: Engine) -> Engine:
    """Four transactions of 3, 1, 5 and 2 entries, with the ids 1 to 11, and nothing that protects them."""
    for count in (3, 1, 5, 2):
        write(engine, count)
    lift_protection(engine)
    return engine


def write(engine: Engine, count: int) -> None:
    with unit_of_work(engine):
        lines = [(n, f"محمد {n}", {"phone": [None, f"+96650{n}"]}) for n in range(count)]
        record_many("contacts.contact", "create", lines)


def test_an_untouched_log_is_whole(tampered: Engine) -> None:
    verdict = verify(tampered, take_anchor(tampered))
    assert (verdict.ok, verdict.rows, verdict.links, verdict.erased) == (True, 11, 4, 0)
    with pytest.raises(dataclasses.FrozenInstanceError):
        verdict.ok = False  # type: ignore[misc]


def test_an_empty_log_is_whole(engine: Engine) -> None:
    assert verify(engine, take_anchor(engine)).ok


EDITS = {
    "request_id": "other", "channel": "cli", "address": "203.0.113.9", "actor_id": 4, "actor_name": "علي",
    "organisation_id": 2, "entity": "contacts.company", "record_id": 9, "record_title": "X", "action": "update",
    "changes": '{"phone":[null,"+966509"]}', "salt": bytes(32), "payload_digest": bytes(64), "digest": bytes(32),
    "digest_version": 2, "at": "2020-01-01 00:00:00.000000",
}  # fmt: skip


def test_an_edited_entry_is_named_whichever_column_it_was(tampered: Engine) -> None:
    whole = stored(tampered, audit, 6)
    found = {}
    for column, value in EDITS.items():
        put(tampered, audit, 6, **{column: value})
        found[column] = verify(tampered).first_broken
        put(tampered, audit, 6, **{column: whole[column]})
    assert found == dict.fromkeys(EDITS, Broken("row_changed", seq=3, row_id=6, position=1))
    assert verify(tampered).ok


def test_every_column_of_an_entry_is_covered() -> None:
    assert {*EDITS, "id", "tx", "position"} == {column.name for column in audit.c}


def test_a_renumbered_entry_is_found(tampered: Engine) -> None:
    put(tampered, audit, 6, id=60)
    assert verify(tampered).first_broken == Broken("row_changed", seq=3, row_id=60, position=1)


def test_an_entry_moved_to_another_transaction_is_missed(tampered: Engine) -> None:
    put(tampered, audit, 2, tx=5)
    assert verify(tampered).first_broken == Broken("row_missing", seq=1, position=1)


@pytest.mark.parametrize(
    ("gone", "broken"),
    [
        ([6], Broken("row_missing", 3, None, 1)),
        ([5], Broken("row_missing", 3, 5, 0)),
        ([9], Broken("row_missing", 3, None, 4)),
        ([4], Broken("row_missing", 2, 4, 0)),
        ([10, 11], Broken("row_missing", 4, 10, 0)),
        ([7, 2], Broken("row_missing", 1, None, 1)),
    ],
)
def test_a_deleted_entry_is_missed(tampered: Engine, gone: list[int], broken: Broken) -> None:
    remove(tampered, audit, *gone)
    assert verify(tampered).first_broken == broken


@pytest.mark.parametrize(
    ("place", "broken"),
    [
        ({"position": 5}, Broken("row_added", 3, 100, 5)),
        ({"position": 1}, Broken("row_added", 3, 100, 2)),
        ({"position": -1}, Broken("row_added", 3, 100, 0)),
        ({"tx": 100, "position": 0}, Broken("row_unlinked", None, 100)),
    ],
)
def test_an_added_entry_is_named(tampered: Engine, place: dict[str, int], broken: Broken) -> None:
    add(tampered, audit, **{**stored(tampered, audit, 6), "id": 100, **place})
    assert verify(tampered).first_broken == broken


@pytest.mark.parametrize(
    ("columns", "first"), [(("position",), 7), (("changes", "salt"), 6), (("changes", "salt", "payload_digest"), 6)]
)
def test_swapped_entries_are_found(tampered: Engine, columns: tuple[str, ...], first: int) -> None:
    one, other = stored(tampered, audit, 6), stored(tampered, audit, 7)
    put(tampered, audit, 6, **{name: other[name] for name in columns})
    put(tampered, audit, 7, **{name: one[name] for name in columns})
    assert verify(tampered).first_broken == Broken("row_changed", seq=3, row_id=first, position=1)


def test_new_digests_for_an_edited_entry_do_not_fit_the_link(tampered: Engine) -> None:
    reseal(tampered, 6, "{}")
    assert verify(tampered).first_broken == Broken("rows_resealed", seq=3, row_id=5)


LINK_EDITS = {
    "tx": 4, "at": "2020-01-01 00:00:00.000000", "rows": 4, "root": bytes(32), "prev_hash": bytes(32),
    "hash": bytes(32), "digest_version": 2,
}  # fmt: skip


def test_a_changed_link_is_named_whichever_column_it_was(tampered: Engine) -> None:
    whole = stored(tampered, link, 3)
    found = {}
    for column, value in LINK_EDITS.items():
        put(tampered, link, 3, **{column: value})
        found[column] = verify(tampered).first_broken
        put(tampered, link, 3, **{column: whole[column]})
    assert found == dict.fromkeys(LINK_EDITS, Broken("link_changed", seq=3))
    assert {*LINK_EDITS, "seq"} == {column.name for column in link.c}


def test_a_link_made_anew_does_not_fit_the_next(tampered: Engine) -> None:
    reseal(tampered, 4, "{}")
    chain_anew(tampered, 2, 2)
    assert verify(tampered).first_broken == Broken("link_changed", seq=3)


@pytest.mark.parametrize("seq", [1, 2, 3])
def test_a_deleted_link_is_missed(tampered: Engine, seq: int) -> None:
    remove(tampered, link, seq)
    assert verify(tampered).first_broken == Broken("link_missing", seq=seq)


def test_a_link_added_before_the_first_is_found(tampered: Engine) -> None:
    add(tampered, link, **{**stored(tampered, link, 1), "seq": 0})
    assert verify(tampered).first_broken == Broken("link_added", seq=1)


def test_the_first_broken_place_is_named_when_there_are_several(tampered: Engine) -> None:
    put(tampered, link, 3, tx=99)
    put(tampered, audit, 10, record_title="X")
    put(tampered, audit, 3, record_title="X")
    assert verify(tampered).first_broken == Broken("row_changed", seq=1, row_id=3, position=2)


@pytest.mark.parametrize(
    ("column", "value", "broken"),
    [
        ("seq", 5, Broken("link_missing", 5)),
        ("seq", 3, Broken("head_changed", 4)),
        ("hash", bytes(32), Broken("head_changed", 4)),
        ("id", 2, Broken("head_missing")),
    ],
)
def test_a_changed_head_is_found(tampered: Engine, column: str, value: Any, broken: Broken) -> None:
    put(tampered, head, 1, **{column: value})
    assert verify(tampered).first_broken == broken


def cut_off(engine: Engine, seq: int) -> None:
    """Leave the log as it was when link `seq` was its last: what restoring an older copy does as well."""
    with engine.connect() as connection:
        later = connection.execute(sa.select(link.c.seq, link.c.tx).where(link.c.seq > seq)).all()
        ids = connection.execute(sa.select(audit.c.id).where(audit.c.tx.in_([row.tx for row in later]))).scalars().all()
        first_hash = connection.execute(sa.select(link.c.prev_hash).where(link.c.seq == 1)).scalar_one()
    remove(engine, audit, *ids)
    remove(engine, link, *(row.seq for row in later))
    put(engine, head, 1, seq=seq, hash=stored(engine, link, seq)["hash"] if seq else first_hash)


@pytest.mark.parametrize("left", [0, 1, 3])
def test_only_an_anchor_shows_that_the_end_was_cut_off(tampered: Engine, left: int) -> None:
    anchor = take_anchor(tampered)
    cut_off(tampered, left)
    assert verify(tampered).ok
    assert verify(tampered, anchor).first_broken == Broken("anchor_missing", seq=left + 1)


def test_an_older_copy_in_which_people_worked_on_does_not_fit_the_anchor(tampered: Engine) -> None:
    anchor = take_anchor(tampered)
    cut_off(tampered, 3)
    run(tampered, "DELETE FROM core_audit WHERE id > 9")
    for count in (2, 1):
        write(tampered, count)
    assert verify(tampered).ok
    assert verify(tampered, anchor).first_broken == Broken("anchor_differs", seq=4)


def test_only_an_anchor_shows_that_the_whole_chain_was_made_anew(tampered: Engine) -> None:
    anchor = take_anchor(tampered)
    reseal(tampered, 4, "{}")
    chain_anew(tampered, 2, 4)
    assert verify(tampered).ok
    assert verify(tampered, anchor).first_broken == Broken("anchor_differs", seq=4)


def test_an_anchor_goes_on_holding_while_the_log_grows(engine: Engine) -> None:
    anchors = [take_anchor(engine)]
    for count in (1, 2):
        write(engine, count)
        anchors.append(take_anchor(engine))
    assert [verify(engine, anchor).ok for anchor in anchors] == [True, True, True]


@pytest.mark.parametrize("entries", [0, 1])
def test_an_anchor_of_another_installation_is_refused(
    log_in: Callable[[str], Engine], database_kind: str, entries: int
) -> None:
    mine, other = log_in(database_kind), log_in(database_kind)
    for each in (mine, other):
        for _entry in range(entries):
            write(each, 1)
    assert verify(mine, take_anchor(other)).first_broken == Broken("anchor_other", seq=1 if entries else None)


ERASED_WHAT = {"record_title": "", "changes": None}
ERASED_WHO = {"actor_name": "", "address": ""}


@pytest.mark.parametrize("half", ["what", "who", "both"])
def test_erased_personal_data_leave_the_chain_whole(tampered: Engine, half: str) -> None:
    salt = stored(tampered, audit, 6)["salt"]
    put(tampered, audit, 6, **{
        "what": {**ERASED_WHAT, "salt": salt[:16] + bytes(16)},
        "who": {**ERASED_WHO, "salt": bytes(16) + salt[16:]},
        "both": {**ERASED_WHAT, **ERASED_WHO, "salt": None},
    }[half])  # fmt: skip
    verdict = verify(tampered)
    assert (verdict.ok, verdict.erased) == (True, 1)


@pytest.mark.parametrize(
    "left",
    [
        {"changes": None},
        {"record_title": "", "changes": None},
        {"salt": None},
        {"salt": None, "changes": None, "record_title": ""},
        {"salt": bytes(32), "changes": None, "record_title": "", "actor_name": ""},
        {**ERASED_WHAT, **ERASED_WHO, "salt": None, "payload_digest": bytes(64)},
        {**ERASED_WHAT, **ERASED_WHO, "salt": None, "action": "delete"},
    ],
    ids=repr,
)
def test_what_is_left_after_erasing_must_fit(tampered: Engine, left: dict[str, Any]) -> None:
    put(tampered, audit, 6, **left)
    assert verify(tampered).first_broken == Broken("row_changed", seq=3, row_id=6, position=1)


def test_a_broken_place_far_behind_is_found(engine: Engine) -> None:
    for _entry in range(510):
        write(engine, 1)
    lift_protection(engine)
    put(engine, audit, 507, record_title="X")
    assert verify(engine).first_broken == Broken("row_changed", seq=507, row_id=507, position=0)


def test_another_spelling_of_the_same_moment_is_found_on_sqlite(log_in: Callable[[str], Engine]) -> None:
    engine = log_in("sqlite")
    write(engine, 1)
    lift_protection(engine)
    run(engine, "UPDATE core_audit SET at = replace(at, ' ', 'T')")
    assert verify(engine).first_broken == Broken("row_changed", seq=1, row_id=1, position=0)


def test_text_that_sqlite_cannot_read_ends_in_a_verdict(log_in: Callable[[str], Engine]) -> None:
    engine = log_in("sqlite")
    write(engine, 1)
    lift_protection(engine)
    run(engine, "UPDATE core_audit SET changes = CAST(? AS TEXT)", b"\xff")
    assert verify(engine).first_broken == Broken("unreadable", seq=1)


@pytest.mark.parametrize("reason", [
    "row_changed", "row_missing", "row_added", "row_unlinked", "rows_resealed", "link_changed", "link_missing",
    "link_added", "head_changed", "head_missing", "unreadable", "anchor_other", "anchor_differs", "anchor_missing",
])  # fmt: skip
def test_every_finding_reads_as_a_sentence(reason: str) -> None:
    text = str(Broken(reason, seq=41, row_id=42, position=6).message)
    assert text.endswith(".")
    assert "{" not in text


ANY_VALUE = st.one_of(
    st.none(), st.integers(-(2**31), 2**31), st.text(st.characters(exclude_categories=["Cs"]), max_size=30),
    st.binary(max_size=70), st.datetimes().map(str), st.sampled_from(["", "{}", "contacts.contact", 0, 1, bytes(32)]),
)  # fmt: skip


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_other_value_in_any_column_is_found(tampered: Engine, data: st.DataObject) -> None:
    table = data.draw(st.sampled_from([audit, link]))
    key = data.draw(st.integers(1, 11 if table is audit else 4))
    column = data.draw(st.sampled_from(list(table.c.keys())))
    value = data.draw(ANY_VALUE)
    before = contents(tampered, table)
    with tampered.connect() as connection:
        whole = connection.execute(sa.text(f"SELECT * FROM {table.name}")).mappings().all()
    try:
        put(tampered, table, key, **{column: value})
    except sa.exc.DBAPIError:
        return  # the database itself refuses the value
    is_changed = contents(tampered, table) != before
    found = verify(tampered)
    run(tampered, f"DELETE FROM {table.name}")
    for row in whole:
        add(tampered, table, **row)
    assert found.ok is not is_changed
    assert verify(tampered).ok


def contents(engine: Engine, table: sa.Table) -> set[tuple[Any, ...]]:
    """All values with their types: SQLite keeps 1 and "1" apart."""
    with engine.connect() as connection:
        rows = connection.exec_driver_sql(f"SELECT * FROM {table.name}").all()
    return {tuple((type(value), value) for value in row) for row in rows}
