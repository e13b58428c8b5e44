"""Who may do what, and why: the page and the command say what the gate does (P31)."""

from __future__ import annotations

import json
from types import ModuleType
from typing import Any

import pytest
from click.testing import CliRunner

from core import records
from core import registry as registries
from core.actor import ALL, HIDDEN, OWN, acting
from core.auth import actors, rights
from core.auth.explain import ON_RECORDS, Person, Verdict
from core.auth.models import Organisation
from core.cli.tree import build
from core.permissions import can, field_level
from core.plugin.hookspecs import hookimpl
from core.plugin.lifecycle import KERNEL_ENTITIES, KERNEL_HOOKS
from core.plugin.manifest import Manifest
from core.registry import current
from core.testing import Site, environment

CONTACT = "contacts.contact"


@pytest.fixture
def people(site: Site) -> dict[str, int]:
    """An administrator, a narrow user, one of another organisation, one without roles, one switched off."""
    with site.unit():
        other = int(records.create(Organisation, name="Noor").id or 0)
    found = {name: site.user(f"{name}@example.com", organisation_ids=(other,) if name == "foreign" else ())
             for name in ("narrow", "foreign", "nobody", "gone")}  # fmt: skip
    role = site.role("Narrow", contacts__contact__view=OWN, contacts__contact__change=OWN)
    everything = site.role("Everything", contacts__contact__view=ALL, contacts__contact__delete=ALL)
    with site.unit():
        rights.set_role_fields(role, CONTACT, {"email": HIDDEN})
        for name, role_id in (("narrow", role), ("foreign", everything), ("gone", everything)):
            rights.set_user_roles(found[name], [role_id])
        records.update("core.user", found["gone"], {"active": False})
    return {"admin": 1, **found}


def texts(verdict: Verdict, gives: bool) -> str:
    return " ".join(str(reason.text) for reason in verdict.reasons if reason.gives is gives)


def test_every_verdict_is_that_of_the_gate(site: Site, people: dict[str, int]) -> None:
    made = site.api().create(CONTACT, name="Sara", email="sara@example.com")
    own = site.api(people["narrow"])
    assert own.call("POST", "/contacts/contact", {"name": "Omar"}).status_code == 403
    for name, user_id in people.items():
        with site.unit() as opened:
            person, who = Person(user_id), actors.load_actor(opened.connection, user_id)
            for permission in current().permissions:
                allowed = who is not None and can(permission, who)
                assert person.permission(permission).allowed is allowed, (name, permission)
                assert texts(person.permission(permission), allowed), (name, permission)
            for spec in current().entities.values():
                for f in spec.fields.values():
                    level = field_level(f, who) if who else HIDDEN
                    assert person.field(f).allowed is (level > HIDDEN), (name, spec.name, f.name)
            spec = current().entity(CONTACT)
            for action in ON_RECORDS:
                verdict = person.on_record(spec, made["id"], action)
                if who is None:
                    assert not verdict.allowed
                    continue
                with acting(who):
                    found = records.load(spec, [made["id"]], action)
                assert verdict.allowed is bool(found), (name, action)
                assert texts(verdict, verdict.allowed), (name, action)


def test_reasons_name_the_role_the_owner_and_the_organisation(site: Site, people: dict[str, int]) -> None:
    made = site.api().create(CONTACT, name="Sara", email="sara@example.com")
    with site.unit():
        spec = current().entity(CONTACT)
        narrow = Person(people["narrow"])
        assert "Narrow" in texts(narrow.on_record(spec, made["id"], "view"), True)
        assert "admin" in texts(narrow.on_record(spec, made["id"], "view"), False)
        assert "Narrow" in texts(narrow.field(spec.fields["email"]), False)
        assert "My organisation" in texts(Person(people["foreign"]).on_record(spec, made["id"], "view"), False)
        assert texts(Person(people["gone"]).permission("contacts.contact.view"), False)
        token = Person(1, read_only=True).permission("contacts.contact.change")
        assert not token.allowed
        assert {reason.kind for reason in token.reasons if not reason.gives} == {"token"}
    site.api().call("DELETE", f"/contacts/contact/{made['id']}")
    with site.unit():
        trashed = Person(1).on_record(spec, made["id"], "view")
        assert (trashed.allowed, [one.kind for one in trashed.reasons if not one.gives]) == (False, ["trash"])


