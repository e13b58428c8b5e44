"""The OpenAPI document, and a fuzz of the whole API by it."""

from __future__ import annotations

import re
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import positive_data_acceptance

from core.actor import HIDDEN
from core.auth import rights
from core.auth.actors import load_roles
from core.registry import current
from core.testing import Site


def test_every_entity_is_described_as_the_user_may_see_it(site: Site) -> None:
    whole = site.api().get("/openapi.json")
    assert whole["openapi"].startswith("3.1")
    assert {"/contacts/contact", "/contacts/contact/{id}", "/contacts/company", "/core/entity"} <= set(whole["paths"])
    assert "post" in whole["paths"]["/contacts/contact"]
    reader = site.api(site.user("reader@example.com", "read_only")).get("/openapi.json")
    assert "post" not in reader["paths"]["/contacts/contact"]
    assert "patch" not in reader["paths"]["/contacts/contact/{id}"]


def test_what_an_integrator_copies_from_the_document_works(site: Site) -> None:
    """The form of a filter and of a group cannot be guessed from "text" and "anything"."""
    api = site.api()
    made = api.create("contacts.contact", name="Sara", email="sara@example.com")
    paths = api.get("/openapi.json")["paths"]
    search = _body_of(paths["/contacts/contact/search"])
    for word in ("filter", "and", "or", "not"):
        assert search[word]["examples"]
        for example in search[word]["examples"]:
            answer = api.call("POST", "/contacts/contact/search", {word: example})
            assert answer.status_code == 200, (word, example, answer.text)
    figures = paths["/contacts/contact/aggregate"]["get"]
    given = {one["name"]: one["schema"].get("examples") for one in figures["parameters"]}
    for group in given["group"]:
        for measure in given["measure"]:
            (row,) = api.get(f"/contacts/contact/aggregate?group={group}&measure={measure}")["data"]
            assert row["count"] == 1
    (example,) = _body_of(paths["/contacts/contact/bulk"])["update"]["items"]["examples"]
    change = example | {"id": made["id"], "version": made["version"], "city": "Shiraz"}
    assert api.call("POST", "/contacts/contact/bulk", {"update": [change]}).status_code == 200


def _body_of(path: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = path["post"]["requestBody"]["content"]["application/json"]["schema"]["properties"]
    return found


#: Programs read these two to learn what there is.
ABOUT = {"GET /openapi.json", "GET /docs"}


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_every_route_of_the_api_is_in_the_document(site: Site) -> None:
    """By the route list itself: a new one has to be described. An entity's own path stands for all entities."""
    site.add_field("contacts.contact", "paper", "file")
    whole = site.api().get("/openapi.json")
    described = {f"{method.upper()} {_pattern(path)}" for path, operations in whole["paths"].items()
                 for method in operations if method != "parameters"}  # fmt: skip
    routes = {f"{method} {_pattern(rule.rule.removeprefix('/api/v1'))}" for rule in site.app.url_map.iter_rules()
              if rule.rule.startswith("/api/v1/") for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}}
    # Each verb of an entity has a path of its own in the document.
    assert routes - described - ABOUT == {"POST /<>/<>/<>/<>"}
    assert described - routes == {f"POST /<>/<>/<>/{name}" for _entity, name in current().derived.actions}


def _pattern(path: str) -> str:
    """`/contacts/contact/{id}` and `/<plugin>/<noun>/<int:record_id>` alike as `/<>/<>/<>`."""
    own = next((spec.path for spec in current().entities.values() if f"{path}/".startswith(f"{spec.path}/")), "")
    return re.sub(r"<[^>]*>|\{[^}]*\}", "<>", f"/<>/<>{path.removeprefix(own)}" if own else path)


@pytest.mark.slow
@pytest.mark.parametrize(("database_kind", "person", "scope"), [
    ("sqlite", "admin", "write"), ("sqlite", "narrow", "write"),
    pytest.param("postgresql", "admin", "write", marks=pytest.mark.postgresql),
    pytest.param("postgresql", "admin", "read", marks=pytest.mark.postgresql),
])  # fmt: skip
def test_the_api_answers_as_it_says_whatever_is_sent(site: Site, person: str, scope: str) -> None:
    """Schemathesis sends what the document allows and what it forbids; a 5xx or an undocumented answer fails."""
    site.api().create("contacts.contact", name="One", email="one@example.com")
    api = site.api(_narrow(site) if person == "narrow" else None, scope)
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", site.app, headers=api.headers)
    operations = [found.ok() for found in schema.get_all_operations() if not _is_said_again(found.ok().path)]
    for operation in operations:
        _fuzz(operation, api.headers)
    assert len(operations) > 20


def _is_said_again(path: str) -> bool:
    """Views and files go by the same code for every entity."""
    return ("/views" in path or "/attachments" in path) and not path.startswith("/contacts/contact/")


def _narrow(site: Site) -> int:
    """A representative from whom every second field of every entity is hidden."""
    user_id = site.user("narrow@example.com", "sales_representative", "read_only")
    with site.unit() as opened:
        held = load_roles(opened.connection, user_id)
        for spec in current().entities.values():
            hidden = [name for name in list(spec.fields)[::2] if name not in rights.always_shown(spec)]
            for role in held:
                rights.set_role_fields(role.id, spec.name, dict.fromkeys(hidden, HIDDEN))
    return user_id


def _fuzz(operation: schemathesis.APIOperation, headers: dict[str, str]) -> None:
    @settings(max_examples=6, deadline=None, phases=[Phase.generate], derandomize=True, database=None,
              suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy())
    def send(case: schemathesis.Case) -> None:
        # What a filter or cursor may hold is more than a JSON Schema can say, so a refusal (400) is no fault.
        case.call_and_validate(headers=headers, excluded_checks=[positive_data_acceptance])

    send()
