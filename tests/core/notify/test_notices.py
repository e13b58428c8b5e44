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

    # Taken away and given again within minutes it is one notice and one mail; once seen, a new one.
    for owner in (1, rep):
        api.call("PATCH", f"{CONTACT}/{one}", {"owner_id": owner})
    assert len(lines(reader)) == 1
    assert "2 times" not in reader.get("/notices").text
    reader.get(f"{CONTACT}/{one}")
    assert unread(reader) == ""

    # What he may not see any more is not named to him, in the panel or by mail.
    with site.unit(1):
        records.save_many("contacts.contact", [records.Change(id=one, values={"owner_id": 1})])
        records.save_many("contacts.contact", [records.Change(id=one, values={"owner_id": rep})])
        records.save_many("contacts.contact", [records.Change(id=one, values={"owner_id": 1})])
    assert lines(reader) == ["Something is assigned to me: what it is about is gone, or you may not see it."]
    assert "Karimi" not in reader.get("/notices").text
    assert len(mails(site)) == 1

    # Many at once are one notice, which leads to all of them; pages bring their bell along without a query more.
    with site.unit(1):
        people = [{"name": f"N {n}", "email": f"n{n}@example.com", "owner_id": rep} for n in range(3)]
        records.save_many("contacts.contact", [records.Change(values=one) for one in people])
    assert lines(reader)[0] == "admin assigned 3 contacts to you"
    (these,) = re.findall(rf'href="({CONTACT}\?noticed=\d+)"', reader.get("/notices").text)
    assert re.findall(r"N \d", reader.get(f"{these}&sort=name").text)[:3]
    with counted_queries(site.app) as seen:
        assert reader.get("/settings/me").status_code == 200
    told = [one for one in seen if "core_notice" in one]
    assert len(told) == 1

    # What one has seen is one's own: of others nothing is marked.
    newest = re.search(r'data-notice="(\d+)"', reader.get("/notices").text)
    assert newest is not None
    admin.post(f"/notices/{newest[1]}/read")
    assert unread(reader) == "1"
    answer = reader.post(f"/notices/{newest[1]}/read", headers={"X-Diwan-Panel": "1"})
    assert answer.get_json() == {"unread": ""}
    assert reader.post("/notices/read", {"newest": newest[1]}).status_code == 303
    assert unread(reader) == ""
    assert site.client(rep).get("/notices?before=1").text.count("data-notice=") == 0


def test_what_is_assigned_to_somebody_and_taken_back_is_told_once_and_leads_to_just_these(site: Site) -> None:
    rep = site.user("rep@example.com", "sales_manager", name="Omid")
    reader, admin, api = site.client(rep), site.client(), site.api()
    ids = [api.create("contacts.contact", name=f"N {n}", email=f"n{n}@example.com")["id"] for n in range(4)]
    api.create("contacts.contact", name="Own", email="own@example.com", owner_id=rep)
    reader.post("/notices/read", {"newest": "99"})

    def assign(some: list[int]) -> str:
        answer = admin.post(f"{CONTACT}/bulk/owner_id", {"id": some, "value": rep}, headers={"X-Diwan-Panel": "1"})
        assert answer.status_code in (200, 303), answer.text
        with site.app.engine.connect() as connection:
            return f"{CONTACT}/mass/{connection.execute(sa.text('SELECT max(id) FROM core_mass_act')).scalar()}/undo"

    undo = assign(ids[:3])
    assert unread(reader) == "1"
    assert admin.post(undo).status_code == 303
    assert (unread(reader), lines(reader)[:1]) == ("", ["admin assigned “Own” to you"]), "it holds no more"
    assign(ids[:2])
    assign(ids[2:])
    assert lines(reader)[0] == "admin assigned 4 contacts to you", "one notice, nothing of it twice"
    (href,) = set(re.findall(rf'href="({CONTACT}\?noticed=\d+)"', reader.get("/notices").text))
    page = reader.get(f"{href}&lang=en").text
    assert ("N 0" in page, "N 3" in page, "“Own”" in page, ">Own<" in page) == (True, True, False, False)
    assert "Assigned to me" in page
    assert "somebody else since" not in page
    for answer in (site.api(rep).get(href)["data"], site.api().get(href)["data"]):
        assert len(answer) in (0, 4), "of others' notices nothing is found"
    assert site.api().get(href)["data"] == []

    # Seen: the notice stays as it was, and its list says what has changed since.
    reader.post("/notices/read", {"newest": "99"})
    api.call("PATCH", f"{CONTACT}/{ids[0]}", {"owner_id": 1})
    api.call("DELETE", f"{CONTACT}/{ids[1]}")
    assert lines(reader)[0] == "admin assigned 4 contacts to you"
    page = reader.get(f"{href}&lang=en").text
    assert "2 of them have been deleted or assigned to somebody else since." in page
    assert "a notification that is gone" in reader.get(f"{CONTACT}?noticed=999&lang=en").text
    assert site.api(rep).get(f"{CONTACT}?noticed=x")["data"] == []


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
