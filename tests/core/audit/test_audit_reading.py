"""The history of a record and the log page (AUD-09), and that both use their indexes."""

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Engine

from core.actor import Actor, acting
from core.audit.listener import record, record_many
from core.audit.models import audit
from core.audit.reading import EVERYTHING, LogQuery, LogRow, history, search_log
from core.db import unit_of_work
from tests.core.audit.tampering import lift_protection, put

ALI = Actor(id=4, name="علی رضایی", organisation_id=2)


@pytest.fixture
def written(engine: Engine) -> Engine:
    """Sara makes contacts 1 to 5 and changes 2; Ali makes company 1 and fails to log in once."""
    with unit_of_work(engine):
        lines = [(n, f"محمد {n}", {"name": [None, f"محمد {n}"]}) for n in range(1, 6)]
        record_many("contacts.contact", "create", lines)
    with unit_of_work(engine):
        changes = {"salary": [1000, 2000], "note": ["50% \"off\"", None]}
        record("contacts.contact", 2, "محمد 2", "update", changes, reason="تصحیح")
    with acting(ALI), unit_of_work(engine):
        record("contacts.company", 1, "Nour", "create", {})
        record("core.session", None, "ali@example.com", "login_failed", {})
    return engine


def found(engine: Engine, before_id: int | None = None, limit: int = 50, visible: Any = EVERYTHING,
          **filters: Any) -> list[int]:  # fmt: skip
    with unit_of_work(engine):
        return [row.id for row in search_log(LogQuery(**filters), before_id, limit, visible=visible)]


def test_the_history_of_a_record_is_newest_first(written: Engine) -> None:
    with unit_of_work(written):
        update, create = history("contacts.contact", 2)
    assert (update.id, create.id) == (6, 2)
    assert update.changes == {"salary": (1000, 2000), "note": ('50% "off"', None)}
    assert (update.reason, create.reason) == ("تصحیح", "")
    assert (update.actor_name, update.address, update.record_title) == ("سارة الأحمدي", "192.0.2.17", "محمد 2")
    assert update.at.tzinfo is not None
    assert create.changes == {"name": (None, "محمد 2")}


def test_history_pages_begin_where_the_last_one_ended(written: Engine) -> None:
    with unit_of_work(written):
        (first,) = history("contacts.contact", 2, limit=1)
        (second,) = history("contacts.contact", 2, first.id, limit=1)
        assert history("contacts.contact", 2, second.id) == []
        assert history("contacts.contact", 2, visible=audit.c.organisation_id == 9) == []


@pytest.mark.parametrize(
    ("filters", "ids"),
    [
        ({}, [8, 7, 6, 5, 4, 3, 2, 1]),
        ({"actor_id": 4}, [8, 7]),
        ({"entity": "contacts.contact"}, [6, 5, 4, 3, 2, 1]),
        ({"entity": "contacts.contact", "record_id": 2}, [6, 2]),
        ({"record_id": 1}, [7, 1]),
        ({"action": "update"}, [6]),
        ({"actor_id": 3, "action": "create", "record_id": 2}, [2]),
        ({"text": "nour"}, [7]),
        ({"text": "ALI@example"}, [8]),
        ({"text": "رضایی"}, [8, 7]),
        ({"text": "محمد"}, [6, 5, 4, 3, 2, 1]),
        ({"text": "50%"}, []),
        ({"text": "50%", "in_values": True}, [6]),
        ({"text": "5_%", "in_values": True}, []),
        ({"text": '"off"', "in_values": True}, [6]),
        ({"text": "%"}, []),
        ({"text": "_"}, []),
    ],
    ids=str,
)
def test_filters_of_the_log_page(written: Engine, filters: dict[str, Any], ids: list[int]) -> None:
    assert found(written, **filters) == ids


def test_a_time_includes_its_beginning_and_not_its_end(written: Engine) -> None:
    with written.connect() as connection:
        times = sorted(connection.execute(sa.select(audit.c.at).distinct()).scalars())
    assert found(written, since=times[1]) == [8, 7, 6]
    assert found(written, until=times[1]) == [5, 4, 3, 2, 1]
    assert found(written, since=times[1], until=times[1] + dt.timedelta(microseconds=1)) == [6]


