"""The index of a field is the one its filter and its order use, on both databases, also past the point where the
driver prepares statements; what cannot be built says so."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from core import bulk, query
from core.customfields import changing, indexing, reading
from core.customfields.definition import Definition
from core.errors import Invalid
from core.language.i18n import Preferences
from core.query import page
from core.registry import current
from core.testing import Site

ENTITY = "contacts.company"
TABLE = "contacts_company"
KINDS = {
    "size": ("choice", {"choices": {f"v{n}": f"V{n}" for n in range(50)}}), "score": ("number", {"scale": 2}),
    "nickname": ("text", {}), "since": ("date", {}), "vip": ("bool", {}), "mail": ("email", {}),
}  # fmt: skip


@pytest.fixture
def filled(site: Site) -> Site:
    """3,000 companies with a value in each of the fields."""
    for key, (kind, facts) in KINDS.items():
        site.add_field(ENTITY, key, kind, filter=True, **facts)
    with site.unit() as unit:
        unit.begin_write()
        spec = current().entity(ENTITY)
        api_like = unit.execute(sa.text("SELECT max(id) FROM core_user")).scalar()
        names = ("id", "version", "created_at", "updated_at", "created_by_id", "name", "name_key", "name_sort_fa",
                 "name_sort_ar", "name_sort_en", "custom")  # fmt: skip
        moment = dt.datetime.now(dt.UTC)
        rows = [[n, 1, moment, moment, api_like, f"C{n}", f"c{n}", b"c", b"c", b"c", _values(n)]
                for n in range(1, 3001)]
        bulk.insert(unit.connection, spec.table, names, rows)
    with site.app.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execution_options(isolation_level="AUTOCOMMIT").execute(sa.text(f"ANALYZE {TABLE}"))
    return site


def _values(n: int) -> dict[str, Any]:
    return {"size": f"v{n % 50}", "score": f"{n}.25", "nickname": f"Nick {n}", "_nickname": f"nick {n}",
            "since": f"20{n % 90 + 10}-01-{n % 28 + 1:02}", "vip": n % 100 == 0, "mail": f"a{n}@example.com"}


def plan_of(site: Site, statement: Any, parameters: Any) -> str:
    """The database's plan, for the very statement that was run."""
    word = "EXPLAIN QUERY PLAN" if site.app.engine.dialect.name == "sqlite" else "EXPLAIN"
    with site.app.engine.connect() as connection:
        rows = connection.exec_driver_sql(f"{word} {statement}", parameters).all()
    return "\n".join(str(row[-1]) for row in rows)


@pytest.mark.parametrize(("address", "index"), [
    ([("custom.size", "v7")], "cf_contacts_company_size"),
    ([("custom.score__gt", "2990"), ("sort", "custom.score")], "cf_contacts_company_score"),
    ([("custom.score", "17.25")], "cf_contacts_company_score"),
    ([("sort", "-custom.score")], "cf_contacts_company_score"),
    ([("custom.nickname", "NICK 5")], "cf_contacts_company__nickname"),
    ([("sort", "custom.nickname")], "cf_contacts_company__nickname"),
    ([("custom.since__gte", "2099-01-01"), ("sort", "-custom.since")], "cf_contacts_company_since"),
    ([("custom.mail__in", "a1@example.com,a2@example.com")], "cf_contacts_company_mail"),
], ids=str)  # fmt: skip
def test_filter_and_order_use_the_index_again_and_again(filled: Site, address: Any, index: str) -> None:
    seen: list[tuple[str, Any]] = []

    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        if statement.startswith("SELECT") and "custom" in statement and "count(*)" not in statement:
            seen.append((statement, parameters))

    sa.event.listen(filled.app.engine, "before_cursor_execute", note)
    try:
        with filled.unit():
            asked = query.parse_args(current().entity(ENTITY), [*address, ("limit", "20")], Preferences())
            for _time in range(20):
                rows = query.fetch(asked, with_total=False).rows
    finally:
        sa.event.remove(filled.app.engine, "before_cursor_execute", note)
    assert 0 < len(rows) <= 20
    found = plan_of(filled, *seen[-1])
    assert index in found, found
    assert "Seq Scan" not in found
    assert f"SCAN {TABLE}\n" not in found + "\n"


@pytest.mark.parametrize("cap", [page.COUNT_CAP, 100], ids=["counted", "more than are counted"])
@pytest.mark.parametrize(("kind", "value"), [("choice", "v1"), ("bool", "1"), ("country", "IR")])
def test_a_filter_by_what_many_records_share_is_read_in_the_order_of_the_list(
    site: Site, monkeypatch: pytest.MonkeyPatch, kind: str, value: str, cap: int
) -> None:
    """Contacts stand newest first: they are read so from the index, and none is sorted, nor any other one passed."""
    monkeypatch.setattr(page, "COUNT_CAP", cap)
    monkeypatch.setattr(page, "FEW", min(page.FEW, cap))
    entity, table = "contacts.contact", "contacts_contact"
    facts = {"choices": {f"v{n}": f"V{n}" for n in range(50)}} if kind == "choice" else {}
    site.add_field(entity, "kept", kind, filter=True, **facts)
    _add_contacts(site, {"choice": "v1", "bool": True, "country": "IR"}[kind])
    seen: list[tuple[str, Any]] = []

    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        if f"FROM {table}" in statement and "count(*)" not in statement:
            seen.append((statement, parameters))

    asked = [("custom.kept", value), ("limit", "20")]
    sa.event.listen(site.app.engine, "before_cursor_execute", note)
    try:
        with site.unit():
            first = query.fetch(query.parse_args(current().entity(entity), asked, Preferences()))
            asked.append(("cursor", first.next or ""))
            second = query.fetch(query.parse_args(current().entity(entity), asked, Preferences()))
    finally:
        sa.event.remove(site.app.engine, "before_cursor_execute", note)
    assert (first.total, first.total_is_exact) == (min(400, cap), cap > 400)
    assert [row["id"] for row in (*first.rows, *second.rows)] == list(range(4000, 3600, -10))
    for statement in seen:
        found = plan_of(site, *statement)
        assert f"cf_{table}_kept__listed" in found, found
        assert "Sort" not in found, found
        assert "TEMP B-TREE" not in found, found
    assert len(seen) == 2


