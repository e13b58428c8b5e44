"""Whoever has to do something is reminded of it: once each, in his hours, as he wishes."""

import datetime as dt
import re

import pytest
import sqlalchemy as sa

from core.api import jobs, notify, records
from core.auth.accounts import change_user
from core.db import UtcDateTime
from core.jobs.worker import Worker
from core.testing import Site
from plugins.activities import reminders

ACTIVITY, PATH = "activities.activity", "/activities/activity"
alarms = sa.table("activities_alarm", sa.column("activity_id"), sa.column("user_id"), sa.column("kind"),
                  sa.column("at", UtcDateTime()))
notices = sa.table("core_notice", sa.column("user_id"), sa.column("kind"), sa.column("mail_due"))


@pytest.fixture
def kala(site: Site) -> int:
    site.give_roles(user := site.user("kala@example.com"), site.role("All", activities__activity__view=4,
                                                                     activities__activity__change=4))
    home = site.api().get("/core/organisation")["data"][0]["id"]
    hours = {"work_from": "08:00", "work_until": "16:00", "weekend": "5", "timezone": "Asia/Tehran"}
    assert site.api().call("PATCH", f"/core/organisation/{home}", hours).status_code == 200
    site.api().create("core.holiday", name="Feast", date="2099-06-02")  # a Tuesday
    return user


def planned(site: Site, record_id: int) -> list[tuple[str, str]]:
    with site.unit() as opened:
        rows = opened.connection.execute(sa.text(
            "SELECT kind, at FROM activities_alarm WHERE activity_id = :id ORDER BY at, kind"), {"id": record_id}).all()
    return [(row.kind.partition(".")[2], str(row.at)[:16].replace("T", " ")) for row in rows]


def test_reminders_come_in_the_hours_of_whoever_has_to_do_it(site, kala):
    api = site.api()
    made = api.create(ACTIVITY, subject="Call", assignee_id=kala, due_at="2099-06-03T04:35:00Z",  # 8:05 on a Wednesday
                      remind=["0", "15", "1440"])
    monday_evening = "2099-06-01 12:30"  # 16:00 in Tehran, the last hour before the feast
    assert planned(site, made["id"]) == [("reminder", monday_evening), ("due", "2099-06-03 04:35"),
                                         ("overdue", "2099-06-04 04:30")]
    client = site.client(kala)
    assert client.post("/activities/pages/reminders", {"remind": ["60", "5"], "any_hour": "1"}).status_code == 303
    form = client.get("/activities/pages/reminders").text
    assert form.count("checked") == 3
    api.call("PATCH", f"{PATH}/{made['id']}", {"remind": ["15"]})
    assert planned(site, made["id"]) == [("reminder", "2099-06-03 04:20"), ("overdue", "2099-06-04 04:35")]
    other = api.create(ACTIVITY, subject="As usual", assignee_id=kala, due_at="2099-06-03T10:00:00Z")
    assert other["remind"] == ["5", "60"]
    api.call("PATCH", f"{PATH}/{other['id']}", {"done_at": "2099-06-01T10:00:00Z"})
    assert planned(site, other["id"]) == []
    # What is planned when it is too late for its reminder is told of when it is due.
    with site.unit():
        planner, now = reminders.Planner([kala]), dt.datetime.now(dt.UTC)
        soon, later = (planner.rows(1, {"assignee_id": kala, "due_at": now + dt.timedelta(minutes=minutes),
                                        "remind": ["15"]}) for minutes in (5, 60))
    assert [sorted(row["kind"].partition(".")[2] for row in rows) for rows in (soon, later)] == [
        ["due", "overdue"], ["overdue", "reminder"]]


def test_what_is_to_come_moves_with_the_hours_and_the_holidays(site, kala):
    """And what somebody has put off stays where he put it."""
    api = site.api()
    made, later = (api.create(ACTIVITY, subject=name, assignee_id=kala, due_at="2099-06-03T04:35:00Z",
                              remind=["15"])["id"] for name in ("Call", "Visit"))
    with site.unit():
        reminders.snooze(later, dt.datetime(2099, 6, 2, 3, tzinfo=dt.UTC))
    home = api.get("/core/organisation")["data"][0]["id"]
    assert api.call("PATCH", f"/core/organisation/{home}", {"work_from": "09:00"}).status_code == 200
    work(site, "activities.plan_reminders_again")
    assert planned(site, made) == [("reminder", "2099-06-01 12:30"), ("overdue", "2099-06-04 05:30")]
    assert planned(site, later) == [("snoozed", "2099-06-02 03:00"), ("overdue", "2099-06-04 05:30")]
    feast = api.get("/core/holiday")["data"][0]["id"]
    assert api.call("DELETE", f"/core/holiday/{feast}").status_code == 204
    work(site, "activities.plan_reminders_again")
    assert planned(site, made)[0] == ("reminder", "2099-06-02 12:30")
    # Another team is another shift, for whoever moves alone.
    early = api.create("core.team", name="Early", work_from="06:00", work_until="14:00")["id"]
    with site.unit():
        change_user(kala, {}, team_ids=[early])
    work(site, "activities.plan_reminders_again")
    assert planned(site, made) == [("reminder", "2099-06-03 04:20"), ("overdue", "2099-06-04 02:30")]
    with site.unit() as opened:
        change_user(site.user("idle@example.com"), {}, team_ids=[early])
        assert not opened.connection.execute(sa.text(
            "SELECT id FROM core_job WHERE name = 'activities.plan_reminders_again' AND state = 'waiting'")).all()


def work(site: Site, name: str) -> None:
    with site.unit() as opened:
        asked = opened.connection.execute(sa.text(
            "SELECT id FROM core_job WHERE name = :name AND state = 'waiting'"), {"name": name}).scalar_one()
    assert Worker(site.app.engine, site.app.settings).work(asked)


