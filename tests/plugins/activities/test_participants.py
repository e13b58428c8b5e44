"""Who takes part in a meeting sees it, is told of it and answers; what it is about stays closed to him."""

from __future__ import annotations

import datetime as dt
import re
from typing import NamedTuple

import icalendar
import pytest
import sqlalchemy as sa

from core.api import jobs
from core.db import UtcDateTime
from core.jobs.worker import Worker
from core.testing import Site, counted_queries
from core.web import PANEL_HEADER

ACTIVITY, PATH = "activities.activity", "/activities/activity"
notices = sa.table("core_notice", sa.column("id"), sa.column("user_id"), sa.column("kind"))
alarms = sa.table("activities_alarm", sa.column("activity_id"), sa.column("user_id"), sa.column("kind"),
                  sa.column("at", UtcDateTime()))


class People(NamedTuple):
    """A representative who meets, a colleague who is asked, one who is not, and a customer that only the first sees."""

    rep: int
    asked: int
    other: int
    customer: int


@pytest.fixture
def people(site: Site) -> People:
    role = site.role("Own", **{f"activities__activity__{verb}": 1 for verb in ("view", "add", "change", "delete")},
                     contacts__contact__view=1)  # fmt: skip
    found = [site.user(f"{name}@example.com", name=name.capitalize()) for name in ("rep", "asked", "other")]
    for one in found:
        site.give_roles(one, role)
    customer = site.api().create("contacts.contact", name="Sara Canary", email="sara@example.com", owner_id=found[0])
    return People(*found, customer["id"])


def _meeting(site: Site, people: People, **more) -> int:
    values = {"subject": "Contract", "type": "meeting", "starts_at": "2099-06-03T08:00:00Z", "duration": "PT1H",
              "entity": "contacts.contact", "record_id": people.customer, "participants": ["asked@example.com"], **more}
    return int(site.api(people.rep).create(ACTIVITY, **values)["id"])


def _told(site: Site, user: int) -> list[str]:
    with site.unit() as opened:
        found = opened.execute(sa.select(notices.c.kind).where(notices.c.user_id == user).order_by(notices.c.id))
        kinds = [kind.partition(".") for kind in found.scalars()]
        return [name for plugin, _dot, name in kinds if plugin == "activities"]


def test_whoever_takes_part_sees_the_meeting_and_no_more(site: Site, people: People):
    number = _meeting(site, people)
    for user, status in ((people.asked, 200), (people.other, 404)):
        assert site.client(user).get(f"{PATH}/{number}").status_code == status
    page = site.client(people.asked)
    for address in (f"{PATH}/{number}", "/activities/pages/mine", f"{PATH}/calendar?mine=1&on=2099-06-03"):
        shown = page.get(address).text
        assert "Contract" in shown, address
        assert "Sara Canary" not in shown, address
    api = site.api(people.asked)
    assert api.get(f"{PATH}/{number}")["participants"] == [{"id": people.asked, "name": "Asked"}]
    assert len(api.get(f"{PATH}?participants=me")["data"]) == 1
    for method, values in (("PATCH", {"subject": "Mine"}), ("DELETE", None)):
        assert api.call(method, f"{PATH}/{number}", values).status_code == 404, "to see it is not to change it"
    assert site.api(people.rep).call("PATCH", f"{PATH}/{number}", {"participants": ["nobody"]}).status_code == 422
    assert "Contract" not in site.client(people.other).get("/activities/pages/mine").text
    typed = {"type": "meeting", "subject": "By form", "participants": [str(people.other), str(people.asked)]}
    assert site.client(people.rep).post(f"{PATH}/new", typed).status_code == 303
    (made,) = site.api(people.other).get(f"{PATH}?subject=By%20form&fields=*")["data"]
    assert [one["id"] for one in made["participants"]] == [people.asked, people.other]


