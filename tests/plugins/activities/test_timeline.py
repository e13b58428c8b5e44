"""The timeline of a record: all that was said, done and changed in one order, for those who may see it."""

import re

import pytest

from core.actor import HIDDEN
from core.auth import rights
from core.testing import Site, counted_queries
from core.ui import timeline_build

CONTACT, COMMENT, ACTIVITY = "contacts.contact", "activities.comment", "activities.activity"
API = "/activities/comment"


@pytest.fixture
def sara(site: Site) -> int:
    return site.api().create(CONTACT, name="Sara Canary", email="sara@example.com")["id"]


@pytest.fixture
def say(site: Site, sara: int):
    """`say(text)`: a comment about Sara by the administrator, or by `user`."""
    return lambda text, user=None, **more: site.api(user).create(
        COMMENT, entity=CONTACT, record_id=sara, body=text, **more)


def _timeline(site: Site, sara: int, query: str = "", user=None) -> str:
    return site.client(user).get(f"/contacts/contact/{sara}/timeline{query}").text


def _pages(site: Site, sara: int) -> list[str]:
    """The timeline page by page, to its end."""
    pages, href = [], f"/contacts/contact/{sara}/timeline"
    while href:
        pages.append(site.client().get(href.replace("&amp;", "&")).text)
        href = next(iter(re.findall(r'data-timeline-more="([^"]+)"', pages[-1])), "")
    return pages


def test_all_kinds_stand_in_one_order_and_can_be_told_apart(site, sara, say):
    site.api().call("PATCH", f"/contacts/contact/{sara}", {"city": "Shiraz"})
    say("Wants a discount")
    say("Never below cost, 0912 300 0370 is his <b>", kind="note")
    site.api().create(ACTIVITY, subject="Called back", type="call", direction="incoming",
                      result="Agreed", entity=CONTACT, record_id=sara)
    page = _timeline(site, sara)
    order = [page.index(text) for text in ("Called back", "Never below cost", "Wants a discount", "Shiraz", "Created")]
    assert order == sorted(order)
    note = page[page.index("dw-entry-note"):page.index("Never below cost")]
    assert "is-note" in note
    assert "#lock" in note
    assert '<bdi dir="ltr">0912 300 0370</bdi> is his &lt;b&gt;' in page, "groups of digits keep their order"
    assert "Internal note" in note, "not by its colour alone (B16)"
    for kind, shown in (("note", "Never below cost"), ("comment", "Wants a discount"), ("activity", "Called back"),
                        ("change", "Shiraz")):
        only = _timeline(site, sara, f"?kind={kind}")
        texts = ("Called back", "Never below cost", "Wants a discount", "Shiraz")
        assert [text for text in texts if text in only] == [shown]


def test_it_is_read_page_by_page_in_few_queries(site, sara, say, monkeypatch):
    monkeypatch.setattr(timeline_build, "PAGE", 4)
    texts = [f"Comment {n:03}." for n in range(9)]
    for text in texts:
        say(text)
    pages = _pages(site, sara)
    assert len(pages) == 3
    assert re.findall(r"Comment \d\d\d\.(?=</p>)", "".join(pages)) == texts[::-1], "each once, the newest first"
    client = site.client()
    with counted_queries(site.app) as seen:
        client.get(f"/contacts/contact/{sara}/timeline")
    assert len([one for one in seen if one.startswith(("SELECT", "WITH"))]) <= 14, seen
    assert client.get(f"/contacts/contact/{sara}/timeline?before=99999999999999999.1.2").status_code == 200
    assert client.get(f"/contacts/contact/{sara}/timeline?before=x&kind=%27").status_code == 200


def test_only_who_may_see_the_record_reads_what_is_said_about_it(site, sara, say):
    made = say("Canary comment")
    actions = ("view", "add", "change", "delete")
    role = site.role("Talkers", **{f"activities__comment__{action}": 4 for action in actions})
    outsider = site.user("outsider@example.com")
    site.give_roles(outsider, role)
    api = site.api(outsider)
    assert api.get(API)["data"] == []
    assert api.call("GET", f"{API}/{made['id']}").status_code == 404
    for method, path in (("PATCH", f"{API}/{made['id']}"), ("DELETE", f"{API}/{made['id']}")):
        assert api.call(method, path, {"body": "Mine"}).status_code == 404
    refused = api.call("POST", API, {"entity": CONTACT, "record_id": sara, "body": "Peek"})
    assert list(refused.get_json()["errors"]) == ["record_id"]
    assert site.client(outsider).get(f"/contacts/contact/{sara}/timeline").status_code in (403, 404)
    for page in (API, "/search?q=Canary", "/activities/comment/export?format=csv"):
        assert "Canary comment" not in site.client(outsider).get(page).text

    reader = site.user("reader@example.com", "read_only")
    page = _timeline(site, sara, user=reader)
    assert "Canary comment" in page
    assert "data-composer" not in page, "who may only look gets no box to write in"
    assert ("127.0.0.1" in _timeline(site, sara), "127.0.0.1" in page) == (True, False), "for those who read the log"
    own = site.user("own@example.com", "sales_representative")
    assert site.api(own).get(API)["data"] == [], "the customer is somebody else's"
    site.api().call("PATCH", f"/contacts/contact/{sara}", {"owner_id": own})
    assert "Canary comment" in _timeline(site, sara, user=own)


