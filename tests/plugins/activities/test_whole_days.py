"""What is due on a day, without a time: the same day for everybody, and over when it has ended for whoever has it."""

from __future__ import annotations

import datetime as dt
import re

import icalendar
import pytest
import sqlalchemy as sa

from core.auth.models import User
from core.db import unit
from core.jobs.worker import Worker
from core.plugin import lifecycle
from core.records import Change, save_many
from core.testing import Site

ACTIVITY, PATH = "activities.activity", "/activities/activity"
DAY = dt.date(2099, 6, 3)
#: The moment at which the day ends, in the words of a page; the page tells the time of now as well.
END = re.compile(r"2099-06-0[34](?:<[^>]*>|\s)*(?:23:59|07:29)")


@pytest.fixture
def west(site: Site) -> int:
    """A colleague in New York; the administrator reads in Tehran."""
    user = site.user("west@example.com")
    site.give_roles(user, site.role("All", activities__activity__view=4, activities__activity__change=4))
    with site.unit() as opened:
        opened.begin_write()
        opened.execute(sa.update(User.__table__).where(User.id != user).values(
            timezone="Asia/Tehran", calendar="gregorian", language="en", digits="latn"))  # fmt: skip
        opened.execute(sa.update(User.__table__).where(User.id == user).values(timezone="America/New_York"))
    return user


def _ends(site: Site, number: int) -> dt.datetime:
    own = sa.table("activities_activity", sa.column("id"), sa.column("due_at"))
    with site.unit() as opened:
        found = opened.execute(sa.select(own.c.due_at).where(own.c.id == number)).scalar_one()
    at = dt.datetime.fromisoformat(str(found))
    return at.replace(tzinfo=at.tzinfo or dt.UTC)


def test_a_day_is_the_same_for_everybody_and_ends_for_whoever_has_to_do_it(site: Site, west: int):
    api = site.api()
    number = api.create(ACTIVITY, subject="Price list", due_at="2099-06-03", assignee_id=west)["id"]
    assert api.get(f"{PATH}/{number}")["due_at"] == "2099-06-03"
    assert _ends(site, number) == dt.datetime(2099, 6, 4, 3, 59, 59, 999999, dt.UTC), "midnight in New York"
    me = api.get("/core/user?email=admin@example.com")["data"][0]["id"]
    assert api.call("PATCH", f"{PATH}/{number}", {"assignee_id": me}).status_code == 200
    assert _ends(site, number) == dt.datetime(2099, 6, 3, 20, 29, 59, 999999, dt.UTC), "midnight in Tehran"
    assert api.call("PATCH", f"{PATH}/{number}", {"assignee_id": west}).status_code == 200

    client = site.client()
    for page in (f"{PATH}?q=Price", f"{PATH}/{number}", "/activities/pages/team", f"{PATH}/{number}/edit"):
        shown = client.get(page).text
        assert "2099-06-03" in shown, page
        assert not END.search(shown), page
    assert 'name="due_at__time" value=""' in client.get(f"{PATH}/{number}/edit").text

    assert api.call("PATCH", f"{PATH}/{number}", {"due_at": "2099-06-03T08:00:00Z"}).status_code == 200
    told = client.get(f"{PATH}/{number}/timeline").text
    assert "11:30" in told
    assert not END.search(told)
    assert _ends(site, number) == dt.datetime(2099, 6, 3, 8, tzinfo=dt.UTC)
    assert api.call("PATCH", f"{PATH}/{number}", {"due_at": "2099-13-03"}).status_code == 422


def test_the_calendar_and_its_feed_have_it_as_a_day(site: Site, west: int):
    soon = dt.date.today() + dt.timedelta(days=5)
    number = site.api().create(ACTIVITY, subject="Whole", due_at=soon.isoformat(), assignee_id=west)["id"]
    client, place = site.client(), {"by": "due_at", "back": f"{PATH}/calendar"}

    def above(day: dt.date) -> str:
        page = client.get(f"{PATH}/calendar?span=day&on={day}").text
        return re.search(r'class="dw-cal-above"(.*?)class="dw-cal-slots"', page, re.S)[1]

    assert "Whole" in above(soon)
    assert "Whole" not in client.get(f"{PATH}/calendar?span=day&on={soon + dt.timedelta(days=1)}").text
    address = re.search(r'id="feed-address">https?://[^/]+([^<]+)<', client.post(f"{PATH}/calendar/subscribe").text)[1]
    feed = site.app.test_client().get(address.replace("&amp;", "&")).data
    (event,) = icalendar.Calendar.from_ical(feed).walk("VEVENT")
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (soon, soon + dt.timedelta(days=1))
    assert event["DTSTART"].params["VALUE"] == "DATE"

    def moved(to: str) -> str:
        client.post(f"{PATH}/{number}/move", {**place, "to": to})
        return str(site.api().get(f"{PATH}/{number}")["due_at"])

    next_day = (soon + dt.timedelta(days=1)).isoformat()
    assert moved(next_day) == next_day, "from day to day it stays a whole one"
    assert moved(f"{next_day}T10").startswith(f"{next_day}T06:30"), "an hour makes it a moment: ten in Tehran"
    (undo,) = re.findall(rf'action="({PATH}/{number}/move[^"]*)"', client.get(f"{PATH}/calendar").text)
    client.post(undo.replace("&amp;", "&"))
    assert site.api().get(f"{PATH}/{number}")["due_at"] == next_day
    assert moved(f"{next_day}T10").endswith("Z")
    assert moved(f"{next_day}W") == next_day


