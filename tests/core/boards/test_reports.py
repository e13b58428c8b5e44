"""Reports: what a group leads to is what it counts, in every calendar, and the file holds what the page shows (P12)."""

from __future__ import annotations

import csv
import datetime as dt
import html
import io
import re
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa

from core import records
from core.actor import ALL, OWN
from core.auth.models import User
from core.language.calendars import calendar_named
from core.testing import Site
from core.transfer.formula import restore

LIST, ACTIVITIES = "/contacts/contact", "/activities/activity"
SUM = "sum:opening_purchases"


def _reader(site: Site, **habits: Any) -> None:
    with site.unit() as opened:
        opened.begin_write()
        opened.execute(sa.update(User.__table__).values(**habits))


def _linked(page: str) -> list[tuple[str, int]]:
    """The addresses behind the figures of a report, with the figures."""
    cells = re.findall(r'<a class="dw-link" href="([^"]+)">(.*?)</tr>', page, re.S)
    found = []
    for href, rest in cells:
        figure = re.sub(r"<[^>]+>", " ", re.search(r'<td class="dw-end">(.*?)</td>', rest, re.S)[1]).strip()
        found.append((html.unescape(href), int(figure.replace(",", ""))))
    return found


@pytest.mark.parametrize("calendar", ["gregorian", "jalali", "hijri"])
def test_a_group_of_days_leads_to_the_records_it_counts(site: Site, calendar: str) -> None:
    _reader(site, calendar=calendar, timezone="Asia/Tehran", digits="latn", language="en")
    api = site.api()
    # On both sides of midnight in Tehran and of the ends of weeks and months of the three calendars.
    for at in ("2026-11-20T20:29:00Z", "2026-11-20T20:31:00Z", "2026-11-21T20:31:00Z", "2026-11-30T20:31:00Z",
               "2026-12-20T20:31:00Z", "2026-12-31T20:31:00Z", "2027-03-20T20:29:00Z", "2027-03-20T20:31:00Z",
               "2026-11-21", "2026-11-30", "2027-03-20"):  # fmt: skip
        api.create("activities.activity", subject=at, due_at=at)
    api.create("activities.activity", subject="Some day")
    with site.unit():  # a whole day that ends elsewhere stands on its own day all the same
        away = records.create(User, name="West", email="west@example.com", timezone="America/New_York",
                              language="en").id  # fmt: skip
    api.create("activities.activity", subject="West", due_at="2026-11-30", assignee_id=away)
    client = site.client()
    for step in ("day", "week", "month", "quarter", "year"):
        linked = _linked(client.get(f"{ACTIVITIES}/report?group=due_at:{step}&lang=en").text)
        assert sum(count for _href, count in linked) == 13, (step, linked)
        days = [href.partition("due_at__gte=")[2] for href, _count in linked]
        assert days == [*sorted(days[:-1]), ""], "in order of time, what has none last"
        for href, count in linked:
            assert len(api.get(href)["data"]) == count, (step, href)
            assert client.get(href).status_code == 200
    day = "{:04}-{:02}-{:02}".format(*calendar_named(calendar).parts(dt.date(2026, 11, 30)))
    groups = client.get(f"{ACTIVITIES}?group=due_at:day&lang=en").text
    assert "2 records" in groups, "groups of a list count whole days as the report does"
    shown = client.get(f"{ACTIVITIES}/group?group=due_at:day&in={day}&lang=en").text
    assert (shown.count("<tr"), "West" in shown) == (2, True), "and hold them"


def _book(data: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(data)).active


def _customers(site: Site) -> None:
    with site.unit() as opened:
        opened.begin_write()
        opened.execute(sa.text("UPDATE core_organisation SET currency = 'IRR'"))
    for name, status, currency, amount, region in (
        ("Ali", "new", "IRR", "1000", "=1+1"), ("Bita", "new", None, "500.5", "=1+1"),
        ("Carl", "lost", "USD", "20.50", "South"), ("Dora", "lost", "USD", "10", None),
    ):  # fmt: skip
        site.api().create("contacts.contact", name=name, email=f"{name}@example.com", status=status, region=region,
                          currency=currency, opening_purchases=amount)  # fmt: skip


