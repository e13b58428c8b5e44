"""Calls are logged in one small form, and whatever is done is done with its result and what comes next."""

import datetime as dt
import re

import pytest

from core.actor import HIDDEN
from core.auth import rights
from core.testing import Site

CONTACT, ACTIVITY = "contacts.contact", "activities.activity"
PATH = "/activities/activity"
PANEL = {"X-Diwan-Panel": "1"}


@pytest.fixture
def sara(site: Site) -> int:
    return site.api().create(CONTACT, name="Sara Canary", phone="+989121234567")["id"]


def test_a_call_is_logged_from_the_menu_of_the_record_and_what_follows_is_planned(site, sara):
    client = site.client()
    page = client.get(f"/contacts/contact/{sara}").text
    href = re.search(r'href="([^"]+)" data-panel data-log-call', page)[1].replace("&amp;", "&")
    form = client.get(href, headers=PANEL).text
    shown = re.findall(r'data-field="(\w+)"', form)
    assert shown == ["direction", "phone", "done_at", "duration", "result", "note", "follow_up_at"]
    assert "+989121234567" in form or "912 123 4567" in form
    carried = dict(re.findall(r'type="hidden" name="(type|entity|record_id|assignee_id)" value="([^"]*)"', form))
    action = re.search(r'method="post" action="([^"]+)"', form)[1]
    when = {"follow_up_at": "2099-01-02", "follow_up_at__calendar": "gregorian", "follow_up_at__time": "9"}
    refused = client.post(action, {**carried, **when, "direction": "outgoing", "duration": "soon"}, headers=PANEL)
    assert refused.status_code == 422
    assert 'name="follow_up_at__time" value="9"' in refused.text, "nothing that was typed is lost"
    assert client.post(action, {**carried, **when, "follow_up_at": ""}, headers=PANEL).status_code == 422
    assert 'name="record_id"' in refused.text, "what the record is about is kept"
    values = {**carried, "direction": "outgoing", "phone": "+98 912 123 4567", "duration": "5",
              "result": "Wants ten", "note": "Ask for <Omid>\n\nafter 0912 300 0370", **when}
    assert client.post(action, values, headers=PANEL).status_code == 200
    made = site.api().get(f"{PATH}?record_id={CONTACT}:{sara}&sort=id&fields=*")["data"]
    assert [(one["type"], one["subject"], bool(one["done_at"])) for one in made] == [
        ("call", "Outgoing call", True), ("call", "Follow-up: Call", False)]
    assert made[0]["phone"] == "+989121234567"
    assert (made[0]["duration"], made[1]["due_at"]) == ("PT5M", "2099-01-02T09:00:00Z")
    logged = client.get(f"/contacts/contact/{sara}/timeline?kind=activity").text.split("Outgoing call</bdi>")
    assert len(logged) == 2
    assert "Wants ten" in logged[1]
    assert "dw-entry-what" not in logged[1].partition("</li>")[0], "what its name says is not said again"
    assert "Outgoing" not in logged[1]
    assert "Ask for &lt;Omid&gt;</p>" in logged[1]
    assert 'after <bdi dir="ltr">0912 300 0370</bdi></p>' in logged[1]
    # An appointment without a name is called by what is done, which stands there once.
    site.api().create(ACTIVITY, type="visit", starts_at="2099-01-02T10:00:00Z", entity=CONTACT, record_id=sara)
    page = client.get(f"/contacts/contact/{sara}/timeline?kind=activity").text
    assert page.count(">Visit<") == 1
    # What is due on a day has no time of day.
    task = {"subject": "Price list", "due_at": "2099-01-02", "due_at__calendar": "gregorian", "due_at__time": ""}
    assert client.post(f"{PATH}/new", task).status_code == 303
    assert site.api().get(f"{PATH}?q=Price&fields=*")["data"][0]["due_at"] == "2099-01-02"
    place = client.get(f"{PATH}/new?starts_at=2099-01-02+10:00", headers=PANEL).text
    assert re.search(r'name="starts_at"[^>]* value="2099-01-02"', place)
    assert 'name="starts_at__time" value="10:00"' in place
    assert client.get(f"{PATH}/new?form=nothing").status_code == 404


def test_it_is_done_with_its_result_by_whoever_may_change_it(site, sara):
    made = site.api().create(ACTIVITY, subject="Call back", entity=CONTACT, record_id=sara)
    path = f"{PATH}/{made['id']}"
    reza = site.user("reza@example.com")
    site.give_roles(reza, site.role("Own", activities__activity__view=4, activities__activity__change=1,
                                    contacts__contact__view=4))
    for user, shown in ((None, True), (reza, False)):
        timeline = site.client(user).get(f"/contacts/contact/{sara}/timeline").text
        assert "Call back" in timeline
        assert (f"{path}/do/finish" in timeline) is shown
        assert (f"{path}/edit?form=done" in timeline) is shown
    client = site.client()
    form = client.get(f"{path}/edit?form=done", headers=PANEL).text
    assert re.findall(r'data-field="(\w+)"', form) == ["result", "note", "done_at", "follow_up_at"]
    sent = {name: re.search(f'name="{name}" value="([^"]+)"', form)[1]
            for name in ("done_at__calendar", "done_at__time", "version")}
    day = re.search(r'id="f-done_at" name="done_at"[^>]*? value="([^"]+)"', form)[1]
    answer = client.post(f"{path}/edit?form=done", {**sent, "done_at": day, "result": "Agreed"}, headers=PANEL)
    assert answer.status_code == 200
    done = site.api().get(path)
    assert (done["result"], bool(done["done_at"]), done["subject"]) == ("Agreed", True, "Call back")


