"""Colleagues write to each other: who reads what, what a link shows to whom, what waits, and what goes (S19)."""

from __future__ import annotations

from typing import Any

import pytest

from core import records
from core.actor import SYSTEM, acting
from core.files import sweeping
from core.ops.erase import forget
from core.testing import Site

JPEG = b"%PDF-1.4\n%%EOF"


def call(client: Any, method: str, path: str, values: Any = None) -> Any:
    return client.flask.open(path, method=method, json=values, headers={"X-CSRFToken": client.csrf})


def test_two_exchange_messages_and_a_link_shows_its_title_to_those_who_may_see_it(site: Site) -> None:
    ali_id = site.user("ali@example.com", "sales_representative")
    boss, ali = site.client(), site.client(ali_id)
    contact = site.api().create("contacts.contact", name="Sara Karimi", email="sara@example.com")["id"]
    assert [one["title"] for one in boss.get("/chat/people?q=al").get_json()["data"]]
    chat = call(boss, "POST", "/chat/new", {"user_ids": [ali_id]}).get_json()["href"]
    back = [one["id"] for one in ali.get("/chat/people?q=adm").get_json()["data"]]
    assert call(ali, "POST", "/chat/new", {"user_ids": back}).get_json()["href"] == chat
    text = f"سلام، ببین: /contacts/contact/{contact} و @[x](user:{ali_id}) <script>"
    assert call(boss, "POST", f"{chat}/messages", {"body": text}).status_code == 201
    # The title is his who may see the record; the other reads "record", and nothing of it is on his page.
    for language, word in (("ar", "سجل"), ("fa", "رکورد"), ("en", "record")):
        assert "Sara Karimi" in boss.get(f"{chat}?lang={language}").text
        page = ali.get(f"{chat}?lang={language}").text
        assert "Sara" not in page
        assert f"</svg>{word}</span>" in page
        assert "&lt;script&gt;" in page
    # A text that is too long is told of, and stays to be shortened: nothing cuts it unseen.
    refused = call(boss, "POST", f"{chat}/messages", {"body": "x" * 5001})
    assert refused.status_code == 422
    assert "maxlength" not in boss.get(chat).text.split("dw-chat-text")[1].split(">")[0]
    # What waits, by the way that open pages ask; read, it waits no more.
    news = ali.get("/live?since=0&at=/chat").get_json()
    assert (news["chat"], news["message"] > 0) == ("1", True)
    assert boss.get("/live?since=0&at=/chat").get_json()["chat"] == ""
    assert "in the chat" in ali.get("/notices?lang=en").text
    assert call(ali, "POST", f"{chat}/read").status_code == 204
    assert ali.get("/live?since=0&at=/chat").get_json()["chat"] == ""
    assert "dw-chat-hit" in ali.get("/chat?q=سَلام").text
    # A number keeps its order in right-to-left text, in the thread and in the list of conversations.
    assert call(boss, "POST", f"{chat}/messages", {"body": "رقمه +966 50 999 8866"}).status_code == 201
    last = ali.get("/chat/list").text.split("dw-chat-last")[1].split("</span>")[0]
    assert '<bdi dir="ltr">+966 50 999 8866</bdi>' in last
    # A file goes with a message, to the members alone.
    sent = ali.flask.post(f"{chat}/files?name=a.pdf", data=JPEG, headers={"X-CSRFToken": ali.csrf}).get_json()
    assert call(ali, "POST", f"{chat}/messages", {"files": [sent["upload"]]}).status_code == 201
    address = boss.get(chat).text.split('href="/chat/files/')[1].split('"')[0]
    assert boss.get(f"/chat/files/{address}").data == JPEG
    # Nobody else is in it, whatever he may otherwise do.
    other = site.client(site.user("o@example.com", "administrator"))
    for path in (chat, f"{chat}/mentions?q=a", f"/chat/files/{address}"):
        assert other.get(path).status_code == 404
    assert call(other, "POST", f"{chat}/messages", {"body": "x"}).status_code == 404
    assert "dw-chat-hit" not in other.get("/chat?q=سلام").text
    log = boss.get("/settings/log?lang=en").text
    assert "Message written" in log
    assert "سلام" not in log
    # Forgotten, his messages are empty and his files are gone.
    with site.app.engine.connect() as connection:
        assert sweeping.holding(connection)
    with acting(SYSTEM):
        forget(site.app.settings, "core.user", ali_id)
    with site.app.engine.connect() as connection:
        assert not sweeping.holding(connection)
    assert "a.pdf" not in boss.get(chat).text


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_groups_organisations_and_rights(site: Site) -> None:
    ali, mina = site.user("ali@example.com", "read_only"), site.user("mina@example.com", "sales_manager")
    boss = site.client()
    group = call(boss, "POST", "/chat/new", {"user_ids": [ali], "name": "Fair"}).get_json()["href"]
    call(boss, "POST", f"{group}/messages", {"body": "before she came"})
    assert call(boss, "POST", f"{group}/members", {"user_ids": [mina]}).status_code == 204
    call(boss, "POST", f"{group}/messages", {"body": "after she came"})
    hers = site.client(mina)
    page = hers.get(group).text
    assert "after she came" in page
    assert "admin:</bdi>" in page.lower()
    assert "before she came" not in page
    number = page.split('id="message-')[1].split('"')[0]
    assert call(hers, "DELETE", f"/chat/messages/{number}").status_code == 403
    assert call(boss, "DELETE", f"/chat/messages/{number}").status_code == 204
    assert "after she came" not in hers.get(group).text
    assert call(boss, "POST", f"{group}/name", {"name": "Trade fair"}).status_code == 204
    assert "Trade fair" in hers.get("/chat").text
    assert hers.post(f"{group}/leave").status_code == 303
    assert hers.get(group).status_code == 404
    with site.unit():
        other = int(records.create("core.organisation", name="Another").id or 0)
    elsewhere = site.user("far@example.com", "sales_manager", organisation_ids=(other,))
    assert "far" not in boss.get("/chat/people?q=far").text
    assert call(boss, "POST", "/chat/new", {"user_ids": [elsewhere]}).status_code == 422
    nobody = site.client(site.user("n@example.com"))
    assert nobody.get("/chat").status_code == 403
    # Whatever the menu leads to is found by its name, as far as one may go there.
    found = "/search?lang=en&q="
    assert 'href="/chat"' in boss.get(f"{found}chat").text
    assert 'href="/chat"' not in nobody.get(f"{found}chat").text
    assert 'href="/settings/working-time"' in boss.get(f"{found}holidays").text
    assert 'href="/settings/working-time"' not in nobody.get(f"{found}holidays").text


