"""The trash of a list: what was deleted, by whom, and the way back, by rights."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from core.actor import ALL, OWN
from core.entity.base import utc_now
from core.jobs import queue
from core.jobs.worker import Worker
from core.registry import current
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

    page = client.get(f"{LIST}/{made}?lang=en").text
    assert "This record is in the trash." in page
    for absent in (f"{LIST}/{made}/panel/0", f"{LIST}/{made}/delete", "/activities/pages/next"):
        assert absent not in page, "nothing that only living records have"

    client.post(f"{LIST}/{made}/restore")
    again = client.post(f"{LIST}/{made}/restore", follow_redirects=True)
    assert (again.status_code, again.request.path) == (200, f"{LIST}/{made}")
    assert client.post(f"{LIST}/999999/restore").status_code == 404
    assert f"{LIST}/{made}/panel/0" in client.get(f"{LIST}/{made}").text
    assert "Sara Deleted" not in client.get(f"{LIST}/trash").get_data(as_text=True)
    assert "Sara Deleted" in client.get(LIST).get_data(as_text=True)


def test_what_lay_in_the_trash_long_enough_goes_unless_something_refers_to_it(site: Site) -> None:
    api, client = site.api(), site.client()
    held = api.create("contacts.company", name="Held")["id"]
    made = {name: api.create("contacts.contact", name=name, email=f"{name}@example.com")["id"]
            for name in ("old", "new")}  # fmt: skip
    kept = api.create("contacts.contact", name="kept", email="kept@example.com", company_id=held)["id"]
    for path in (f"{LIST}/{made['old']}", f"{LIST}/{made['new']}", f"/contacts/company/{held}"):
        client.post(f"{path}/delete")
    long_ago = utc_now() - dt.timedelta(days=91)
    with site.unit() as opened:
        opened.begin_write()
        for entity, record_id in (("contacts.contact", made["old"]), ("contacts.company", held)):
            table = current().entity(entity).table
            opened.execute(sa.update(table).where(table.c.id == record_id).values(deleted_at=long_ago))
    assert _emptied(site) == {"deleted": 0}, "nothing goes that nobody asked for"

    client.post("/settings/general", {"core.trash_kept": "90"})
    assert "After 90 days in the trash" in client.get(f"{LIST}/trash?lang=en").text
    assert _emptied(site) == {"deleted": 1}
    assert client.get(f"{LIST}/{made['old']}").status_code == 404
    assert client.post(f"{LIST}/{made['new']}/restore").status_code == 303
    told = "In the trash, or not open to you"
    assert told in client.get(f"{LIST}/{kept}?lang=en").text
    assert client.post(f"/contacts/company/{held}/restore").status_code == 303
    assert told not in client.get(f"{LIST}/{kept}?lang=en").text
    assert f'href="/contacts/company/{held}"' in client.get(f"{LIST}/{kept}").text
    assert "Deleted permanently" in client.get("/settings/log?lang=en").text


def _emptied(site: Site) -> object:
    """What the job that empties the trash answers."""
    with site.unit():
        job_id = queue.enqueue("core.empty_trash", {})
    Worker(site.app.engine, site.app.settings).work_next(("core.empty_trash",))
    with site.unit():
        found = queue.find(job_id)
    assert found is not None
    assert found["state"] == "done", found["error"]
    return found["result"]
