"""No other site makes somebody's browser change anything here, or leads it away (SEC-39, SEC-40, SEC-42).

Every route of the map is asked; one that a plugin adds is in it at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from core.auth import rights
from core.auth.sessions import COOKIE
from core.testing import PASSWORD, Client, Site
from core.web import LOGIN_COOKIE, SAFE_METHODS
from tests.contract.rights_world import changed_tables, stored

EVIL = "https://evil.example"
JSON = {"Accept": "application/json"}
#: Carries no session: its sender signs each message (SEC-44).
BY_SIGNATURE = {"/api/hooks/<key>", "/login/sso/<int:provider_id>/ended"}
#: What may stand in a route's place besides a number.
PLACES = {
    "<plugin>": "contacts", "<noun>": "contact", "<name>": "name", "<action>": "none", "<entity>": "contacts.contact",
    "<key>": "none", "<kind>": "csv", "<version>": "x", "<path:path>": "x",
}  # fmt: skip
#: Requests that no page of ours has made, though the browser sends the session along.
FORGED: dict[str, dict[str, Any]] = {
    "without a token": {},
    "with a made-up token": {"headers": {"X-CSRFToken": "x" * 43}},
    "with the token in the address": {"query_string": {"csrf_token": "{own}"}},
    "with another's token": {"headers": {"X-CSRFToken": "{other}"}},
    "from another site": {"headers": {"X-CSRFToken": "{own}", "Sec-Fetch-Site": "cross-site"}},
    "from a neighbouring site": {"headers": {"X-CSRFToken": "{own}", "Sec-Fetch-Site": "same-site"}},
    "from a foreign origin": {"headers": {"X-CSRFToken": "{own}", "Origin": EVIL}},
    "from no origin": {"headers": {"X-CSRFToken": "{own}", "Origin": "null"}},
    "as text": {"data": '{"csrf_token": "{own}"}', "content_type": "text/plain"},
}
ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"])


def addresses(site: Site, methods: Any) -> Iterator[tuple[str, str, str]]:
    """(rule, method, an address of it) of every route with one of these methods."""
    for rule in site.app.url_map.iter_rules():
        address = rule.rule
        for place, value in PLACES.items():
            address = address.replace(place, value)
        address = re.sub(r"<[^>]+>", "1", address)
        for method in sorted((rule.methods or set()) & set(methods)):
            yield rule.rule, method, address


def changing(site: Site) -> list[tuple[str, str, str]]:
    methods = {method for rule in site.app.url_map.iter_rules() for method in rule.methods or ()} - SAFE_METHODS
    return list(addresses(site, methods))


def send(client: FlaskClient, method: str, address: str, how: dict[str, Any], **tokens: str) -> TestResponse:
    def filled(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: filled(one) for name, one in value.items()}
        for name, token in tokens.items():
            value = value.replace(f"{{{name}}}", token)
        return value

    options = {name: filled(value) for name, value in how.items()}
    return client.open(address, method=method, **{**options, "headers": {**JSON, **options.get("headers", {})}})


@ON_SQLITE
def test_no_route_takes_a_request_that_no_page_of_ours_has_made(site: Site) -> None:
    mine, other = site.client(), site.client()
    mine.get("/")
    before, seen = stored(site), set()
    for rule, method, address in changing(site):
        if rule in BY_SIGNATURE:
            continue
        seen.add(rule)
        for name, how in FORGED.items():
            answer = send(mine.flask, method, address, how, own=mine.csrf, other=other.csrf)
            assert (answer.status_code, answer.get_json()["code"]) == (400, "csrf"), (name, method, rule)
    assert len(seen) > 60
    assert changed_tables(before, stored(site)) == []
    assert mine.get("/settings/me").status_code == 200, "the session is gone"


@ON_SQLITE
def test_before_the_log_in_the_form_has_to_be_ours_as_well(site: Site) -> None:
    """Else somebody could be logged in to the account of another without noticing."""
    before, seen = stored(site), set()
    visitor = site.app.test_client()
    visitor.get("/login")
    cookie = visitor.get_cookie(LOGIN_COOKIE)
    assert cookie is not None
    for rule, method, address in changing(site):
        access: Any = site.app.view_functions[next(r.endpoint for r in site.app.url_map.iter_rules() if r.rule == rule)]
        if rule in BY_SIGNATURE or not access.access.public:
            continue
        seen.add(rule)
        token = {"csrf_token": cookie.value, "email": "admin@example.com", "password": PASSWORD}
        for sent, headers in (({}, {}), ({**token, "csrf_token": "x"}, {}), (token, {"Sec-Fetch-Site": "cross-site"}),
                              (token, {"Origin": EVIL})):  # fmt: skip
            answer = visitor.open(address, method=method, data=sent, headers={**JSON, **headers})
            assert (answer.status_code, answer.get_json()["code"]) == (400, "csrf"), (method, rule, headers)
    assert {"/login", "/login/forgot", "/login/new-password", "/login/second-step"} <= seen
    assert changed_tables(before, stored(site)) == []


@ON_SQLITE
def test_only_a_token_of_a_program_goes_without(site: Site) -> None:
    """A browser adds no Authorization header by itself. The session beside it does not count, nor does it elsewhere."""
    api, client = site.api(), site.client()
    body = {"name": "Made by a program", "email": "program@example.com"}
    assert api.call("POST", "/contacts/contact", body, Origin=EVIL).status_code == 201
    bearer = {**JSON, **api.headers}
    refused = client.flask.post("/contacts/contact/new", data=body, headers=bearer)
    assert (refused.status_code, refused.get_json()["code"]) == (400, "csrf")
    wrong = {**JSON, "Authorization": "Bearer wrong"}
    assert client.flask.post("/api/v1/contacts/contact", json=body, headers=wrong).status_code == 401
    basic = {**JSON, "Authorization": "Basic YTpi"}
    assert client.flask.post("/api/v1/contacts/contact", json=body, headers=basic).status_code == 400


@ON_SQLITE
@pytest.mark.parametrize("headers", [
    {"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}, {"Origin": "http://localhost"},
    {"Origin": "http://127.0.0.1:8000"}, {"Sec-Fetch-Site": "same-origin", "Origin": "https://behind-a-proxy.example"},
])  # fmt: skip
def test_our_own_pages_are_taken_from_any_address_of_ours(site: Site, headers: dict[str, str]) -> None:
    answer = site.client().post("/settings/me", {"theme": "dark"}, headers=headers)
    assert answer.status_code == 303


#: Where forms and links keep the page to go back to, in our templates and in everybody's habits.
RETURNS = ("next", "return", "return_to", "back", "url", "to", "redirect", "target", "continue")


@ON_SQLITE
def test_no_route_leads_to_another_site(site: Site) -> None:
    """Whatever is given as the page to go to next, in the address, the form, a header or the path."""
    away = dict.fromkeys(RETURNS, f"{EVIL}/x")
    led = 0
    for rule, method, address in list(addresses(site, {"GET"})) + changing(site):
        client = site.client()
        headers = {"Referer": f"{EVIL}/x", "X-Forwarded-Host": "evil.example", "HX-Current-URL": f"{EVIL}/x"}
        sent = {"data": {**away, "csrf_token": client.csrf}} if method == "POST" else {}
        answer = client.flask.open(address, method=method, query_string=away, headers=headers, **sent)
        led += bool(answer.location)
        for name in ("Location", "Refresh", "HX-Redirect", "HX-Location", "Content-Location", "Link"):
            assert "evil.example" not in answer.headers.get(name, ""), (method, rule, name)
        assert answer.status_code < 500, (method, rule)
    assert led > 5
    for address in ("/contacts//contact?a=1", "/settings//me"):
        tidied = site.client().get(address, headers={"Host": "evil.example"})
        assert (tidied.status_code, tidied.location) == (308, address.replace("//", "/"))


@ON_SQLITE
@pytest.mark.parametrize("target", ["//evil.example", "/\\evil.example", "https:evil.example", "/%2f%2fevil.example",
                                    "/\tevil", "javascript:alert(1)", "http://localhost@evil.example"])  # fmt: skip
def test_pages_that_go_on_to_another_stay_here(site: Site, target: str) -> None:
    """Signed in already, after the log-in, after a change of one's own settings and of the organisation."""
    client = site.client()
    told = [client.get("/login", query_string={"next": target}),
            client.post("/settings/me", {"intent": "organisation", "organisation": "", "next": target}),
            client.post("/settings/me", {"theme": "dark", "next": target})]  # fmt: skip
    visitor = site.app.test_client()
    visitor.get("/login")
    form = {"csrf_token": visitor.get_cookie(LOGIN_COOKIE).value, "email": "admin@example.com", "password": PASSWORD}
    told.append(visitor.post("/login", data={**form, "next": target}))
    assert [answer.status_code for answer in told] == [303] * 4
    assert {answer.location for answer in told} <= {"/", "/settings/me", "/settings/setup"}


