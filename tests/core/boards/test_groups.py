"""Rows of a list in groups: number and sums of each, its rows on demand, in the reader's calendar and by his rights."""

from __future__ import annotations

import datetime as dt
import html
import re
from typing import Any

import pytest
import sqlalchemy as sa

from core.actor import ALL, HIDDEN, OWN
from core.auth import rights
from core.auth.models import User
from core.registry import current
from core.testing import Site, counted_queries
from core.ui import group_build

LIST = "/contacts/contact"


@pytest.fixture
def people(site: Site) -> dict[str, int]:
    """{name: id} of contacts of two countries, made in three months of the Jalali year 1405 and one of 1404."""
    made = {}
    for name, country, status, amount, day in (
        ("Ali", "IR", "new", "100.50", "2026-03-20"), ("Bita", "IR", "lost", "200", "2026-03-21"),
        ("Carl", "DE", "new", "300", "2026-04-20"), ("Dora", None, None, None, "2026-04-21"),
    ):  # fmt: skip
        made[name] = site.api().create("contacts.contact", name=name, email=f"{name}@example.com", country=country,
                                       opening_purchases=amount)["id"]  # fmt: skip
        with site.unit() as opened:
            opened.begin_write()
            at = dt.datetime.fromisoformat(f"{day}T08:00:00+00:00")
            table = current().entity("contacts.contact").table
            opened.execute(sa.update(table).where(table.c.id == made[name]).values(status=status, created_at=at))
    return made


def _groups(page: str) -> dict[str, tuple[str, list[str], str]]:
    """{name of the group: (number, sums, its rows)} of a list's page."""
    found = {}
    for text in re.findall(r"<tbody[^>]*data-group>(.*?)</tbody>", page, re.S):
        label, count = re.findall(r'data-user>([^<]*)</bdi><span class="dw-muted">([^<]*)', text)[0]
        head, _end, rows = text.partition("</tr>")
        found[html.unescape(label)] = (count, re.findall(r'data-kind="money"[^>]*>([^<]*)', head), rows)
    return found


def _names(rows: str) -> list[str]:
    return re.findall(r'<tr data-id="\d+".*?class="dw-name-link"[^>]*><bdi[^>]*>([^<]*)', rows, re.S)


def _reader(site: Site, **values: Any) -> Any:
    with site.unit() as opened:
        opened.begin_write()
        opened.execute(sa.update(User.__table__).values(**values))
    return site.client()


@pytest.mark.usefixtures("people")
def test_groups_have_number_and_sums_in_order_and_within_the_conditions(site: Site, monkeypatch: Any) -> None:
    admin = site.client()
    assert f"{LIST}?group=country" in admin.get(LIST).text
    page = admin.get(f"{LIST}?group=country&columns=name,city,opening_purchases&sort=name&lang=en").text
    groups = _groups(page)
    assert list(groups) == ["Germany", "Iran", "Not set"]
    assert groups["Not set"][1] == []  # no amounts, no sum
    assert groups["Iran"][:2] == ("2 records", ["300.5"])
    assert _names(groups["Iran"][2]) == ["Ali", "Bita"]
    assert '>600.5</bdi>' in page.partition("<tfoot>")[2]
    assert list(_groups(admin.get(f"{LIST}?group=status&lang=en").text)) == ["New", "Lost", "Not set"]
    narrowed = _groups(admin.get(f"{LIST}?group=status&country=DE&lang=en").text)
    assert {label: group[0] for label, group in narrowed.items()} == {"New": "1 record"}
    assert admin.get(f"{LIST}?group=email").status_code == 400

    # Of very many the largest are drawn, and what is left out is told.
    monkeypatch.setattr(group_build, "MOST", 2)
    page = admin.get(f"{LIST}?group=country&lang=en").text
    assert len(_groups(page)) == 2
    assert "Iran" in _groups(page)
    assert "Only the 2 largest groups are shown. 1 more has 1 record." in page
    monkeypatch.undo()

    # A saved view keeps the groups.
    address = admin.post(f"{LIST}/views", {"name": "By country", "address": "group=country"}).headers["Location"]
    assert list(_groups(admin.get(f"{address}&lang=en").text)) == ["Germany", "Iran", "Not set"]


@pytest.mark.usefixtures("people")
def test_dates_are_grouped_by_the_months_of_the_readers_own_calendar(site: Site) -> None:
    client = _reader(site, calendar="jalali", timezone="Asia/Tehran", language="en", digits="latn")
    groups = _groups(client.get(f"{LIST}?group=created_at:month&sort=name").text)
    assert [_names(rows) for _count, _sums, rows in groups.values()] == [["Dora"], ["Bita", "Carl"], ["Ali"]]
    assert next(iter(groups)).startswith("Ordibehesht 1405")
    years = _groups(client.get(f"{LIST}?group=created_at:year&sort=name").text)
    assert [(label, group[0]) for label, group in years.items()] == [("1405", "3 records"), ("1404", "1 record")]
    client = _reader(site, calendar="gregorian")
    groups = _groups(client.get(f"{LIST}?group=created_at:month&sort=name").text)
    assert [_names(rows) for _count, _sums, rows in groups.values()] == [["Carl", "Dora"], ["Ali", "Bita"]]


