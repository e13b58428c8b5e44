"""After a change of the folding rules, setting up again makes old records findable by the new keys."""

from __future__ import annotations

import sqlalchemy as sa

from core import config as configuration
from core.ops import instance, rebuild
from core.testing import Site


def test_keys_of_older_rules_are_written_anew(site: Site) -> None:
    api = site.api()
    made = api.create("contacts.contact", name="علي كريمي", email="a@example.com")
    engine = site.app.engine
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE contacts_contact SET search_text = 'old', name_key = 'old'"))
        connection.execute(
            sa.text("UPDATE core_setting SET value = :old WHERE name = 'core.key_version'"), {"old": '"0/0"'}
        )
    assert api.get("/contacts/contact?q=علی")["total"] == 0
    assert not rebuild.is_current(engine)
    instance.initialise(site.app.settings)
    assert rebuild.is_current(engine)
    assert api.get("/contacts/contact?q=علی&sort=name")["total"] == 1
    assert api.get(f"/contacts/contact/{made['id']}")["version"] == made["version"]


def test_a_new_database_has_current_keys(site: Site) -> None:
    assert rebuild.is_current(site.app.engine)
    assert isinstance(site.app.settings, configuration.Config)