@pytest.mark.parametrize("filters", [{}, {"entity": "contacts.contact"}, {"text": "محمد"}, {"record_id": 2}])
def test_pages_of_the_log_join_without_gap_or_overlap(written: Engine, filters: dict[str, Any]) -> None:
    pages, before = [], None
    while page := found(written, before, 2, **filters):
        pages.append(page)
        before = page[-1]
    assert [row for page in pages for row in page] == found(written, **filters)
    assert all(len(page) == 2 for page in pages[:-1])


def test_pages_of_a_record_join_too(written: Engine) -> None:
    of_record = {"entity": "contacts.contact", "record_id": 2}
    assert found(written, None, 1, **of_record) == [6]
    assert found(written, 6, 1, **of_record) == [2]
    assert found(written, 99, **of_record) == []


def test_readers_see_what_the_condition_lets_them(written: Engine) -> None:
    assert found(written, visible=audit.c.organisation_id == 2) == [8, 7]
    assert found(written, visible=audit.c.entity.in_(["contacts.contact"]), actor_id=4) == []
    assert found(written, visible=sa.false()) == []


def test_fields_a_reader_may_not_see_are_taken_out(written: Engine) -> None:
    with unit_of_work(written):
        row = history("contacts.contact", 2)[0].without({"salary"})
    assert row.changes == {"note": ('50% "off"', None)}
    assert isinstance(row, LogRow)


def test_an_erased_entry_says_so(written: Engine) -> None:
    lift_protection(written)
    put(written, audit, 6, changes=None, record_title="")
    with unit_of_work(written):
        row = history("contacts.contact", 2)[0]
    assert (row.is_erased, row.changes, row.record_title) == (True, {}, "")


def plans(engine: Engine, read: Any) -> str:
    """How the database runs what `read` asks it."""
    explain = "EXPLAIN QUERY PLAN " if engine.dialect.name == "sqlite" else "EXPLAIN "
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        asked.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    with unit_of_work(engine):
        read()
    event.remove(engine, "before_cursor_execute", note)
    with engine.connect() as connection:
        lines = [row[-1] if engine.dialect.name == "sqlite" else row[0]
                 for statement, parameters in asked if statement.startswith("SELECT")
                 for row in connection.exec_driver_sql(explain + statement, parameters)]  # fmt: skip
    return "\n".join(lines)


@pytest.fixture
def long_log(engine: Engine) -> Engine:
    """Enough entries for a planner to prefer an index: nearly all of contacts, a few of everything else."""
    for chunk in range(6):
        with unit_of_work(engine):
            lines = [(n % 700, "محمد", {}) for n in range(chunk * 1000, chunk * 1000 + 1000)]
            record_many("contacts.contact", "create", lines)
        with acting(ALI), unit_of_work(engine):
            record("core.session", None, "ali@example.com", "login", {})
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("ANALYZE core_audit")
    return engine


ON = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
OFTEN = {"entity": "contacts.contact"}


@pytest.mark.parametrize(
    ("read", "index"),
    [
        (lambda: history("contacts.contact", 7), "ix_core_audit_record"),
        (lambda: history("contacts.contact", 7, 3000), "ix_core_audit_record"),
        (lambda: search_log(LogQuery(**OFTEN, record_id=7), 3000, visible=EVERYTHING), "ix_core_audit_record"),
        (lambda: search_log(LogQuery(), visible=EVERYTHING), "ix_core_audit_at"),
        (lambda: search_log(LogQuery(), 3000, visible=EVERYTHING), "ix_core_audit_at"),
        (lambda: search_log(LogQuery(since=ON), visible=EVERYTHING), "ix_core_audit_at"),
        (lambda: search_log(LogQuery(actor_id=4), visible=EVERYTHING), "ix_core_audit_actor"),
        (lambda: search_log(LogQuery(actor_id=4, since=ON), 3000, visible=EVERYTHING), "ix_core_audit_actor"),
        (lambda: search_log(LogQuery(entity="core.session"), visible=EVERYTHING), "ix_core_audit_entity"),
    ],
)
def test_reading_uses_the_index_made_for_it(long_log: Engine, read: Any, index: str) -> None:
    plan = plans(long_log, read)
    assert index in plan
    assert "TEMP B-TREE" not in plan


def test_the_entries_of_a_common_entity_are_not_sorted(long_log: Engine) -> None:
    plan = plans(long_log, lambda: search_log(LogQuery(**OFTEN), visible=EVERYTHING))
    assert "TEMP B-TREE" not in plan
    assert "Sort" not in plan