def _add_contacts(site: Site, value: Any) -> None:
    """4,000 contacts; each tenth has the value."""
    with site.unit() as unit:
        unit.begin_write()
        someone = unit.execute(sa.text("SELECT min(id) FROM core_user")).scalar()
        names = ("id", "version", "created_at", "updated_at", "created_by_id", "number", "name", "name_key",
                 "name_sort_fa", "name_sort_ar", "name_sort_en", "custom")  # fmt: skip
        began = dt.datetime.now(dt.UTC)
        rows = [[n, 1, began + dt.timedelta(seconds=n), began, someone, f"K{n}", f"C{n}", f"c{n}", b"c", b"c", b"c",
                 {"kept": value} if n % 10 == 0 else {}] for n in range(1, 4001)]  # fmt: skip
        bulk.insert(unit.connection, current().entity("contacts.contact").table, names, rows)
    with site.app.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execution_options(isolation_level="AUTOCOMMIT").execute(sa.text("ANALYZE contacts_contact"))


def test_statements_that_the_driver_prepares_use_it_too(filled: Site) -> None:
    """psycopg prepares a statement after a few executions; PostgreSQL may then plan without knowing the value."""
    is_sqlite = filled.app.engine.dialect.name == "sqlite"
    value, mark = ("json_extract(custom, '$.size')", "?") if is_sqlite else ("(custom ->> 'size')", "%s")
    statement = f"SELECT id FROM {TABLE} WHERE {value} = {mark} AND deleted_at IS NULL ORDER BY id LIMIT 5"
    with filled.app.engine.connect() as connection:
        for _time in range(20):
            assert len(connection.exec_driver_sql(statement, ("v7",)).all()) == 5
        if is_sqlite:
            found = plan_of(filled, statement, ("v7",))
        else:
            connection.exec_driver_sql("SET plan_cache_mode = force_generic_plan")
            named = sa.text("SELECT name FROM pg_prepared_statements WHERE position('size' in statement) > 0")
            name = connection.execute(named).scalars().first()
            assert name, "the driver has not prepared it"
            found = "\n".join(connection.exec_driver_sql(f"EXPLAIN EXECUTE {name}('v7')").scalars())
    assert "cf_contacts_company_size" in found, found


def test_the_database_itself_keeps_unique_values_apart(site: Site) -> None:
    """Two requests at once pass the check; only one may be written."""
    site.add_field(ENTITY, "code", unique=True)
    site.api().create(ENTITY, name="One", custom={"code": "x"})
    names = "version, created_at, updated_at, name, name_sort_fa, name_sort_ar, name_sort_en, custom"
    again = sa.text(f"INSERT INTO {TABLE} ({names}) SELECT {names} FROM {TABLE}")
    with site.app.engine.connect() as connection, pytest.raises(sa.exc.IntegrityError, match="cf_contacts_company"):
        connection.execute(again)


def test_an_index_that_cannot_be_built_says_why_and_can_be_built_again(site: Site) -> None:
    one = site.add_field(ENTITY, "code")
    api = site.api()
    first, second = (api.create(ENTITY, name=name, custom={"code": name}) for name in ("One", "Two"))
    with site.unit() as unit:
        changing.change(replace(one, unique=True))
        # somebody who passed the check before the rule was there
        unit.connection.execute(sa.text(f"UPDATE {TABLE} SET custom = (SELECT custom FROM {TABLE} WHERE name = 'One')"))
    assert indexing.settle(site.app.engine, site.app.engine, one.id) == "failed"
    with site.unit():
        failed = reading.definition(ENTITY, "code")
    assert "same value" in failed.index_error
    page = site.client().get(f"/settings/fields/{ENTITY}/code?lang=en").text
    assert "Build the index again" in page
    api.call("PATCH", f"/contacts/company/{second['id']}", {"custom": {"code": "other"}})
    with site.unit():
        changing.build_again(ENTITY, "code")
    assert indexing.settle(site.app.engine, site.app.engine, one.id) == "ready"
    assert first["id"] != second["id"]


def test_no_more_than_twenty_indexes(site: Site) -> None:
    for n in range(20):
        with site.unit():
            changing.add(Definition(ENTITY, f"f{n}", "text", {"en": f"F{n}"}, filter=True))
    with site.unit(), pytest.raises(Invalid) as refused:
        changing.add(Definition(ENTITY, "more", "text", {"en": "More"}, filter=True))
    assert "At most 20" in str(refused.value.errors["filter"][0])
    with site.unit():
        changing.add(Definition(ENTITY, "more", "text", {"en": "More"}))
