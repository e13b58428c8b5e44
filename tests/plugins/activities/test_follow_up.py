"""The tab in which customers are followed up, and what comes next as a column of every list."""

import datetime as dt
import re

import pytest

from core.testing import Site

CONTACT, ACTIVITY = "contacts.contact", "activities.activity"
PANEL = {"X-Diwan-Panel": "1"}


@pytest.fixture
def sara(site: Site) -> int:
    return site.api().create(CONTACT, name="Sara Canary", phone="+989121234567")["id"]


def tab(client, path: str, label: str) -> str:
    """The content of one tab of a record's page."""
    page = client.get(path).text
    name = re.search(rf'data-tab="([\w-]+)"[^>]*>(?:(?!</button>).)*{label}', page, re.S)[1]
    return client.get(re.search(rf'data-panel-view="{name}" data-panel-href="([^"]+)"', page)[1]).text


def test_the_tab_says_that_a_colleague_is_in_charge(site, sara):
    rep = site.user("rep@example.com")
    path = f"/contacts/contact/{sara}"
    assert "is in charge here." not in tab(site.client(), path, "Follow-up")
    site.api().call("PATCH", path, {"owner_id": rep})
    assert "is in charge here." in tab(site.client(), path, "Follow-up")


def test_the_tab_sets_the_status_and_makes_the_appointment(site, sara):
    client, path = site.client(), f"/contacts/contact/{sara}"
    shown = tab(client, path, "Follow-up")
    assert f'data-inline-menu="{path}/field/follow_up_status?as=menu"' in shown
    assert re.findall(r'data-field="(\w+)"', shown) == [
        "type", "starts_at", "duration", "assignee_id", "participants", "note"]
    action = re.search(r'method="post" action="([^"]+)"', shown)[1].replace("&amp;", "&")
    carried = dict(re.findall(r'type="hidden" name="(entity|record_id|phone)" value="([^"]*)"', shown))
    values = {**carried, "type": "visit", "starts_at": "", "starts_at__calendar": "gregorian"}
    refused = client.post(action, values, headers=PANEL)
    assert refused.status_code == 422
    assert "dw-tab-form" in refused.text
    assert "aria-invalid" in refused.text
    assert '<details class="dw-tab-form-more">' in refused.text, "what is right there stays folded"
    unfolded = client.post(action, values | {"duration": "for ever"}, headers=PANEL)
    assert '<details class="dw-tab-form-more" open>' in unfolded.text, "a mistake is never out of sight"
    assert "Subject" not in refused.text, "what the form does not ask for follows from what is wrong"
    midnight = client.post(action, values | {"starts_at": "2099-01-02"}, headers=PANEL)
    assert midnight.status_code == 422, "an appointment has a time"
    values |= {"starts_at": "2099-01-02", "starts_at__time": "10:00"}
    assert client.post(action, values, headers=PANEL).status_code == 200
    (made,) = site.api().get(f"/activities/activity?record_id={CONTACT}:{sara}&fields=*")["data"]
    assert (made["subject"], made["type"], made["done_at"], made["phone"]) == ("Visit", "visit", None, "+989121234567")
    assert f"/activities/activity/{made['id']}" in tab(client, path, "Follow-up")
    assert "Visit" in client.get("/activities/activity/calendar?span=day&on=2099-01-02").text


def test_what_comes_next_is_a_column_that_sorts_and_filters(site, sara):
    api, now = site.api(), dt.datetime.now(dt.UTC)
    reza = api.create(CONTACT, name="Reza Canary", email="reza@example.com")["id"]
    idle = api.create(CONTACT, name="Idle Canary", email="idle@example.com")["id"]
    for about, days, subject in ((sara, -1, "Late call"), (sara, 3, "Later call"), (reza, 1, "Coming call")):
        due = (now + dt.timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")
        api.create(ACTIVITY, subject=subject, entity=CONTACT, record_id=about, due_at=due)
    found = api.get("/contacts/contact?sort=next_activity_at&fields=name,next_activity,next_activity_at")["data"]
    assert [(one["id"], one["next_activity"]) for one in found] == [
        (sara, "Late call"), (reza, "Coming call"), (idle, None)]
    down = api.get("/contacts/contact?sort=-next_activity_at&limit=2")
    assert [one["id"] for one in down["data"]] == [reza, sara]
    rest = api.get(f"/contacts/contact?sort=-next_activity_at&limit=2&cursor={down['next']}")
    assert [one["id"] for one in rest["data"]] == [idle]
    assert [one["id"] for one in api.get("/contacts/contact?next_activity_at__period=tomorrow")["data"]] == [reza]
    assert {one["id"] for one in api.get("/contacts/contact?next_activity_at__empty=1")["data"]} == {idle}
    page = site.client().get("/contacts/contact?columns=name,next_activity,next_activity_at").text
    assert "Late call" in page
    assert page.count('class="dw-late"') == 1
    viewer = site.user("blind@example.com")
    site.give_roles(viewer, site.role("Contacts only", contacts__contact__view=4))
    assert site.client(viewer).get("/contacts/contact?sort=next_activity_at").status_code == 400
