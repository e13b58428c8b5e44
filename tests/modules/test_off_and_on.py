"""REL-21: turning a module off takes nothing away: everything is as it was when it is on again, on both databases."""

from __future__ import annotations

import re
import threading
from typing import Any

import pytest
import sqlalchemy as sa

from core import records
from core.audit import verify
from core.plugin import lifecycle
from core.testing import Site

PATH = "/contacts/contact"
MODULE = "/settings/modules/contacts"
#: What the site shows of the module's data, as programs and as people read it.
SHOWN = (
    f"/api/v1{PATH}?fields=*&expand=1&sort=id", "/api/v1/contacts/company?fields=*", "/api/v1/contacts/tag?fields=*",
    f"/api/v1{PATH}?q=harbour", f"/api/v1{PATH}?custom.size__gte=40",
    f"/api/v1{PATH}/aggregate?group=city&measure=count", "/api/v1/core/entity/contacts.contact",
    f"{PATH}?status=in_progress", f"{PATH}/export?format=csv",
)
#: What must answer without it, with lines and links that lead to what is not there now.
ELSEWHERE = ("/", "/search?q=harbour", "/settings/log", "/settings/roles", "/settings/fields", "/settings/me",
             "/settings/modules", "/settings/general", "/api/v1/openapi.json", "/api/v1/core/entity", "/readyz")
STORED = ("core_role_grant", "core_role_field", "core_custom_field", "core_setting", "core_list_columns",
          "core_opened", "core_choice", "core_series", "contacts_contact", "contacts_company", "contacts_tag")


@pytest.fixture
def used(site: Site) -> Site:
    """A site whose module has records, a custom field, choices, rights and what its users keep."""
    site.add_field("contacts.contact", "size", "number", filter=True)
    api, client = site.api(), site.client()
    company = api.create("contacts.company", name="Harbour Supplies")
    made = api.create("contacts.contact", name="Sara Harbour", email="sara@example.com", company_id=company["id"],
                      status="in_progress", city="Rome", tags=["vip"], custom={"size": 42})
    api.create("contacts.contact", name="Ali", email="ali@example.com", custom={"size": 7})
    site.role("Readers of names", contacts__contact__view=1)
    assert client.post(f"{PATH}/columns", {"columns": ["name", "city"]}).status_code == 303
    assert client.get(f"{PATH}/{made['id']}").status_code == 200, "it is among those opened lately"
    return site


def _shown(site: Site) -> dict[str, Any]:
    answers = _asked(site, SHOWN)
    assert {path: answer.status_code for path, answer in answers.items()} == dict.fromkeys(SHOWN, 200)
    return {path: one.get_json() if one.is_json else _lasting(one.get_data()) for path, one in answers.items()}


def _asked(site: Site, paths: tuple[str, ...]) -> dict[str, Any]:
    client, api = site.client(), site.api()
    return {path: api.call("GET", path.removeprefix("/api/v1")) if path.startswith("/api/") else client.get(path)
            for path in paths}


def _lasting(page: bytes) -> bytes:
    """A page without what is made anew for each answer."""
    # The line for paper says at what minute it was printed; the minute can turn between two answers.
    anew = (b"nonce", b"csrf", b'name="form_id"', b"dw-print-line")
    kept = (line for line in page.splitlines() if not any(mark in line for mark in anew))
    return re.sub(rb' data-live-since="\d+"', b"", b"\n".join(kept))  # turning off and on are changes


def _stored(site: Site) -> dict[str, list[Any]]:
    with site.app.engine.connect() as connection:
        return {name: sorted(map(repr, connection.execute(sa.text(f"SELECT * FROM {name}")))) for name in STORED}


def test_everything_is_as_it_was_when_it_is_on_again(used: Site) -> None:
    shown, stored = _shown(used), _stored(used)
    client = used.client()
    assert client.post(f"{MODULE}/disable").status_code == 303
    assert {path: answer.status_code for path, answer in _asked(used, SHOWN).items()} == dict.fromkeys(SHOWN, 404)
    assert {path: answer.status_code for path, answer in _asked(used, ELSEWHERE).items()} == dict.fromkeys(
        ELSEWHERE, 200)
    assert "Harbour" not in client.get("/").text
    assert client.post(f"{MODULE}/enable").status_code == 303
    assert _shown(used) == shown
    assert _stored(used) == stored
    assert verify.verify(used.app.engine).ok


def test_a_request_ends_with_what_it_began_with(used: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that is under way when the module is turned off gets its answer; the next one finds nothing there."""
    reached, go_on, get = threading.Event(), threading.Event(), records.get

    def slow(*arguments: Any, **named: Any) -> Any:
        reached.set()
        assert go_on.wait(60)
        return get(*arguments, **named)

    monkeypatch.setattr(records, "get", slow)
    answers: list[Any] = []
    api = used.api()
    request = threading.Thread(target=lambda: answers.append(api.call("GET", f"{PATH}/1")))
    request.start()
    try:
        assert reached.wait(60)
        lifecycle.disable(used.app.engine, "contacts")
        assert used.api().call("GET", PATH).status_code == 404
    finally:
        go_on.set()
        request.join(60)
    assert answers[0].get_json()["name"] == "Sara Harbour"
    assert used.api().call("GET", f"{PATH}/1").status_code == 404
