"""Amounts of several currencies are told one by one, on every surface that adds up, and never added together."""

from __future__ import annotations

import html
import re

import pytest
import sqlalchemy as sa

from core.actor import ALL, HIDDEN
from core.auth import rights
from core.testing import Site

LIST = "/contacts/contact"
SUM = "sum:opening_purchases"


@pytest.fixture(autouse=True)
def customers(site: Site) -> None:
    """The organisation's own currency is the rial; one amount names it, one names none."""
    with site.unit() as opened:
        opened.begin_write()
        opened.execute(sa.text("UPDATE core_organisation SET currency = 'IRR'"))
    for name, status, currency, amount in (
        ("Ali", "new", "IRR", "1000"), ("Bita", "new", None, "500"), ("Carl", "new", "USD", "20.50"),
        ("Dora", "lost", "USD", "10"), ("Emma", "lost", None, None),
    ):  # fmt: skip
        site.api().create("contacts.contact", name=name, email=f"{name}@example.com", status=status,
                          currency=currency, opening_purchases=amount)  # fmt: skip


def _text(markup: str) -> str:
    return html.unescape(re.sub(r"<[^>]+>", "", markup))


def test_the_api_gives_each_currency_its_own_sum(site: Site) -> None:
    rows = site.api().get(f"{LIST}/aggregate?group=status&measure=count,{SUM}")["data"]
    assert rows == [
        {"status": "new", "count": 3, SUM: None, "by_currency": {SUM: {"IRR": "1500.0000", "USD": "20.5000"}}},
        {"status": "lost", "count": 2, SUM: "10.0000", "by_currency": {SUM: {"USD": "10.0000"}}},
    ]
    by_month = site.api().get(f"{LIST}/aggregate?group=created_at:year&measure=avg:opening_purchases,"
                              f"min:opening_purchases,max:opening_purchases")["data"]  # fmt: skip
    assert [row["by_currency"] for row in by_month] == [{
        "avg:opening_purchases": {"IRR": "750.0000", "USD": "15.2500"},
        "min:opening_purchases": {"IRR": "500.0000", "USD": "10.0000"},
        "max:opening_purchases": {"IRR": "1000.0000", "USD": "20.5000"},
    }]


def test_what_has_no_amounts_has_no_sum_of_nought(site: Site) -> None:
    client = site.client()
    site.api().create("contacts.contact", name="Farah", email="farah@example.com", status="converted")
    board = client.get(f"{LIST}/board?by=status&sum=opening_purchases&lang=en").text
    sums = {column: _text(shown) for column, shown in re.findall(
        r'data-column="([^"]*)".*?data-column-sum>(.*?)</span></p>', board, re.S)}  # fmt: skip
    assert sums["converted"] == sums["in_progress"] == "", "one card without an amount, and no card at all"
    assert "10" in sums["lost"]
    report = _text(client.get(f"{LIST}/report?group=status&measure={SUM}&lang=en").text)
    assert re.search(r"Converted\s*–", report)
    nothing = client.get(f"{LIST}/board?by=status&sum=opening_purchases&name=Farah&lang=en").text
    assert "dw-board-total" not in nothing


def test_list_board_groups_and_report_show_the_currency(site: Site) -> None:
    client = site.client()
    listed = _text(client.get(f"{LIST}?columns=name,opening_purchases&lang=en").text)
    assert re.search(r"IRR\s*1,000", listed)
    assert re.search(r"IRR\s*500", listed)
    assert re.search(r"(US\$|\$)20\.50", listed)
    for page in (f"{LIST}/board?by=status&sum=opening_purchases", f"{LIST}/report?group=status&measure={SUM}",
                 f"{LIST}?group=status&columns=name,opening_purchases"):  # fmt: skip
        text = _text(client.get(f"{page}&lang=en".replace("board&", "board?")).text)
        assert re.search(r"IRR\s*1,500 · (US\$|\$)20\.50", text), page
        assert not re.search(r"1,5[123]\d", text), page


def test_bars_of_a_report_compare_within_one_currency(site: Site) -> None:
    def shares(group: str) -> dict[str, list[tuple[str, str]]]:
        page = site.client().get(f"{LIST}/report?group={group}&measure={SUM}&lang=en").text
        body = re.search(r"<tbody>(.*)</tbody>", page, re.S)[1]
        return {
            _text(row.split("</td>")[0]).strip(): re.findall(
                r'dw-share">(?:<bdi[^>]*>(\w+)</bdi>)?<progress[^>]*value="(\d+)"', row)
            for row in body.split("</tr>") if "<td>" in row
        }  # fmt: skip

    assert '<td class="dw-hue-blue"><span class="dw-share">' in site.client().get(f"{LIST}/report?group=status").text
    # Dollars are compared with dollars; rials stand in one group alone.
    assert shares("status") == {"New": [("USD", "100")], "Lost": [("USD", "48")]}
    site.api().create("contacts.contact", name="Gita", email="g@example.com", status="lost", opening_purchases="750")
    assert shares("status")["Lost"] == [("IRR", "50"), ("USD", "48")]


def test_who_may_not_see_the_currency_gets_no_mixed_sum(site: Site) -> None:
    role = site.role("Blind", contacts__contact__view=ALL)
    with site.unit() as opened:
        opened.begin_write()
        rights.set_role_fields(role, "contacts.contact", {"currency": HIDDEN})
    user = site.user("blind@example.com")
    site.give_roles(user, role)
    rows = site.api(user).get(f"{LIST}/aggregate?group=status&measure=count,{SUM}")["data"]
    assert [(row["status"], row[SUM], "by_currency" in row) for row in rows] == [("new", None, False),
                                                                              ("lost", "10.0000", False)]  # fmt: skip
