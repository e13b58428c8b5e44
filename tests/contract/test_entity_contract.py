"""What holds for every entity of every plugin, present and future: found through the registry, not listed here."""

from __future__ import annotations

import json
from typing import Any

import pytest

from core import registry as registries
from core.testing import Site, sample_record, sample_values
from tests.contract.test_forged_requests import changing

PAYLOAD = "<img src=x onerror=alert(1)>\"'`{{7*7}}${7*7}"


def entities() -> list[Any]:
    return list(registries.current().entities.values())


def _path(spec: Any) -> str:
    return f"/{spec.plugin}/{spec.noun}"


def test_a_record_of_every_entity_can_be_made_shown_changed_and_restored(site: Site) -> None:
    api, client = site.api(), site.client()
    for n, spec in enumerate(entities(), 1):
        made = api.create(spec.name, **sample_record(api, spec.name, n, everything=True))
        path = f"{_path(spec)}/{made['id']}"
        for page in (_path(spec), f"{_path(spec)}/new", path, f"{path}/edit", f"{_path(spec)}/report"):
            for language in ("ar", "fa", "en"):
                answer = client.get(f"{page}?lang={language}")
                assert answer.status_code == 200, (page, language, answer.get_data(as_text=True)[-800:])
                assert f'<html lang="{language}" dir="{"ltr" if language == "en" else "rtl"}"' in answer.text
        title = api.call("PATCH", path, {spec.meta.title: "Changed title", "version": made["version"]}).get_json()
        assert title[spec.meta.title] == "Changed title"
        assert api.call("DELETE", path).status_code == 204
        assert api.call("POST", f"{path}/restore").status_code == 200
        log = client.get(f"/settings/log?entity={spec.name}&record={made['id']}").text
        assert "Changed title" in log, spec.name


def test_what_was_given_comes_back_the_same(site: Site) -> None:
    api = site.api()
    for n, spec in enumerate(entities(), 1):
        given = sample_record(api, spec.name, n, everything=True)
        made = api.get(f"{_path(spec)}/{api.create(spec.name, **given)['id']}")
        for name, value in given.items():
            shown = [tag["name"] for tag in made[name]] if spec.fields[name].type.is_many else made[name]
            if spec.fields[name].type.name == "several":
                # The first is the main one, which follows the record's own fields; each says whether it is.
                shown = [{part: item[part] for part in item if part != "primary"} for item in shown[-1:]]
                value = value[-1:]
            exact = spec.fields[name].type.name in ("money", "percent") or spec.fields[name].scale
            assert (float(shown) == float(value)) if exact else shown == value, (spec.name, name)


def test_no_column_that_is_not_for_users_can_be_set(site: Site) -> None:
    """SEC-26: every column of every table, by create, change and bulk."""
    api = site.api()
    for n, spec in enumerate(entities(), 1):
        values = sample_record(api, spec.name, n)
        made = api.create(spec.name, **values)
        hidden = [
            column.name
            for column in spec.table.c
            if column.name != "version" and (column.name not in spec.fields or spec.fields[column.name].system)
        ]
        assert {"id", "created_at", "created_by_id", "deleted_at"} <= set(hidden)
        for name in hidden:
            for method, path in (("POST", _path(spec)), ("PATCH", f"{_path(spec)}/{made['id']}")):
                answer = api.call(method, path, {**(values if method == "POST" else {}), name: 1})
                assert answer.status_code == 422, (spec.name, name, method)
                assert name in answer.get_json()["errors"]
            bulk = api.call("POST", f"{_path(spec)}/bulk", {"update": [{"id": made["id"], name: 1}]})
            assert bulk.status_code in (400, 422) or name == "id", (spec.name, name)


