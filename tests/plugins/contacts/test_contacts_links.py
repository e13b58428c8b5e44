"""People linked to people and companies, yearly dates, completeness, and who has not been spoken to for long."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from core import records, registry
from core.actor import ALL, OWN
from core.auth import rights
from core.testing import Site
from plugins.contacts import reminding

CONTACT, COMPANY = "contacts.contact", "contacts.company"
PATH = "/contacts/contact"


def panel(site: Site, entity: str, record_id: int, label: str, user_id: int | None = None) -> str:
    """What the tab with this label shows in English."""
    panels = registry.current().derived.panels[entity]
    place = next(place for place, one in enumerate(panels) if str(getattr(one, "label", "")) == label)
    answer = site.client(user_id).get(f"/{entity.replace('.', '/')}/{record_id}/panel/{place}?lang=en")
    assert answer.status_code == 200, answer.text
    return answer.text


def test_both_cards_say_what_the_other_is(site: Site) -> None:
    api = site.api()
    father = api.create(CONTACT, name="Reza Ahmadi", email="reza@peyk.example")["id"]
    child = api.create(CONTACT, name="Sara Ahmadi", email="sara@peyk.example")["id"]
    api.create("contacts.relation", contact_id=child, kind="parent", other_id=father)
    assert "Father or mother" in panel(site, CONTACT, child, "Linked people")
    assert "Son or daughter" in panel(site, CONTACT, father, "Linked people")
    for values in ({"contact_id": father, "kind": "child", "other_id": child},
                   {"contact_id": child, "kind": "friend", "other_id": child}):  # fmt: skip
        assert api.call("POST", "/contacts/relation", values).status_code == 422

    role = site.role("Own", **{f"contacts__{noun}__view": OWN for noun in ("contact", "relation")})
    user_id = site.user("own@example.com")
    with site.unit():
        rights.set_user_roles(user_id, [role])
        records.update(CONTACT, child, {"owner_id": user_id})
    assert site.api(user_id).get("/contacts/relation")["data"] == []  # the other one is none of his


def test_each_job_of_a_person_stands_under_its_headings_and_can_be_ended(site: Site) -> None:
    api = site.api()
    company = api.create(COMPANY, name="Peyk")["id"]
    sara = api.create(CONTACT, name="Sara", email="sara@x.example")["id"]
    job = api.create("contacts.position", contact_id=sara, company_id=company, role="Accountant")["id"]
    shown = panel(site, CONTACT, sara, "Companies")
    assert len(re.findall("<th", shown.partition("<tbody>")[0])) - 1 == len(re.findall("<td", shown))
    assert f'href="/contacts/position/{job}/edit"' in shown
    joined = api.get(f"{PATH}/{sara}")
    assert (joined["company_id"], joined["job_title"]) == (company, "Accountant"), "she had no company before"
    other = api.create(COMPANY, name="Barid")["id"]
    api.create("contacts.position", contact_id=sara, company_id=other, role="Adviser")
    assert api.get(f"{PATH}/{sara}")["company_id"] == company
    figures = site.client().get(f"/contacts/company/{other}/figures?lang=en").text
    assert f'href="/contacts/company/{other}#people"><bdi>1</bdi>' in figures
    assert 'data-tab="people"' in site.client().get(f"/contacts/company/{other}").text


def test_a_company_knows_its_people_of_today_and_before(site: Site) -> None:
    api = site.api()
    old, new = (api.create(COMPANY, name=name, domain=domain)["id"]
                for name, domain in (("Peyk", "peyk.example"), ("Alborz", "alborz.example")))  # fmt: skip
    sara = api.create(CONTACT, name="Sara", email="sara@peyk.example", job_title="Accountant", phone="+989121234567")
    assert sara["company_id"] == old
    api.create("contacts.position", contact_id=sara["id"], company_id=old, role="Chief accountant")
    assert "Chief accountant" in panel(site, COMPANY, old, "People")
    api.call("PATCH", f"{PATH}/{sara['id']}", {"company_id": new, "job_title": "Lawyer"})
    assert "Were here before" in panel(site, COMPANY, old, "People")
    now = panel(site, COMPANY, new, "People")
    assert "Lawyer" in now
    assert "+989121234567" in now
    jobs = api.get(f"/contacts/position?contact_id={sara['id']}&sort=id&fields=*")["data"]
    assert [(job["company_id"], job["ends_on"] is None) for job in jobs] == [(old, False), (new, True)]

    ali = api.create(CONTACT, name="Ali", email="ali@gmail.com")["id"]
    api.call("PATCH", f"{PATH}/{ali}", {"email": "ali@alborz.example", "company_id": None})
    api.call("PATCH", f"{PATH}/{ali}", {"company_id": None})
    assert api.call("POST", f"/contacts/company/{new}/match_people").json["matched"] <= 1
    assert api.get(f"{PATH}/{ali}")["company_id"] == new


@pytest.mark.parametrize(("typed", "kept"), [
    ("Peyk.example", "peyk.example"),
    ("https://www.Peyk.example/about?x=1", "peyk.example"),
    (" info@peyk.example. ", "peyk.example"),
    ("@peyk.example", "peyk.example"),
    ("mailto:info@peyk.example", "peyk.example"),
    ("www.peyk.example:8080", "peyk.example"),
    ("https://", None),
])  # fmt: skip
def test_the_domain_of_a_company_may_be_copied_from_an_address(site: Site, typed: str, kept: str | None) -> None:
    api = site.api()
    company = api.create(COMPANY, name="Peyk", domain=typed)
    assert company["domain"] == kept
    sara = api.create(CONTACT, name="Sara", email="Sara@PEYK.example")
    assert sara["company_id"] == (company["id"] if kept else None)


@pytest.mark.parametrize(
    ("day", "calendar", "after", "comes"),
    [
        ("1991-08-03", "jalali", "2026-01-01", "2026-08-03"),
        ("2021-03-20", "jalali", "2026-01-01", "2026-03-20"),  # the last day of a leap year comes on its eve
        ("2024-02-29", "gregorian", "2026-03-01", "2027-02-28"),
        ("2025-03-20", "hijri", "2026-01-01", "2026-03-09"),
    ],
)
def test_a_yearly_date_keeps_to_its_calendar(day: str, calendar: str, after: str, comes: str) -> None:
    given = (dt.date.fromisoformat(one) for one in (day, after))
    assert reminding.next_time(next(given), calendar, next(given)) == dt.date.fromisoformat(comes)


def test_a_yearly_date_is_told_of_once(site: Site) -> None:
    api = site.api()
    company = api.create(COMPANY, name="Peyk")["id"]
    near = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=5)
    for name in ("Founded", "Season"):
        made = api.create("contacts.occasion", name=name, company_id=company, calendar="gregorian",
                          date=near.replace(year=2010, day=min(near.day, 28)).isoformat(), remind_days=40)  # fmt: skip
        assert made["next_on"] is not None
    whose = api.call("POST", "/contacts/occasion", {"name": "Of nobody", "date": "2010-01-01"})
    assert (whose.status_code, "Choose whose date it is" in whose.text) == (201, True)
    with site.unit():
        assert [reminding.remind(None)["near"], reminding.remind(None)["near"]] == [2, 0]
    bell = site.client().get("/notices/panel?lang=en").text
    told = re.findall("<bdi[^>]*>([^<]+)</bdi> of ", bell)
    assert sorted(told) == ["Founded", "Season"], "neither stands in for the other"


def test_what_is_missing_and_who_has_waited_long(site: Site) -> None:
    api, client = site.api(), site.client()
    ids = [api.create(CONTACT, name=f"P{n}", email=f"p{n}@gmail.com", country="IR")["id"] for n in range(2)]
    page = client.get(f"{PATH}/{ids[0]}?lang=en").text
    assert "Data completeness" in page
    assert f'href="{PATH}/{ids[0]}/edit#f-birth_date"' in page
    assert client.post("/settings/general", {"contacts.complete_fields": ["email", "country"],
                                             "contacts.identity": "either", "contacts.national_id_check": "refuse",
                                             }).status_code == 303  # fmt: skip
    assert "Nothing is missing." in client.get(f"{PATH}/{ids[0]}?lang=en").text

    long_ago = (dt.datetime.now(dt.UTC) - dt.timedelta(days=100)).isoformat(timespec="seconds")
    today = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    for record_id, done in zip(ids, (long_ago, today), strict=True):
        api.create("activities.activity", type="call", subject="Called", entity=CONTACT, record_id=record_id,
                   done_at=done.replace("+00:00", "Z"))  # fmt: skip
    assert "Call · Called" in client.get(f"{PATH}/{ids[0]}/figures?lang=en").text
    assert [row["id"] for row in api.get(f"{PATH}?last_interaction_at__older=90")["data"]] == [ids[0]]
    assert api.get(f"{PATH}?updated_at__older=180")["data"] == []
    assert "not in the last 90 days" in client.get(f"{PATH}?last_interaction_at__older=90&lang=en").text
    assert api.call("GET", f"{PATH}?updated_at__older=soon").status_code == 400
    refused = client.get(f"{PATH}?updated_at__older=soon&lang=en")
    assert (refused.status_code, "“Last updated”" in refused.text) == (400, True)
    assert f'href="{PATH}"' in refused.text, "a way back to the list"

    api.call("PATCH", f"{PATH}/{ids[1]}", {"status": "converted"})
    figures = "count,count:converted,count:not_contacted,max:last_interaction_at"
    row = api.get(f"{PATH}/aggregate?group=owner_id&measure={figures}")["data"][0]
    assert [row[name] for name in figures.split(",")[:3]] == [2, 1, 1]
    assert row["max:last_interaction_at"][:16] == today[:16]
    assert api.call("GET", f"{PATH}/aggregate?group=owner_id&measure=count:nothing").status_code == 400
    report = client.get(f"{PATH}/report?report=contacts.by_owner&lang=en").text
    assert report.index("Converted</th>") < report.index("Last interaction</th>")
    assert report.count("<tr>") == 3  # the heads, the owner, the total
    across = client.get(f"{PATH}/report?group=owner_id&then=status&lang=en").text.partition('class="dw-cross"')[2]
    heads, line, total = (re.findall(r">([^<>]+)</(?:bdi|th)>", part) for part in re.split("<tbody>|<tfoot>", across))
    assert heads[-3:] == ["New", "Converted", "Total"], "the statuses in their own order (P12)"
    assert (line[1:4], total[:4]) == (["1", "1", "2"], ["Total", "1", "1", "2"])


def test_how_somebody_is_reached_and_known(site: Site) -> None:
    api, client = site.api(), site.client()
    sara = api.create(CONTACT, name="Sara", email="sara@peyk.example", phone="+989121234567", country="IR",
                      national_id="0084575948", preferred_channel="whatsapp")  # fmt: skip
    assert sara["kind"] == "business"  # by the domain; the identifier of the person is right all the same
    wrong = api.call("PATCH", f"{PATH}/{sara['id']}", {"national_id": "0084575949"})
    assert "11 digits" not in wrong.text
    assert api.call("PATCH", f"{PATH}/{sara['id']}", {"national_id": "10380284790"}).status_code == 200

    with site.unit():
        records.update(CONTACT, sara["id"], {"owner_id": site.user("amir@example.com")})
    call = client.get(f"/activities/activity/new?form=call&type=call&entity={CONTACT}&record_id={sara['id']}&lang=en")
    assert "is in charge here." in call.text

    def acts() -> list[str]:
        page = client.get(f"{PATH}/{sara['id']}?lang=en").text
        return re.findall(r'dw-btn-label ">([^<]+)', page.partition('class="dw-record-acts"')[2])[:3]

    assert acts() == ["WhatsApp", "Call", "Email"]
    api.call("PATCH", f"{PATH}/{sara['id']}", {
        "phones": [{"value": "+989121234567", "state": "opted_out"}, {"value": "+982188776655"}],
        "emails": [{"value": "sara@peyk.example", "state": "invalid"}]})  # fmt: skip
    assert acts()[0] == "Call"
    assert not {"WhatsApp", "Email"} & {*acts()}

    # The form of whoever may not see the company calls it so, and not by a number; saving leaves it in its place.
    company = api.create(COMPANY, name="Peyk")["id"]
    api.call("PATCH", f"{PATH}/{sara['id']}", {"company_id": company})
    caller_id = site.user("caller@example.com")
    site.give_roles(caller_id, site.role("Caller", contacts__contact__view=ALL, contacts__contact__change=ALL))
    form = site.client(caller_id).get(f"{PATH}/{sara['id']}/edit?lang=en").text
    assert f'value="{company}" selected' in form
    assert "A record that you may not see</option>" in form
    assert f"#{company}<" not in form


def test_what_was_bought_before_has_its_currency(site: Site) -> None:
    api, client = site.api(), site.client()
    made = api.create(CONTACT, name="Sara", email="sara@x.example", opening_purchases="500000")["id"]
    own = "SAR"
    organisation = api.get("/core/organisation?fields=id")["data"][0]
    assert api.call("PATCH", f"/core/organisation/{organisation['id']}", {"currency": own}).status_code == 200
    for currency, shown in ((None, own), ("KWD", "KWD")):
        api.call("PATCH", f"{PATH}/{made}", {"currency": currency})
        told = client.get(f"{PATH}/{made}/figures?lang=en").text
        assert "opening balance" in told
        assert "500,000" in told
        assert shown in told, told


def test_the_calendar_of_yearly_dates_shows_when_they_come_back(site: Site) -> None:
    api, client = site.api(), site.client()
    person = api.create("contacts.contact", name="Jan Novak", email="jan@example.com")["id"]
    made = api.create("contacts.occasion", contact_id=person, name="Wedding", date="1996-05-07")
    page = client.get(f"/contacts/occasion/calendar?lang=en&span=day&on={made['next_on']}").text
    assert "Wedding" in page
    assert f"/contacts/occasion/{made['id']}/move" not in page, "it comes back on its day and is not carried to another"
    assert f"/contacts/occasion/new?date={made['next_on']}" in page
