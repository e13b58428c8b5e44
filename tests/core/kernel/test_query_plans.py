"""Every list, search and count of a large table is answered through an index, on both databases (REL-18)."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from benchmarks import dataset
from benchmarks.people import people
from core import records
from core.auth import defaults
from core.auth.models import Organisation
from core.registry import current as registry
from core.testing import Api, Site, counted_queries, make_site
from tests.support.databases import Databases

ROWS = 20_000
SIZES = 50
LIST = "/contacts/contact"


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def large(
    request: pytest.FixtureRequest, databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """An installation with many contacts; the tests only read."""
    url = databases.fresh(request.param)
    site = make_site(url, tmp_path_factory.mktemp("large"))
    with site.unit() as opened:
        opened.begin_write()
        spec = registry().entity("contacts.contact")
        defaults.ensure_organisation()
        dataset.fill_tags()
        dataset.add(spec, list(people(ROWS)), 1, owners=1)
    add_fields(site)
    with site.app.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE" if request.param == "sqlite" else "VACUUM ANALYZE")
    yield site
    site.app.engine.dispose()
    databases.drop(url)


def add_fields(site: Site) -> None:
    """Two added fields with an index; a tenth of the records has no score."""
    choices = {f"v{n}": f"V{n}" for n in range(SIZES)}
    site.add_field("contacts.contact", "size", "choice", filter=True, choices=choices)
    site.add_field("contacts.contact", "score", "number", filter=True)
    with site.unit() as opened:
        opened.begin_write()
        cast = "CAST(:custom AS jsonb)" if opened.dialect == "postgresql" else ":custom"
        opened.connection.execute(
            sa.text(f"UPDATE contacts_contact SET custom = {cast} WHERE id = :id"),
            [{"id": n, "custom": json.dumps(custom_of(n))} for n in range(1, ROWS + 1)],
        )


def custom_of(n: int) -> dict[str, str]:
    size = {"size": f"v{n % SIZES}"}
    return size if n % 7 == 0 else {**size, "score": str(n * 7919 % ROWS)}


@pytest.fixture
def api(large: Site) -> Api:
    return large.api()


def plans(site: Site, api: Api, path: str) -> list[tuple[str, str]]:
    """(statement, plan) of what an address asks of the contacts' table."""
    seen: list[tuple[str, Any]] = []

    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        seen.append((statement, parameters))

    event.listen(site.app.engine, "before_cursor_execute", note)
    try:
        api.get(path)
    finally:
        event.remove(site.app.engine, "before_cursor_execute", note)
    word = "EXPLAIN QUERY PLAN " if site.app.engine.dialect.name == "sqlite" else "EXPLAIN "
    with site.app.engine.connect() as connection:
        return [
            (statement, "\n".join(str(row[-1]) for row in connection.exec_driver_sql(word + statement, parameters)))
            for statement, parameters in seen
            if "FROM contacts_contact" in statement
        ]


def assert_walks(plan: str, index: str) -> None:
    """Rows come in the order of the index: nothing is sorted, no whole table is read."""
    assert index in plan, plan
    for costly in ("Seq Scan", "TEMP B-TREE", "Sort Key"):
        assert costly not in plan, plan


PAGES = {
    "newest first": ("", "ix_contacts_contact_created_at"),
    "by name": ("&sort=name", "ix_contacts_contact_name_sort_en"),
    "by name, last first": ("&sort=-name", "ix_contacts_contact_name_sort_en"),
    "by email": ("&sort=email", "ix_contacts_contact_email"),
}


@pytest.mark.parametrize("case", PAGES)
def test_first_page_walks_an_index(large: Site, api: Api, case: str) -> None:
    more, index = PAGES[case]
    pages = [plan for statement, plan in plans(large, api, f"{LIST}?limit=80{more}") if "_key_0" in statement]
    assert pages
    assert_walks(pages[0], index)


@pytest.mark.parametrize("case", PAGES)
def test_later_page_walks_the_same_index_from_its_key(large: Site, api: Api, case: str) -> None:
    more, index = PAGES[case]
    cursor = api.get(f"{LIST}?limit=80{more}")["next"]
    pages = [
        plan for statement, plan in plans(large, api, f"{LIST}?limit=80{more}&cursor={cursor}") if "_key_0" in statement
    ]
    assert_walks(pages[0], index)
    assert re.search(r"SEARCH .*[<>]|Index Cond: \(ROW\(|Index Cond: .*[<>]", pages[0]), pages[0]


def test_filter_that_half_of_the_table_passes_walks_the_sort_index(large: Site, api: Api) -> None:
    found = plans(large, api, f"{LIST}?limit=80&shipping_same=1")
    page = next(plan for statement, plan in found if "_key_0" in statement)
    assert_walks(page, "ix_contacts_contact_created_at")


def test_filter_by_an_added_choice_is_read_in_the_order_of_the_list(large: Site, api: Api) -> None:
    found = plans(large, api, f"{LIST}?limit=80&custom.size=v7")
    page = next(plan for statement, plan in found if "_key_0" in statement)
    assert_walks(page, "cf_contacts_contact_size__listed")


@pytest.mark.parametrize(
    ("more", "index"),
    [("&custom.score__gte=0", "ix_contacts_contact_created_at"), ("&sort=custom.score", "cf_contacts_contact_score")],
)
def test_filter_by_an_added_field_picks_rows_by_indexes_alone(large: Site, api: Api, more: str, index: str) -> None:
    found = plans(large, api, f"{LIST}?limit=80&custom.size=v7{more}")
    page = next(plan for statement, plan in found if "_key_0" in statement)
    assert "cf_contacts_contact_size" in page, page
    assert index in page, page
    assert "Seq Scan" not in page, page
    assert not re.search(r"SCAN contacts_contact$", page, re.MULTILINE), page


