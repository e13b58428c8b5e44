"""What people, browsers and programs send is a value: it is never a part of SQL or of a page, and never another's."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa

from core.testing import Site
from core.web import LOGIN_COOKIE
from tests.contract.rights_world import changed_tables, entities, stored

#: The mark stands in no statement of ours.
MARK = "zqx"
VALUES = (f"{MARK}'; DELETE FROM core_user; --", f"{MARK}%' OR 1=1 OR '_\\", f'{MARK}") OR ("1"="1',
          f"{MARK}\x00\u0660")  # fmt: skip
MARKUP = f"{MARK}\"'><svg/onload=alert(1)>"
OPERATORS = ("eq", "ne", "in", "gt", "lte", "contains", "startswith")


@contextmanager
def statements(site: Site) -> Iterator[list[str]]:
    """What the database is asked while the body runs, without the values."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    sa.event.listen(site.app.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        sa.event.remove(site.app.engine, "before_cursor_execute", note)


def test_values_never_become_sql(site: Site) -> None:
    """SEC-02: in conditions of lists and of nested searches, in words, pages and records, built-in and added fields."""
    for key, kind in (("plain", "text"), ("size", "number")):
        site.add_field("contacts.contact", key, kind, filter=True)
    api = site.api()
    api.create("contacts.contact", name="One", email="one@example.com")
    before = stored(site)
    with statements(site) as seen:
        for spec in entities():
            asked = [f.name for f in spec.fields.values() if f.filter]
            for number, name in enumerate((*asked, "q", "cursor")):
                # Every field has one value, every value and operator many fields.
                value, operator = VALUES[number % len(VALUES)], OPERATORS[number % len(OPERATORS)]
                query = {name if name in ("q", "cursor") else f"{name}__{operator}": value}
                answer = api.flask.get(f"/api/v1{spec.path}", query_string=query, headers=api.headers)
                assert answer.status_code in (200, 400), (spec.name, query)
            for value in VALUES:
                tree = {"or": [[name, "contains", value] for name in asked[:6]] or [["id", "eq", value]]}
                answer = api.call("POST", f"{spec.path}/search", tree)
                assert answer.status_code in (200, 400), (spec.name, tree)
        for value in VALUES[:3]:
            made = api.create("contacts.contact", name=value, email=f"x{abs(hash(value))}@example.com",
                              custom={"plain": value})  # fmt: skip
            assert (made["name"], made["custom"]["plain"]) == (value, value)
            found = api.flask.get("/api/v1/contacts/contact", query_string={"custom.plain": value},
                                  headers=api.headers).get_json()  # fmt: skip
            assert [row["id"] for row in found["data"]] == [made["id"]]
            assert api.call("DELETE", f"/contacts/contact/{made['id']}").status_code == 204
    assert len(seen) > 100
    assert [one for one in seen if MARK in one] == []
    told = {name for name in changed_tables(before, stored(site)) if not name.startswith(("core_audit", "contacts_c"))}
    assert told == {"core_series"}, "numbers for the three contacts, and nothing else"


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_nothing_of_a_request_is_markup_in_its_answer(site: Site) -> None:
    """SEC-18: by any parameter and header, on pages for everybody first, then on those of an administrator."""
    names = ("q", "next", "after", "with", "lang", "sort", "group", "state", "code", "error", "token", "page", "entity",
             "record", "tab", "view", "shape", "by", "status", "name", "period", "user", "action")  # fmt: skip
    headers = {"Referer": f"http://x/{MARKUP}", "User-Agent": MARKUP, "Accept-Language": MARKUP,
               "X-Forwarded-Host": MARKUP, "X-Request-Id": MARKUP, "HX-Current-URL": MARKUP}  # fmt: skip
    visitor, admin = site.app.test_client(), site.client()
    pages = sorted({rule.rule for rule in site.app.url_map.iter_rules() if "GET" in (rule.methods or ()) and "<" not in
                    rule.rule and not rule.rule.startswith(("/live", "/metrics"))})  # fmt: skip
    walked = 0
    for page in (*pages, "/contacts/contact", "/contacts/contact/new", f"/{MARKUP}", "/contacts/company/report"):
        for browser in (visitor, admin):
            answer = browser.get(page, query_string=dict.fromkeys(names, MARKUP), headers=headers)
            assert answer.status_code < 500, page
            if answer.mimetype == "text/html":
                assert "<svg/onload" not in answer.text, page
                walked += 1
    assert walked > 80
    client = site.app.test_client()
    client.get("/login")
    cookie = client.get_cookie(LOGIN_COOKIE)
    assert cookie is not None
    tried = client.post("/login", data={"csrf_token": cookie.value, "email": f"{MARKUP}@example.com", "next": MARKUP,
                                        "password": MARKUP}, headers=headers)  # fmt: skip
    assert tried.status_code == 401
    assert "<svg/onload" not in tried.text
    # SEC-17: what was on record of it is shown as text, to the administrator too.
    for page in ("/settings/log", "/settings/log?q=svg", "/settings/users", "/settings/me"):
        shown = admin.get(page, headers=headers).text
        assert "<svg/onload" not in shown, page


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_requests_at_the_same_time_share_nothing(site: Site) -> None:
    """SEC-49: sixteen people in three languages at once; each reads of himself alone, in his own language."""
    people = {}
    for number in range(16):
        language = ("ar", "fa", "en")[number % 3]
        user_id = site.user(f"p{number}@example.com", "read_only", name=f"Person-{number:02d}")
        browser, token = site.client(user_id), site.api(user_id)
        people[number] = (language, browser, token)

    def ask(number: int) -> None:
        language, browser, token = people[number]
        others = {f"Person-{other:02d}" for other in people} - {f"Person-{number:02d}"}
        for _turn in range(4):
            page = browser.get(f"/settings/me?lang={language}").text
            assert f'<html lang="{language}"' in page
            assert f"Person-{number:02d}" in page
            assert not [name for name in others if name in page]
            refused = token.flask.get("/api/v1/contacts/contact?nothing=1", headers={
                **token.headers, "Accept-Language": language}).get_json()  # fmt: skip
            assert refused["status"] == 400
            assert "nothing" in refused["detail"]
            assert any("\u0600" <= sign <= "\u06ff" for sign in refused["detail"]) == (language != "en")

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(ask, people))
