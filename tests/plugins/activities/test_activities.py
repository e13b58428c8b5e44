"""What activities do for people: on the page of the record, on their own page, and for whom they are not."""

import datetime as dt
import re

import pytest
import sqlalchemy as sa

from core.auth.models import User
from core.jobs.worker import Worker
from core.records import update
from core.testing import Site, counted_queries
from plugins.activities import screens, services

PATH = "/activities/activity"
CONTACT = "contacts.contact"
MINE = "/activities/pages/mine"


@pytest.fixture
def sara(site: Site) -> int:
    return site.api().create(CONTACT, name="Sara Canary", email="sara@example.com")["id"]


def _activity(site: Site, subject: str, **values):
    return site.api().create("activities.activity", subject=subject, **values)


def _panel(site: Site, record_id: int, user=None) -> str:
    client, path = site.client(user), f"/contacts/contact/{record_id}"
    first = re.findall(r'data-panel-href="([^"]+)"', client.get(path).text)[0]
    return client.get(first).text


def test_the_record_shows_what_is_next_and_it_is_done_with_one_click(site, sara):
    given = {"entity": CONTACT, "record_id": sara}
    late = _activity(site, "Call back", type="call", due_at="2026-01-02T10:00:00Z", **given)
    _activity(site, "Show the product", type="meeting", due_at="2099-01-02T10:00:00Z", **given)
    logged = _activity(site, "Asked for a price", type="call", direction="incoming", result="Wants ten", **given)
    assert logged["done_at"], "what is logged with its result has taken place"
    page = _panel(site, sara)
    order = [page.index(text) for text in ("Call back", "Overdue", "Show the product", "Wants ten")]
    assert order == sorted(order)
    assert page.count("Overdue") == 1

    client, back = site.client(), f"/contacts/contact/{sara}"
    answer = client.post(f"{PATH}/{late['id']}/do/finish", {"back": back})
    assert (answer.status_code, answer.headers["Location"]) == (303, back)
    assert site.api().get(f"{PATH}/{late['id']}")["done_at"]
    assert "Overdue" not in _panel(site, sara)
    (undo,) = re.findall(rf'action="({PATH}/[^"]*/do/reopen[^"]*)"', client.get(back).text)
    assert client.post(undo.replace("&amp;", "&")).headers["Location"] == back
    assert site.api().get(f"{PATH}/{late['id']}")["done_at"] is None
    elsewhere = client.post(f"{PATH}/{late['id']}/do/finish", {"back": "//evil.example"})
    assert elsewhere.headers["Location"] == f"{PATH}/{late['id']}"


def test_who_may_not_see_the_record_sees_no_title_of_it(site, sara):
    """He does what he is given, and learns neither the name of the customer nor whether there is one (S18, S19)."""
    role = site.role("Doers", **{f"activities__activity__{action}": 1 for action in ("view", "add", "change")})
    reza = site.user("reza@example.com")
    site.give_roles(reza, role)
    mine = _activity(site, "Check the contract", entity=CONTACT, record_id=sara, assignee_id=reza)
    others = _activity(site, "Somebody else's", entity=CONTACT, record_id=sara)
    client, api = site.client(reza), site.api(reza)
    assert "Check the contract" in client.get(MINE).text
    for page in (MINE, "/activities/pages/team", PATH, f"{PATH}/{mine['id']}", f"{PATH}/{mine['id']}/edit",
                 f"{PATH}/{mine['id']}/history", f"{PATH}/new?entity={CONTACT}&record_id={sara}"):
        text = client.get(page).text
        assert "Canary" not in text, page
        assert "Somebody else" not in text, page
    assert api.call("GET", f"{PATH}/{others['id']}").status_code == 404
    for record_id in (sara, 999_999):
        refused = api.call("POST", PATH, {"subject": "Peek", "entity": CONTACT, "record_id": record_id})
        assert list(refused.get_json()["errors"]) == ["record_id"]
    refused = api.call("POST", PATH, {"subject": "Yours", "assignee_id": 1})
    assert list(refused.get_json()["errors"]) == ["assignee_id"], "giving work to others is a right of its own"
    assert client.post(f"{PATH}/{mine['id']}/do/finish").status_code == 303
    assert "Canary" in site.client().get(f"{PATH}/{mine['id']}").text


