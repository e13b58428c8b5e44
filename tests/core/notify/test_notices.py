"""Notices: who is told of what, at the bell and by mail, and what is left of one for whoever may not see the record."""

from __future__ import annotations

import re
from typing import Any

import sqlalchemy as sa

from core import records
from core.actor import OWN
from core.jobs.worker import Worker
from core.notify.kinds import IMPORTED
from core.notify.telling import notify
from core.records import erase
from core.testing import Site, counted_queries

CONTACT = "/contacts/contact"


def unread(client: Any) -> str:
    bell = client.get("/settings/me").text.partition(" data-bell>")[2]
    found = re.search(r"data-unread-figure>([^<]*)<", bell)
    assert found is not None
    return found[1]


def lines(client: Any, address: str = "/notices") -> list[str]:
    page = client.get(address).get_data(as_text=True)
    found = re.findall(r'class="dw-told-text[^>]*>(.*?)</(?:a|p)>', page, re.S)
    return [re.sub(r"<[^>]+>", "", text).strip() for text in found]


def mails(site: Site) -> list[Any]:
    worker = Worker(site.app.engine, site.app.settings)
    while worker.work_next(("core.mail_notices",)):
        pass
    with site.app.engine.connect() as connection:
        return list(connection.execute(sa.text("SELECT subject, text, recipients FROM core_mail ORDER BY id")))


def test_whoever_gets_a_record_is_told_of_it_as_far_as_he_may_see_it(site: Site) -> None:
    api, admin = site.api(), site.client()
    mine = site.role("Own", contacts__contact__view=OWN, contacts__contact__change=OWN)
    rep = site.user("rep@example.com", name="Omid")
    site.give_roles(rep, mine)
    reader = site.client(rep)
    one = api.create("contacts.contact", name="Sara", email="s@example.com", owner_id=rep)["id"]
    own = site.api(rep).call("PATCH", f"{CONTACT}/{one}", {"name": "Sara Karimi"})
    assert own.status_code == 200
    assert lines(reader) == lines(reader, "/notices/panel") == ["admin assigned “Sara Karimi” to you"]
    assert f'href="{CONTACT}/{one}"' in reader.get("/notices").text
    assert (unread(reader), unread(admin)) == ("1", "")

    sent = mails(site)
    assert [row.subject for row in sent] == ["⁨admin⁩ assigned “⁨Sara Karimi⁩” to you"]
    assert f"http://127.0.0.1:8000{CONTACT}/{one}" in sent[0].text
    assert len(mails(site)) == 1

    # Taken away and given again within minutes it is one notice; once seen, a new one.
    for owner in (1, rep):
        api.call("PATCH", f"{CONTACT}/{one}", {"owner_id": owner})
    assert len(lines(reader)) == 1
    assert "2 times" in reader.get("/notices").text
    reader.get(f"{CONTACT}/{one}")
    assert unread(reader) == ""

    # What he may not see any more is not named to him, in the panel or by mail.
    with site.unit(1):
        records.save_many("contacts.contact", [records.Change(id=one, values={"owner_id": 1})])
        records.save_many("contacts.contact", [records.Change(id=one, values={"owner_id": rep})])
        records.save_many("contacts.contact", [records.Change(id=one, values={"owner_id": 1})])
    assert lines(reader) == ["Something is assigned to me: what it is about is gone, or you may not see it."] * 2
    assert "Karimi" not in reader.get("/notices").text
    assert len(mails(site)) == 1

    # Many at once are one notice, which leads to all of them; pages bring their bell along without a query more.
    with site.unit(1):
        people = [{"name": f"N {n}", "email": f"n{n}@example.com", "owner_id": rep} for n in range(3)]
        records.save_many("contacts.contact", [records.Change(values=one) for one in people])
    assert lines(reader)[0] == "admin assigned 3 contacts to you"
    assert f'href="{CONTACT}?owner_id={rep}"' in reader.get("/notices").text
    with counted_queries(site.app) as seen:
        assert reader.get("/settings/me").status_code == 200
    told = [one for one in seen if "core_notice" in one]
    assert len(told) == 1

    # What one has seen is one's own: of others nothing is marked.
    newest = re.search(r'data-notice="(\d+)"', reader.get("/notices").text)
    assert newest is not None
    admin.post(f"/notices/{newest[1]}/read")
    assert unread(reader) == "2"
    answer = reader.post(f"/notices/{newest[1]}/read", headers={"X-Diwan-Panel": "1"})
    assert answer.get_json() == {"unread": "1"}
    assert reader.post("/notices/read", {"newest": newest[1]}).status_code == 303
    assert unread(reader) == ""
    assert site.client(rep).get("/notices?before=1").text.count("data-notice=") == 0


def test_the_bell_speaks_the_language_of_its_reader(site: Site) -> None:
    rep = site.user("rep@example.com", "sales_representative", name="Omid")
    site.client(rep).post("/settings/me", {"intent": "settings", "name": "Omid", "language": "fa"})
    site.api().create("contacts.contact", name="Sara", email="s@example.com", owner_id=rep)
    reader = site.client(rep)
    assert lines(reader) == ["admin «Sara» را به شما ارجاع داد"]
    assert unread(reader) == "۱"
    assert "ارجاع" in mails(site)[0].subject


def test_somebody_who_is_forgotten_is_forgotten_in_notices_too(site: Site) -> None:
    rep = site.user("rep@example.com", "sales_representative", name="Omid")
    one = site.api().create("contacts.contact", name="Sara", email="s@example.com", owner_id=rep)["id"]
    with site.unit():
        erase.erase("contacts.contact", one)
    assert lines(site.client(rep)) == []


def test_two_imports_are_two_notices_and_the_same_twice_is_one(site: Site) -> None:
    """Each leads to a page of its own, with its own figures."""
    user_id = site.user("importer@example.com", "administrator")
    with site.unit(user_id):
        for file, number in (("a.csv", 1), ("b.csv", 2), ("b.csv", 2)):
            values = {"file": file, "created": number, "updated": 0, "failed": 0}
            notify([user_id], IMPORTED, values=values, href=f"/contacts/contact/import/{number}")
    page = site.client(user_id).get("/notices?lang=en").text
    assert page.count("The import of") == 2
    assert "a.csv" in page
    assert "b.csv" in page
