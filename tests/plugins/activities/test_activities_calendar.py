"""Activities in the calendar of their list: on the reader's days, told when late, moved and put back, by rights."""

from __future__ import annotations

import datetime as dt
import re

import icalendar
import pytest
import sqlalchemy as sa

from core.auth import tokens
from core.auth.models import Organisation, User
from core.records import Change, save_many
from core.testing import Site, counted_queries

PATH = "/activities/activity"
CALENDAR = f"{PATH}/calendar"


def _reader(site: Site, **values):
    """The administrator reads by this calendar and clock."""
    with site.unit() as opened:
        opened.begin_write()
        opened.execute(sa.update(User.__table__).values(**values))
    return site.client()


def _activity(site: Site, subject: str, **values) -> int:
    return site.api().create("activities.activity", subject=subject, **values)["id"]


def _days(page: str) -> dict[str, str]:
    """{day or hour: its cell} of a calendar's page."""
    return dict(re.findall(r'data-on="([^"]+)"(.*?)(?=data-on="|</table>|</section>)', page, re.S))


def _on(page: str, title: str) -> list[str]:
    return [day for day, cell in _days(page).items() if title in cell]


def _move(client, page: str, title: str, to: str, **given):
    (item,) = re.findall(rf"<li[^>]*data-move=[^>]*>(?:(?!</li>).)*{title}", page, re.S)[:1]
    found = dict(re.findall(r'data-(move|by|version)="([^"]*)"', item))
    return client.post(found.pop("move"), {**found, "to": to, "back": CALENDAR, **given})


def test_an_appointment_stands_on_the_day_of_the_readers_clock_in_the_readers_calendar(site: Site):
    _activity(site, "Late call", starts_at="2026-11-21T21:30:00Z")
    with site.unit() as opened:
        opened.begin_write()
        opened.execute(sa.update(Organisation.__table__).values(weekend="5"))
    client = _reader(site, timezone="Asia/Tehran", calendar="jalali", week_start="6", language="fa", digits="arabext")
    page = client.get(f"{CALENDAR}?on=2026-11-25").text
    days = list(_days(page))
    assert (days[0], len(days)) == ("2026-11-21", 35), "Azar 1405 in weeks from Saturday"
    assert _on(page, "Late call") == ["2026-11-22"]
    assert "آذر ۱۴۰۵" in page
    assert "۰۱:۰۰" in _days(page)["2026-11-22"]
    assert "is-weekend" in page.split('data-on="2026-11-27"')[0].rsplit("<td", 1)[1], "Friday"
    client = _reader(site, timezone="America/New_York", calendar="gregorian", week_start="7", language="en")
    page = client.get(f"{CALENDAR}?on=2026-11-25").text
    assert _on(page, "Late call") == ["2026-11-21"]
    assert next(iter(_days(page))) == "2026-11-01"
    page = client.get(f"{CALENDAR}?on=2026-11-21&span=day").text
    assert _on(page, "Late call") == ["2026-11-21T16"]
    (morning,) = re.findall('data-on="2026-11-21T08" data-new="([^"]+)"', page)
    assert f'href="{morning}" data-panel data-create' in page, "a new one is for the day that is shown"


def test_in_the_hours_each_stands_over_the_time_it_takes_beside_what_overlaps_it(site: Site):
    _activity(site, "Long", starts_at="2026-11-10T09:20:00Z", duration="PT2H")
    _activity(site, "Beside", starts_at="2026-11-10T10:00:00Z")
    _activity(site, "Third", starts_at="2026-11-10T10:30:00Z", duration="PT30M")
    _activity(site, "Flight", starts_at="2026-11-10T22:45:00Z", duration="PT3H")
    _activity(site, "Fair", starts_at="2026-11-09T08:00:00Z", duration="P2D")
    client = _reader(site, timezone="UTC", calendar="gregorian", week_start="1")
    for span in ("week", "day"):
        page = client.get(f"{CALENDAR}?span={span}&on=2026-11-10").text
        drawn = {title: re.search(rf'class="dw-cal-item dw-cal-piece ([^"]*) dw-hue[^>]*>\s*<a(?:(?!</li>).)*{title}',
                                  page, re.S)[1].replace("dw-cal-", "")
                 for title in ("Long", "Beside", "Third", "Flight")}  # fmt: skip
        assert drawn == {
            "Long": "from-1 h-2 q-1 lane-0 lanes-2", "Beside": "from-0 h-0 q-2 lane-1 lanes-2",
            "Third": "from-2 h-0 q-2 lane-1 lanes-2", "Flight": "from-3 h-1 q-1 lane-0 lanes-1",
        }  # fmt: skip
        assert _on(page, "Long") == ["2026-11-10T09"]
        assert "2026-11-10" in _on(page, "Fair"), "above the hours"
    page = client.get(f"{CALENDAR}?span=day&on=2026-11-11").text
    assert _on(page, "Flight") == ["2026-11-11T00"]
    rest = _days(page)["2026-11-11T00"]
    assert "dw-cal-from-0 dw-cal-h-1 dw-cal-q-3" in rest
    assert "data-move" not in rest, "it is moved and stretched where it begins"


