"""News go out signed, in their order, with the rights of whoever asked for them, and are tried again (REL-10)."""

from __future__ import annotations

import socket
import time

import pytest
import sqlalchemy as sa

from core import outbound, records
from core.actor import OWN
from core.errors import Invalid
from core.mail.models import mails
from core.records import erase
from core.webhooks import setup, signing
from core.webhooks.models import deliveries


def _contact(site, name="سارة القحطاني", **values):
    return site.api().create("contacts.contact", name=name, email=f"{time.monotonic_ns()}@example.com", **values)


def test_what_happens_to_a_record_is_told_in_order_and_signed(site, hooks, receiver):
    hook_id, secret = hooks.make(receiver.url)
    made = _contact(site, tags=["gold"])
    changed = site.api().call("PATCH", f"/contacts/contact/{made['id']}", {"note": "n", "version": 1})
    assert changed.status_code == 200
    assert site.api().call("DELETE", f"/contacts/contact/{made['id']}").status_code == 204
    assert receiver.got == [], "nothing leaves inside the request"
    hooks.work()
    kinds = [message["type"] for message in receiver.messages]
    assert kinds == ["contacts.contact.created", "contacts.contact.updated", "contacts.contact.deleted"]
    first, second, third = receiver.messages
    # Read when they are sent: the record had been moved to the trash by then.
    assert first["data"] == third["data"] == {"id": made["id"]}
    assert second["data"] == {"id": made["id"], "changed": ["note"]}
    headers, body = receiver.got[2]
    assert signing.verify("standard", secret, headers, body, time.time()) == hooks.rows(hook_id)[2].event_id
    assert first["timestamp"].endswith("Z")


def test_what_was_merged_is_told_by_the_ids_of_all(site, hooks, receiver):
    hooks.make(receiver.url, events=("merged", "restored", "unmerged"))
    kept, *others = (_contact(site, name=f"Sara {n}")["id"] for n in range(3))
    assert site.api().call("POST", f"/contacts/contact/{kept}/merge", {"ids": others}).status_code == 200
    hooks.work()
    (message,) = receiver.messages
    assert (message["type"], message["data"]["id"]) == ("contacts.contact.merged", kept)
    assert message["data"]["merged"] == others
    assert message["data"]["record"]["name"].startswith("Sara")
    assert "changed" not in message["data"]
    assert site.api().call("POST", f"/contacts/contact/{kept}/unmerge", {}).status_code == 200
    hooks.work()
    *restored, parted = receiver.messages[1:]
    assert sorted(one["data"]["id"] for one in restored) == others
    assert (parted["type"], parted["data"]["id"]) == ("contacts.contact.unmerged", kept)
    assert parted["data"]["unmerged"] == others


def test_a_message_holds_the_record_as_the_api_gives_it(site, hooks, receiver):
    hooks.make(receiver.url)
    made = _contact(site, tags=["gold"], phone="09123456789", country="IR")
    hooks.work()
    (message,) = receiver.messages
    record = message["data"]["record"]
    assert (record["id"], record["name"], record["phone"]) == (made["id"], "سارة القحطاني", "+989123456789")
    assert [tag["name"] for tag in record["tags"]] == ["gold"]
    assert "سارة" in receiver.got[0][1].decode("utf-8"), "letters travel as they are"


def test_only_what_was_asked_for_is_told(site, hooks, receiver):
    hook_id, _secret = hooks.make(receiver.url, entities=("contacts.company",), events=("deleted",))
    _contact(site)
    company = site.api().create("contacts.company", name="Acme")
    assert hooks.rows(hook_id) == []
    site.api().call("DELETE", f"/contacts/company/{company['id']}")
    hooks.work()
    assert [message["type"] for message in receiver.messages] == ["contacts.company.deleted"]


