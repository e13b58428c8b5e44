"""A list leaves as a file that the worker writes: its progress, its end, and the file in the user's hands."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.person import CONTACTS, DESKTOP, PHONE
from tests.support.browser_checks import page_problems

#: The button of the page that a list of many rows leads to, without so many.
ASK = """(address) => {
  const form = Object.assign(document.createElement("form"), { method: "post", action: address });
  form.append(document.querySelector("[name=csrf_token]").cloneNode());
  document.body.append(form);
  form.submit();
}"""


@pytest.mark.parametrize(("name", "language", "screen"), [
    ("sara.ahmadi", "fa", DESKTOP), ("majed.alshehri", "ar", {**PHONE, "width": 360}),
])  # fmt: skip
def test_an_export_is_written_by_the_worker_and_fetched(live, someone, name, language, screen):
    me = someone(live, name, language, viewport=screen)
    page = me.open(f"{CONTACTS}?sort=name")
    page.evaluate(ASK, f"{CONTACTS}/export?format=csv&sort=name&fields=name,email")
    page.wait_for_url(re.compile(r"/export/\d+$"))
    expect(page.locator(".dw-result-head .dw-hue-green")).to_be_visible(timeout=60_000)
    assert page_problems(page, language) == []
    with page.expect_download() as fetched:
        page.locator("a[download]").click()
    rows = fetched.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert len(rows) > 300
    expect(page.locator("[data-unread]").first).to_be_visible()

    page.locator("a[href='/settings/exports']").first.click()
    line = page.locator("details.dw-task-more").first
    line.locator("summary").press("Enter")
    expect(line.locator("a[href$='/file']")).to_be_visible()
    assert page_problems(page, language) == []
    line.locator("form button").click()
    page.locator("#confirm [data-yes]").click()
    expect(me.toast()).to_be_visible()