def test_they_are_told_of_what_happens_and_answer(site: Site, people: People):
    number = _meeting(site, people)
    rep, path = site.api(people.rep), f"{PATH}/{number}"
    client = site.client(people.asked)
    assert "Takes part" not in client.get(f"{path}/panel/people").text
    asking = site.client(people.rep)
    since = asking.get("/live", query_string={"at": path}).get_json()["seq"]
    assert client.post(f"{path}/do/accept").status_code == 303
    assert "Asked" in asking.get("/live", query_string={"at": path, "since": since}).get_json()["text"], "an open page"
    history = re.sub("[\u2066-\u2069]|<[^>]+>", "", asking.get(f"{path}/history?lang=en").text)
    assert "Asked: Take part" in history
    assert site.client(people.rep).post(f"{path}/do/accept").status_code == 422
    assert rep.call("PATCH", path, {"starts_at": "2099-06-04T08:00:00Z"}).status_code == 200
    assert client.post(f"{path}/do/decline").status_code == 303, "another time, another answer"
    assert "Contract" not in client.get("/activities/pages/mine").text
    assert rep.call("PATCH", path, {"participants": []}).status_code == 200
    assert client.get(path).status_code == 404
    assert rep.call("PATCH", path, {"participants": [people.asked]}).status_code == 200
    assert rep.call("DELETE", path).status_code == 204
    assert _told(site, people.asked) == ["invited", "moved", "cancelled"], "twice the same, unread, is told once"
    assert _told(site, people.rep) == ["accepted", "declined"]
    shown = client.get("/notices?lang=en").text
    assert "“Contract” takes place without you or not at all" in re.sub("[\u2066-\u2069]|<[^>]+>", "", shown)


def test_they_read_when_and_where_it_is_at_the_bell_and_by_mail_and_answer(site: Site, people: People):
    number = _meeting(site, people, location="Hall 7")
    client = site.client(people.asked)
    own = {"intent": "settings", "name": "Asked", "timezone": "Asia/Tehran", "calendar": "jalali"}
    client.post("/settings/me", own)
    bell = client.get("/notices/panel").text
    _work(site, "core.mail_notices")
    with site.unit() as opened:
        sent = opened.execute(sa.text("SELECT text, html FROM core_mail")).all()
    (text, html), *_others = [one for one in sent if "Hall 7" in one.text]
    for told in (bell, text, html):
        plain = re.sub("[\u2066-\u2069]|<[^>]+>", "", told)
        assert "Hall 7" in plain
        assert "1478/03/14 11:30" in plain, "by the calendar and the clock of whoever is asked"
    assert re.search(f"^Open and answer:\n.*{PATH}/{number}$", text, re.M)
    offered = {name: f"{place}{name}" for place, name in re.findall(r'action="(/notices/\d+/do/)(\w+)"', bell)}
    assert set(offered) == {"accept", "decline"}
    assert site.client(people.other).post(offered["accept"]).status_code == 404
    answered = client.post(offered["accept"], headers={PANEL_HEADER: "1"})
    assert answered.get_json()["said"] == "You take part."
    assert _told(site, people.rep) == ["accepted"]
    assert re.findall(r"/do/(\w+)", client.get("/notices/panel").text) == ["decline"], "he may think better of it"
    costs = []
    for subject in ("Second", "Third"):
        _meeting(site, people, subject=subject)
        with counted_queries(site.app) as seen:
            client.get("/notices/panel")
        costs.append(len(seen))
    assert costs[0] == costs[1], costs


def test_they_are_reminded_with_whoever_has_to_do_it(site: Site, people: People):
    number = _meeting(site, people, remind=["15"])
    with site.unit() as opened:
        opened.begin_write()
        opened.execute(sa.update(alarms).where(alarms.c.activity_id == number).values(
            at=dt.datetime(2020, 1, 1, tzinfo=dt.UTC)))  # fmt: skip
        asked = jobs.enqueue("activities.remind", {})
    assert Worker(site.app.engine, site.app.settings).work(asked)
    assert "reminder" in _told(site, people.asked)