@pytest.mark.parametrize(("zone", "heading"), [("Asia/Tehran", "Later"), ("Europe/London", "Today")])
def test_today_is_that_of_the_reader(site, monkeypatch, zone, heading):
    monkeypatch.setattr(services, "now", lambda: dt.datetime(2026, 11, 28, 19, tzinfo=dt.UTC))
    with site.unit():
        update(User, 1, {"timezone": zone, "language": "en"})
    _activity(site, "Half past nine", due_at="2026-11-28T21:30:00Z")
    text = site.client().get(MINE).text
    assert re.findall(r"<h2 class=\"dw-acts-title[^>]*>([^<]+)", text) == [heading]
    start = site.client().get("/").text
    block = re.search("Today&#39;s tasks(.*)All my tasks", start, re.DOTALL)[1]
    assert ("Half past nine" in block) == (heading == "Today")
    assert f'href="{MINE}"' in re.search('<nav class="dw-bottom".*?</nav>', start, re.DOTALL)[0]


def test_days_are_those_of_the_readers_clock_in_summer_and_in_winter(site):
    """Half past midnight in Cairo is the evening before in UTC, by three hours or by two."""
    with site.unit():
        update(User, 1, {"timezone": "Africa/Cairo", "calendar": "gregorian"})
    for moment in ("2026-07-09T21:30:00Z", "2026-12-09T22:30:00Z", "2026-12-09T21:30:00Z"):
        _activity(site, "Call", due_at=moment)
    days = site.api().get(f"{PATH}/aggregate?group=due_at:day")["data"]
    assert [row["due_at:day"] for row in days] == ["2026-07-10", "2026-12-09", "2026-12-10"]


def test_the_team_page_counts_what_is_late_and_costs_few_queries(site, sara):
    reza = site.user("reza@example.com")
    for n in range(30):
        _activity(site, f"Task {n}", entity=CONTACT, record_id=sara, assignee_id=reza if n % 3 else 1,
                  due_at="2026-01-02T10:00:00Z")
    client = site.client()
    client.get("/activities/pages/team")
    with counted_queries(site.app) as seen:
        page = client.get(f"/activities/pages/team?person={reza}").text
    assert page.count("dw-act is-late") == 20
    assert [n for n in (10, 20) if f"{n} overdue" in page] == [10, 20]
    assert len(seen) <= 6, seen
    # From there the head gives work to whom he looks at.
    assert f"form=give&amp;type=task&amp;assignee_id={reza}" in page
    nobody = client.get(f"/activities/pages/team?person={reza}&state=later&lang=en").text
    assert "Nothing in this state." in nobody
    assert "Nothing is waiting" not in nobody
    assert "form=give" not in site.client(reza).get("/activities/pages/team").text


def test_activities_outlive_the_module_of_their_records_and_the_other_way_round(site, sara):
    made = _activity(site, "Call back", entity=CONTACT, record_id=sara)
    client = site.client()

    def switch(name: str, act: str) -> None:
        assert client.post(f"/settings/modules/{name}/{act}").status_code == 303

    switch("contacts", "disable")
    for page in (MINE, f"{PATH}/{made['id']}", f"{PATH}/{made['id']}/edit"):
        assert client.get(page).status_code == 200, page
    assert site.api().call("PATCH", f"{PATH}/{made['id']}", {"subject": "Call again"}).status_code == 200
    switch("contacts", "enable")
    assert "Call again" in _panel(site, sara)
    switch("activities", "disable")
    assert ">Activities<" not in client.get(f"/contacts/contact/{sara}").text
    assert client.get(MINE).status_code == 404


def test_a_long_page_says_that_it_is_cut_and_leads_to_the_whole_list(site, monkeypatch):
    reza = site.user("reza@example.com")
    for number in range(3):
        _activity(site, f"Call {number}", due_at=f"209{number}-01-02T10:00:00Z", assignee_id=reza)
    team = f"/activities/pages/team?person={reza}"
    monkeypatch.setattr(screens, "AGENDA", 3)
    assert "Show all in the list" not in site.client().get(team).text
    monkeypatch.setattr(screens, "AGENDA", 2)
    page = site.client().get(team).text
    assert "Only the first 2 are shown here." in page
    assert "Call 2" not in page
    (href,) = re.findall(rf'href="({PATH}\?[^"]*sort=due_at)"', page)
    listed = site.client().get(href.replace("&amp;", "&")).text
    assert all(f"Call {number}" in listed for number in range(3))
    assert "Only the first" not in site.client().get(MINE).text


