"""What was refused to somebody is on record, and reads well on the page of the log (AUD-05, AUD-10)."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from core.actor import OWN
from core.audit.models import audit
from core.audit.verify import verify


def denials(site):
    with site.unit() as opened:
        query = sa.select(audit).where(audit.c.action == "denied").order_by(audit.c.id)
        return [dict(row) for row in opened.execute(query).mappings()]


@pytest.fixture
def narrow(site):
    """Someone who may look at contacts of his own and nothing else."""
    role = site.role("narrow", contacts__contact__view=OWN)
    user_id = site.user("narrow@example.com", name="نادر")
    with site.unit() as opened:
        opened.begin_write()
        opened.execute(sa.text("INSERT INTO core_user_role (user_id, role_id) VALUES (:u, :r)"),
                       {"u": user_id, "r": role})
    return user_id


def test_a_refused_page_and_a_refused_call_are_on_record(site, narrow):
    assert site.client(narrow).get("/settings/log").status_code == 403
    refused = site.api(narrow).call("POST", "/contacts/contact", {"name": "x", "email": "x@example.com"})
    assert refused.status_code == 403
    page, call = denials(site)
    assert (page["actor_id"], page["actor_name"], page["channel"]) == (narrow, "نادر", "web")
    assert '"permission":[null,"core.audit.view"]' in page["changes"]
    assert '"request":[null,"GET /settings/log"]' in page["changes"]
    assert call["channel"] == "api"
    assert '"permission":[null,"contacts.contact.add"]' in call["changes"]
    assert abs(call["at"] - dt.datetime.now(dt.UTC)) < dt.timedelta(minutes=5)
    assert verify(site.app.engine).ok


def test_a_program_that_keeps_asking_does_not_fill_the_log(site, narrow):
    browser = site.client(narrow)
    for _number in range(20):
        browser.get("/settings/log")
    browser.get("/settings/roles")
    assert [row["changes"].count("/settings/log") for row in denials(site)] == [1, 0]


def test_what_is_not_ones_own_and_those_who_are_not_signed_in_leave_no_entry(site, narrow):
    made = site.api().create("contacts.contact", name="Hidden", email="hidden@example.com")
    assert site.client(narrow).get(f"/contacts/contact/{made['id']}").status_code == 404
    assert site.app.test_client().get("/settings/log").status_code == 303
    assert denials(site) == []


def test_a_refusal_that_wrote_half_leaves_only_its_entry(site, narrow):
    with site.unit() as opened:
        before = opened.execute(sa.text("SELECT count(*) FROM contacts_contact")).scalar()
    bulk = {"create": [{"name": "a", "email": "a@example.com"}]}
    assert site.api(narrow).call("POST", "/contacts/contact/bulk", bulk).status_code == 403
    with site.unit() as opened:
        assert opened.execute(sa.text("SELECT count(*) FROM contacts_contact")).scalar() == before
    assert len(denials(site)) == 1


@pytest.mark.parametrize(("language", "words"), [
    ("en", ("Access denied", "Audit", "Request")),
    ("fa", ("دسترسی ردشده", "درخواست")),
    ("ar", ("وصول مرفوض", "الطلب")),
])
def test_the_page_of_the_log_tells_it_in_the_readers_language(site, narrow, language, words):
    site.client(narrow).get("/settings/log")
    site.client().get("/contacts/contact/export?format=csv")
    page = site.client().get(f"/settings/log?lang={language}").get_data(as_text=True)
    for word in words:
        assert word in page
    assert "GET /settings/log" in page
