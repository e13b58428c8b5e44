"""What is recorded, and that it shares the fate of the transaction it tells of (AUD-02, AUD-05, AUD-06, AUD-11)."""

import datetime as dt
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from core.actor import ANONYMOUS, SYSTEM, Actor, Origin, acting
from core.audit.canonical import changes_text
from core.audit.listener import record, record_many
from core.audit.models import audit, head, link
from core.audit.verify import verify
from core.db import Unit, run_unit, unit, unit_of_work
from core.errors import Unavailable


def rows(engine: Engine) -> list[Any]:
    with engine.connect() as connection:
        return list(connection.execute(sa.select(audit).order_by(audit.c.id)))


def links(engine: Engine) -> list[Any]:
    with engine.connect() as connection:
        return list(connection.execute(sa.select(link).order_by(link.c.seq)))


def record_and_fail(opened: Unit) -> None:
    record("contacts.contact", 2, "B", "create", {})
    raise ValueError("undone")


def record_in_savepoint_and_fail(opened: Unit) -> None:
    with opened.connection.begin_nested():
        record_and_fail(opened)


def test_an_entry_says_who_when_from_where_and_what(engine: Engine) -> None:
    before = dt.datetime.now(dt.UTC) - dt.timedelta(seconds=5)
    changes = {
        "phone": ("+966501234567", None), "credit": (Decimal("1.5000"), Decimal("2")),
        "birth_date": (None, dt.date(1990, 1, 2)),
    }  # fmt: skip
    with unit_of_work(engine):
        record("contacts.contact", 427, "سارة", "update", changes, reason="طلب العميل")
    (row,) = rows(engine)
    assert (row.entity, row.record_id, row.record_title, row.action) == ("contacts.contact", 427, "سارة", "update")
    assert (row.actor_id, row.actor_name, row.organisation_id) == (3, "سارة الأحمدي", 1)
    assert (row.channel, row.address, row.request_id) == ("web", "192.0.2.17", "0123456789abcdef")
    assert before < row.at < before + dt.timedelta(minutes=1)
    assert row.changes == (
        '{"_reason":[null,"طلب العميل"],"birth_date":[null,"1990-01-02"],"credit":["1.5","2"],'
        '"phone":["+966501234567",null]}'
    )


def test_a_batch_is_one_transaction_with_one_link(engine: Engine) -> None:
    with unit_of_work(engine):
        record_many("contacts.contact", "create", [(n, f"C{n}", {"name": (None, f"C{n}")}) for n in range(700)])
        record("contacts.contact", None, "", "import", {"rows": [None, 700]})
    stored = rows(engine)
    (only,) = links(engine)
    assert [row.position for row in stored] == list(range(701))
    assert [row.id for row in stored] == sorted(row.id for row in stored)
    assert {row.tx for row in stored} == {stored[0].id} == {only.tx}
    assert {row.at for row in stored} == {only.at}
    assert only.rows == 701
    assert verify(engine).ok


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5])
def test_batches_of_any_size_are_written_whole(engine: Engine, count: int) -> None:
    with unit_of_work(engine):
        record_many("contacts.contact", "create", [(n, "", {}) for n in range(count)])
    assert [row.record_id for row in rows(engine)] == list(range(count))
    assert verify(engine).rows == count


def test_changes_made_into_text_elsewhere_are_stored_as_they_are(engine: Engine) -> None:
    text = changes_text({"name": (None, "علي")})
    with unit_of_work(engine):
        record_many("contacts.contact", "create", [(1, "علي", text)])
    assert rows(engine)[0].changes == text


def test_a_rollback_leaves_no_entry_and_no_gap(engine: Engine) -> None:
    with unit_of_work(engine):
        record("contacts.contact", 1, "A", "create", {})
    with pytest.raises(ValueError, match="undone"):
        run_unit(engine, record_and_fail)
    with unit_of_work(engine):
        record("contacts.contact", 3, "C", "create", {})
    assert [row.record_id for row in rows(engine)] == [1, 3]
    assert [entry.seq for entry in links(engine)] == [1, 2]
    assert verify(engine).ok


def test_each_chunk_of_a_long_unit_has_its_own_link(engine: Engine) -> None:
    with unit_of_work(engine) as opened:
        for chunk in range(3):
            record_many("contacts.contact", "create", [(chunk, "", {})])
            opened.commit()
    assert [entry.rows for entry in links(engine)] == [1, 1, 1]


def test_a_unit_that_records_nothing_adds_no_link(engine: Engine) -> None:
    with unit_of_work(engine) as opened:
        opened.begin_write()
        record_many("contacts.contact", "create", [])
    assert links(engine) == []


