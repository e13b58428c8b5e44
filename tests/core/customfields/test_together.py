"""A field that is unique together with others: told before writing, held by the database, and refused where the
records are not so."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from core.customfields import background
from core.plugin import lifecycle
from core.testing import Api, Site

FIELDS, CONTACT, ENTITY = "/custom-fields", "/contacts/contact", "contacts.contact"


@pytest.fixture
def api(site: Site) -> Api:
    return site.api()


def settle(site: Site, field_id: int) -> str:
    lifecycle.refresh(site.app.engine)
    return str(background.work(site.app.engine, "", field_id)["index"])


def person(api: Api, name: str, company: int, **custom: object) -> object:
    return api.call("POST", CONTACT, {"name": name, "email": f"{name}@example.com", "company_id": company,
                                      "custom": custom})  # fmt: skip


def test_a_badge_is_unique_within_a_company(site: Site, api: Api) -> None:
    site.add_field(ENTITY, "floor", "choice", choices={"one": "One", "two": "Two"})
    badge = site.add_field(ENTITY, "badge", "number", label={"en": "Badge"}, filter=True)
    first, second = (api.create("contacts.company", name=name)["id"] for name in ("First", "Second"))
    people = [person(api, name, first, badge=7, floor="one") for name in ("ada", "bo")]
    person(api, "cy", second, badge=7, floor="one")
    path = f"{FIELDS}/{ENTITY}/badge"
    together = {"unique_with": ["company_id", "custom.floor"]}
    refused = api.call("PATCH", path, together)
    assert refused.get_json()["errors"] == {"unique_with": [
        "2 records have the same as another one in what must be unique. Correct them first."]}
    api.call("PATCH", f"{CONTACT}/{people[1].get_json()['id']}", {"custom": {"badge": 8}})
    changed = api.call("PATCH", path, together).get_json()
    assert (changed["unique"], changed["unique_with"], changed["index"]["state"]) == (
        True, ["company_id", "custom.floor"], "building")
    assert settle(site, badge.id) == "ready"
    # before writing, whichever of the values is given, and within one batch
    taken = person(api, "di", first, badge=7, floor="one")
    assert taken.get_json()["errors"] == {
        "custom.badge": ["Badge “7” is already in use with the same Company and Floor."]}
    assert person(api, "di", first, badge=7, floor="two").status_code == 201
    assert person(api, "ed", first, badge=7).status_code == 201
    assert person(api, "fy", first, badge=7).status_code == 201, "what lacks a value is compared with nothing"
    moved = api.call("PATCH", f"{CONTACT}/{people[1].get_json()['id']}", {"custom": {"badge": 7}})
    assert moved.status_code == 422
    batch = {"create": [{"name": n, "email": f"{n}@example.com", "company_id": second, "custom": {
        "badge": 9, "floor": "one"}} for n in ("gus", "hal")]}  # fmt: skip
    assert api.call("POST", f"{CONTACT}/bulk", batch).status_code == 422
    # against the race of two requests
    race = sa.text(f"UPDATE contacts_contact SET company_id = {first}, custom = "
                   "(SELECT custom FROM contacts_contact WHERE name = 'ada') WHERE name = 'bo'")
    with site.app.engine.connect() as connection, \
            pytest.raises(sa.exc.IntegrityError, match="cf_contacts_contact_badge__with"):
        connection.execution_options(diwan_writes=True).execute(race)
    # what the rule needs stays
    kept = api.call("POST", f"{FIELDS}/{ENTITY}/floor/retire")
    assert (kept.status_code, "Badge" in kept.get_json()["detail"]) == (422, True)
    assert api.call("PATCH", path, {"unique": False}).get_json()["unique_with"] == []
    settle(site, badge.id)
    assert person(api, "ida", first, badge=7, floor="one").status_code == 201


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_the_page_offers_the_other_fields(site: Site, api: Api) -> None:
    client = site.client()
    new = f"/settings/fields/{ENTITY}/new"
    assert 'name="unique_with" value="company_id"' in client.get(f"{new}?lang=en").text
    form = {"label_en": "Desk", "type": "choice", "choice": "new-1", "choice.new-1.label.en": "A",
            "choice.new-1.active": "1", "unique": "1"}  # fmt: skip
    refused = client.post(f"{new}?lang=en", form)
    assert (refused.status_code, "unique only together with others" in refused.text) == (422, True)
    assert client.post(new, form | {"unique_with": ["company_id"]}).status_code == 303
    assert api.get(f"{FIELDS}/{ENTITY}/desk")["unique_with"] == ["company_id"]
    assert "Unique with Company" in client.get("/settings/fields?lang=en").text
    assert api.call("POST", FIELDS, {"entity": ENTITY, "type": "text", "label": {"en": "X"},
                                     "unique_with": ["custom.x"]}).status_code == 422  # fmt: skip
    with site.unit() as unit:
        assert unit.execute(sa.text("SELECT unique_with FROM core_custom_field")).scalars().all() == ["company_id"]