@pytest.mark.parametrize("role", ["none", "read_only", "sales_representative"])
def test_rights_hold_on_every_surface_of_every_entity(site: Site, role: str) -> None:
    """SEC-20, SEC-23: a canary that the user may not see is in no list, search, count, option, export or history."""
    from core.actor import ALL, acting
    from core.auth.actors import load_actor
    from core.permissions import can, scope

    user_id = site.user("someone@example.com", *([] if role == "none" else [role]))
    admin = site.api()
    for n, spec in enumerate(entities(), 1):
        part, canary = f"Canary{n}z", f"Canary{n}zq"
        made = admin.create(spec.name, **{**sample_record(admin, spec.name, n), spec.meta.title: canary})
        api, client = site.api(user_id), site.client(user_id)
        path = _path(spec)
        with site.unit() as unit:
            who = load_actor(unit.connection, user_id)
            with acting(who):
                sees_all = scope(f"{spec.name}.view") == ALL and spec.name != "core.organisation"
                may = {word: can(f"{spec.name}.{word}") for word in ("view", "add", "change", "delete")}
        surfaces = [
            f"{page}: {client.get(page).text}"
            for page in (
                path,
                f"{path}?q={part}",
                f"{path}/{made['id']}",
                f"{path}/{made['id']}/history",
                f"/search?q={part}",
                f"{path}/report?group=created_at:month",
                "/",
                f"{path}/duplicates?email=sample{n}@example.com",
            )
        ]
        surfaces += [
            f"API {call}: {api.call('GET', call).text}"
            for call in (path, f"{path}?q={part}", f"{path}/{made['id']}", f"{path}?fields=*&limit=1000")
        ]
        if spec.name != "core.user":
            surfaces.append(client.get(f"{path}/options?q={part}").text)
        if not sees_all:
            leaks = [text for text in surfaces if canary in text]
            assert not leaks, (spec.name, role, leaks[0][:60], leaks[0][max(0, leaks[0].find(canary) - 200) :][:300])
        change = api.call("PATCH", f"{path}/{made['id']}", {spec.meta.title: "Stolen"})
        assert change.status_code in (403, 404), (spec.name, role, may)
        assert api.call("DELETE", f"{path}/{made['id']}").status_code in (403, 404)
        if not may["add"]:
            assert api.call("POST", path, sample_values(spec.name, n + 50)).status_code == 403
        assert admin.get(f"{path}/{made['id']}")[spec.meta.title] == canary


def test_a_disabled_user_is_out_at_once(site: Site) -> None:
    """SEC-29: session and token end with the account."""
    user_id = site.user("leaver@example.com", "administrator")
    api, client = site.api(user_id), site.client(user_id)
    assert api.call("GET", "/contacts/contact").status_code == 200
    assert site.api().call("PATCH", f"/core/user/{user_id}", {"active": False}).status_code == 200
    assert api.call("GET", "/contacts/contact").status_code == 401
    assert client.get("/contacts/contact").status_code == 303


def test_a_read_only_token_writes_nowhere(site: Site) -> None:
    api = site.api(scope="read")
    for n, spec in enumerate(entities(), 1):
        assert api.call("GET", _path(spec)).status_code == 200
        assert api.call("POST", _path(spec), sample_values(spec.name, n)).status_code == 403
    tried = 0
    for rule, method, address in changing(site):
        if rule.startswith("/api/v1/"):
            answer = api.flask.open(address, method=method, json={}, headers=api.headers)
            assert (answer.status_code == 403) == (not rule.endswith("/search")), (method, rule, answer.status_code)
            tried += 1
    assert tried > 20


def test_markup_in_every_text_field_is_never_markup(site: Site) -> None:
    """SEC-13, SEC-04: stored in every text of every entity, it is shown as text on every page."""
    api, client = site.api(), site.client()
    for n, spec in enumerate(entities(), 1):
        values = sample_record(api, spec.name, n, everything=True)
        for f in spec.fields.values():
            if (
                f.name in values
                and f.type.name in ("text", "note")
                and not f.options.keys() & {"pattern", "example"}  # only a text of one form is taken
                and f.name not in ("timezone", "national_id")
                and (f.max_length or 99) >= len(PAYLOAD)
                and not f.type.is_many
            ):
                values[f.name] = PAYLOAD
        made = api.create(spec.name, **values)
        path = _path(spec)
        for page in (
            path,
            f"{path}/{made['id']}",
            f"{path}/{made['id']}/edit",
            f"/settings/log?entity={spec.name}",
            "/search?q=img",
            "/",
            f"{path}?q=onerror",
            f"{path}/report?group=created_at:month",
        ):
            text = client.get(page).text
            assert "<img src=x" not in text, (spec.name, page)
            assert "49" not in text or "{{7*7}}" in text or PAYLOAD not in json.dumps(values)


