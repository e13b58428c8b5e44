"""REL-05: a mail leaves once, whatever happens to the worker, the server or the line between them."""

from __future__ import annotations

import pytest

from core import mail
from core.db import unit
from core.errors import Invalid
from core.language.i18n import Preferences, _, use
from core.mail import delivery
from core.mail.models import mails
from tests.core.mail.server import keeping, rude


def test_a_mail_arrives_in_every_script_with_both_bodies(post):
    """With what keeps the programs of its readers from answering it, and us from answering ourselves (REL-16)."""
    with keeping() as server:
        post.url = server.url
        with use(Preferences(language="ar")):
            letter = mail.Letter("كلمة مرور جديدة", [_("Hello {name}", name=mail.value("Sara <3"))],
                                 (_("Save"), "https://crm.example/reset?t=1"))
            post.write(("سارة أحمد", "sara@example.com"), letter.subject, letter.text(), html=letter.html(),
                       reply_to="office@example.com")
        post.deliver()
    (message,) = server.messages
    assert message["Subject"] == "كلمة مرور جديدة"
    assert message["To"].addresses[0].display_name == "سارة أحمد"
    assert message["Reply-To"] == "office@example.com"
    assert message["Auto-Submitted"] == "auto-generated"
    assert len(message["X-Diwan-Loop"]) == 32
    text, html = message.get_body(("plain",)).get_content(), message.get_body(("html",)).get_content()
    assert "\u2068Sara <3\u2069" in text, "B6: what is inserted is isolated"
    assert "https://crm.example/reset?t=1" in text.splitlines()
    assert text.splitlines()[-1] == "ديوان", "the product's name is written as its readers write it"
    assert '<html lang="ar" dir="rtl">' in html
    assert '<bdi dir="auto">Sara &lt;3</bdi>' in html


def test_what_is_rolled_back_is_never_sent(post):
    with keeping() as server:
        post.url = server.url
        with post.site.unit() as opened:
            mail.send("sara@example.com", "No", "No")
            opened.rollback()
        post.deliver()
        assert server.got == []
    assert post.states() == []


def test_without_a_mail_server_mails_wait_in_the_outbox(post):
    post.write()
    post.deliver()
    assert post.states() == ["queued"]


def test_one_key_is_one_mail(post):
    assert post.write(dedupe="reminder 7") == post.write(dedupe="reminder 7")
    assert post.states() == ["queued"]


@pytest.mark.parametrize("given", [
    {"subject": "Hi\r\nBcc: all@example.com"}, {"subject": "Hi\nX"}, {"to": "a@example.com\nBcc: b@example.com"},
    {"to": ("A\r\nBcc: b@example.com", "a@example.com")}, {"reply_to": "a@example.com\r\nX: y"},
    {"to": "a@example.com, b@example.com"}, {"to": "nobody"}, {"to": []}, {"subject": "\u2028Hi"},
])  # fmt: skip
def test_nothing_can_be_smuggled_into_the_head(post, given):
    """SEC-10"""
    with pytest.raises(Invalid):
        post.write(**given)
    assert post.states() == []


def test_a_private_mail_is_forgotten_once_sent(post):
    with keeping() as server:
        post.url = server.url
        mail_id = post.write(text="secret link", html="<p>secret link</p>", is_private=True)
        assert post[mail_id].text == "secret link"
        post.deliver()
        assert "secret link" in server.messages[0].as_string()
    assert (post[mail_id].text, post[mail_id].html) == ("", None)


def test_a_no_for_now_is_tried_again_and_one_for_good_is_not(post):
    with keeping() as server:
        post.url = server.url
        server.says = {"busy@example.com": "450 try later", "gone@example.com": "550 no such user"}
        busy, gone, fine = (post.write(f"{name}@example.com") for name in ("busy", "gone", "fine"))
        post.deliver()
        assert [post[one].state for one in (busy, gone, fine)] == ["queued", "failed", "sent"]
        assert post[gone].error == "550 no such user"
        assert (post[busy].next_try_at - post[busy].created_at).total_seconds() > 40
        assert post[busy].recipients[0]["error"] == "450 try later"
        server.says = {}
        post.again()
        assert [post[one].state for one in (busy, gone)] == ["sent", "failed"]
        assert len(server.got) == 2