def test_a_reminder_at_a_time_of_its_own_waits_for_no_hours_and_needs_nothing_due(site, kala):
    made = site.api().create(ACTIVITY, subject="Ask again", assignee_id=kala, remind_at="2099-06-02T01:00:00Z")
    assert planned(site, made["id"]) == [("reminder", "2099-06-02 01:00")]
    with site.unit():
        asked = jobs.enqueue("activities.remind", {"until": "2099-06-02T01:05:00+00:00"})
    assert Worker(site.app.engine, site.app.settings).work(asked)
    page = site.client(kala).get("/notices").text
    assert "Ask again" in page
    assert "None" not in page
    assert planned(site, made["id"]) == []


def test_each_is_told_once_and_only_while_it_is_to_be_done(site, kala):
    api, now = site.api(), dt.datetime.now(dt.UTC)
    due = (now + dt.timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    told, done = (api.create(ACTIVITY, subject=name, assignee_id=kala, due_at=due)["id"] for name in ("Told", "Done"))
    until = (now + dt.timedelta(hours=2)).isoformat()
    with site.unit() as opened:
        opened.begin_write()
        opened.connection.execute(sa.text("DELETE FROM activities_alarm"))
        for one in (told, done):
            opened.connection.execute(sa.insert(alarms).values(activity_id=one, user_id=kala, at=now,
                                                               kind="activities.reminder"))
    api.call("POST", f"{PATH}/{done}/finish", {})
    for _turn in range(2):
        with site.unit():
            asked = jobs.enqueue("activities.remind", {"until": until})
        assert Worker(site.app.engine, site.app.settings).work(asked)
    with site.unit() as opened:
        rows = opened.connection.execute(sa.select(notices).where(notices.c.user_id == kala,
                                                                  notices.c.kind == "activities.reminder")).all()
    assert len(rows) == 1
    assert "Told" in site.client(kala).get("/notices").text
    team = site.client().get(f"/activities/pages/team?person={kala}&state=today").text
    done_lately = site.client().get("/activities/pages/team?state=done").text
    assert f"{PATH}/{done}/" in done_lately
    assert f"{PATH}/{told}/" not in done_lately
    assert f"{PATH}/{done}/" not in team
    # Whom a call is about stands beside it, for whoever may see him.
    customer = api.create("contacts.contact", name="Sara Canary", email="sara@example.com")["id"]
    api.call("PATCH", f"{PATH}/{told}", {"entity": "contacts.contact", "record_id": customer})
    assert "Sara" not in site.client(kala).get("/notices").text
    site.give_roles(kala, site.role("Seeing", contacts__contact__view=4, activities__activity__view=4,
                                    activities__activity__change=4))
    assert "Sara Canary</bdi>" in site.client(kala).get("/notices/panel").text
    # What is done offers nothing to put off any more: the bell, the page and the program say so.
    with site.unit():
        records.update(ACTIVITY, done, {"done_at": None})
        notify([kala], "activities.due", ACTIVITY, done, {"at": now})
    assert site.client(kala).get("/notices/panel").text.count("snooze_60") == 2
    api.call("POST", f"{PATH}/{done}/finish", {})
    assert site.client(kala).get("/notices/panel").text.count("snooze_60") == 1
    page = site.client().get(f"{PATH}/{done}").text
    assert "do/reopen" in page
    assert "edit?form=done" not in page
    assert f"{PATH}/{told}/edit?form=done" in site.client().get(f"{PATH}/{told}").text
    found = {name: {one["id"] for one in api.get(f"{PATH}?{name}=1")["data"]} for name in ("open", "overdue")}
    assert found == {"open": {told}, "overdue": set()}
    assert "do/finish" not in page
    assert "do/snooze" not in page
    assert api.call("POST", f"{PATH}/{done}/snooze_60", {}).status_code == 422
    # At the bell it is put off in one step, by whoever was told and may change it.
    panel = site.client(kala).get("/notices/panel").text
    place = panel.split("snooze_60")[0].rsplit('action="', 1)[1] + "snooze_60"
    assert site.client().post(place).status_code == 404
    assert site.client(kala).post(place.replace("snooze_60", "finish")).status_code == 404
    assert site.client(kala).post(place).status_code == 303
    number = place.split("/")[2]
    assert f'is-unread" data-notice="{number}"' in panel
    assert f'is-unread" data-notice="{number}"' not in site.client(kala).get("/notices/panel").text
    assert [kind for kind, _at in planned(site, told)] == ["snoozed"]


def test_what_is_told_at_the_next_opening_says_when_it_was_due(site, kala):
    """Out of hours it comes in the morning: due in the evening before, it is not due then."""
    due = dt.datetime(2026, 1, 6, 15, 30, tzinfo=dt.UTC)  # 19:00 in Tehran
    made = site.api().create(ACTIVITY, subject="Late", assignee_id=kala, due_at=due.isoformat())["id"]
    with site.unit() as opened:
        opened.begin_write()
        opened.connection.execute(sa.insert(alarms).values(activity_id=made, user_id=kala, kind="activities.due",
                                                           at=due + dt.timedelta(hours=13)))
        asked = jobs.enqueue("activities.remind", {})
    assert Worker(site.app.engine, site.app.settings).work(asked)
    client = site.client(kala)
    for language, begins, clock in (("en", "“Late”: due ", "19:00"), ("ar", "موعد «Late»: ", "19:00"),
                                    ("fa", "سررسید «Late»: ", "۱۹:۰۰")):  # fmt: skip
        page = re.sub(r"<[^>]+>|[\u2066-\u2069]", "", client.get(f"/notices?lang={language}").text)
        (told,) = re.findall(rf"{begins}.*", page)
        assert clock in told, told
