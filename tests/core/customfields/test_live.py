"""A field is in use in every process at its next request; it waits with its values while its module is off."""

import os
import subprocess
import sys

from core.actor import ALL
from core.auth import rights
from core.customfields import reading
from core.plugin import lifecycle
from core.testing import Site

ENTITY = "contacts.company"
COMPANY = "/contacts/company"


def other_process(site: Site, *arguments: str) -> None:
    """`diwan field …` as a process of its own on the same database."""
    settings = site.app.settings
    environment = {**os.environ, "DIWAN_DATABASE_URL": settings.database_url, "DIWAN_INSTANCE": str(site.folder)}
    subprocess.run([sys.executable, "-m", "core", "field", *arguments], env=environment, check=True, timeout=60)


def test_what_another_process_does_is_seen_at_the_next_request(site: Site) -> None:
    api = site.api()
    made = api.create(ENTITY, name="One")
    assert api.call("POST", COMPANY, {"name": "Two", "custom": {"size": "x"}}).status_code == 422
    other_process(site, "add", ENTITY, "size", "--type", "text", "--label-en", "Size", "--filter")
    changed = api.call("PATCH", f"{COMPANY}/{made['id']}", {"custom": {"size": "XL"}})
    assert changed.get_json()["custom"] == {"size": "XL"}
    assert api.get(f"{COMPANY}?custom.size=xl")["total"] == 1
    other_process(site, "retire", ENTITY, "size")
    assert api.call("GET", f"{COMPANY}?custom.size=xl").status_code == 400


def test_a_field_waits_while_its_module_is_off(site: Site) -> None:
    site.add_field(ENTITY, "size", filter=True)
    api = site.api()
    made = api.create(ENTITY, name="One", custom={"size": "XL"})
    lifecycle.disable(site.app.engine, "contacts")
    assert api.call("GET", COMPANY).status_code == 404
    assert site.client().get("/settings/fields").status_code == 200
    with site.unit():
        assert [one.key for one in reading.definitions()] == ["size"]
    lifecycle.enable(site.app.engine, ["contacts"])
    assert api.get(f"{COMPANY}/{made['id']}")["custom"] == {"size": "XL"}


def test_a_role_may_be_kept_from_an_added_field_on_every_surface(site: Site) -> None:
    """As from any other field: SEC-24."""
    site.add_field(ENTITY, "margin", "number", filter=True, in_list=True)
    made = site.api().create(ENTITY, name="One", custom={"margin": 77123})
    role = site.role("Outside", contacts__company__view=ALL, contacts__company__change=ALL)
    with site.unit():
        rights.set_role_fields(role, ENTITY, {"custom.margin": 0})
    user_id = site.user("outside@example.com")
    with site.unit():
        rights.set_user_roles(user_id, [role])
    api, client = site.api(user_id), site.client(user_id)
    assert "margin" not in api.get(f"{COMPANY}/{made['id']}").get("custom", {})
    assert api.call("GET", f"{COMPANY}?custom.margin__gt=1").status_code == 400
    assert api.call("GET", f"{COMPANY}?sort=custom.margin").status_code == 400
    assert api.call("PATCH", f"{COMPANY}/{made['id']}", {"custom": {"margin": 1}}).status_code == 422
    for page in (COMPANY, f"{COMPANY}/{made['id']}", f"{COMPANY}/{made['id']}/edit", f"{COMPANY}/{made['id']}/history"):
        assert "custom.margin" not in client.get(page).text
        assert "77,123" not in client.get(page).text