def test_a_mail_that_is_refused_for_long_fails_at_last(post):
    with keeping() as server:
        post.url, server.says = server.url, {"DATA": "451 come back"}
        mail_id = post.write()
        for _try in range(delivery.MOST_TRIES):
            assert post[mail_id].state == "queued"
            post.again()
        assert post[mail_id].state == "failed"
        assert post[mail_id].error == "451 come back"


def test_of_several_recipients_each_is_told_of(post):
    with keeping() as server:
        post.url = server.url
        server.says = {"gone@example.com": "550 no such user", "busy@example.com": "450 try later"}
        mail_id = post.write([f"{name}@example.com" for name in ("gone", "fine", "busy")])
        post.deliver()
        assert [one["state"] for one in post[mail_id].recipients] == ["refused", "sent", "pending"]
        assert post[mail_id].state == "queued"
        server.says = {}
        post.again()
    assert [one["state"] for one in post[mail_id].recipients] == ["refused", "sent", "sent"]
    assert [to for to, _data in server.got] == [["fine@example.com"], ["busy@example.com"]]
    assert len({message["Message-ID"] for message in server.messages}) == 1
    assert (post[mail_id].state, post[mail_id].error) == ("sent", "gone@example.com: 550 no such user")


@pytest.mark.parametrize("point", ["greeting", "mail", "rcpt", "data"])
def test_a_line_that_breaks_before_the_text_costs_nothing(post, point):
    with rude(point) as peer:
        post.url = peer.url
        mail_id = post.write()
        post.deliver()
        assert post[mail_id].state == "queued"
        assert peer.reached.is_set()
        assert peer.texts == []
    with keeping() as server:
        post.url = server.url
        post.again()
        assert post[mail_id].state == "sent"
        assert len(server.got) == 1


def test_a_line_that_breaks_after_the_text_leaves_it_to_somebody(post):
    """The server may have it. It is held, and never sent again by itself."""
    with rude("text") as peer:
        post.url = peer.url
        mail_id = post.write()
        post.deliver()
        assert len(peer.texts) == 1
    assert post[mail_id].state == "unknown"
    with keeping() as server:
        post.url = server.url
        post.again()
        assert server.got == []
    assert post[mail_id].state == "unknown"


def test_a_server_that_accepts_and_says_nothing_leaves_it_to_somebody(post, quick):
    quick(0.5)
    with rude("text", waits=True) as peer:
        post.url = peer.url
        mail_id, other = post.write(), post.write("other@example.com")
        post.deliver()
        assert len(peer.texts) == 2
    assert [post[one].state for one in (mail_id, other)] == ["unknown", "unknown"]


def test_no_server_stops_nothing_and_fails_nothing(post):
    post.url = "smtp://127.0.0.1:1"
    ids = [post.write(f"n{number}@example.com") for number in range(3)]
    for _try in range(20):
        post.again()
    assert {post[one].state for one in ids} == {"queued"}
    page = post.site.client().get("/settings/outbox?lang=fa").get_data(as_text=True)
    assert "سرور ایمیل در دسترس نیست" in page, "and why, in the language of whoever looks"
    with keeping() as server:
        post.url = server.url
        post.again()
        assert len(server.got) == 3


def test_a_password_never_travels_unencrypted(post):
    with keeping() as server:
        post.url = f"smtp://user:secret@127.0.0.1:{server.port}"
        mail_id = post.write()
        post.deliver()
        assert server.got == []
    assert post[mail_id].state == "queued"
    assert "encryption" in post[mail_id].error


def test_a_worker_that_died_before_the_text_is_made_up_for(post):
    mail_id = post.write()
    with post.site.unit() as opened:
        opened.begin_write()
        unit().execute(mails.update().values(state="sending", worker="dead", attempts=1))
    with keeping() as server:
        post.url = server.url
        post.deliver()
        assert server.got == [], "its lease is not over"
        post.again()
        assert len(server.got) == 1
    assert post[mail_id].state == "sent"
