"""What an activity is about: in the list, as a filter, and chosen in the form, within the rights of the reader."""

import re

import pytest

from core.testing import Site, counted_queries

CONTACT, COMPANY, ACTIVITY = "contacts.contact", "contacts.company", "activities.activity"
PATH = "/activities/activity"


@pytest.fixture
def sara(site: Site) -> int:
    return site.api().create(CONTACT, name="Sara Canary", email="sara@example.com")["id"]


def test_the_list_says_what_each_is_about_and_is_filtered_by_it(site, sara):
    arman = site.api().create(COMPANY, name="Arman Trading")["id"]
    for subject, entity, record_id in (("Call back", CONTACT, sara), ("Send offer", COMPANY, arman)):
        site.api().create(ACTIVITY, subject=subject, entity=entity, record_id=record_id)
    site.api().create(ACTIVITY, subject="Tidy up")
    client = site.client()
    client.get(PATH)
    with counted_queries(site.app) as seen:
        page = client.get(PATH).text
    assert f'href="/contacts/contact/{sara}"><bdi data-user class="dw-cut">Sara Canary' in page
    assert f'href="/contacts/company/{arman}"' in page
    assert len([one for one in seen if one.startswith(("SELECT", "WITH"))]) <= 6, seen
    for asked, shown in ((f"record_id=contacts.contact:{sara}", ["Call back"]),
                         (f"record_id__ne=contacts.contact:{sara}", ["Send offer", "Tidy up"]),
                         ("entity=contacts.company", ["Send offer"]), ("record_id__empty=1", ["Tidy up"])):
        page = client.get(f"{PATH}?{asked}").text
        assert [one for one in ("Call back", "Send offer", "Tidy up") if one in page] == shown, asked
    assert "Sara Canary" in re.search(r"dw-chip.*?</li>|dw-chip.*?</span>\s*</a>",
                                      client.get(f"{PATH}?record_id=contacts.contact:{sara}").text, re.S)[0]
    assert client.get(f"{PATH}?record_id=contacts.contact:x").status_code == 400

    role = site.role("Doers", activities__activity__view=4)
    reza = site.user("reza@example.com")
    site.give_roles(reza, role)
    for page in (PATH, f"{PATH}?record_id=contacts.contact:{sara}", "/options/record?q=Canary"):
        assert "Canary" not in site.client(reza).get(page).text, page


def test_the_record_is_chosen_in_the_form_and_on_the_page(site, sara):
    client = site.client()
    client.get(f"/contacts/contact/{sara}")
    for asked in ("", "?q=canar"):  # before anything is typed what was opened lately
        (found,) = client.get(f"/options/record{asked}").get_json()["data"]
        assert found == {"id": f"{CONTACT}:{sara}", "title": "Sara Canary", "subtitle": "Contact"}
    assert 'data-options-href="/options/record"' in client.get(f"{PATH}/new").text
    saved = client.post(f"{PATH}/new", {"subject": "Call back", "type": "call", "entity": "", "record_id": found["id"]},
                        headers={"X-Diwan-Panel": "1"}).get_json()
    path = f"{PATH}/{saved['id']}"
    made = site.api().get(path)
    assert (made["entity"], made["record_id"]) == (CONTACT, sara)
    assert f'value="{CONTACT}:{sara}" selected' in client.get(f"{path}/edit").text
    arman = site.api().create(COMPANY, name="Arman Trading")["id"]
    answer = client.post(f"{path}/field/record_id", {"record_id": f"{COMPANY}:{arman}"})
    assert "Arman Trading" in answer.get_json()["html"]
    assert client.post(f"{path}/field/record_id", {"record_id": ""}).status_code == 200
    made = site.api().get(path)
    assert (made["entity"], made["record_id"]) == (None, None)


def test_lists_of_every_entity_find_what_is_overdue_and_what_has_nothing_planned(site, sara):
    """Within the rights of the reader: what he may not see of activities is not found out by asking."""
    api = site.api()
    reza = api.create(CONTACT, name="Reza", email="reza@example.com")["id"]
    api.create(CONTACT, name="Omid", email="omid@example.com")
    api.create(ACTIVITY, subject="Late", entity=CONTACT, record_id=sara, due_at="2026-01-02T10:00:00Z")
    api.create(ACTIVITY, subject="Later", entity=CONTACT, record_id=reza, due_at="2099-01-02T10:00:00Z")
    contacts = "/contacts/contact"

    def found(asked: str, by=api) -> list[str]:
        return [one["name"] for one in by.get(f"{contacts}?{asked}&sort=name")["data"]]

    assert found("overdue_activity=1") == ["Sara Canary"]
    assert found("no_next_activity=1") == ["Omid"]
    assert api.get("/contacts/company?no_next_activity=1")["data"] == []
    page = site.client().get(f"{contacts}?overdue_activity=1").text
    assert 'data-field="overdue_activity"' in page
    assert "Reza" not in page
    assert api.call("GET", f"{PATH}?overdue_activity=1").status_code == 400, "an activity has none of its own"

    own = site.user("own@example.com")
    site.give_roles(own, site.role("Own", contacts__contact__view=4, activities__activity__view=1))
    assert found("overdue_activity=1", site.api(own)) == []
    blind = site.user("blind@example.com")
    site.give_roles(blind, site.role("Blind", contacts__contact__view=4))
    assert site.api(blind).call("GET", f"{contacts}?overdue_activity=1").status_code == 400