def test_programs_read_and_write_by_the_same_rules(site: Site) -> None:
    """A token reads the conversations of whom it belongs to, sees what he may see, and writes in his name."""
    ali_id = site.user("ali@example.com", "sales_representative")
    boss, ali, contact = site.api(), site.api(ali_id), "/contacts/contact"
    number = boss.create("contacts.contact", name="Sara Karimi", email="sara@example.com")["id"]
    chat = boss.call("POST", "/chat", {"user_ids": [ali_id]}).get_json()["id"]
    said = {"body": f"look: {contact}/{number}\nand @[x](user:{ali_id})"}
    assert boss.call("POST", f"/chat/{chat}/messages", said).status_code == 201
    mine, his = (one.get(f"/chat/{chat}/messages")["data"][0] for one in (boss, ali))
    assert mine["links"] == [{"title": "Sara Karimi", "href": f"{contact}/{number}"}]
    assert (his["text"].splitlines()[0], his["links"]) == ("look: record", [])
    assert [(one["id"], one["unread"]) for one in ali.get("/chat")["data"]] == [(chat, 1)]
    assert ali.call("POST", f"/chat/{chat}/read").status_code == 204
    assert ali.get(f"/chat/{chat}")["unread"] == 0
    sent = ali.flask.post(f"/api/v1/chat/{chat}/files?name=a.pdf", data=JPEG, headers=ali.headers).get_json()
    answered = ali.call("POST", f"/chat/{chat}/messages", {"files": [sent["upload"]]}).get_json()["id"]
    (newest,) = boss.get(f"/chat/{chat}/messages?after={his['id']}")["data"]
    held = newest["files"][0]["href"]
    assert (newest["id"], boss.flask.get(held, headers=boss.headers).data) == (answered, JPEG)
    assert [one["id"] for one in boss.get("/chat/messages?q=look")["data"]] == [his["id"]]
    assert boss.call("GET", f"/chat/{chat}/messages?after=x").status_code == 400
    assert boss.call("DELETE", f"/chat/messages/{answered}").status_code == 403
    # A group is named, grows and is left as on its page; two who write to each other have no name and no door.
    mina = site.user("mina@example.com", "sales_manager")
    group = boss.call("POST", "/chat", {"user_ids": [ali_id], "name": "Fair"}).get_json()["id"]
    assert ali.call("PATCH", f"/chat/{group}", {"name": "Trade fair"}).status_code == 204
    assert boss.call("PATCH", f"/chat/{group}", {"name": 7}).status_code == 400
    assert boss.call("PATCH", f"/chat/{chat}", {"name": "Two"}).status_code == 422
    assert site.api(mina).call("PATCH", f"/chat/{group}", {"name": "Mine"}).status_code == 404
    assert boss.call("POST", f"/chat/{group}/members", {"user_ids": [mina]}).status_code == 204
    assert boss.call("DELETE", f"/chat/{chat}/members/me").status_code == 422
    assert ali.call("DELETE", f"/chat/{group}/members/{mina}").status_code == 204
    assert site.api(mina).call("GET", f"/chat/{group}").status_code == 404
    assert ali.call("DELETE", f"/chat/{group}/members/{mina}").status_code == 404
    assert boss.call("DELETE", f"/chat/{chat}/members/{ali_id}").status_code == 422
    assert boss.call("POST", f"/chat/{group}/members", {"user_ids": [mina]}).status_code == 204
    assert ali.call("DELETE", f"/chat/{group}/members/me").status_code == 204
    assert ali.call("GET", f"/chat/{group}").status_code == 404
    facts = boss.get(f"/chat/{group}")
    assert (facts["title"], [one["id"] for one in facts["members"]]) == ("Trade fair", [mina])
    # Whoever is not in it finds nothing, whatever he may otherwise do; a token to read with writes nothing.
    other = site.api(site.user("o@example.com", "administrator"))
    for path in (f"/chat/{chat}", f"/chat/{chat}/messages", held.removeprefix("/api/v1")):
        assert other.call("GET", path).status_code == 404
    assert other.get("/chat")["data"] == other.get("/chat/messages?q=look")["data"] == []
    assert site.api(scope="read").call("POST", f"/chat/{chat}/messages", {"body": "x"}).status_code == 403