#: What a policy without "unsafe-inline" would not let run, so that a page with it does not work.
INLINE = r"<script(?![^>]*\b(?:src|nonce)=)[^>]*>|<[a-z][^>]*\s(?:on\w+|style)\s*=\s*[\"']"


@ON_SQLITE
def test_every_kind_of_answer_carries_the_strict_policy(site: Site) -> None:
    """SEC-19, SEC-40: no answer lets a script run that the page did not bring, is framed, sniffed or kept."""
    made = site.api().create("contacts.contact", name="Sara", email="sara@example.com")
    client, nonces = site.client(), list[str]()
    pages = ("/", "/contacts/contact", f"/contacts/contact/{made['id']}", "/settings/log", "/settings/general",
             "/no/such", "/api/v1/core/entity")  # fmt: skip
    told = [site.app.test_client().get("/login"), *(client.get(path) for path in pages)]
    for answer in told:
        policy = dict(one.strip().partition(" ")[::2] for one in answer.headers["Content-Security-Policy"].split(";"))
        scripts = policy["script-src"].split()
        assert [one for one in scripts if one != "'self'" and not one.startswith("'nonce-")] == [], scripts
        nonces += [one for one in scripts if one.startswith("'nonce-")]
        assert "unsafe" not in answer.headers["Content-Security-Policy"]
        assert policy["default-src"] in ("'self'", "'none'")
        assert (policy["frame-ancestors"], policy["base-uri"], policy["form-action"]) == ("'none'", "'none'", "'self'")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert (answer.headers["Cache-Control"], answer.headers["Vary"]) == ("no-store", "Cookie")
        assert re.findall(INLINE, answer.text) == []
    assert len(set(nonces)) == len(told), "a nonce that is used again is a password that everybody knows"