def test_an_owner_hears_only_of_what_he_may_see(site, hooks, receiver):
    role = site.role("own", contacts__contact__view=OWN)
    user_id = site.user("narrow@example.com")
    with site.unit() as opened:
        opened.begin_write()
        opened.execute(sa.text("INSERT INTO core_user_role (user_id, role_id) VALUES (:u, :r)"),
                       {"u": user_id, "r": role})
    hook_id, _secret = hooks.make(receiver.url, user_id)
    _contact(site, "Hidden")
    _contact(site, "Mine", owner_id=user_id)
    hooks.work()
    assert [message["data"]["record"]["name"] for message in receiver.messages] == ["Mine"]
    assert [row.state for row in hooks.rows(hook_id)] == ["skipped", "sent"]
    assert all("Hidden" not in str(row.body) for row in hooks.rows(hook_id))


def test_a_receiver_that_is_away_gets_it_later_with_the_same_id_and_body(site, hooks, receiver):
    hook_id, _secret = hooks.make(receiver.url)
    receiver.answer = 503
    made = _contact(site)
    hooks.work()
    assert hooks.row(hook_id).failures == 1
    assert hooks.row(hook_id).retry_at is not None
    hooks.work()
    assert len(receiver.got) == 1, "it is left in peace for a while"
    site.api().call("PATCH", f"/contacts/contact/{made['id']}", {"note": "later", "version": 1})
    receiver.answer = 200
    hooks.again(hook_id)
    assert [headers["webhook-id"] for headers, _body in receiver.got[:2]] == [hooks.rows(hook_id)[0].event_id] * 2
    assert receiver.got[0][1] == receiver.got[1][1]
    assert [row.state for row in hooks.rows(hook_id)] == ["sent", "sent"]
    assert hooks.row(hook_id).failures == 0


def test_what_a_receiver_refuses_does_not_hold_up_the_rest(site, hooks, receiver):
    hook_id, _secret = hooks.make(receiver.url)
    _contact(site, "Refused")

    def refuse_the_first(handler):
        handler.send_response(400 if b"Refused" in receiver.got[-1][1] else 200)
        handler.end_headers()

    receiver.answer = refuse_the_first
    _contact(site, "Welcome")
    for _number in range(4):
        hooks.again(hook_id)
    assert [(row.state, row.attempts, row.status) for row in hooks.rows(hook_id)] == [
        ("failed", 3, 400), ("sent", 1, 200)]


def test_after_three_days_it_is_turned_off_and_its_owner_is_told(site, hooks, receiver):
    hook_id, _secret = hooks.make(receiver.url)
    receiver.answer = 500
    _contact(site)
    hooks.work()
    hooks.since(hook_id, 4)
    hooks.again(hook_id)
    row = hooks.row(hook_id)
    assert (row.active, bool(row.reason)) == (False, True)
    with site.unit() as opened:
        assert "Accounting" in opened.execute(sa.select(mails.c.text)).scalar_one()
        told = opened.execute(sa.text("SELECT count(*) FROM core_audit WHERE entity = 'core.webhook' "
                                      "AND action = 'disable'")).scalar()
    assert told == 1
    count = len(hooks.rows(hook_id))
    _contact(site)
    assert len(hooks.rows(hook_id)) == count, "one that is off collects nothing"


@pytest.mark.parametrize("answer", [302, 410])
def test_a_redirection_is_not_followed_and_gone_means_gone(site, hooks, receiver, answer):
    hook_id, _secret = hooks.make(receiver.url)
    receiver.answer = answer
    _contact(site)
    for _number in range(4):
        hooks.again(hook_id)
    assert hooks.rows(hook_id)[0].state == "failed"
    assert hooks.row(hook_id).active is (answer == 302)
    assert all("elsewhere" not in headers.get("Referer", "") for headers, _body in receiver.got)


def test_a_dead_receiver_delays_no_other(site, hooks, receiver):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        dead = f"http://127.0.0.1:{closed.getsockname()[1]}/"
    dead_id, _secret = hooks.make(dead)
    _contact(site)
    hooks.work()
    hooks.make(receiver.url)
    _contact(site)
    hooks.work()
    assert len(receiver.got) == 1
    assert hooks.rows(dead_id)[0].error == "No answer: the connection was refused"


def test_a_peer_that_answers_byte_by_byte_is_cut_off(receiver, monkeypatch):
    monkeypatch.setattr(outbound, "WHOLE", 1.0)

    def drip(handler):
        for _number in range(200):
            handler.wfile.write(b"H")
            handler.wfile.flush()
            time.sleep(0.1)

    receiver.answer = drip
    target = outbound.resolve(outbound.read(receiver.url), {"127.0.0.1"})
    began = time.monotonic()
    with pytest.raises(outbound.Unreachable):
        outbound.post(target, b"{}", {})
    assert time.monotonic() - began < 15


