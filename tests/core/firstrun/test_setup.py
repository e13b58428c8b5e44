"""The set-up of a new organisation: led to at the first log-in, left, resumed, skipped and done again."""

import pytest
import sqlalchemy as sa

from core import records
from core.audit.models import audit
from core.auth.models import Organisation
from core.firstrun.region import usual_values
from core.testing.site import ADMIN, PASSWORD
from tests.core.auth.site import Browser

SETUP = "/settings/setup"
SAUDI = {"currency": "SAR", "calendar": "hijri", "digits": "latn", "week_start": "7", "weekend": "56",
         "timezone": "Asia/Riyadh"}  # fmt: skip


@pytest.mark.parametrize(("country", "language", "expected"), [
    ("IR", "fa", ("IRR", "jalali", "arabext", "6", "5", "Asia/Tehran")),
    ("SA", "ar", ("SAR", "gregorian", "arab", "7", "56", "Asia/Riyadh")),
    ("AE", "ar", ("AED", "gregorian", "latn", "1", "67", "Asia/Dubai")),
    ("EG", "ar", ("EGP", "gregorian", "arab", "6", "56", "Africa/Cairo")),
    ("DE", "en", ("EUR", "gregorian", "latn", "1", "67", "Europe/Berlin")),
    ("US", "en", ("USD", "gregorian", "latn", "7", "67", "America/New_York")),
])  # fmt: skip
def test_a_country_brings_its_habits(country, language, expected):
    assert tuple(usual_values(country, language).values()) == expected


def _sign_in(site, email=ADMIN):
    browser = Browser(site.app)
    browser.get("/login")
    return browser, browser.post("/login", {"email": email, "password": PASSWORD}).location


def test_the_first_administrator_sets_the_organisation_up(site):
    browser, led_to = _sign_in(site)
    assert led_to == SETUP
    assert browser.get(SETUP).location == f"{SETUP}/organisation"
    browser.get(f"{SETUP}/organisation")
    refused = browser.post(f"{SETUP}/organisation", {"name": "Waha", "language": "ar"})
    assert (refused.status_code, 'value="Waha"' in refused.text) == (422, True)
    assert " novalidate>" in refused.text, "browsers speak the language of whoever set them up, not the reader's"
    sent = {"name": "Waha", "language": "ar", "country": "SA"}
    assert browser.post(f"{SETUP}/organisation", sent).location == f"{SETUP}/region"
    browser.get(f"{SETUP}/region")
    assert '<html lang="ar" dir="rtl"' in browser.page
    assert 'value="56" selected' in browser.page
    assert browser.post(f"{SETUP}/region", {**SAUDI, "timezone": "Nowhere"}).status_code == 422

    # Left here, and resumed by a colleague who may; the log-in leads nobody there any more.
    assert browser.post(SETUP, {"intent": "later", "step": "region"}).location == "/"
    site.user("second@example.com", "administrator")
    second, led_to = _sign_in(site, "second@example.com")
    assert led_to == "/"
    assert second.get(SETUP).location == f"{SETUP}/region"
    second.get(f"{SETUP}/region")
    assert second.post(f"{SETUP}/region", SAUDI).location == f"{SETUP}/contacts"
    second.get(f"{SETUP}/contacts")
    assert second.post(f"{SETUP}/contacts", {"contacts.identity": "both"}).location == f"{SETUP}/end"
    end = second.get(f"{SETUP}/end").get_data(as_text=True)
    assert "Asia/Riyadh" in end
    assert "ريال سعودي · SAR" in end, "the name of the money, not its three letters alone"

    api = site.api()
    stored = api.get("/core/organisation?fields=*")["data"][0]
    assert {name: stored[name] for name in SAUDI} == SAUDI
    assert (stored["name"], stored["country"], stored["setup"]) == ("Waha", "SA", None)
    refused = api.call("POST", "/contacts/contact", {"name": "Sara", "email": "sara@example.com"})
    assert refused.status_code == 422
    page = second.get("/settings/log").get_data(as_text=True)
    assert "Waha" in page
    with site.unit() as opened:
        acts = opened.execute(sa.select(audit.c.action)).scalars().all()
    assert acts.count("setup") == 1
    assert "setting" in acts
    # The calendar and the digits are those of the organisation, in its language; and again from the settings.
    assert '"weekend": [5, 6]' in page or '"weekend":[5,6]' in page
    assert second.get(SETUP).location == f"{SETUP}/organisation"


def test_a_wrong_language_is_put_right_by_going_back(site):
    browser, _led_to = _sign_in(site)
    for language, amount in (("en", "1,234,567"), ("ar", "1,234,567"), ("fa", "۱٬۲۳۴٬۵۶۷")):
        browser.get(f"{SETUP}/organisation")
        browser.post(f"{SETUP}/organisation", {"name": "Waha", "language": language, "country": "IR"})
        browser.get(f"{SETUP}/region")
        assert f'<html lang="{language}"' in browser.page
        assert amount in browser.page
        assert not any(f"{amount}{point}" in browser.page for point in ".٫"), "the rial has no coins"


@pytest.mark.parametrize(("language", "name"), [("fa", "سازمان من"), ("ar", "مؤسستي"), ("en", "My organisation")])
def test_what_nobody_has_named_yet_is_called_so_in_the_readers_language(site, language, name):
    """The command that made it ran in a terminal, mostly an English one."""
    with site.unit():
        assert records.get(Organisation, 1)["name"] == "My organisation"
    browser = Browser(site.app)
    browser.get(f"/login?lang={language}")
    assert f"<bdi data-user>{name}</bdi>" in browser.page
    browser.post("/login", {"email": ADMIN, "password": PASSWORD})
    browser.get(f"{SETUP}/organisation")
    assert name in browser.page
    assert ("My organisation" in browser.page) is (language == "en")


def test_it_can_be_skipped_and_is_for_those_with_the_right(site):
    sales = site.user("sales@example.com", "sales_manager")
    assert _sign_in(site, "sales@example.com")[1] == "/"
    assert site.client(sales).get(SETUP).status_code == 403
    assert site.client(sales).post(SETUP, {"intent": "skip"}).status_code == 403
    administrator = site.client()
    assert administrator.post(SETUP, {"intent": "skip"}).location == "/"
    assert _sign_in(site)[1] == "/"
    assert administrator.get(f"{SETUP}/nothing").status_code == 404


def test_the_command_takes_the_same_values(installed_sqlite):
    done = installed_sqlite.diwan(
        "init", "--country", "IR", "--timezone", "Asia/Tehran", "--weekend", "45", "--set", "contacts.identity=phone")
    assert done.exit_code == 0
    row = installed_sqlite.rows("SELECT country, currency, weekend, timezone, setup FROM core_organisation")
    assert row == [("IR", "IRR", "45", "Asia/Tehran", None)]
    assert "phone" in str(installed_sqlite.value("SELECT value FROM core_setting WHERE name = 'contacts.identity'"))
    # What somebody has chosen stays.
    assert installed_sqlite.diwan("init", "--weekend", "5", "--set", "contacts.identity=both").exit_code == 0
    assert installed_sqlite.value("SELECT weekend FROM core_organisation") == "45"
    for wrong in ("nonsense", "contacts.none=1", "contacts.identity=never"):
        assert installed_sqlite.diwan("init", "--set", wrong).exit_code == 1