@ON_SQLITE
def test_a_session_gets_a_new_id_when_its_users_rights_change(site: Site) -> None:
    """By roles given and taken, and by a change of a role he holds; the pages he has open can still be sent."""
    role = site.role("Reader", contacts__contact__view=4)
    user_id = site.user("reader@example.com")
    client = site.client(user_id)
    old = _cookie(client)
    assert client.get("/settings/me").status_code == 200
    assert _cookie(client) == old, "renewed without need"
    changes = (lambda: rights.set_user_roles(user_id, [role]),
               lambda: rights.set_role_grants(role, {"contacts.contact.change": 4}),
               lambda: rights.set_user_roles(user_id, []))  # fmt: skip
    for change in changes:
        with site.unit():
            change()
        assert client.get("/settings/me", headers={"HX-Request": "true"}).status_code == 200
        assert _cookie(client) == old, "a part of a page came back under another id than its siblings"
        assert client.get("/settings/me").status_code == 200
        assert _cookie(client) != old
        assert client.post("/settings/me", {"theme": "dark"}).status_code == 303
        stolen = site.app.test_client()
        stolen.set_cookie(COOKIE, old)
        assert stolen.get("/settings/me").status_code == 303, "the old id still opens the account"
        old = _cookie(client)


def _cookie(client: Client) -> str:
    found = client.flask.get_cookie(COOKIE)
    assert found is not None
    return str(found.value)