def test_range_of_an_added_field_is_found_through_its_index(large: Site, api: Api) -> None:
    """PostgreSQL has statistics of the expression: it would otherwise walk another index and read every object."""
    found = plans(large, api, f"{LIST}?limit=80&custom.score__gte=19900")
    page = next(plan for statement, plan in found if "_key_0" in statement)
    assert "cf_contacts_contact_score" in page, page


@pytest.mark.parametrize("descending", [False, True])
def test_pages_of_picked_rows_hold_every_row_once_in_order(api: Api, descending: bool) -> None:
    mark = "-" if descending else ""
    address = f"{LIST}?limit=150&custom.size=v7&sort={mark}custom.score&fields=name"
    answer = api.get(address)
    seen = [row["id"] for row in answer["data"]]
    second = [row["id"] for row in api.get(f"{address}&page=2")["data"]]
    while answer["next"]:
        answer = api.get(f"{address}&cursor={answer['next']}")
        seen += [row["id"] for row in answer["data"]]
    ids = [n for n in range(1, ROWS + 1) if n % SIZES == 7]
    sign = -1 if descending else 1
    assert seen == sorted(
        ids, key=lambda n: ("score" not in custom_of(n), sign * int(custom_of(n).get("score", 0)), sign * n)
    )
    assert second == seen[150:300]


def test_search_for_a_rare_word_uses_the_trigram_index(large: Site, api: Api) -> None:
    found = plans(large, api, f"{LIST}?limit=80&q=cobalt&country=GB")
    index = (
        "contacts_contact_fts VIRTUAL TABLE"
        if large.app.engine.dialect.name == "sqlite"
        else "ix_contacts_contact_search_text"
    )
    assert found
    for _statement, plan in found:
        assert index in plan, plan


def test_search_for_two_letters_uses_the_names(large: Site, api: Api) -> None:
    for _statement, plan in plans(large, api, f"{LIST}?limit=80&q=sa"):
        assert "Seq Scan" not in plan, plan
        assert not re.search(r"SCAN contacts_contact$", plan, re.MULTILINE), plan


def test_count_by_country_needs_nothing_but_its_index(large: Site, api: Api) -> None:
    found = plans(large, api, f"{LIST}/aggregate?group=country")
    assert len(found) == 1
    statement, plan = found[0]
    # A condition on another column would make every row be looked at.
    assert "organisation_id" not in statement
    # PostgreSQL reads a table of this size whole when it thinks that cheaper; a large one by this index.
    if large.app.engine.dialect.name == "sqlite":
        assert "ix_contacts_contact_country" in plan, plan


def test_history_of_a_record_uses_its_index(large: Site) -> None:
    word = "EXPLAIN QUERY PLAN " if large.app.engine.dialect.name == "sqlite" else "EXPLAIN "
    seen: list[tuple[str, Any]] = []
    event.listen(
        large.app.engine, "before_cursor_execute", lambda _c, _cur, text, given, *_r: seen.append((text, given))
    )
    assert large.client().get("/contacts/contact/5/timeline").status_code == 200
    with large.app.engine.connect() as connection:
        if large.app.engine.dialect.name == "postgresql":
            # A log of a few rows is read whole, whatever indexes it has.
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        asked = [one for one in seen if "FROM core_audit" in one[0] and "record_id" in one[0]]
        assert asked
        for statement, parameters in asked:
            plan = "\n".join(str(row[-1]) for row in connection.exec_driver_sql(word + statement, parameters))
            assert "ix_core_audit_record" in plan, plan


@pytest.mark.parametrize(
    "path",
    [
        f"{LIST}?limit=80",
        f"{LIST}?limit=80&fields=name,email,phone,country,status,source,owner_id,company_id,category_id,tags&expand=1",
        f"{LIST}?limit=80&q=ali&country=IR&fields=*&expand=1",
        f"{LIST}/5",
    ],
)
def test_lists_and_records_take_few_queries(large: Site, api: Api, path: str) -> None:
    api.get(path)
    with counted_queries(large.app) as seen:
        api.get(path)
    assert len(seen) <= 6, seen


@pytest.mark.parametrize("path", ["/contacts/contact?limit=80", "/contacts/contact/5"])
def test_pages_take_few_queries(large: Site, path: str) -> None:
    client = large.client()
    assert client.get(path).status_code == 200
    with counted_queries(large.app) as seen:
        assert client.get(path).status_code == 200
    # What follows the answer (the record was looked at just now) is no part of it.
    asked = [statement for statement in seen if statement.startswith(("SELECT", "WITH"))]
    assert len(asked) <= 6, asked


def test_a_user_of_one_organisation_among_two_sees_only_his_own(large: Site) -> None:
    """The border is drawn again as soon as there is a second organisation."""
    user = large.user("narrow@example.com", "administrator")
    api = large.api(user)
    assert api.get(LIST)["total"] == 10_000
    with large.unit() as opened:
        made = records.create(Organisation, name="Other", country="GB")
        opened.begin_write()
        opened.execute(sa.text("UPDATE contacts_contact SET organisation_id = :other WHERE id = 7"), {"other": made.id})
    large.app.engine.dispose()
    assert api.call("GET", f"{LIST}/7").status_code == 404
    assert api.call("GET", f"{LIST}/8").status_code == 200
