"""A customer list comes in from a file: the wizard with the worker that carries it out, and the way back."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.colleagues import MAJED, SARA
from tests.browser.person import CONTACTS
from tests.support.browser_checks import page_problems
from tests.support.live import serving

HEADINGS = {
    "fa": "نام,ایمیل,تلفن,کشور,تاریخ تولد,کد قدیم",
    "ar": "الاسم,البريد الإلكتروني,الهاتف,البلد,تاريخ الميلاد,رمز قديم",
    "en": "Name,Email,Phone,Country,Birth date,Old code",
}
GOOD = {
    "fa": ("بهار نیک‌روش", "۰۹۱۲۳۴۵۶۷۸۹", "ایران", "۱۳۷۰/۰۲/۰۶"),
    "ar": ("جواهر البلوي", "٠٥٠١٢٣٤٥٦٧", "المملكة العربية السعودية", "٢٦/٠٤/١٩٩١"),
    "en": ("Marguerite Oakes", "+14155552671", "United States", "1991-04-26"),
}
ROWS = 120
IMPORTERS = pytest.mark.parametrize("who", [SARA[0], MAJED, SARA[2]], ids=str)


def _file(who):
    """Rows that are right, and one with a date and an address that are none."""
    name, phone, country, born = GOOD[who.language]
    lines = [f"{name} {n},row{n}.{who}@import.example,{phone},{country},{born},K-{n}" for n in range(ROWS)]
    lines.append(f"{name},not-an-email,{phone},{country},1990-99-99,K-x")
    text = "\n".join([HEADINGS[who.language], *lines])
    return {"name": f"customers-{who}.csv", "mimeType": "text/csv", "buffer": text.encode("utf-8-sig")}


def _imported(live, who):
    return live.one("SELECT count(*) FROM contacts_contact WHERE email LIKE :like AND deleted_at IS NULL",
                    like=f"row%.{who}@import.example")  # fmt: skip


def _go_through(live, me, who):
    page = me.open(f"{CONTACTS}/import")
    page.set_input_files("#import-file", _file(who))
    page.locator("[data-next]").click()
    page.wait_for_url(re.compile(r"/import/\d+$"))
    expect(page.locator("td.is-wrong")).to_have_count(2)
    expect(page.locator(".dw-row-error")).to_have_count(2)
    assert page_problems(page, who.language) == []
    page.locator("button[name=act][value=continue]").click()
    page.wait_for_url("**/confirm")
    assert _imported(live, who) == 0
    page.locator("[data-next]").click()
    expect(page.locator(".dw-result-head")).to_be_visible(timeout=60_000)
    assert _imported(live, who) == ROWS
    return page


@IMPORTERS
def test_a_file_is_imported_and_taken_back(live, someone, who):
    me = someone(live, who.name, who.language)
    page = _go_through(live, me, who)
    assert page_problems(page, who.language) == []

    with page.expect_download() as download:
        page.locator("a[download]").click()
    failed = download.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert len(failed) == 2
    assert "not-an-email" in failed[1]
    assert "1990-99-99" in failed[1]

    page.locator(".dw-wizard-foot form button").click()
    page.locator("#confirm [data-yes]").click()
    expect(page.locator(".dw-result-head .dw-hue-grey")).to_be_visible(timeout=60_000)
    expect(page.locator(".dw-tiles")).to_have_count(0)
    assert _imported(live, who) == 0


@pytest.mark.postgresql
def test_it_works_on_postgresql_as_well(databases, someone, tmp_path):
    with serving(databases, "postgresql", tmp_path / "instance") as live:
        _go_through(live, someone(live, SARA[0].name, "fa"), SARA[0])
        assert live.failures == []


def test_a_file_that_is_no_table_says_so_and_loses_nothing(live, someone):
    me = someone(live, SARA[0].name, "fa")
    page = me.open(f"{CONTACTS}/import")
    picture = {"name": "customers.csv", "mimeType": "text/csv", "buffer": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20}
    page.set_input_files("#import-file", picture)
    page.locator("[data-next]").click()
    expect(page.locator("[role=alert]").first).to_be_visible()
    expect(page).to_have_url(re.compile(r"/contacts/contact/import$"))


def test_whoever_may_not_import_is_told(live, someone):
    me = someone(live, "emma.whitcombe", "en")
    page = me.open(f"{CONTACTS}/import")
    expect(page.locator("main")).to_contain_text("Ask an administrator for “Contacts · Import”")
    me.faults.clear()
