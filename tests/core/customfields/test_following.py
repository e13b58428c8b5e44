"""Choices that follow another choice: one check for form, API and import, and a form that offers only what fits."""

from __future__ import annotations

import pytest

from core.testing import Api, Site

FIELDS, CONTACT, ENTITY = "/custom-fields", "/contacts/contact", "contacts.contact"
FLOORS = [("ground", ["north", "south"]), ("tower", ["north"]), ("none", [])]


@pytest.fixture
def api(site: Site) -> Api:
    """Floors that are offered in some houses only."""
    made = site.api()
    site.add_field(ENTITY, "house", "choice", choices={"north": "North", "south": "South"})
    answer = made.call("POST", FIELDS, {
        "entity": ENTITY, "key": "floor", "type": "choice", "label": {"en": "Floor"}, "follows": "custom.house",
        "choices": [{"value": value, "label": {"en": value.capitalize()}, "when": when} for value, when in FLOORS],
    })  # fmt: skip
    assert answer.status_code == 201, answer.get_json()
    return made


def test_only_what_fits_is_written(site: Site, api: Api) -> None:
    person = {"name": "Ada", "email": "ada@example.com"}
    refused = api.call("POST", CONTACT, {**person, "custom": {"house": "south", "floor": "tower"}})
    assert refused.get_json()["errors"] == {"custom.floor": ["“Tower” is not offered while House is “South”."]}
    assert api.call("POST", CONTACT, {**person, "custom": {"floor": "tower"}}).status_code == 422
    made = api.create(ENTITY, **person, custom={"house": "north", "floor": "tower"})
    path = f"{CONTACT}/{made['id']}"
    assert api.call("PATCH", path, {"custom": {"house": "south"}}).status_code == 422, "floor does not fit any more"
    assert api.call("PATCH", path, {"custom": {"house": "south", "floor": "none"}}).status_code == 200
    # the rule changes: what records have stays until one of the two is given
    stored = api.get(f"{FIELDS}/{ENTITY}/floor")["choices"]
    choices = [{**one, "when": ["north"]} for one in stored]
    assert api.call("PATCH", f"{FIELDS}/{ENTITY}/floor", {"choices": choices}).status_code == 200
    assert api.call("PATCH", path, {"name": "Ada B"}).status_code == 200
    # definitions that make no sense, and the end of what is followed
    for given in ({"follows": "name"}, {"follows": "custom.floor"}, {"choices": [{**stored[0], "when": ["east"]}]}):
        assert api.call("PATCH", f"{FIELDS}/{ENTITY}/floor", given).status_code == 422, given
    assert api.call("PATCH", f"{FIELDS}/{ENTITY}/house", {"follows": "custom.floor"}).status_code == 422, "in a ring"
    assert api.call("POST", f"{FIELDS}/{ENTITY}/house/retire").status_code == 422
    assert api.call("PATCH", f"{FIELDS}/{ENTITY}/floor", {"follows": ""}).get_json()["choices"][0]["when"] == []


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_the_pages_tell_the_script_what_fits(site: Site, api: Api) -> None:
    client = site.client()
    form = client.get(f"{CONTACT}/new?lang=en").text
    assert 'data-follows="custom.house"' in form
    assert '<option value="tower" data-when="north"' in form
    made = api.create(ENTITY, name="Bo", email="bo@example.com", custom={"house": "south"})
    inline = client.get(f"{CONTACT}/{made['id']}/field/custom.floor?lang=en").text
    assert ("ground" in inline, "tower" in inline) == (True, False), "in place the other choice is not at hand"
    page = f"/settings/fields/{ENTITY}/floor"
    shown = client.get(f"{page}?lang=en").text
    assert 'name="choice.tower.when" value="north" checked' in shown
    posted = {"label_en": "Floor", "follows": "custom.house", "choice": ["ground", "tower", "none"],
              **{f"choice.{value}.label.en": value for value, _when in FLOORS},
              **{f"choice.{value}.active": "1" for value, _when in FLOORS}, "choice.none.when": ["south"]}  # fmt: skip
    assert client.post(page, posted).status_code == 303
    assert [one["when"] for one in api.get(f"{FIELDS}/{ENTITY}/floor")["choices"]] == [[], [], ["south"]]


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_list_of_cities_follows_the_country(site: Site) -> None:
    """P61: countries are written by name in the reader's language; form, file and program offer what fits."""
    client, api = site.client(), site.api()
    given = {
        "label_en": "Place", "key": "place", "type": "choice", "follows": "country",
        "choice": ["new-1", "new-2", "new-3"], **{f"choice.new-{n}.active": "1" for n in (1, 2, 3)},
        "choice.new-1.label.fa": "تهران", "choice.new-1.label.en": "Tehran", "choice.new-1.when": "ایران",
        "choice.new-2.label.fa": "خلیج", "choice.new-2.label.en": "Gulf",
        "choice.new-2.when": "عربستان سعودی، الكويت ,AE", "choice.new-3.label.en": "Elsewhere",
    }  # fmt: skip
    wrong = client.post(f"/settings/fields/{ENTITY}/new?lang=fa", {**given, "choice.new-1.when": "ایران، ناکجاآباد"})
    assert wrong.status_code == 422
    assert "«ناکجاآباد»" in wrong.text
    assert 'value="ایران، ناکجاآباد"' in wrong.text, "what was typed is not lost"
    assert client.post(f"/settings/fields/{ENTITY}/new?lang=fa", given).status_code == 303
    shown = api.get(f"{FIELDS}/{ENTITY}/place")
    assert [one["when"] for one in shown["choices"]] == [["IR"], ["SA", "KW", "AE"], []]
    assert 'value="Saudi Arabia, Kuwait, United Arab Emirates"' in client.get(
        f"/settings/fields/{ENTITY}/place?lang=en").text  # fmt: skip
    form = client.get(f"{CONTACT}/new?lang=en").text
    assert 'data-follows="country"' in form
    assert '<option value="gulf" data-when="SA KW AE"' in form
    made = api.create(ENTITY, name="One", email="one@example.com", country="SA", custom={"place": "gulf"})
    refused = api.call("PATCH", f"{CONTACT}/{made['id']}", {"country": "IR"}).get_json()["errors"]
    assert refused == {"custom.place": ["“Gulf” is not offered while Country is “Iran”."]}
    moved = {"country": "IR", "custom": {"place": "tehran"}}
    assert api.call("PATCH", f"{CONTACT}/{made['id']}", moved).status_code == 200