def test_the_head_of_the_record_says_what_is_overdue(site, sara):
    client = site.client()
    page = client.get(f"/contacts/contact/{sara}").text
    href = re.search(r'data-part-href="([^"]+)"', page)[1].replace("&amp;", "&")
    assert client.get(href).text.strip() == ""
    site.api().create(ACTIVITY, subject="Call back", entity=CONTACT, record_id=sara, due_at="2026-01-02T10:00:00Z")
    assert re.search(r'dw-act-late".*Overdue:</span> <bdi data-user class="dw-cut">Call back', client.get(href).text)
    reza = site.user("reza@example.com")
    site.give_roles(reza, site.role("Doers", activities__activity__view=4))
    assert site.client(reza).get(href).status_code == 404, "the record is not his to see"


def test_a_call_without_a_name_is_not_called_by_its_result_which_a_role_may_hide(site, sara):
    """Whoever sees the call reads its subject everywhere; its result only with the right to that field."""
    about = {"type": "call", "entity": CONTACT, "record_id": sara}
    given = [{"direction": "outgoing"}, {"direction": "incoming"}, {},
             {"direction": "incoming", "subject": "Complaint"}]  # fmt: skip
    made = [site.api().create(ACTIVITY, **about, **one, result="Secret verdict", duration="PT5M") for one in given]
    assert [one["subject"] for one in made] == ["Outgoing call", "Incoming call", "Call", "Complaint"]
    role = site.role("Blind", contacts__contact__view=4, activities__activity__view=4)
    with site.unit():
        rights.set_role_fields(role, ACTIVITY, {"result": HIDDEN})
    blind = site.user("blind@example.com")
    site.give_roles(blind, role)
    record, own = f"/contacts/contact/{sara}", f"{PATH}/{made[0]['id']}"
    whole = site.client().get(record).text
    parts = [one.replace("&amp;", "&") for one in re.findall(r'data-panel-href="([^"]+)"', whole)]
    pages = (record, f"{record}/timeline", *parts, PATH, f"{PATH}?q=verdict", "/activities/pages/team?state=done",
             f"{PATH}/calendar", own, f"{own}/history", "/search?q=verdict", "/search?q=Outgoing")
    site_wide, narrowed = site.client(), site.client(blind)
    read = {path: "Secret verdict" in site_wide.get(path).text for path in pages}
    assert read[f"{record}/timeline"]
    assert any(read[path] for path in parts)
    assert read[own]
    assert not [path for path in pages if "Secret" in narrowed.get(path).text]
    assert "Outgoing call" in narrowed.get(f"{record}/timeline").text
    api = site.api(blind)
    assert "Secret" not in api.call("GET", f"{PATH}?fields=*").text
    assert "Secret" not in api.call("GET", own).text


@pytest.mark.parametrize(("language", "clock", "refusal"), [
    ("en", "10 am", "A call that took place cannot be in the future."),
    ("fa", "۱۰ صبح", "تماس انجام‌شده نمی‌تواند در آینده باشد."),
    ("ar", "١٠ صباحًا", "لا يمكن أن تكون المكالمة التي تمت في المستقبل."),
])  # fmt: skip
def test_a_call_of_yesterday_is_logged_as_such_and_one_of_tomorrow_is_refused(
    site, sara, language, clock, refusal
):
    client, api = site.client(), site.api()
    path = f"{PATH}/new?form=call&type=call&entity={CONTACT}&record_id={sara}&lang={language}"
    sent = {"type": "call", "entity": CONTACT, "record_id": str(sara), "direction": "incoming"}
    form = client.get(path, headers=PANEL).text
    assert re.search(r'id="f-done_at" name="done_at"[^>]*? value=""', form), "empty is now"
    today = dt.datetime.now(dt.UTC).date()
    yesterday, future = (str(today + dt.timedelta(days=days)) for days in (-1, 2))
    given = {"done_at": future, "done_at__calendar": "gregorian", "done_at__time": clock}
    refused = client.post(path, {**sent, **given}, headers=PANEL)
    assert refused.status_code == 422
    assert refusal in refused.text
    earlier = {**sent, **given, "done_at": yesterday, "result": "Before"}
    assert client.post(path, earlier, headers=PANEL).status_code == 200
    (made,) = api.get(f"{PATH}?record_id={CONTACT}:{sara}&fields=*")["data"]
    here = dt.datetime.fromisoformat(made["done_at"])
    assert (here.hour, here.minute, here.date()) == (10, 0, today - dt.timedelta(days=1))
    assert api.get(f"/contacts/contact/{sara}?fields=*")["last_interaction_at"] == made["done_at"]
    now = {**sent, **given, "done_at": "", "done_at__time": "", "result": "Now"}
    assert client.post(path, now, headers=PANEL).status_code == 200
    calls = api.get(f"{PATH}?record_id={CONTACT}:{sara}&sort=id&fields=*")["data"]
    assert dt.datetime.now(dt.UTC) - dt.datetime.fromisoformat(calls[1]["done_at"]) < dt.timedelta(minutes=30)
    timeline = client.get(f"/contacts/contact/{sara}/timeline?kind=activity&lang=en").text
    assert timeline.index("Now</bdi>") < timeline.index("Before</bdi>"), "each stands where it took place"
    program = api.call("POST", PATH, {**sent, "record_id": sara, "done_at": "2099-01-02T10:00:00Z"})
    assert list(program.get_json()["errors"]) == ["done_at"]