def test_a_report_is_exported_as_its_page_shows_it(site: Site) -> None:
    _customers(site)
    client = site.client()
    page = client.get(f"{LIST}/report?group=status&measure={SUM}&name__ne=Dora&lang=en").text
    href, csv_href = (html.unescape(one) for one in re.findall(r'href="([^"]+/report/export[^"]+)"', page))
    answer = client.get(href)
    assert "Report%20Contacts%20" in answer.headers["Content-Disposition"]
    sheet = _book(answer.data)
    assert not sheet.sheet_view.rightToLeft
    assert [[cell.value for cell in row] for row in sheet.rows] == [
        ["Status", "Sum of Opening purchases (IRR)", "Sum of Opening purchases (USD)"],
        ["New", 1500.5, None], ["Lost", None, 20.5], ["Total", 1500.5, 20.5],
    ]  # fmt: skip
    rows = list(csv.reader(io.StringIO(client.get(csv_href).data.decode("utf-8-sig"))))
    assert rows[1:] == [["New", "1500.5", ""], ["Lost", "", "20.5"], ["Total", "1500.5", "20.5"]]

    regions = client.get(f"{LIST}/report/export?group=region&format=csv").data.decode("utf-8-sig")
    assert "'=1+1" in regions, "nothing in it is calculated"
    assert restore("'=1+1") == "=1+1"
    logged = client.get("/settings/log?lang=en").text
    assert "Status · Opening purchases" in html.unescape(re.sub(r"<[^>]+>", "", logged))


@pytest.mark.parametrize(("language", "calendar", "month", "total", "count"), [
    ("fa", "jalali", "آذر ۱۴۰۵", "جمع کل", 4), ("ar", "hijri", "جمادى الآخرة ١٤٤٨ هـ", "الإجمالي", 4),
    ("en", "gregorian", "November 2026", "Total", 4),
])  # fmt: skip
def test_a_table_of_months_is_exported_in_the_readers_language(
    site: Site, language: str, calendar: str, month: str, total: str, count: int
) -> None:
    _customers(site)
    digits = {"fa": "arabext", "ar": "arab", "en": "latn"}[language]
    _reader(site, calendar=calendar, language=language, digits=digits, timezone="Asia/Tehran")
    with site.unit() as opened:
        opened.begin_write()
        table = sa.table("contacts_contact", sa.column("id"), sa.column("created_at", sa.DateTime(timezone=True)))
        moments = (dt.datetime(2026, 11, 29, tzinfo=dt.UTC), dt.datetime(2025, 3, 1, tzinfo=dt.UTC))
        for number, at in enumerate(moments):
            opened.execute(sa.update(table).where(table.c.id % 2 == number).values(created_at=at))
    answer = site.client().get(f"{LIST}/report/export?group=status&then=created_at:month&format=xlsx&lang={language}")
    sheet = _book(answer.data)
    rows = [[cell.value for cell in row] for row in sheet.rows]
    assert bool(sheet.sheet_view.rightToLeft) == (language != "en")
    assert rows[0][2:] == [month, total], "in order of time, the sums last"
    assert [line[1:] for line in rows[1:]] == [[1, 1, 2], [1, 1, 2], [2, 2, count]], "numbers are numbers"


def test_a_file_holds_only_what_its_reader_may_take_along(site: Site) -> None:
    _customers(site)
    rep, looker = site.user("rep@example.com"), site.user("looker@example.com")
    site.give_roles(rep, site.role("Rep", contacts__contact__view=ALL, contacts__contact__export=OWN))
    site.give_roles(looker, site.role("Looker", contacts__contact__view=ALL))
    site.api().create("contacts.contact", name="Own", email="own@example.com", status="new", owner_id=rep)
    client = site.client(rep)
    assert len(_linked(client.get(f"{LIST}/report?group=status&lang=en").text)) == 2
    rows = list(csv.reader(io.StringIO(
        client.get(f"{LIST}/report/export?group=status&format=csv&lang=en").data.decode("utf-8-sig"))))  # fmt: skip
    assert rows[1:] == [["New", "1"], ["Total", "1"]]
    looking = site.client(looker)
    assert "/report/export" not in looking.get(f"{LIST}/report?group=status").text
    assert looking.get(f"{LIST}/report/export?group=status").status_code == 403
    assert client.get(f"{LIST}/report/export?group=status&format=json").status_code == 400
    assert client.get(f"{LIST}/report/export?report=nothing.at_all").status_code == 404