def test_who_moves_to_another_zone_has_until_its_midnight(site: Site, west: int):
    """And where an organisation moves, all who have no zone of their own; nobody else, and nothing is changed by it."""
    api = site.api()
    made = {name: api.create(ACTIVITY, subject=name, due_at="2099-06-03", assignee_id=user, follow_up_at=later)
            for name, user, later in (("West", west, "2099-07-01"), ("Mine", None, None))}  # fmt: skip
    mine, theirs = (made[name]["id"] for name in ("Mine", "West"))
    site.client(west).post("/settings/me", {"intent": "settings", "name": "West", "timezone": "Asia/Tokyo"})
    _work(site)
    assert _ends(site, theirs) == dt.datetime(2099, 6, 3, 14, 59, 59, 999999, dt.UTC), "midnight in Tokyo"
    assert _ends(site, mine) == dt.datetime(2099, 6, 3, 20, 29, 59, 999999, dt.UTC), "still midnight in Tehran"
    site.client(west).post("/settings/me", {"intent": "settings", "name": "West", "timezone": ""})
    home = api.get("/core/organisation")["data"][0]["id"]
    assert api.call("PATCH", f"/core/organisation/{home}", {"timezone": "Europe/Istanbul"}).status_code == 200
    _work(site)
    assert _ends(site, theirs) == dt.datetime(2099, 6, 3, 20, 59, 59, 999999, dt.UTC), "midnight in Istanbul"
    assert _ends(site, mine) == dt.datetime(2099, 6, 3, 20, 29, 59, 999999, dt.UTC)
    found = api.get(f"{PATH}/{theirs}")
    assert [found[name] for name in ("due_at", "follow_up_at", "version")] == ["2099-06-03", "2099-07-01", 1]


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_who_moved_while_the_module_was_off_has_until_his_midnight_when_it_is_on(site: Site, west: int):
    number = site.api().create(ACTIVITY, subject="West", due_at="2099-06-03", assignee_id=west, remind=["0"])["id"]
    engine = site.app.engine
    lifecycle.disable(engine, "activities")
    site.client(west).post("/settings/me", {"intent": "settings", "name": "West", "timezone": "Asia/Tokyo"})
    with site.unit():
        lifecycle.enable(engine, ["activities"])
    with site.unit():
        waiting = set(unit().execute(sa.text("SELECT name FROM core_job WHERE state = 'waiting'")).scalars())
    assert {"core.move_day_ends", "activities.plan_reminders_again"} <= waiting
    _work(site)
    assert _ends(site, number) == dt.datetime(2099, 6, 3, 14, 59, 59, 999999, dt.UTC), "midnight in Tokyo"


def _work(site: Site) -> None:
    worker = Worker(site.app.engine, site.app.settings)
    while worker.work_next(("core.move_day_ends",)):
        pass


def test_many_at_once_and_what_is_asked_of_them(site: Site, west: int):
    with site.unit():
        save_many(ACTIVITY, [Change(values={"subject": f"Task {n}", "due_at": DAY if n % 2 else
                  dt.datetime(2099, 6, 3, 9, tzinfo=dt.UTC)}) for n in range(6)])  # fmt: skip
    api = site.api()
    found = api.get(f"{PATH}?sort=due_at&fields=due_at&limit=4&q=Task")
    rest = api.get(f"{PATH}?sort=due_at&fields=due_at&limit=4&q=Task&cursor={found['next']}")
    assert [one["due_at"] for one in found["data"] + rest["data"]] == ["2099-06-03T09:00:00Z"] * 3 + ["2099-06-03"] * 3
    assert len(api.get(f"{PATH}?due_at__gte=2099-06-03&due_at__lt=2099-06-04&q=Task")["data"]) == 6
    asked = {"due_at": 6, "due_at__lte": 6, "due_at__gt": 0, "due_at__lt": 0, "due_at__ne": 0, "due_at__in": 6}
    assert {one: api.get(f"{PATH}?{one}=2099-06-03&q=Task")["total"] for one in asked} == asked


def test_a_day_is_told_of_when_work_begins_and_late_when_the_next_one_does(site: Site, west: int):
    number = site.api().create(ACTIVITY, subject="Price list", due_at="2099-06-03", assignee_id=west,
                               remind=["0", "60", "1440"])["id"]  # fmt: skip
    alarms = sa.table("activities_alarm", sa.column("activity_id"), sa.column("kind"), sa.column("at"))
    with site.unit() as opened:
        rows = opened.execute(sa.select(alarms.c.kind, alarms.c.at).where(alarms.c.activity_id == number)).all()
    assert sorted((str(row.at)[:16].replace("T", " "), row.kind) for row in rows) == [
        ("2099-06-02 12:00", "activities.reminder"), ("2099-06-02 22:00", "activities.reminder"),
        ("2099-06-03 12:00", "activities.reminder"), ("2099-06-04 12:00", "activities.overdue"),
    ]  # fmt: skip
