"""The pages of webhooks: set up in the browser, the secret shown once, bad input told beside its field."""

from __future__ import annotations

import re

import pytest

ADDRESS = "/settings/webhooks"


def _form(receiver, **changed):
    return {"name": "محاسبه", "url": receiver.url, "events": ["created"], "entities": [], "active": "1", **changed}


@pytest.fixture
def database_kind():
    """What the services do is tested on both kinds; pages only show it."""
    return "sqlite"


def test_a_webhook_is_made_and_its_secret_is_shown_once(site, hooks, receiver):
    browser = site.client()
    made = browser.post(f"{ADDRESS}/new", _form(receiver))
    secret = re.search(r"whsec_[A-Za-z0-9+/=]+", made.get_data(as_text=True))[0]
    assert made.status_code == 200
    page = browser.get(f"{ADDRESS}/1").get_data(as_text=True)
    assert secret not in page
    assert "محاسبه" in page
    site.api().create("contacts.contact", name="A", email="a@example.com")
    hooks.work()
    assert len(receiver.got) == 1
    listed = browser.get(f"{ADDRESS}/1?lang=fa").get_data(as_text=True)
    assert "ارسال‌شده" in listed
    assert "مخاطب ۱" in listed
    renewed = browser.post(f"{ADDRESS}/1/secret").get_data(as_text=True)
    assert secret not in renewed
    assert "whsec_" in renewed


@pytest.mark.parametrize("language", ["ar", "fa", "en"])
def test_bad_input_is_kept_and_told_in_the_readers_language(site, hooks, receiver, language):
    answer = site.client().post(f"{ADDRESS}/new?lang={language}", _form(receiver, url="http://10.0.0.1/x", events=[]))
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert "http://10.0.0.1/x" in page
    assert page.count("dw-error-text") == 2
    assert "محاسبه" in page


def test_events_are_sent_again_and_webhooks_changed_and_deleted(site, hooks, receiver):
    browser = site.client()
    browser.post(f"{ADDRESS}/new", _form(receiver))
    site.api().create("contacts.contact", name="A", email="a@example.com")
    hooks.work()
    assert browser.post(f"{ADDRESS}/1/events/1").status_code == 303
    hooks.work()
    assert len(receiver.got) == 2
    assert browser.post(f"{ADDRESS}/1", _form(receiver, active="")).status_code == 303
    assert hooks.row(1).active is False
    assert browser.post(f"{ADDRESS}/1/delete").status_code == 303
    assert browser.get(f"{ADDRESS}/1").status_code == 404


def test_a_source_gets_an_address_of_its_own(site, hooks):
    browser = site.client()
    wrong = browser.post(f"{ADDRESS}/sources", {"name": "Shop", "scheme": "none", "secret": "long enough secret"})
    assert wrong.status_code == 422
    made = browser.post(f"{ADDRESS}/sources", {"name": "Shop", "scheme": "github", "secret": "long enough secret"})
    assert made.status_code == 303
    page = browser.get(ADDRESS).get_data(as_text=True)
    assert "/api/hooks/" in page
    assert "long enough secret" not in page
    assert browser.post(f"{ADDRESS}/sources/1/delete").status_code == 303


def test_nobody_without_the_right_sees_or_makes_one(site, hooks, receiver):
    narrow = site.client(site.user("rep@example.com", "sales_representative"))
    assert narrow.get(ADDRESS).status_code == 403
    assert narrow.post(f"{ADDRESS}/new", _form(receiver)).status_code == 403
