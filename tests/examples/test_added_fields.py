"""A plugin adds a field, a rule and a button to another plugin's contacts: everywhere, and nowhere while it is off."""

import csv
import io
import re

import pytest
import sqlalchemy as sa

from core import jobs, query
from core.actor import ALL, SYSTEM, Origin, acting
from core.api import AddedField, Manifest, fields, hookimpl
from core.auth import rights
from core.customfields import indexing, reading
from core.customfields.models import custom_field
from core.errors import DeclarationError
from core.jobs.worker import Worker
from core.language.i18n import Preferences
from core.ops import instance, plugins
from core.plugin import lifecycle, loader, removal
from core.registry import Plugin, current
from core.transfer import commands, exporter

CONTACT, PATH, WAREHOUSE = "contacts.contact", "/contacts/contact", "custom.example_warehouse"
FIELD_PAGE = f"/settings/fields/{CONTACT}/example_warehouse"
INDEXES = {"cf_contacts_contact_example_warehouse", "cf_contacts_contact_example_warehouse__listed"}


@pytest.fixture
def example(switched_on, site):
    """The module of the example, which is on, with its indexes made."""
    module = switched_on("register_added_fields")
    _work(site)
    return module


def _work(site):
    """What a worker does beside: it follows the modules that are on."""
    lifecycle.refresh(site.app.engine)
    worker = Worker(site.app.engine, site.app.settings)
    while worker.work_next(["core.settle_field"]):
        pass


def _enable(site):
    with acting(SYSTEM, Origin("cli")):
        lifecycle.enable(site.app.engine, ["example"])
    _work(site)


def _indexes(site):
    with site.unit() as unit:
        return indexing.existing(unit)


def _declare(module, monkeypatch, *declared):
    """Another version of the plugin declares these instead."""
    monkeypatch.setattr(module, "register_added_fields", hookimpl(lambda: list(declared)))


def _people(site):
    api = site.api()
    return [api.create(CONTACT, name=name, email=f"{name}@example.com", custom={"example_warehouse": place})["id"]
            for name, place in (("Sara", "south"), ("Nima", "north"), ("Omid", None))]


def test_field_rule_and_button_are_on_every_surface(example, site, tmp_path):
    api, client = site.api(), site.client()
    south, north, nowhere = _people(site)
    assert [row["id"] for row in api.get(f"{PATH}?{WAREHOUSE}=south")["data"]] == [south]
    ordered = [row["id"] for row in api.get(f"{PATH}?sort=-{WAREHOUSE}&fields={WAREHOUSE}")["data"]]
    assert ordered == [south, north, nowhere]
    assert api.get(f"{PATH}/{south}")["custom"] == {"example_warehouse": "south"}
    shape = api.get("/openapi.json")["components"]["schemas"]["ContactsContactInput"]["properties"]["custom"]
    assert shape["properties"]["example_warehouse"]["enum"] == ["north", "south", None]
    assert "<span>انبار</span>" in client.get(f"{PATH}?lang=fa").text, "a column of the list, in the reader's language"
    form = client.get(f"{PATH}/{south}/edit?lang=en").text
    assert form.index('name="city"') < form.index(f'name="{WAREHOUSE}"') < form.index('name="postal_code"')
    posted = client.post(f"{PATH}/{south}/edit", {"name": "Sara", "email": "sara@example.com", WAREHOUSE: "north"})
    assert posted.status_code == 303, posted.text[-2000:]
    assert "Warehouse" in client.get(f"{PATH}/{south}/history?lang=en").text
    with site.unit() as unit:
        noted = unit.execute(sa.text("SELECT changes FROM core_audit WHERE entity = :name AND record_id = :id AND "
                                     "action = 'update'"), {"name": CONTACT, "id": south}).scalar_one()
    assert WAREHOUSE in noted
    file = io.BytesIO()
    with site.unit():
        asked = query.parse_args(current().entity(CONTACT), [], Preferences()).with_fields(("name", "email", WAREHOUSE))
        exporter.export(asked, "csv", file, Preferences(), for_machines=False)
    header, *rows = list(csv.reader(io.StringIO(file.getvalue().decode("utf-8-sig"))))
    assert header[-1] == "Warehouse"
    assert {row[0]: row[2] for row in rows} == {"Sara": "North", "Nima": "North", "Omid": ""}
    path = tmp_path / "back.csv"
    path.write_text("Name,Email,انبار,City\nSara,sara@example.com,South,Rome\nNima,nima@example.com,North,Rome\n")
    with site.unit():
        done = commands.import_file(site.app.engine, CONTACT, path, match="email")
    assert (done["updated"], done["failed"]) == (1, 1), "the plugin's rule holds for files too"
    assert api.get(f"{PATH}/{south}")["custom"] == {"example_warehouse": "south"}
    # The rule and the button; a role may be kept from the field.
    refused = api.call("PATCH", f"{PATH}/{north}", {"city": "Rome"})
    assert refused.get_json()["errors"] == {WAREHOUSE: ["Rome is served from the south."]}
    values = {"name": "Nima", "email": "nima@example.com", "city": "Rome", WAREHOUSE: "north"}
    posted = client.post(f"{PATH}/{north}/edit?lang=en", values)
    assert posted.status_code == 422
    assert "Rome is served from the south." in posted.text
    assert "Serve from the south" in client.get(f"{PATH}/{north}?lang=en").text
    assert client.post(f"{PATH}/{north}/do/serve_from_south").status_code in (200, 303)
    assert api.get(f"{PATH}/{north}")["custom"] == {"example_warehouse": "south"}
    assert api.call("PATCH", f"{PATH}/{north}", {"city": "Rome"}).status_code == 200

    user_id = site.user("outside@example.com")
    role = site.role("Outside", contacts__contact__view=ALL)
    with site.unit():
        rights.set_role_fields(role, CONTACT, {WAREHOUSE: 0})
        rights.set_user_roles(user_id, [role])
    api = site.api(user_id)
    assert "custom" not in api.get(f"{PATH}/{north}")
    assert api.call("GET", f"{PATH}?{WAREHOUSE}=south").status_code == 400


