"""The trash of a list: what was deleted, by whom, and the way back, by rights."""

from __future__ import annotations

from core.actor import ALL, OWN
from core.testing import Site

LIST = "/contacts/contact"


def test_the_trash_names_who_deleted_and_restores(site: Site) -> None:
    api, client = site.api(), site.client()
    made = api.create("contacts.contact", name="Sara Deleted", email="sara@example.com")["id"]
    assert "Sara Deleted" not in client.get(f"{LIST}/trash").get_data(as_text=True)
    client.post(f"{LIST}/{made}/delete")
    page = client.get(f"{LIST}/trash").get_data(as_text=True)
    assert "Sara Deleted" in page
    assert f'action="{LIST}/{made}/restore"' in page
    assert f'href="{LIST}/trash"' in client.get(LIST).get_data(as_text=True)

    limited = site.role("Own only", contacts__contact__view=ALL, contacts__contact__delete=OWN)
    looking = site.role("Looking", contacts__contact__view=ALL)
    for role, status in ((limited, 200), (looking, 403)):
        user = site.user(f"user{role}@example.com")
        site.give_roles(user, role)
        answer = site.client(user).get(f"{LIST}/trash")
        assert answer.status_code == status
        assert "Sara Deleted" not in answer.get_data(as_text=True)

    client.post(f"{LIST}/{made}/restore")
    assert "Sara Deleted" not in client.get(f"{LIST}/trash").get_data(as_text=True)
    assert "Sara Deleted" in client.get(LIST).get_data(as_text=True)