def test_what_takes_longer_is_undone_and_never_overwrites_another(site: Site):
    number = _activity(site, "Visit", starts_at="2026-11-10T09:20:00Z")
    client, path = _reader(site, language="en"), f"{PATH}/{number}"
    given = {"by": "starts_at", "minutes": "45", "version": "1", "back": CALENDAR}
    assert client.post(f"{path}/stretch", given).headers["Location"] == f"{CALENDAR}#item-{number}"
    assert site.api().get(path)["duration"] == "PT45M"
    told = client.get(CALENDAR).text
    assert "Duration is now" in told
    client.post(f"{path}/stretch", {**given, "minutes": "90"})
    assert site.api().get(path)["duration"] == "PT45M", "the page was older than the record"
    (undo,) = re.findall(rf'action="({path}/stretch[^"]*)"', told)
    client.post(undo.replace("&amp;", "&"))
    assert site.api().get(path)["duration"] is None
    for wrong in ({"minutes": "soon"}, {"minutes": "99999"}, {"by": "done_at"}):
        assert client.post(f"{path}/stretch", {**given, **wrong}).status_code in (400, 404)


def test_what_lasts_for_days_and_what_is_late_is_told_in_words(site: Site):
    _activity(site, "Fair", starts_at="2026-03-30T09:00:00Z", duration="P2DT3H", type="visit", result="")
    _activity(site, "Forgotten", due_at="2026-04-02T09:00:00Z")
    _activity(site, "Kept", due_at="2026-04-02T10:00:00Z", done_at="2026-04-02T10:00:00Z")
    page = _reader(site, timezone="UTC", calendar="gregorian", week_start="1").get(f"{CALENDAR}?on=2026-04-10").text
    assert _on(page, "Fair") == ["2026-03-30", "2026-03-31", "2026-04-01"]
    assert "day 2 of 3" in _days(page)["2026-03-31"]
    late = _days(page)["2026-04-02"]
    assert late.index("Forgotten") < late.index("Overdue") < late.index("Kept") < late.index("Done")
    assert late.count("Overdue") == 1
    assert _on(client_page := site.client().get(f"{CALENDAR}?on=2026-04-10&by=done_at").text, "Kept") == ["2026-04-02"]
    assert "Forgotten" not in client_page


def test_a_move_keeps_the_time_is_undone_and_never_overwrites_another(site: Site):
    number = _activity(site, "Visit", starts_at="2026-11-10T09:20:00Z")
    client = _reader(site, timezone="Europe/Berlin", calendar="gregorian")
    page = client.get(f"{CALENDAR}?on=2026-11-10").text
    answer = _move(client, page, "Visit", "2026-11-12")
    assert answer.headers["Location"] == f"{CALENDAR}#item-{number}"
    assert site.api().get(f"{PATH}/{number}")["starts_at"] == "2026-11-12T09:20:00Z"

    told = client.get(CALENDAR).text
    assert "Visit: moved to" in told
    _move(client, page, "Visit", "2026-11-15")
    assert "Someone else changed this record" in client.get(CALENDAR).text, "the page was older than the record"
    assert site.api().get(f"{PATH}/{number}")["starts_at"] == "2026-11-12T09:20:00Z"
    (undo,) = re.findall(rf'action="({PATH}/{number}/move[^"]*)"', told)
    client.post(undo.replace("&amp;", "&"))
    assert site.api().get(f"{PATH}/{number}")["starts_at"] == "2026-11-10T09:20:00Z"

    page = client.get(f"{CALENDAR}?on=2026-11-10&span=day").text
    _move(client, page, "Visit", "2026-11-10T14")
    assert site.api().get(f"{PATH}/{number}")["starts_at"] == "2026-11-10T13:20:00Z", "14:20 in Berlin"
    assert _move(client, page, "Visit", "someday").status_code == 400
    assert _move(client, page, "Visit", "2026-11-10", by="created_at").status_code == 404


def test_the_lists_conditions_and_rights_hold(site: Site):
    own = site.user("reza@example.com")
    site.give_roles(own, site.role("Doers", activities__activity__view=1))
    for subject, person in (("Mine", own), ("Theirs", None)):
        _activity(site, subject, starts_at="2026-11-10T09:00:00Z", **({"assignee_id": person} if person else {}))
    page = site.client().get(f"{CALENDAR}?on=2026-11-10&subject__contains=Thei").text
    assert _on(page, "Theirs")
    assert not _on(page, "Mine")
    client = site.client(own)
    page = client.get(f"{CALENDAR}?on=2026-11-10").text
    assert _on(page, "Mine")
    assert "Theirs" not in page
    assert "data-move" not in page
    assert "data-new" not in page
    assert client.post(f"{PATH}/1/move", {"by": "starts_at", "to": "2026-11-11"}).status_code == 403