def test_what_is_due_on_a_day_is_due_when_that_day_ends_for_whoever_has_to_do_it(site):
    """London gives Tehran something to do until the 30th: in Tehran it is not the 1st, whoever gets it afterwards."""
    zones = {"emma": "Europe/London", "amir": "Asia/Tehran", "jane": "America/New_York"}
    people = {name: site.user(f"{name}@example.com", name=name) for name in zones}
    role = site.role("Rep", activities__activity__view=4, activities__activity__add=4, activities__activity__change=4,
                     activities__activity__assign=4)  # fmt: skip
    for name, user_id in people.items():
        site.give_roles(user_id, role)
        with site.unit() as opened:
            opened.begin_write()
            opened.execute(sa.update(User.__table__).where(User.id == user_id).values(timezone=zones[name]))
    emma = site.client(people["emma"])

    def due(subject):
        return site.api().get(f"{PATH}?subject={subject}&fields=*")["data"][0]["due_at"]

    given = {"type": "task", "due_at": "2026-11-30", "due_at__calendar": "gregorian", "due_at__time": "",
             "assignee_id": str(people["amir"])}  # fmt: skip
    assert emma.post(f"{PATH}/new", {**given, "subject": "Offer"}).status_code == 303
    assert due("Offer") == "2026-11-30"
    assert emma.post(f"{PATH}/new", {**given, "subject": "Lunch", "due_at__time": "12:00"}).status_code == 303
    assert due("Lunch") == "2026-11-30T12:00:00Z", "a time of day is a moment, the same for all"

    for subject, moment in (("Offer", "2026-11-30"), ("Lunch", "2026-11-30T12:00:00Z")):
        (row,) = site.api().get(f"{PATH}?subject={subject}")["data"]
        site.api().call("PATCH", f"{PATH}/{row['id']}", {"assignee_id": people["jane"]})
        assert due(subject) == moment


@pytest.mark.parametrize(
    ("language", "late", "two", "today", "tomorrow"),
    [
        ("en", "1 d late", "2 d late", "Today 23:59", "Tomorrow 10:00"),
        ("fa", "۱ روز تأخیر", "۲ روز تأخیر", "امروز ۲۳:۵۹", "فردا ۱۰:۰۰"),
        ("ar", "متأخر يومًا", "متأخر يومين", "اليوم 23:59", "غدًا 10:00"),
    ],
)
def test_a_card_says_in_few_words_when_its_next_activity_is_due_and_the_whole_on_pointing(
    site, language, late, two, today, tomorrow
):
    here = dt.datetime.now(dt.UTC)
    due = {1: "11:00", 2: "10:00", 0: "23:59", -1: "10:00", -30: "10:00"}
    for days, clock in due.items():
        person = site.api().create(CONTACT, name=f"Person {days}", email=f"p{abs(days)}{days < 0}@example.com")["id"]
        at = dt.datetime.combine(here.date() - dt.timedelta(days=days), dt.time.fromisoformat(clock), here.tzinfo)
        _activity(site, f"Call {days}", due_at=at.isoformat(), entity=CONTACT, record_id=person)
    page = site.client().get(f"/contacts/contact/board?lang={language}").text
    notes = re.findall(r'class="dw-board-note[^>]* title="([^"]+)">.*?<bdi[^>]*>Call (-?\d+)</bdi>'
                       r'<span class="dw-board-when">([^<]+)<', page, re.S)  # fmt: skip
    told = {int(days): when for _whole, days, when in notes}
    assert {days: told[days] for days in (1, 2, 0, -1)} == {1: late, 2: two, 0: today, -1: tomorrow}
    assert ":" not in told[-30], "a day further away has no time of day"
    assert all(":" in whole for whole, _days, _when in notes), "who points at it is told all"


def test_work_that_is_taken_back_before_it_is_seen_is_not_told(site):
    kala, omid = (site.user(f"{name}@example.com", "sales_manager", name=name.title()) for name in ("kala", "omid"))
    ids = [_activity(site, f"Call {number}")["id"] for number in range(3)]
    admin = site.client()

    def told(user: int) -> list[str]:
        found = re.findall(r'class="dw-told-text[^>]*>(.*?)</(?:a|p)>', site.client(user).get("/notices").text, re.S)
        return [re.sub(r"<[^>]+>", "", text).strip() for text in found]

    def assign(some: list[int], user: int) -> str:
        place = admin.post(f"{PATH}/bulk/change", {"id": some}).headers["Location"].partition("?")[0]
        for address, sent in ((place, {"field": "assignee_id", "assignee_id": user}), (f"{place}/run", {})):
            assert admin.post(address, sent).status_code == 303, address
        worker = Worker(site.app.engine, site.app.settings)
        while worker.work_next(("core.mass_change",)):
            pass
        return f"{place}/undo"

    undo = assign(ids, kala)
    assert told(kala) == ["admin gave you 3 activities"]
    assert admin.post(undo).status_code == 303
    assert told(kala) == []
    # What is given to another leaves the notice, and what comes back by an undo is no gift.
    assign(ids, kala)
    undo = assign(ids[1:2], omid)
    assert (told(kala), told(omid)) == (["admin gave you 2 activities"], ["admin gave you “Call 1”"])
    assert admin.post(undo).status_code == 303
    assert (told(kala), told(omid)) == (["admin gave you 2 activities"], [])