def test_one_s_own_words_are_changed_and_taken_back_and_that_is_said(site, sara, say):
    rep = site.user("rep@example.com", "sales_representative")
    site.api().call("PATCH", f"/contacts/contact/{sara}", {"owner_id": rep})
    made, note = say("Frist", rep), say("Secret", rep, kind="note")
    path = f"{API}/{made['id']}"
    assert "edited" not in _timeline(site, sara)
    assert list(site.api().call("PATCH", path, {"body": "Mine now"}).get_json()["errors"]) == ["body"]
    assert site.api(rep).call("PATCH", path, {"body": "First"}).status_code == 200
    page = _timeline(site, sara)
    assert "First" in page
    assert ">edited</span>" in page
    assert "data-entry-edit" not in page, "no button for what is somebody else's"
    refused = site.api(rep).call("PATCH", f"{API}/{note['id']}", {"kind": "comment"})
    assert list(refused.get_json()["errors"]) == ["kind"], "a note stays a note (B16)"

    assert site.api(rep).call("DELETE", path).status_code == 204
    page = _timeline(site, sara)
    assert "First" not in page
    assert "This comment was deleted." in page
    assert "/restore" in _timeline(site, sara, user=rep)
    assert site.api(rep).call("POST", f"{path}/restore").status_code == 200
    assert "First" in _timeline(site, sara)


def test_fields_that_a_role_hides_are_not_told_by_it(site, sara):
    site.api().call("PATCH", f"/contacts/contact/{sara}", {"city": "Canaryville"})
    site.api().create(ACTIVITY, subject="Called", result="Canary result", note="Canary note", entity=CONTACT,
                      record_id=sara)
    role = site.role("Blind", contacts__contact__view=4, activities__activity__view=4)
    with site.unit():
        rights.set_role_fields(role, CONTACT, {"city": HIDDEN})
        rights.set_role_fields(role, ACTIVITY, {"result": HIDDEN, "note": HIDDEN})
    blind = site.user("blind@example.com")
    site.give_roles(blind, role)
    page = _timeline(site, sara, user=blind)
    assert "Changed by" in page
    assert "Called" in page
    assert "Canary" not in page


def test_a_company_s_timeline_has_what_was_done_with_its_people(site, sara):
    company, other = (site.api().create("contacts.company", name=name)["id"] for name in ("Peyk", "Barid"))
    site.api().call("PATCH", f"/contacts/contact/{sara}", {"company_id": company})
    for subject, more in (("Called Sara", {"entity": CONTACT, "record_id": sara}),
                          ("Visited Peyk", {"entity": "contacts.company", "record_id": company})):
        site.api().create(ACTIVITY, subject=subject, **more)

    def shown(record: int, user: int | None = None) -> str:
        return site.client(user).get(f"/contacts/company/{record}/timeline?kind=activity").text

    page = shown(company)
    assert page.index("Visited Peyk") < page.index("Called Sara")
    assert page.count(f'href="/contacts/contact/{sara}"') == 1, "whom it was done with"
    assert f'href="/contacts/company/{company}"' not in page
    assert "Called Sara" not in shown(other)

    # Not for somebody who sees the activities and the company, but not its people or whose they are.
    rights_of = {"contacts__company__view": 4, "activities__activity__view": 4}
    for email, more, hidden in (("own@example.com", 1, {}), ("blind@example.com", 4, {"company_id": HIDDEN})):
        role = site.role(email, contacts__contact__view=more, **rights_of)
        with site.unit():
            rights.set_role_fields(role, CONTACT, hidden)
        reader = site.user(email)
        site.give_roles(reader, role)
        assert "Visited Peyk" in shown(company, reader)
        assert "Called Sara" not in shown(company, reader)


def test_it_stands_on_records_of_every_module_and_outlives_a_failing_source(site):
    company = site.api().create("contacts.company", name="Arman")["id"]
    site.api().create(COMMENT, entity="contacts.company", record_id=company, body="Good people")
    assert "Good people" in site.client().get(f"/contacts/company/{company}/timeline").text
    activity = site.api().create(ACTIVITY, subject="Call")["id"]
    site.api().create(COMMENT, entity="activities.activity", record_id=activity, body="Do it soon")
    assert "Do it soon" in site.client().get(f"/activities/activity/{activity}/timeline").text
    assert "data-composer" not in site.client().get("/core/user/1/timeline").text