def test_what_a_savepoint_undoes_is_not_recorded(engine: Engine) -> None:
    with unit_of_work(engine) as opened:
        opened.begin_write()
        record("contacts.contact", 1, "", "create", {})
        with pytest.raises(ValueError, match="undone"):
            record_in_savepoint_and_fail(opened)
        with opened.connection.begin_nested():
            record("contacts.contact", 3, "", "create", {})
            with pytest.raises(ValueError, match="undone"):
                record_in_savepoint_and_fail(opened)
            record("contacts.contact", 4, "", "create", {})
    assert [row.record_id for row in rows(engine)] == [1, 3, 4]
    assert verify(engine).ok


def test_a_savepoint_is_set_by_what_is_asked_or_recorded_in_it(engine: Engine) -> None:
    sent: list[str] = []
    sa.event.listen(engine, "savepoint", lambda _connection, name: sent.append(name))
    with unit_of_work(engine) as opened:
        with opened.savepoint(), opened.savepoint():
            pass
        with pytest.raises(ValueError, match="nothing"), opened.savepoint():
            raise ValueError("nothing was asked")
        assert sent == []
        for _body in range(2):
            with opened.savepoint(), opened.savepoint():
                opened.execute(sa.text("SELECT 1"))
        assert len(sent) == 1, "one does for all that only read"
        for _body in range(2):
            with opened.savepoint():
                with pytest.raises(sa.exc.DBAPIError), opened.savepoint():
                    opened.execute(sa.text("SELECT nothing FROM nowhere"))
                assert opened.execute(sa.text("SELECT 1")).scalar() == 1
        with opened.savepoint():
            record("contacts.contact", 5, "", "create", {})
        with pytest.raises(ValueError, match="undone"), opened.savepoint():
            record_and_fail(opened)
        sent.clear()
        opened.begin_write()
        record("contacts.contact", 1, "", "create", {})
        with pytest.raises(ValueError, match="undone"), opened.savepoint():
            record_and_fail(opened)
        with pytest.raises(sa.exc.DBAPIError), opened.savepoint(), opened.savepoint():
            opened.execute(sa.text("SELECT nothing FROM nowhere"))
        assert len(sent) == 3
        with opened.savepoint():
            record("contacts.contact", 3, "", "create", {})
        assert opened.execute(sa.text("SELECT 1")).scalar() == 1
    assert [row.record_id for row in rows(engine)] == [5, 1, 3]


def test_a_unit_whose_only_entry_was_undone_adds_no_link(engine: Engine) -> None:
    with unit_of_work(engine) as opened, pytest.raises(ValueError, match="undone"):
        record_in_savepoint_and_fail(opened)
    assert rows(engine) == links(engine) == []


def fail_after_a_savepoint_that_held(opened: Unit) -> None:
    with opened.connection.begin_nested():
        record("contacts.contact", 1, "", "create", {})
        with opened.connection.begin_nested():
            record("contacts.contact", 3, "", "create", {})
        raise ValueError("undone")


def test_an_undone_savepoint_takes_along_those_inside_it(engine: Engine) -> None:
    with unit_of_work(engine) as opened:
        with pytest.raises(ValueError, match="undone"):
            fail_after_a_savepoint_that_held(opened)
        record("contacts.contact", 4, "", "create", {})
    assert [row.record_id for row in rows(engine)] == [4]


def test_a_savepoint_of_another_connection_undoes_nothing_here(engine: Engine) -> None:
    with engine.connect() as other, unit_of_work(engine):
        record("contacts.contact", 1, "", "create", {})
        other.begin_nested().rollback()
    assert [row.record_id for row in rows(engine)] == [1]


def test_an_event_is_recorded_in_a_unit_that_only_read(engine: Engine) -> None:
    with unit_of_work(engine) as opened:
        opened.execute(sa.select(head)).all()
        record("contacts.contact", None, "", "export", {"rows": [None, 80]})
        assert not opened.is_writing
    assert [row.action for row in rows(engine)] == ["export"]


def test_a_refused_act_is_recorded_after_its_unit_was_rolled_back(engine: Engine) -> None:
    with unit_of_work(engine) as opened:
        record("contacts.contact", 1, "", "update", {})
        opened.rollback()
        with acting(ANONYMOUS, Origin(channel="api", address="198.51.100.7")):
            record("core.session", None, "admin@example.com", "login_failed", {}, reason="password")
    (row,) = rows(engine)
    assert (row.action, row.actor_id, row.actor_name, row.channel) == ("login_failed", None, "", "api")
    assert (row.address, row.record_title) == ("198.51.100.7", "admin@example.com")


def test_the_actor_is_the_one_at_the_time_of_the_act(engine: Engine) -> None:
    with unit_of_work(engine):
        record("contacts.contact", 1, "", "update", {})
        with acting(SYSTEM):
            record("contacts.contact", 1, "", "update", {}, organisation_id=9)
    assert [(row.actor_id, row.actor_name, row.organisation_id) for row in rows(engine)] == [
        (3, "سارة الأحمدي", 1), (None, "Diwan", 9),
    ]  # fmt: skip