@pytest.mark.parametrize(
    "payload", ["id)--", "1;select 1", "name desc,(select 1)", "a.b.c", "x" * 5000, "نام", "a\x00b"]
)
def test_names_of_fields_never_reach_sql(site: Site, payload: str) -> None:
    """SEC-01: unknown names are refused as malformed, whatever the parameter."""
    api = site.api()
    for spec in entities():
        for query in (
            {"sort": payload},
            {"fields": payload},
            {payload: "1"},
            {f"name__{payload}": "1"},
            {"cursor": payload},
        ):
            answer = api.flask.get(f"/api/v1{_path(spec)}", query_string=query, headers=api.headers)
            assert answer.status_code == 400, (spec.name, query)
        for query in ({"group": payload}, {"group": "created_at:month", "measure": payload}):
            answer = api.flask.get(f"/api/v1{_path(spec)}/aggregate", query_string=query, headers=api.headers)
            assert answer.status_code == 400, (spec.name, query)


def test_a_post_without_the_token_changes_nothing(site: Site) -> None:
    """SEC-39: every state-changing page route refuses a request without this session's token."""
    client = site.client()
    checked = 0
    for rule in site.app.url_map.iter_rules():
        if "POST" not in (rule.methods or ()) or rule.rule.startswith("/api/") or rule.rule == "/login":
            continue
        address = rule.rule
        for name, value in (
            ("<plugin>", "contacts"),
            ("<noun>", "contact"),
            ("<int:record_id>", "1"),
            ("<name>", "name"),
            ("<action>", "delete"),
            ("<int:index>", "0"),
        ):
            address = address.replace(name, value)
        if "<" in address:
            address = address.replace("<", "1").replace(">", "")
        answer = client.flask.post(address, data={"csrf_token": "forged"})
        assert answer.status_code in (400, 404), (rule.rule, answer.status_code)
        checked += 1
    assert checked > 8


def test_nobody_gets_in_without_signing_in(site: Site) -> None:
    """SEC-31: the routes open to everyone are these, and no more."""
    public = {
        rule.rule for rule in site.app.url_map.iter_rules() if site.app.view_functions[rule.endpoint].access.public
    }
    signing_in = {"/login", "/login/second-step", "/login/forgot", "/login/new-password", "/logout"}
    signing_in |= {"/login/sso/<int:provider_id>", "/login/sso/return", "/login/sso/return/<int:provider_id>"}
    by_signature = {"/api/hooks/<key>", "/login/sso/<int:provider_id>/ended"}
    of_programs = {"/static/<version>/<path:path>", "/manifest.webmanifest", "/healthz", "/readyz", "/metrics"}
    assert public <= signing_in | by_signature | of_programs
    anonymous = site.app.test_client()
    for path in ("/", "/contacts/contact", "/contacts/contact/1", "/settings/me", "/search?q=a"):
        answer = anonymous.get(path)
        assert answer.status_code == 303, path
        assert answer.headers["Location"].startswith("/login")
    assert anonymous.get("/api/v1/contacts/contact").status_code == 401


def test_too_much_is_refused_quickly(site: Site) -> None:
    """SEC-45: deep JSON, many conditions, many parts."""
    api, client = site.api(), site.client()
    deep: Any = "x"
    for _level in range(200):
        deep = {"and": [deep]}
    assert api.call("POST", "/contacts/contact/search", {"filter": deep}).status_code == 400
    many = "&".join(f"name__contains=a{n}" for n in range(200))
    assert api.call("GET", f"/contacts/contact?{many}").status_code == 400
    assert (
        client.post(
            "/contacts/contact/new", {f"f{n}": "x" for n in range(5000)}, content_type="multipart/form-data"
        ).status_code
        == 413
    )
    assert api.call("POST", "/contacts/contact/bulk", {"create": [{}] * 1001}).status_code == 400
