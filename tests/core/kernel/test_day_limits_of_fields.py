"""A day that must not be later than today: one limit for form, API, import and bulk change, by the reader's clock."""

from __future__ import annotations

import datetime as dt
import re
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from core.testing import Site
from tests.core.transfer.steps import PATH, Wizard, company, csv_of, rows, text_of

#: 25 hours apart, so that today in one is always past tomorrow's beginning in the other.
AHEAD, BEHIND = "Pacific/Kiritimati", "Pacific/Niue"


def ahead_today() -> dt.date:
    return dt.datetime.now(ZoneInfo(AHEAD)).date()


def test_no_day_that_is_still_to_come_is_taken_where_the_reader_is(site: Site) -> None:
    day = ahead_today().isoformat()
    company(site, "US", timezone=BEHIND)
    api, client = site.api(), site.client()
    sara = api.create("contacts.contact", name="Sara", email="s@example.com", birth_date="1991-08-03")
    given = {"name": "Omar", "email": "o@example.com", "birth_date": day}
    answer = api.call("POST", PATH, given)
    assert (answer.status_code, "or earlier" in answer.text) == (422, True)
    form = client.post(f"{PATH}/new", given)
    assert (form.status_code, "or earlier" in form.text) == (422, True)
    assert api.call("PATCH", f"{PATH}/{sara['id']}", {"birth_date": day}).status_code == 422

    wizard = Wizard(site)
    lines = [f"Lina,l@example.com,{day}", "Mina,m@example.com,1990-01-02"]
    wizard.choose("a.csv", csv_of("Name,Email,Birth date", lines))
    page = wizard.preview({0: "name", 1: "email", 2: "birth_date"}, show="errors")
    assert "1 will be created 0 will be updated 1 have errors" in page
    assert "or earlier." in page

    place = client.post(f"{PATH}/bulk/change", {"all_matching": "1"}).headers["Location"]
    assert client.post(place, {"field": "birth_date", "birth_date": day}).status_code == 303
    told = text_of(client.get(place))
    assert "0 records will be changed." in told
    assert "or earlier." in told
    assert [str(record["birth_date"]) for record in rows(site)] == ["1991-08-03"]

    company(site, "US", timezone=AHEAD)
    assert api.call("POST", PATH, given).status_code == 201, "there it is today"


def test_the_calendar_of_the_field_ends_with_today_and_that_of_a_filter_does_not(site: Site) -> None:
    company(site, "US", timezone=AHEAD)
    before = ahead_today()
    page = site.client().get(f"{PATH}/new").text
    last = re.search(r'name="birth_date"[^>]*data-max="([\d-]+)"', page)
    assert last is not None
    assert before <= dt.date.fromisoformat(last[1]) <= ahead_today()
    assert "data-max" not in site.client().get(f"{PATH}?birth_date__lt=2999-01-01").text


def test_a_record_that_holds_a_later_day_already_keeps_it_while_other_fields_change(site: Site) -> None:
    api, client = site.api(), site.client()
    made = api.create("contacts.contact", name="Sara", email="s@example.com", birth_date="1991-08-03")
    record = f"{PATH}/{made['id']}"
    with site.unit() as opened:
        opened.begin_write()
        opened.execute(sa.text("UPDATE contacts_contact SET birth_date = '2990-01-01'"))
    assert api.get(record)["birth_date"] == "2990-01-01"
    assert api.call("PATCH", record, {"city": "Qom"}).status_code == 200
    form = {"name": "Sara", "email": "s@example.com", "city": "Rey", "birth_date": "2990-01-01"}
    answer = client.post(f"{record}/edit", {**form, "version": str(api.get(record)["version"])})
    assert answer.status_code == 303
    stored = api.get(record)
    assert (stored["city"], stored["birth_date"]) == ("Rey", "2990-01-01")
    later = {**form, "birth_date": "2990-01-02", "version": str(stored["version"])}
    assert client.post(f"{record}/edit", later).status_code == 422