def test_secrets_are_not_in_the_database(engine: Engine) -> None:
    with unit_of_work(engine):
        record("core.user", 3, "Sara", "password_change", {"password": ["canary-old", "canary-new"]})
        record_many("core.token", "create", [(1, "API", {"token": [None, "canary-token"]})])
    assert not any("canary" in str(value) for row in rows(engine) for value in row)
    assert json.loads(rows(engine)[0].changes) == {"password": ["•", "•"]}


def test_file_bodies_are_refused_when_they_are_passed(engine: Engine) -> None:
    with pytest.raises(TypeError), unit_of_work(engine):
        record("contacts.contact", 1, "", "update", {"photo": [None, b"\x89PNG"]})
    assert rows(engine) == []


def test_hostile_headers_do_not_break_the_log(engine: Engine) -> None:
    origin = Origin(channel="web" * 30, address="1" * 500, request_id="\x00\ud800" + "é" * 400)
    with acting(Actor(id=3, name="\ud800" + "س" * 500), origin), unit_of_work(engine):
        record("core.session", None, "<script>\x00\udfff\u202e", "login_failed", {"name": [None, "a\x00\ud800"]})
    (row,) = rows(engine)
    assert row.record_title == "<script>\ufffd\u202e"
    assert len(row.address) == 64
    assert verify(engine).ok


def test_entries_of_other_callbacks_at_the_commit_edge_are_kept(engine: Engine) -> None:
    def late(_opened: Unit) -> None:
        record("automation.rule", 5, "", "update", {})
        unit().at_commit("later still", lambda _unit: record("automation.rule", 6, "", "update", {}))

    with unit_of_work(engine) as opened:
        record("contacts.contact", 1, "", "create", {})
        opened.at_commit("late", late)
    assert [row.record_id for row in rows(engine)] == [1, 5, 6]
    assert len(links(engine)) == 1


def test_an_entry_after_the_link_is_an_error_and_not_lost(engine: Engine) -> None:
    def record_too_late(opened: Unit) -> None:
        record("contacts.contact", 1, "", "create", {})
        opened.at_commit("too late", lambda _unit: record("contacts.contact", 2, "", "create", {}), last=True)

    with pytest.raises(RuntimeError, match="written already"):
        run_unit(engine, record_too_late)
    assert rows(engine) == []


SCRATCH = sa.Table("scratch", sa.MetaData(), sa.Column("x", sa.Integer))


def change_and_record(count: int) -> Callable[[Unit], None]:
    def work(opened: Unit) -> None:
        opened.begin_write()
        opened.execute(sa.insert(SCRATCH).values(x=1))
        record_many("contacts.contact", "create", [(n, "", {}) for n in range(count)])

    return work


def changed(engine: Engine) -> bool:
    with engine.connect() as connection:
        return connection.execute(sa.select(SCRATCH)).first() is not None


def test_without_a_head_the_change_fails_with_the_log(engine: Engine) -> None:
    SCRATCH.create(engine)
    with engine.begin() as connection:
        drop = {
            "sqlite": "DROP TRIGGER core_audit_head_no_delete",
            "postgresql": "DROP TRIGGER core_audit_head_no_delete ON core_audit_head",
        }
        connection.exec_driver_sql(drop[engine.dialect.name])
        connection.execute(sa.delete(head))
    with pytest.raises(Unavailable):
        run_unit(engine, change_and_record(1))
    assert not changed(engine)
    assert rows(engine) == []


@pytest.mark.parametrize("count", [1, 50])
def test_when_the_log_cannot_be_written_the_change_fails_with_it(engine: Engine, count: int) -> None:
    SCRATCH.create(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE core_audit RENAME TO core_audit_gone")
    with pytest.raises(sa.exc.DBAPIError):
        run_unit(engine, change_and_record(count))
    assert not changed(engine)


def test_many_writers_at_once_leave_a_gapless_chain(engine: Engine) -> None:
    def write(writer: int) -> None:
        for number in range(25):
            def work(_unit: Unit, number: int = number) -> None:
                unit().begin_write()
                lines = [(writer * 100 + number, "", {"n": [None, number]})] * (1 + number % 6)
                record_many("contacts.contact", "update", lines)

            run_unit(engine, work)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(8)))
    verdict = verify(engine)
    assert verdict.ok, verdict
    assert verdict.links == 200
    assert [entry.seq for entry in links(engine)] == list(range(1, 201))
    assert {row.record_id for row in rows(engine)} == {w * 100 + n for w in range(8) for n in range(25)}