def test_a_plugin_that_narrows_is_named(site: Site, people: dict[str, int]) -> None:
    made = site.api().create(CONTACT, name="Sara", email="sara@example.com")
    with site.unit(), registries.pinned(_with_plugin(made["id"])):
        spec = current().entity(CONTACT)
        person = Person(people["foreign"])
        denied = person.permission("contacts.contact.delete")
        assert (denied.allowed, [one.source for one in denied.reasons if not one.gives]) == (False, ["border"])
        assert "Border guard" in texts(denied, False)
        seen = person.on_record(spec, made["id"], "view")
        assert "border" in [one.source for one in seen.reasons if not one.gives]


def _with_plugin(hidden_id: int) -> registries.Registry:
    """The registry with one more plugin, which refuses deleting and leaves out one record."""
    module = ModuleType("border.plugin")

    @hookimpl
    def deny(actor: Any, permission: str) -> bool:
        return permission.endswith(".delete")

    @hookimpl
    def scope_query(entity: Any, actor: Any, action: str) -> list[Any]:
        return [entity.table.c.id != hidden_id]

    vars(module).update(deny=deny, scope_query=scope_query)
    made = registries.Plugin(Manifest("border", "Border guard", "1.0", optional=("contacts",)), module)
    plugins = [*current().plugins.values(), made]
    return registries.build(KERNEL_ENTITIES, plugins, kernel_hooks=KERNEL_HOOKS)


def test_the_page_tells_it_in_every_language(site: Site, people: dict[str, int]) -> None:
    made = site.api().create(CONTACT, name="Sara", email="sara@example.com")
    client = site.client()
    address = f"/settings/users/{people['narrow']}/rights"
    assert address in client.get(f"/settings/users/{people['narrow']}").text
    for language in ("ar", "fa", "en"):
        for query in ("", f"&entity={CONTACT}", f"&entity={CONTACT}&record={made['id']}", "&token=read"):
            answer = client.get(f"{address}?lang={language}{query}")
            assert answer.status_code == 200
            assert "Narrow" in answer.text
    assert "“Narrow”" in client.get(f"{address}?lang=en&entity={CONTACT}").text
    for query in ("record=1", f"entity={CONTACT}&record=99999", f"entity={CONTACT}&record=x"):
        assert 'role="alert"' in client.get(f"{address}?{query}").text
    typed = str(made["id"]).translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))
    for known in (typed, made["number"], f" {made['number']} "):
        answer = client.get(address, query_string={"entity": CONTACT, "record": known})
        assert 'role="alert"' not in answer.text, known
    assert client.get(f"{address}?entity=no.such").status_code == 404
    assert site.client(people["narrow"]).get(address).status_code == 403


def test_the_command_prints_it(site: Site, people: dict[str, int]) -> None:
    made = site.api().create(CONTACT, name="Sara", email="sara@example.com")
    url = site.app.settings.database_url
    with environment(DIWAN_INSTANCE=str(site.folder), DIWAN_DATABASE_URL=url):
        def run(*arguments: str) -> str:
            done = CliRunner().invoke(build(), ["user", "rights", "narrow@example.com", *arguments])
            assert done.exit_code == 0, done.output
            return done.output

        found = {one["name"]: one for one in json.loads(run("--json"))}
        assert (found["contacts.contact.view"]["allowed"], found["contacts.contact.view"]["reach"]) == (True, "own")
        assert found["contacts.contact.delete"]["allowed"] is False
        on_record = {one["name"]: one for one in json.loads(run("--record", f"{CONTACT}:{made['id']}", "--json"))}
        assert on_record["contacts.contact.view"]["allowed"] is False
        assert on_record["email"]["reach"] == "hidden"
        assert "Narrow" in run("--record", f"{CONTACT}:{made['id']}")
