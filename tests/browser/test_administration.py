"""What an administrator does: a new colleague who chooses a password, the organisation's settings, the log."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.colleagues import EMMA, SARA
from tests.browser.person import CONTACTS

NAMES = {"fa": "شهرزاد میرزاخانی", "ar": "وفاء الدوسري", "en": "Winifred Ashby"}
FIRST, OWN = "quiet-harbour-lantern-41", "meadow-compass-candle-82"


@pytest.mark.parametrize("who", SARA[1:2], ids=str)
def test_a_new_colleague_comes_chooses_a_password_and_works(live, someone, who):
    me, email = someone(live, who.name, who.language), f"new.{who.language}@arman-waha.example"
    page = me.open("/settings/users/new")
    page.fill("[name=name]", NAMES[who.language])
    page.fill("[name=email]", email)
    page.fill("[name=password]", "short")
    page.locator("label.dw-option", has=page.locator("[name=roles]")).nth(1).locator("input").check()
    page.locator("button[form=user-form]").click()
    expect(page.locator("#password-error")).to_be_visible()
    expect(page.locator("[name=name]")).to_have_value(NAMES[who.language])

    page.fill("[name=password]", FIRST)
    page.locator("button[form=user-form]").click()
    page.wait_for_url(lambda address: not address.endswith("/new"))
    me.faults.clear()

    new = someone(live)
    new.open(CONTACTS)
    page = new.page
    page.fill("[name=email]", email)
    page.fill("[name=password]", FIRST)
    page.locator("main form button[type=submit]").click()
    page.wait_for_url(lambda address: urlsplit(address).path == "/settings/me")
    form = page.locator("form", has=page.locator("[name=intent][value=password]"))
    for name, value in zip(("current_password", "new_password", "repeat_password"), (FIRST, OWN, OWN), strict=True):
        form.locator(f"[name={name}]").fill(value)
    form.locator("button[type=submit]").click()
    new.open(CONTACTS)
    expect(page.locator("#list")).to_be_visible()


@pytest.mark.parametrize("who", SARA[:1], ids=str)
def test_the_log_tells_who_did_what_and_is_whole(live, someone, who):
    me = someone(live, who.name, who.language)
    me.open(CONTACTS)
    name = f"{NAMES[who.language]} {who.language.upper()}"
    me.make(name=name, email=f"log.{who.language}@peyk.example")
    page = me.open("/settings/log")
    page.fill("main [name=q]", name)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("q="))
    expect(page.locator("main")).to_contain_text(name)
    page.locator("form[action*='/log/verify'] button").first.click()
    expect(page.locator("[data-toast], [role=status]").last).to_be_visible()
    assert live.one("SELECT count(*) FROM core_audit WHERE action = 'verify_log'") >= 1


@pytest.mark.parametrize("who", SARA[2:], ids=str)
def test_settings_of_the_organisation_are_kept(live, someone, who):
    me = someone(live, who.name, who.language)
    page = me.open("/settings/general")
    domains = page.locator("[name='contacts.free_mail_domains']")
    before, added = domains.input_value(), f"free-{who.language}.example"
    domains.fill(f"{before}\n{added}")
    page.locator("button[form=general-form]").click()
    expect(me.toast()).to_be_visible()
    me.open("/settings/general")
    expect(domains).to_have_value(re.compile(re.escape(added)))
    me.open(CONTACTS)
    made = me.make(name=NAMES[who.language], email=f"somebody@{added}")
    assert live.one("SELECT kind FROM contacts_contact WHERE id = :id", id=made) == "person"


def test_nobody_else_gets_there(live, someone):
    me = someone(live, EMMA.name, EMMA.language)
    for path in ("/settings/users", "/settings/roles", "/settings/log", "/settings/general"):
        assert me.page.goto(f"{live.address}{path}").status == 403, path
        expect(me.page.locator("h1")).to_be_visible()
    me.faults.clear()


def test_everybody_has_settings_of_their_own(live, someone):
    me = someone(live, SARA[0].name, "fa")
    page = me.open("/settings/me")
    for calendar in ("hijri", "jalali"):
        page.locator(f"#own-form [name=calendar][value={calendar}]").check(force=True)
        with page.expect_navigation():
            page.locator("button[form=own-form], #own-form button[type=submit]").first.click()
        me.open("/settings/me")
        expect(page.locator(f"#own-form [name=calendar][value={calendar}]")).to_be_checked()
