"""Roles with the least rights work, and what is counted today is counted anew tomorrow."""

from __future__ import annotations

import datetime as dt

import pytest

from core import query
from core.actor import ALL, OWN
from core.auth import rights
from core.language.i18n import Preferences
from core.query import page
from core.registry import current
from core.testing import Site


def test_a_role_that_may_only_add_contacts_adds_them(site: Site) -> None:
    """The owner and organisation that the kernel fills in need no right to see users or organisations."""
    role = site.role("Entry", contacts__contact__add=ALL, contacts__contact__view=OWN)
    user_id = site.user("entry@example.com")
    with site.unit():
        rights.set_user_roles(user_id, [role])
    made = site.api(user_id).create("contacts.contact", name="One", email="one@example.com")
    assert (made["owner_id"], made["organisation_id"]) == (user_id, 1)
    assert site.api(user_id).get(f"/contacts/contact/{made['id']}")["name"] == "One"


def test_a_kept_count_does_not_outlive_its_day(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.api().create("contacts.contact", name="One", email="one@example.com")
    with site.unit():
        spec = current().entity("contacts.contact")
        now = dt.datetime.now(dt.UTC)
        for module in ("core.query.page", "core.query.conditions"):
            monkeypatch.setattr(f"{module}.utc_now", lambda: now)
        today = query.parse_args(spec, [("created_at__period", "today")], Preferences())
        assert page.capped_count(today, 7) == (1, True)
        for module in ("core.query.page", "core.query.conditions"):
            monkeypatch.setattr(f"{module}.utc_now", lambda: now + dt.timedelta(days=1))
        tomorrow = query.parse_args(spec, [("created_at__period", "today")], Preferences())
        assert page.capped_count(tomorrow, 7) == (0, True)
