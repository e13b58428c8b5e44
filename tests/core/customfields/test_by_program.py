"""Added fields described by programs, dates that follow other dates, and what a retired field's words do in search."""

from __future__ import annotations

import pytest

from core.customfields import background
from core.plugin import lifecycle
from core.testing import Api, Site

FIELDS, CONTACT = "/custom-fields", "/contacts/contact"
ENTITY = "contacts.contact"


def settle(site: Site, field_id: int = 1) -> None:
    """What the job does that the API asked for."""
    lifecycle.refresh(site.app.engine)
    background.work(site.app.engine, "", field_id, search=True)


def add(api: Api, **facts: object) -> dict[str, object]:
    answer = api.call("POST", FIELDS, {"entity": ENTITY, **facts})
    assert answer.status_code == 201, answer.get_json()
    return dict(answer.get_json())


def test_a_program_adds_changes_and_retires_a_field(site: Site) -> None:
    api = site.api()
    made = add(api, type="choice", label={"en": "Shirt size", "fa": "سایز"}, filter=True,
               choices=[{"label": {"en": "Small"}, "hue": "blue"}, {"label": {"en": "Large"}}])  # fmt: skip
    assert (made["key"], made["name"], made["state"]) == ("shirt_size", "custom.shirt_size", "in_use")
    assert [one["value"] for one in made["choices"]] == ["small", "large"]  # type: ignore[attr-defined]
    one = f"{FIELDS}/{ENTITY}/shirt_size"
    created = api.create(ENTITY, name="S", email="s@example.com", custom={"shirt_size": "small"})
    assert api.get(f"{CONTACT}?custom.shirt_size=small")["total"] == 1
    changed = api.call("PATCH", one, {"label": {"en": "Size"}, "required": True, "version": made["version"]})
    assert changed.get_json()["label"]["en"] == "Size"
    assert api.call("PATCH", one, {"required": False, "version": made["version"]}).status_code == 409
    refused = api.call("PATCH", one, {"type": "text", "entity": "contacts.company"}).get_json()["errors"]
    assert set(refused) == {"type", "entity"}
    assert api.call("PATCH", one, {"choices": []}).status_code == 422
    assert api.call("PATCH", one, {"colour": "red"}).status_code == 422
    assert api.call("POST", f"{one}/retire").get_json()["state"] == "retired"
    assert "custom" not in api.get(f"{CONTACT}/{created['id']}")
    assert api.call("POST", f"{one}/purge", {"count": 7}).status_code == 422
    assert api.call("POST", f"{one}/restore").get_json()["state"] == "in_use"
    assert api.get(f"{CONTACT}/{created['id']}")["custom"]["shirt_size"] == "small"
    assert [row["key"] for row in api.get(f"{FIELDS}?entity={ENTITY}")["data"]] == ["shirt_size"]
    assert "/custom-fields/{entity}/{key}" in api.get("/openapi.json")["paths"]
    seller = site.api(site.user("s@x.example", "sales_representative"))
    assert seller.call("GET", FIELDS).status_code == 403
    assert "/custom-fields" not in seller.get("/openapi.json")["paths"]
    assert site.api(scope="read").call("POST", f"{one}/retire").status_code == 403


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_date_is_held_against_the_other_dates_of_its_record(site: Site) -> None:
    api = site.api()
    add(api, key="starts", type="date", label={"en": "Starts"}, not_before="birth_date")
    add(api, key="ends", type="date", label={"en": "Ends"}, not_before="custom.starts")
    wrong = api.call("POST", FIELDS, {"entity": ENTITY, "key": "x", "type": "date", "label": {"en": "X"},
                                      "not_after": "name"})  # fmt: skip
    assert "not_after" in wrong.get_json()["errors"]
    person = {"name": "P", "email": "p@example.com"}
    refused = api.call("POST", CONTACT, {**person, "custom": {"starts": "2026-03-02", "ends": "2026-03-01"}})
    assert refused.get_json()["errors"] == {"custom.ends": ["Ends must not be before Starts."]}
    made = api.create(ENTITY, **person, custom={"starts": "2026-03-01", "ends": "2026-03-01"})
    path = f"{CONTACT}/{made['id']}"
    assert api.call("PATCH", path, {"birth_date": "2026-03-05"}).status_code == 422
    assert api.call("PATCH", path, {"custom": {"ends": None, "starts": "2027-01-01"}}).status_code == 200
    client = site.client()
    form = {"label_en": "Signed", "type": "date", "not_after": "custom.ends"}
    assert client.post(f"/settings/fields/{ENTITY}/new", form).status_code == 303
    assert api.get(f"{FIELDS}/{ENTITY}/signed")["not_after"] == "custom.ends"


def test_the_words_of_a_retired_field_leave_the_search_and_come_back_with_it(site: Site) -> None:
    api = site.api()
    add(api, key="nickname", type="text", label={"en": "Nickname"})
    api.create(ENTITY, name="Reza", email="r@example.com", custom={"nickname": "Zanbouri"})
    assert api.get(f"{CONTACT}?q=zanbour")["total"] == 1
    api.call("POST", f"{FIELDS}/{ENTITY}/nickname/retire")
    settle(site)
    assert api.get(f"{CONTACT}?q=zanbour")["total"] == 0
    assert api.get(f"{CONTACT}?q=reza")["total"] == 1
    api.call("POST", f"{FIELDS}/{ENTITY}/nickname/restore")
    settle(site)
    assert api.get(f"{CONTACT}?q=zanbour")["total"] == 1


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_fields_stand_in_the_order_that_they_were_put_in(site: Site) -> None:
    api, client = site.api(), site.client()
    for key in ("one", "two", "three", "gone"):
        add(api, key=key, type="text", label={"en": key.capitalize()}, in_list=True)
    api.call("POST", f"{FIELDS}/{ENTITY}/gone/retire")
    path = f"/settings/fields/{ENTITY}/order"
    assert client.post(path, {"key": ["three", "one", "two"]}).status_code == 303
    assert [row["key"] for row in api.get(f"{FIELDS}?entity={ENTITY}")["data"]] == ["three", "one", "two", "gone"]
    for shown in (client.get(f"{CONTACT}/new?lang=en").text, client.get(f"{CONTACT}?lang=en").text):
        assert shown.index("Three") < shown.index("One") < shown.index("Two")
    for keys in (["one", "two"], ["one", "two", "three", "gone"], ["one", "one", "two"]):
        assert api.call("POST", f"{FIELDS}/{ENTITY}/order", {"keys": keys}).status_code == 409
    assert api.call("POST", f"{FIELDS}/{ENTITY}/order", {"keys": ["two", "one", "three"]}).status_code == 200
    assert client.get("/settings/fields?lang=en").text.index("custom.two") < \
        client.get("/settings/fields?lang=en").text.index("custom.one")