def test_sending_again_keeps_the_id(site, hooks, receiver):
    hook_id, _secret = hooks.make(receiver.url)
    _contact(site)
    hooks.work()
    with site.unit():
        setup.replay(hook_id, hooks.rows(hook_id)[0].id)
    hooks.work()
    assert len({headers["webhook-id"] for headers, _body in receiver.got}) == 1
    assert len(receiver.got) == 2


def test_a_user_who_was_switched_off_tells_nothing_more(site, hooks, receiver):
    user_id = site.user("leaver@example.com", "administrator")
    hook_id, _secret = hooks.make(receiver.url, user_id)
    _contact(site)
    site.api().call("PATCH", f"/core/user/{user_id}", {"active": False, "version": 1})
    hooks.work()
    assert receiver.got == []
    assert hooks.row(hook_id).active is False


def test_a_rolled_back_change_tells_nothing(site, hooks, receiver):
    hook_id, _secret = hooks.make(receiver.url)
    with site.unit(1) as opened:
        records.create("contacts.contact", name="Never", email="never@example.com")
        opened.rollback()
    assert hooks.rows(hook_id) == []


def test_forgetting_a_person_forgets_what_was_sent_of_him(site, hooks, receiver):
    hook_id, _secret = hooks.make(receiver.url)
    made = _contact(site)
    hooks.work()
    with site.unit():
        erase.erase("contacts.contact", made["id"])
    assert hooks.rows(hook_id) == []


INSIDE = ["127.0.0.1", "10.1.2.3", "192.168.1.1", "172.16.0.1", "169.254.169.254", "0.0.0.0", "[::1]", "[fc00::1]",
          "[::ffff:127.0.0.1]", "[::ffff:10.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "0x7f.1", "2130706433",
          "017700000001", "localhost"]  # fmt: skip


@pytest.mark.parametrize("host", INSIDE)
def test_addresses_inside_the_network_are_refused(host):
    with pytest.raises((Invalid, outbound.Unreachable)):
        outbound.resolve(outbound.read(f"http://{host}:8080/x"))


@pytest.mark.parametrize("url", [
    "file:///etc/passwd", "gopher://example.com/", "http://user:pw@example.com/", "http://example.com:22/",
    "http:///x", "http://exa mple.com/", "http://example.com\\@evil/", "http://example.com:99999/", "", "x",
])
def test_what_is_no_web_address_is_refused(url):
    with pytest.raises(Invalid):
        outbound.read(url)


def test_a_name_that_answers_otherwise_later_leads_nowhere_else(receiver, monkeypatch):
    """The address that was checked is the one that is called (DNS rebinding)."""
    target = outbound.resolve(outbound.read(receiver.url), {"127.0.0.1"})
    asked: list[str] = []
    real = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, *more, **options: asked.append(host) or real(
        host, *more, **options))
    assert outbound.post(outbound.Target("http", "rebound.example", target.port, "/", target.address), b"{}", {}) == 200
    assert "rebound.example" not in asked
    assert receiver.got[0][0]["Host"].startswith("rebound.example")


def test_bad_set_ups_are_refused_in_words(site, hooks):
    with pytest.raises(Invalid) as refused, site.unit(1):
        setup.create(hooks.vault, " ", "http://10.0.0.1/", ("contacts.nothing",), ())
    assert set(refused.value.errors) == {"name", "url", "entities", "events"}
    with site.unit() as opened:
        assert opened.execute(sa.select(deliveries)).all() == []


def test_the_secret_is_sealed_and_never_on_record(site, hooks, receiver):
    hook_id, secret = hooks.make(receiver.url)
    assert secret not in hooks.row(hook_id).sealed_secret
    with site.unit() as opened:
        log = opened.execute(sa.text("SELECT changes FROM core_audit WHERE entity = 'core.webhook'")).scalars().all()
    assert log
    assert all(secret not in text for text in log)