def test_it_is_gone_while_its_plugin_is_off_and_back_with_all_values(example, site, monkeypatch):
    words = fields.text("Nickname", search=1)
    _declare(example, monkeypatch, *example.register_added_fields(), AddedField(CONTACT, "example_word", words))
    _enable(site)
    api, client = site.api(), site.client()
    south = _people(site)[0]
    api.call("PATCH", f"{PATH}/{south}", {"custom": {"example_word": "Zanbagh"}})
    assert api.get(f"{PATH}?q=zanbagh")["total"] == 1
    whole = api.get(f"{PATH}/{south}")
    lifecycle.disable(site.app.engine, "example")
    _work(site)
    assert "custom" not in api.get(f"{PATH}/{south}")
    assert api.call("GET", f"{PATH}?{WAREHOUSE}=south").status_code == 400
    assert api.call("PATCH", f"{PATH}/{south}", {"custom": {"example_warehouse": "north"}}).status_code == 422
    assert api.get(f"{PATH}?q=zanbagh")["total"] == 0
    assert "example_warehouse" not in api.call("GET", "/openapi.json").text
    for page in (PATH, f"{PATH}/new", f"{PATH}/{south}", "/settings/fields", "/settings/roles/new"):
        shown = client.get(f"{page}?lang=en").text
        assert not re.search("example_warehouse|Serve from the south", shown), page
    assert client.get(f"{PATH}/{south}/history").status_code == 200
    assert client.get(FIELD_PAGE).status_code == 404
    given = {"entity": CONTACT, "key": "example_warehouse", "type": "text", "label": {"en": "Mine"}}
    taken = api.call("POST", "/custom-fields", given)
    assert taken.get_json()["errors"]["key"] == ["The module “Example” has a field with this key."]
    assert api.call("PATCH", f"{PATH}/{south}", {"city": "Shiraz"}).status_code == 200, "others' changes keep the value"
    _enable(site)
    after = api.get(f"{PATH}/{south}")
    assert after["custom"] == whole["custom"]
    assert api.get(f"{PATH}?q=zanbagh&{WAREHOUSE}=south")["total"] == 1


def test_administrators_place_it_and_change_nothing_else(example, site, monkeypatch):
    client, api = site.client(), site.api()
    address = f"/custom-fields/{CONTACT}"
    page = client.get(f"{FIELD_PAGE}?lang=fa").text
    assert "انبار" in page
    assert 'name="label_en"' not in page
    assert "Module: Example" in client.get("/settings/fields?lang=en").text
    stated = api.get(f"{address}/example_warehouse")
    assert (stated["module"], stated["in_list"], stated["index"]["state"]) == ("example", True, "ready")
    seen = re.search(r'name="fingerprint" value="(\w+)"', page)
    assert client.post(FIELD_PAGE, {"section": "", "after": "name", "fingerprint": seen[1]}).status_code == 303
    assert client.post(FIELD_PAGE, {"after": "city", "fingerprint": seen[1]}).status_code == 409
    assert WAREHOUSE not in current().entity(CONTACT).meta.list
    form = client.get(f"{PATH}/new").text
    assert form.index('name="name"') < form.index(f'name="{WAREHOUSE}"') < form.index('name="city"')
    refused = api.call("PATCH", f"{address}/example_warehouse", {"label": {"en": "Mine"}, "required": True})
    assert set(refused.get_json()["errors"]) == {"label", "required"}
    for act in ("retire", "restore"):
        assert api.call("POST", f"{address}/example_warehouse/{act}").status_code == 422
    site.add_field(CONTACT, "mine")
    assert api.call("POST", f"{address}/order", {"keys": ["mine", "example_warehouse"]}).status_code == 200
    renamed = fields.choice("Area", {"north": "North", "south": "South"})
    _declare(example, monkeypatch, AddedField(CONTACT, "example_warehouse", renamed, after="city", in_list=True))
    _enable(site)
    found = api.get(f"{address}/example_warehouse")
    assert (found["label"]["en"], found["after"], found["in_list"], found["filter"]) == ("Area", "name", False, False)
    assert not INDEXES & _indexes(site), "the new version filters by it no more"
    assert [one["key"] for one in api.get(f"/custom-fields?entity={CONTACT}")["data"]] == ["mine", "example_warehouse"]


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_key_that_is_taken_keeps_the_plugin_out_and_says_why(install, site):
    site.add_field(CONTACT, "example_warehouse", label={"en": "Mine"})
    install("register_added_fields")
    answer = site.client().post("/settings/modules/example/enable?lang=en")
    assert answer.status_code == 409
    assert "where an administrator has added one of that name" in answer.text
    assert site.client().get(PATH).status_code == 200
    assert site.api().create(CONTACT, name="A", email="a@example.com", custom={"example_warehouse": "x"})
    with site.unit():
        assert current().troubles["example"].is_out