@pytest.mark.usefixtures("people")
def test_groups_of_two_levels_have_their_own_sums_and_those_of_what_is_in_them(site: Site) -> None:
    client = _reader(site, calendar="jalali", timezone="Asia/Tehran", language="en", digits="latn")
    address = f"{LIST}?group=created_at:year,country&columns=name,city,opening_purchases&sort=name"
    page = client.get(address).text
    parts = re.split(r"<tbody[^>]*data-outer-group>", page)[1:]
    heads = [re.findall(r"data-user>([^<]*)<|data-kind=\"money\"[^>]*>([^<]*)", part.partition("</tbody>")[0])
             for part in parts]  # fmt: skip
    assert [[label or amount for label, amount in head] for head in heads] == [["1405", "500"], ["1404", "100.5"]]
    inner = [{label: (*group[:2], _names(group[2])) for label, group in _groups(part).items()} for part in parts]
    assert inner == [
        {"Germany": ("1 record", ["300"], ["Carl"]), "Iran": ("1 record", ["200"], ["Bita"]),
         "Not set": ("1 record", [], ["Dora"])},
        {"Iran": ("1 record", ["100.5"], ["Ali"])},
    ]  # fmt: skip
    assert ">600.5</bdi>" in page.partition("<tfoot>")[2]
    assert _names(client.get(f"{LIST}/group?group=created_at:year,country&in=1405&in=IR").text) == ["Bita"]
    wrong = ("country,country", "country,email", "country,status,source", "country,")
    refused = [f"{LIST}?group={one}" for one in wrong]
    refused.append(f"{LIST}/group?group=created_at:year,country&in=1405")
    assert [client.get(one).status_code for one in refused] == [400, 400, 400, 400, 404]

    made = client.post(f"{LIST}/views", {"name": "Two levels", "address": "group=created_at:year,country"})
    assert client.get(made.headers["Location"]).text.count("data-outer-group") == 2


def test_a_group_gives_its_rows_in_parts_and_the_page_takes_few_queries(site: Site) -> None:
    admin = site.client()
    site.api().call("POST", f"{LIST}/bulk", {"create": [
        {"name": f"Person {n:02}", "email": f"p{n}@example.com", "city": f"City {n}", "status": "new"}
        for n in range(24)]})  # fmt: skip
    address = f"{LIST}?group=status&sort=name"
    (group,) = _groups(admin.get(address).text).values()
    seen, more = _names(group[2]), re.search(r'data-more-rows="([^"]+)"', group[2])
    while more:
        part = admin.get(html.unescape(more[1])).text
        seen += _names(part)
        more = re.search(r'data-more-rows="([^"]+)"', part)
    assert seen == [f"Person {n:02}" for n in range(24)], "no row is skipped or comes twice"
    with counted_queries(site.app) as asked:
        assert admin.get(f"{LIST}?group=created_at:day").status_code == 200
    statements = [statement for statement in asked if statement.startswith(("SELECT", "WITH"))]
    assert len(statements) <= 8, statements


def test_groups_hold_what_the_reader_may_see(site: Site, people: dict[str, int]) -> None:
    role = site.role("Caller", contacts__contact__view=OWN, contacts__company__view=ALL)
    caller_id = site.user("caller@example.com")
    site.give_roles(caller_id, role)
    with site.unit() as opened:
        opened.begin_write()
        opened.execute(sa.text("UPDATE contacts_contact SET owner_id = :who WHERE id = :id"),
                       {"who": caller_id, "id": people["Ali"]})  # fmt: skip
    caller = site.client(caller_id)
    groups = _groups(caller.get(f"{LIST}?group=country&columns=name,opening_purchases&lang=en").text)
    assert {label: group[:2] for label, group in groups.items()} == {"Iran": ("1 record", ["100.5"])}
    assert _names(caller.get(f"{LIST}/group?group=country&in=DE").text) == []
    with site.unit():
        rights.set_role_fields(role, "contacts.contact", {"country": HIDDEN, "opening_purchases": HIDDEN})
    assert caller.get(f"{LIST}?group=country").status_code == 400
    assert caller.get(f"{LIST}/group?group=country&in=IR").status_code == 400
    assert "100.5" not in caller.get(f"{LIST}?group=status&columns=name,opening_purchases").text
