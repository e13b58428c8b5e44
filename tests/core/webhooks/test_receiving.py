"""Messages of other programs: taken when their signature holds, and handled once (SEC-44, REL-09)."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa

from core.errors import Unauthenticated
from core.signals import on
from core.webhooks import setup, signing
from core.webhooks.models import received, sources

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "webhook_signatures.json").read_text("utf-8"))["vectors"]
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
heard: list[dict] = []


def _hear(**payload) -> None:
    heard.append(payload)


# Receivers of modules that are no enabled plugin's are mute: this one listens as the kernel's.
_hear.__module__ = "core.webhooks.heard_by_tests"
on("core.webhook_received")(_hear)


@pytest.fixture(autouse=True)
def _silence():
    heard.clear()


def _headers(vector) -> dict[str, str]:
    if vector["scheme"].startswith("github"):
        name, _colon, value = vector["header"].partition(": ")
        return {name: value, "X-GitHub-Delivery": "d1"}
    if vector["scheme"].startswith("standard"):
        return {"webhook-id": vector["id"], "webhook-timestamp": str(vector["timestamp"]),
                "webhook-signature": vector["header"].partition(": ")[2]}
    return {"Stripe-Signature": vector["header"]}


def _scheme(vector) -> str:
    return {"g": "github", "s": "standard"}[vector["scheme"][0]] if "stripe" not in vector["scheme"] else "timed"


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["scheme"])
def test_published_samples_hold_and_nothing_near_them_does(vector):
    scheme, sent, body = _scheme(vector), _headers(vector), vector["body"].encode()
    now = vector.get("timestamp", 0)
    assert signing.verify(scheme, vector["secret"], sent, body, now) in ("d1", vector.get("id"), "")

    def refused(secret=vector["secret"], sent=sent, body=body, now=now):
        with pytest.raises(Unauthenticated):
            signing.verify(scheme, secret, sent, body, now)

    refused(body=body + b" ")
    refused(secret="")
    refused(secret="whsec_")
    refused(secret="whsec_AAAA")
    refused(sent={})
    if now:
        refused(now=now + 301)
        refused(now=now - 301)
    for name, value in sent.items():
        if "ignature" in name:
            for wrong in (value.replace("v1", "v0"), value.replace("sha256", "sha1"), value.upper(), f"{value}0", "",
                          "é" * 40, value.replace("=", "")):
                if wrong != value:
                    refused(sent={**sent, name: wrong})


class Source:
    """A program that sends to an installation under test."""

    def __init__(self, hooks, scheme="standard", secret=SECRET) -> None:
        self.hooks, self.secret = hooks, secret
        with hooks.site.unit(1):
            self.id = setup.create_source(hooks.vault, f"Shop {scheme}", scheme, secret)
        with hooks.site.app.engine.connect() as connection:
            self.key = connection.execute(sa.select(sources.c.key).where(sources.c.id == self.id)).scalar_one()

    def send(self, body: bytes, event_id: str = "evt1", at: float | None = None, **changed: str):
        sent = {**signing.headers(self.secret, event_id, int(at or time.time()), body), **changed}
        return self.hooks.site.app.test_client().post(f"/api/hooks/{self.key}", data=body, headers=sent)


def _kept(site) -> int:
    with site.unit() as opened:
        return opened.execute(sa.select(sa.func.count()).select_from(received)).scalar_one()


def test_a_message_is_kept_and_told_once(site, hooks):
    source = Source(hooks)
    body = '{"order": 7, "name": "شركة النور"}'.encode()
    assert source.send(body).status_code == 202
    assert heard == [], "it is handled later"
    again = source.send(body)
    assert (again.status_code, again.get_json()) == (200, {"status": "repeated"})
    hooks.work()
    assert heard == [{"source": "Shop standard", "event_id": "evt1", "payload": {"order": 7, "name": "شركة النور"},
                      "text": body.decode()}]
    source.send(body)
    hooks.work()
    assert len(heard) == 1


def test_ten_copies_at_once_are_one_message(site, hooks):
    source = Source(hooks)
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda _number: source.send(b"{}").status_code, range(10)))
    assert sorted(answers) == [200] * 9 + [202]
    assert _kept(site) == 1


def test_another_body_under_the_same_id_is_left_aside(site, hooks):
    source = Source(hooks)
    source.send(b'{"amount": 1}')
    assert source.send(b'{"amount": 1000}').status_code == 200
    hooks.work()
    assert [one["payload"] for one in heard] == [{"amount": 1}]
    assert _kept(site) == 1


@pytest.mark.parametrize("wrong", [
    {"webhook-signature": ""}, {"webhook-signature": "v1,AAAA"}, {"webhook-id": "other"}, {"webhook-timestamp": "1"},
    {"webhook-timestamp": "x"}, {"webhook-signature": "v2,AAAA"},
])
def test_a_forged_message_is_refused_and_leaves_nothing(site, hooks, wrong):
    answer = Source(hooks).send(b"{}", **wrong)
    assert answer.status_code == 401
    assert answer.get_json()["code"] == "unauthenticated"
    assert _kept(site) == 0


def test_an_old_message_cannot_be_sent_again(site, hooks):
    assert Source(hooks).send(b"{}", at=time.time() - 600).status_code == 401


def test_unknown_addresses_large_bodies_and_what_is_no_json(site, hooks):
    source = Source(hooks)
    assert site.app.test_client().post("/api/hooks/nothing", data=b"{}").status_code == 404
    assert source.send(b"x" * (1024 * 1024 + 1)).status_code == 413
    assert source.send(b"not json").status_code == 202
    assert source.send(b"[" * 100_000, "deep").status_code == 202
    hooks.work()
    assert [one["payload"] for one in heard] == [None, None]


def test_the_verifier_is_that_of_the_source_and_a_session_is_no_way_in(site, hooks):
    """Not what a message says of itself decides how it is checked."""
    source = Source(hooks, "github", "It's a Secret to Everybody")
    body = b"Hello, World!"
    digest = hmac.new(source.secret.encode(), body, hashlib.sha256).hexdigest()
    client = site.client()
    address = f"/api/hooks/{source.key}"
    assert client.post(address, data=body).status_code == 401
    assert source.send(body).status_code == 401
    sent = {"X-Hub-Signature-256": f"sha256={digest}", "X-GitHub-Delivery": "d7"}
    assert site.app.test_client().post(address, data=body, headers=sent).status_code == 202


def test_a_source_that_was_removed_takes_nothing(site, hooks):
    source = Source(hooks)
    with site.unit(1):
        setup.remove_source(source.id)
    assert source.send(b"{}").status_code == 404