@pytest.mark.parametrize(("declared", "told"), [
    (AddedField("core.team", "region", fields.text("A")), "must begin with example_"),
    (AddedField("core.team", "example__region", fields.text("A")), "single underscores"),
    (AddedField("core.team", "example_a", fields.tags("core.team", "A")), "cannot be stored"),
    (AddedField("core.team", "example_a", fields.ref("visits.visit", "A")), "name its plugin in `requires`"),
    (AddedField("core.user", "example_a", fields.text("A")), "which takes none"),
    (AddedField(CONTACT, "example_a", fields.date("A", not_after="never")), "no field of the entity"),
    (AddedField("example.shelf", "example_a", fields.text("A")), "declare the field in its class"),
], ids=lambda given: given if isinstance(given, str) else "")  # fmt: skip
def test_what_cannot_be_added_says_so(install, monkeypatch, declared, told):
    module = install("seed")
    monkeypatch.setattr(module, "register_added_fields", hookimpl(lambda: [declared]), raising=False)
    with pytest.raises(DeclarationError, match=told):
        lifecycle.registries.build(lifecycle.KERNEL_ENTITIES, [
            loader.installed().plugins["contacts"],
            Plugin(Manifest("example", "Example", "1", requires=("contacts",)), module)])  # fmt: skip


def test_indexes_follow_upgrades_and_versions_and_nothing_stays_of_what_is_removed(
    example, site, monkeypatch, tmp_path
):
    """An upgrade asks for indexes that an earlier version did not make."""
    with site.app.engine.begin() as connection:
        connection.execute(sa.text("DROP INDEX cf_contacts_contact_example_warehouse__listed"))
    for _time in range(2):
        instance.upgrade(site.app.settings)
    lifecycle.refresh(site.app.engine)
    with site.unit() as unit:
        (one,) = reading.definitions(CONTACT)
        assert one.index_state == "building", "until it is there, the page says so"
        waiting = unit.execute(sa.select(sa.func.count()).select_from(jobs.models.jobs).where(
            jobs.models.jobs.c.state == "waiting", jobs.models.jobs.c.name == "core.settle_field"))
        assert waiting.scalar_one() == 1
    _work(site)
    assert _indexes(site) >= INDEXES
    with site.unit():
        assert [one.index_state for one in reading.definitions(CONTACT)] == ["ready"]
    south = _people(site)[0]
    declared = example.register_added_fields()
    _declare(example, monkeypatch)
    _enable(site)
    assert not INDEXES & _indexes(site)
    page = site.client().get(f"{FIELD_PAGE}?lang=en").text
    assert "no longer has this field" in page
    assert "Bring back" not in page
    _declare(example, monkeypatch, *declared)
    _enable(site)
    assert _indexes(site) >= INDEXES
    assert site.api().get(f"{PATH}?{WAREHOUSE}=north")["total"] == 1
    _declare(example, monkeypatch, AddedField(CONTACT, "example_warehouse", fields.number("Warehouse")))
    registry = lifecycle.build_registry(site.app.engine)
    assert "has another type than the values" in registry.troubles["example"].summary
    assert WAREHOUSE not in registry.entity(CONTACT).fields
    _declare(example, monkeypatch, *declared)
    lifecycle.disable(site.app.engine, "example")
    with acting(SYSTEM, Origin("cli")):
        leaving = removal.look(site.app.engine, "example")
        assert leaving.custom_fields == 1
        (file,) = plugins.export(site.app.engine, leaving, tmp_path / "kept")
        assert sorted(file.read_text("utf-8-sig").split()[1:])[0].endswith(",Sara,south")
        removal.remove(site.app.engine, leaving)
    with site.unit() as unit:
        assert unit.execute(sa.select(sa.func.count()).select_from(custom_field)).scalar_one() == 0
        held = unit.execute(sa.text("SELECT custom FROM contacts_contact WHERE id = :id"), {"id": south}).scalar_one()
    assert held is None
    assert not INDEXES & _indexes(site)


