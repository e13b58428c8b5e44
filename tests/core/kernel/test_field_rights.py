"""Rights to single fields, hidden or read only for a role, on every surface (P29, SEC-24, SEC-27)."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from core import records
from core.actor import ALL, HIDDEN, OWN, READ, SUBTEAMS, TEAM, WRITE
from core.auth import actors, rights
from core.auth.models import Team
from core.errors import Forbidden, Invalid
from core.testing import Site

CONTACT = "contacts.contact"
EVERY = {f"contacts__contact__{action}": ALL for action in
         ("view", "add", "change", "delete", "export", "import", "assign")}  # fmt: skip
CANARY = "canary7@hidden.example"


def narrow_user(site: Site, levels: dict[str, int], email: str = "narrow@example.com", **grants: int) -> int:
    """A user whose only role may do everything with contacts, with less than that for some fields."""
    role = site.role(f"Narrow {email}", **(grants or EVERY), core__mass__change=ALL)
    user_id = site.user(email)
    with site.unit():
        rights.set_role_fields(role, CONTACT, levels)
        rights.set_user_roles(user_id, [role])
    return user_id


def test_a_hidden_field_is_nowhere(site: Site) -> None:
    made = site.api().create(CONTACT, name="Sara", email=CANARY, phone="+989121234567")
    user_id = narrow_user(site, {"email": HIDDEN})
    api, client = site.api(user_id), site.client(user_id)
    path = "/contacts/contact"
    site.api().call("PATCH", f"{path}/{made['id']}", {"email": f"x{CANARY}"})
    surfaces = [path, f"{path}/{made['id']}", f"{path}/{made['id']}/edit", f"{path}/{made['id']}/history",
                f"{path}/new", f"{path}/report", "/search?q=Sara", "/", f"{path}/options?q=Sara",
                f"{path}/export?format=csv&fields=*", f"{path}/export?format=json&fields=*",
                f"{path}/duplicates?name=Sara", f"{path}/import/template.csv"]  # fmt: skip
    for address in surfaces:
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert CANARY not in answer.text, address
        assert 'name="email"' not in answer.text, address
    for call in (path, f"{path}/{made['id']}", f"{path}?fields=*", "/openapi.json", f"/core/entity/{CONTACT}"):
        assert CANARY not in str(api.get(call)), call
    described = {f["name"] for f in api.get(f"/core/entity/{CONTACT}")["fields"]}
    assert "email" not in described
    assert "phone" in described
    assert "email" not in api.get("/openapi.json")["components"]["schemas"]["ContactsContact"]["properties"]


def test_a_hidden_field_is_no_oracle(site: Site) -> None:
    """SEC-24: neither filter, sort, group, search, look-up nor the like of it answers what it holds."""
    site.api().create(CONTACT, name="Sara", email=CANARY, phone="+989121234567")
    user_id = narrow_user(site, {"email": HIDDEN})
    api, client = site.api(user_id), site.client(user_id)
    path = "/contacts/contact"
    for call in (f"{path}?email={CANARY}", f"{path}?email__contains=canary7", f"{path}?sort=email",
                 f"{path}?fields=email", f"{path}/aggregate?group=email", f"{path}/aggregate?measure=sum:email",
                 f"{path}?email__empty=1"):  # fmt: skip
        assert api.call("GET", call).status_code == 400, call
    tree = {"filter": ["email", "eq", CANARY]}
    assert api.call("POST", f"{path}/search", tree).status_code == 400
    for text in ("canary7", "hidden.example", CANARY, "ca"):
        assert api.get(f"{path}?q={text}")["total"] == 0, text
        assert client.get(f"{path}/options?q={text}").get_json()["data"] == [], text
        assert "Sara" not in client.get(f"/search?q={text}").text, text
        assert api.get(f"{path}/aggregate?group=status&q={text}")["data"] == [], text
    for text in ("Sara", "sar", "912123", "sa"):
        assert api.get(f"{path}?q={text}")["total"] == 1, text
    assert "Sara" not in client.get(f"{path}/duplicates?email={CANARY}").text
    assert site.api().get(f"{path}?q=canary7")["total"] == 1


@pytest.mark.parametrize("level", [HIDDEN, READ])
def test_what_may_not_be_written_stays_as_it_is(site: Site, level: int) -> None:
    made = site.api().create(CONTACT, name="Sara", email=CANARY)
    user_id = narrow_user(site, {"email": level})
    api, client = site.api(user_id), site.client(user_id)
    path = f"/contacts/contact/{made['id']}"
    assert api.call("PATCH", path, {"email": "new@example.com"}).status_code == 422
    bulk = {"update": [{"id": made["id"], "email": "new@example.com"}]}
    assert api.call("POST", "/contacts/contact/bulk", bulk).status_code == 422
    assert client.get(f"{path}/field/email").status_code == 404
    assert client.post(f"{path}/field/email", {"email": "new@example.com"}).status_code == 404
    assert client.post(f"{path}/edit", {"name": "Sara II", "email": "new@example.com"}).status_code == 303
    stored = site.api().get(path)
    assert (stored["name"], stored["email"]) == ("Sara II", CANARY)
    shown = client.get(path).text
    assert (CANARY in shown) is (level == READ)
    assert 'name="email"' not in client.get(f"{path}/edit").text
    assert 'value="email"' not in client.get("/contacts/contact/import/template.csv").text


def test_errors_do_not_name_what_is_hidden(site: Site) -> None:
    """What plugins ask for of a hidden field is told without its name."""
    user_id = narrow_user(site, {"email": HIDDEN, "phone": HIDDEN})
    answer = site.api(user_id).call("POST", "/contacts/contact", {"name": "Nobody"})
    assert answer.status_code == 422
    assert set(answer.get_json()["errors"]) == {""}
    assert "email" not in answer.text.lower()


def test_rights_of_roles_add_up(site: Site) -> None:
    """A role that lets its holder view the entity opens what another hides; one that only exports does not."""
    narrow = site.role("Narrow", **EVERY)
    exporter = site.role("Exporter", contacts__contact__export=ALL)
    viewer = site.role("Viewer", contacts__contact__view=OWN)
    user_id = site.user("a@example.com")
    with site.unit() as opened:
        rights.set_role_fields(narrow, CONTACT, {"email": HIDDEN, "phone": READ})
        for roles, email, phone in (([narrow], HIDDEN, READ), ([narrow, exporter], HIDDEN, READ),
                                    ([narrow, viewer], READ, READ), ([viewer], WRITE, WRITE)):  # fmt: skip
            rights.set_user_roles(user_id, roles)
            who = actors.load_actor(opened.connection, user_id)
            assert who is not None
            assert (who.field_level(CONTACT, "email"), who.field_level(CONTACT, "phone")) == (email, phone), roles


def test_nobody_opens_a_field_that_is_closed_to_himself(site: Site) -> None:
    """A manager of users and roles cannot get at a hidden field by a role, another's account or a field's right."""
    manager = narrow_user(site, {"email": HIDDEN}, "manager@example.com", **EVERY,
                          core__user__view=ALL, core__user__change=ALL, core__role__view=ALL,
                          core__role__add=ALL, core__role__change=ALL)  # fmt: skip
    open_role = site.role("Open", contacts__contact__view=ALL)
    empty = site.role("Empty")
    other = site.user("other@example.com")
    with site.unit():
        rights.set_user_roles(other, [open_role])
    with site.unit(manager):
        assert rights.is_beyond(other)
        for act in (lambda: rights.set_user_roles(manager, [open_role]),
                    lambda: rights.set_role_grants(empty, {"contacts.contact.view": OWN}),
                    lambda: rights.set_role_fields(open_role, CONTACT, {"email": READ})):  # fmt: skip
            with pytest.raises(Forbidden):
                act()


def test_what_names_a_record_cannot_be_hidden(site: Site) -> None:
    role = site.role("Role")
    with site.unit():
        for levels in ({"name": HIDDEN}, {"nonsense": READ}, {"email": 7}):
            with pytest.raises(Invalid):
                rights.set_role_fields(role, CONTACT, levels)


def test_the_roles_page_sets_fields(site: Site) -> None:
    role = site.role("Role", contacts__contact__view=ALL)
    client, address = site.client(), f"/settings/roles/{role}/fields/{CONTACT}"
    assert 'name="email"' in client.get(address).text
    assert client.post(address, {"email": "hidden", "phone": "read"}).status_code == 303
    with site.unit():
        assert rights.fields_of(role) == {CONTACT: {"email": HIDDEN, "phone": READ}}
    assert client.post(address, {"email": "nonsense"}).status_code == 422
    assert client.post(address, {"email": "write", "phone": "write"}).status_code == 303
    with site.unit():
        assert rights.fields_of(role) == {}


def test_scopes_of_teams(site: Site) -> None:
    """P27, P28: own, team, sub-teams and all; the head of a team belongs to it, at any depth."""
    people = {name: site.user(f"{name}@example.com") for name in ("head", "deputy", "north", "east", "stranger")}
    role_ids = {scope: site.role(f"Scope {scope}", contacts__contact__view=scope)
                for scope in (OWN, TEAM, SUBTEAMS, ALL)}  # fmt: skip
    with site.unit():
        sales = records.create(Team, name="Sales", head_id=people["head"]).id
        north = records.create(Team, name="North", parent_id=sales).id
        east = records.create(Team, name="East", parent_id=north).id
        for name, team in (("deputy", sales), ("north", north), ("east", east)):
            rights.set_user_teams(people[name], [int(team or 0)])
        for name, user_id in people.items():
            records.create(CONTACT, name=name, email=f"{name}@c.example", owner_id=user_id)
    expected: dict[tuple[str, int], Any] = {
        ("head", OWN): {"head"}, ("head", TEAM): {"head", "deputy"},
        ("head", SUBTEAMS): {"head", "deputy", "north", "east"}, ("head", ALL): set(people),
        ("deputy", TEAM): {"head", "deputy"}, ("north", SUBTEAMS): {"north", "east"}, ("east", SUBTEAMS): {"east"},
        ("stranger", SUBTEAMS): {"stranger"},
    }  # fmt: skip
    for (name, scope), seen in expected.items():
        with site.unit():
            rights.set_user_roles(people[name], [role_ids[scope]])
        found = site.api(people[name]).get("/contacts/contact")
        assert {row["name"] for row in found["data"]} == seen, (name, scope)
        assert found["total"] == len(seen)


def test_many_at_once_is_a_right_of_its_own(site: Site) -> None:
    role = site.role("Changer", **EVERY)
    user_id = site.user("changer@example.com")
    with site.unit():
        rights.set_user_roles(user_id, [role])
    ids = [site.api().create(CONTACT, name=f"N{n}", email=f"n{n}@example.com")["id"] for n in range(2)]
    api, client = site.api(user_id), site.client(user_id)
    for action, value in (("status", "converted"), ("delete", "")):
        assert client.post(f"/contacts/contact/bulk/{action}", {"id": ids, "value": value}).status_code == 403
    both = {"update": [{"id": one, "status": "converted"} for one in ids]}
    assert api.call("POST", "/contacts/contact/bulk", both).status_code == 403
    assert "/bulk/delete" not in client.get("/contacts/contact").text
    with site.unit():
        rights.set_role_grants(role, {"core.mass.change": ALL})
    assert api.call("POST", "/contacts/contact/bulk", both).status_code == 200
    assert client.post("/contacts/contact/bulk/delete", {"id": ids}).status_code == 303


def test_a_user_of_two_organisations_chooses_where_to_work(site: Site) -> None:
    with site.unit():
        other = int(records.create("core.organisation", name="Second").id or 0)
    user_id = site.user("both@example.com", "sales_manager", organisation_ids=(1, other))
    with site.unit():
        for name, organisation in (("First", 1), ("Second", other), ("Shared", None)):
            records.create(CONTACT, name=f"{name}contact", email=f"{name}@c.example", owner_id=user_id,
                           organisation_id=organisation)  # fmt: skip
    client = site.client(user_id)

    def seen() -> set[str]:
        text = client.get("/contacts/contact").text
        return {name for name in ("First", "Second", "Shared") if f"{name}contact" in text}

    assert seen() == {"First", "Second", "Shared"}
    form = {"intent": "organisation", "organisation": str(other), "next": "/contacts/contact/1"}
    answer = client.post("/settings/me", form)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/contacts/contact")
    assert seen() == {"Second", "Shared"}
    client.post("/contacts/contact/new", {"name": "Madehere", "email": "made@c.example"})
    with site.unit() as opened:
        assert opened.execute(_organisation_of("Madehere")).scalar() == other
    assert client.post("/settings/me", {**form, "organisation": "999"}).status_code == 422
    client.post("/settings/me", {**form, "organisation": ""})
    assert seen() == {"First", "Second", "Shared"}


def _organisation_of(name: str) -> Any:
    return sa.text("SELECT organisation_id FROM contacts_contact WHERE name = :name").bindparams(name=name)