def test_the_menu_marks_the_own_calendar_in_it_and_the_list_in_that_of_all(site: Site):
    client = site.client()
    for address, marked in (("?mine=1&span=week", f"{CALENDAR}?mine=1"), ("?span=week", PATH)):
        page = client.get(CALENDAR + address).text
        side = re.findall(r'<a class="dw-side-link[^>]*href="([^"]+)"[^>]*aria-current="page"', page)
        assert side == [marked]


@pytest.mark.parametrize("address", ["on=yesterday", "on=0001-01-01", "by=created_at", "by=nothing"])
def test_a_wrong_address_is_refused(site: Site, address: str):
    assert site.client().get(f"{CALENDAR}?{address}").status_code in (400, 404)


def test_a_full_month_costs_as_many_questions_as_an_empty_one(site: Site):
    client = site.client()
    client.get(f"{CALENDAR}?on=2026-11-10")
    with counted_queries(site.app) as empty:
        client.get(f"{CALENDAR}?on=2026-11-10")
    begin = dt.datetime(2026, 11, 1, 8, tzinfo=dt.UTC)
    with site.unit():
        save_many("activities.activity", [
            Change(values={"subject": f"Call {n}", "type": "call", "starts_at": begin + dt.timedelta(hours=n)})
            for n in range(300)])  # fmt: skip
    with counted_queries(site.app) as full:
        page = client.get(f"{CALENDAR}?on=2026-11-10").text
    assert len(full) <= len(empty) + 1, "the names of those in charge"
    assert "+21 more" in page
    assert page.count('<li class="dw-cal-item') <= 42 * 3
    (href,) = {one for one in re.findall(r'class="dw-cal-more" href="([^"]+)"', page) if "on=2026-11-02" in one}
    assert client.get(href.replace("&amp;", "&")).text.count('<li class="dw-cal-item') == 24


def test_every_entity_with_a_date_has_a_calendar(site: Site):
    client = site.client()
    site.api().create("contacts.contact", name="Sara", email="sara@example.com", birth_date="1990-04-07")
    page = client.get("/contacts/contact").text
    assert 'href="/contacts/contact/calendar"' in page
    assert _on(client.get("/contacts/contact/calendar?on=1990-04-01&by=birth_date").text, "Sara") == ["1990-04-07"]


def test_another_calendar_subscribes_by_a_secret_address_until_it_is_revoked(site: Site):
    """SEC-21: its key opens this calendar alone, within its user's rights, and ends with it."""
    own = site.user("reza@example.com")
    site.give_roles(own, site.role("Doers", activities__activity__view=1))
    _activity(site, "Visit; with, marks", starts_at=_soon(1), duration="PT1H", assignee_id=own)
    _activity(site, "Theirs", starts_at=_soon(1))
    _activity(site, "Long ago", starts_at="2001-01-01T08:00:00Z", assignee_id=own)
    client = site.client(own)
    page = client.post(f"{CALENDAR}/subscribe?subject__contains=i").text
    (address,) = re.findall(r'id="feed-address">https?://[^/]+([^<]+)<', page)
    address = address.replace("&amp;", "&")
    program = site.app.test_client()
    answer = program.get(address)
    assert answer.content_type == "text/calendar; charset=utf-8"
    (event,) = icalendar.Calendar.from_ical(answer.data).walk("VEVENT")
    assert (event["SUMMARY"], event["DTEND"].dt - event["DTSTART"].dt) == ("Visit; with, marks", dt.timedelta(hours=1))

    key = address.rpartition("key=")[2]
    assert program.get("/feeds/contacts/contact.ics", query_string={"key": key}).status_code == 403
    assert program.get(f"{PATH}/1", query_string={"key": key}).status_code == 303
    assert client.get("/feeds/activities/activity.ics").status_code == 401, "a session is not for programs"
    with site.unit(own):
        wide = tokens.create(own, "read")
        tokens.revoke(own, tokens.tokens_of(own)[-1].id)
    assert program.get("/feeds/activities/activity.ics", query_string={"key": wide}).status_code == 401
    assert program.get(address).status_code == 401


def _soon(days: int) -> str:
    return (dt.datetime.now(dt.UTC) + dt.timedelta(days=days)).strftime("%Y-%m-%dT10:00:00Z")


def test_the_form_that_an_hour_opens_is_a_meetings_in_the_readers_own_digits(site: Site):
    client = _reader(site, timezone="Asia/Tehran", calendar="jalali", language="fa", digits="arabext")
    day = client.get(f"{CALENDAR}?span=day&on=2026-12-01").text
    href = re.findall(rf'href="({PATH}/new\?starts_at[^"]*)"', day)[0]
    form = client.get(href.replace("&amp;", "&")).text
    assert 'value="۱۴۰۵/۰۹/۱۰"' in form
    assert re.search(r'name="starts_at__time" value="۰۸:۰۰"', form)
    assert re.search(r'<option value="meeting"[^>]* selected', form)
    made = _activity(site, "At nine", starts_at="2026-12-01T05:30:00Z")
    assert 'name="starts_at__time" value="۰۹:۰۰"' in client.get(f"{PATH}/{made}/edit").text
    assert re.search(r'<option value="task"[^>]* selected', client.get(f"{PATH}/new").text)