def test_each_is_reminded_in_his_own_hours_and_as_he_wishes(site: Site, people: People):
    """And may put it off for himself, where he may not change the meeting."""
    home = site.api().get("/core/organisation")["data"][0]["id"]
    hours = {"work_from": "08:00", "work_until": "16:00", "weekend": "5", "timezone": "Asia/Tehran"}
    assert site.api().call("PATCH", f"/core/organisation/{home}", hours).status_code == 200
    client = site.client(people.asked)
    client.post("/settings/me", {"intent": "settings", "name": "Asked", "timezone": "America/New_York"})
    client.post("/activities/pages/reminders", {"remind": ["60"]})
    # 8:30 in Tehran is one o'clock at night in New York, where work ended at four.
    number = _meeting(site, people, starts_at="2099-06-03T05:00:00Z", remind=["15"])
    rep, asked, other = (people.rep, people.asked, people.other)
    assert _planned(site, number) == [(rep, "overdue", "2099-06-04 04:30"), (rep, "reminder", "2099-06-03 04:45"),
                                      (asked, "reminder", "2099-06-02 20:00")]
    # Who is asked later, or no more, is reminded from then on or not; what somebody has put off stays.
    assert client.post(f"{PATH}/{number}/do/snooze_60").status_code == 303
    assert site.client(other).post(f"{PATH}/{number}/do/snooze_60").status_code == 404
    assert site.api(rep).call("PATCH", f"{PATH}/{number}", {"participants": [asked, other]}).status_code == 200
    assert [(user, kind) for user, kind, _at in _planned(site, number)] == [
        (rep, "overdue"), (rep, "reminder"), (asked, "snoozed"), (other, "reminder")]
    assert site.api(rep).call("PATCH", f"{PATH}/{number}", {"participants": [other]}).status_code == 200
    assert {user for user, _kind, _at in _planned(site, number)} == {rep, other}
    # Where he works at other hours from now on, what is to come for him moves, and nobody else's.
    site.client(other).post("/settings/me", {"intent": "settings", "name": "Other", "timezone": "Asia/Tokyo"})
    _work(site, "activities.plan_reminders_again")
    assert [(user, at) for user, kind, at in _planned(site, number) if kind == "reminder"] == [
        (rep, "2099-06-03 04:45"), (other, "2099-06-03 04:45")]
    site.client(other).post("/settings/me", {"intent": "settings", "name": "Other", "timezone": "Pacific/Auckland"})
    _work(site, "activities.plan_reminders_again")
    assert (other, "reminder", "2099-06-03 04:00") in _planned(site, number)


def _planned(site: Site, number: int) -> list[tuple[int, str, str]]:
    with site.unit() as opened:
        rows = opened.execute(sa.select(alarms).where(alarms.c.activity_id == number)).all()
    return sorted((row.user_id, row.kind.partition(".")[2], f"{row.at:%Y-%m-%d %H:%M}") for row in rows)


def _work(site: Site, name: str) -> None:
    worker = Worker(site.app.engine, site.app.settings)
    while worker.work_next((name,)):
        pass


def test_customers_who_take_part_have_it_in_their_timeline_and_feeds_name_colleagues(site: Site, people: People):
    ali = site.api().create("contacts.contact", name="Ali Guest", email="ali@example.com", owner_id=people.rep)["id"]
    soon = (dt.datetime.now(dt.UTC) + dt.timedelta(days=6)).strftime("%Y-%m-%dT08:00:00Z")
    _meeting(site, people, contacts=[ali], starts_at=soon, location="Hall 7")
    client = site.client(people.rep)
    assert "Contract" in client.get(f"/contacts/contact/{ali}/timeline").text
    found = site.api(people.rep).get(f"{PATH}?contacts={ali}&fields=*")["data"]
    assert [one["contacts"] for one in found] == [[{"id": ali, "name": "Ali Guest"}]]
    page = client.post(f"{PATH}/calendar/subscribe").text
    address = re.search(r'id="feed-address">https?://[^/]+([^<]+)<', page)[1].replace("&amp;", "&")
    (event,) = icalendar.Calendar.from_ical(site.app.test_client().get(address).data).walk("VEVENT")
    assert (str(event["ATTENDEE"]), event["ATTENDEE"].params["CN"]) == ("mailto:asked@example.com", "Asked")
    assert (str(event["ORGANIZER"]), str(event["LOCATION"])) == ("mailto:rep@example.com", "Hall 7")
    asked = site.api(people.asked).get(f"{PATH}?fields=*")["data"][0]
    assert asked["contacts"] == [], "who may not be seen is not named"
