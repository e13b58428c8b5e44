"""Whoever may not see a record or a field learns nothing of it, by any route, and changes nothing (SEC-20 to SEC-33).

Everything is found through the registry and the map of routes: a new plugin, entity, field or route is in it at once.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from core import registry as registries
from core.actor import ALL, HIDDEN, READ
from core.auth import rights
from core.entity.spec import EntitySpec
from core.errors import Invalid
from core.query.aggregate import GROUPABLE
from core.testing import Site, sample_record, sample_values
from core.transfer import commands
from tests.contract.rights_world import (
    Canary,
    calls,
    changed_tables,
    entities,
    everything,
    make_canary,
    people,
    sees_by_design,
    send,
    stored,
)

#: Each person once, the databases in turn: the crawl is long, and rights are the same SQL on both.
PEOPLE = pytest.mark.parametrize(("database_kind", "person"), [
    ("sqlite", "own"), pytest.param("postgresql", "team", marks=pytest.mark.postgresql),
    ("sqlite", "foreign"), pytest.param("postgresql", "manager", marks=pytest.mark.postgresql),
])  # fmt: skip
ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"])
ON_POSTGRESQL = pytest.mark.parametrize("database_kind", [pytest.param("postgresql", marks=pytest.mark.postgresql)])
WRITES = ("POST", "PATCH", "PUT", "DELETE")
#: What is not about one entity: asked for once, at the end, when the marks of all records could stand in it.
SHARED_PAGES, SHARED_CALLS = ("/",), ("/openapi.json", "/core/entity")


def canaries(site: Site) -> list[Canary]:
    return [make_canary(site, spec, n) for n, spec in enumerate(entities(), 1)]


@PEOPLE
def test_a_foreign_record_is_like_none_on_every_route(site: Site, person: str) -> None:
    """SEC-20, SEC-25, SEC-28: the same status and text as for a record that does not exist, and nothing changes."""
    marked = canaries(site)
    user_id = people(site)[person]
    client, api = site.client(user_id), site.api(user_id)
    client.get("/")
    before, sent = stored(site), 0
    for canary in (one for one in marked if not sees_by_design(person, one.spec)):
        for call in calls(site, canary, ("GET", *WRITES)):
            own, other = (send(site, user_id, call, path, client, api) for path in (call.path, call.twin))
            assert own.status_code == other.status_code, (person, call)
            assert own.status_code in (400, 403, 404, 422) or own.get_data() == other.get_data(), (person, call)
            assert canary.mark not in own.text, (person, call)
            sent += 1
    assert sent > 100
    assert changed_tables(before, stored(site)) == []


@PEOPLE
def test_a_foreign_record_is_in_no_list_search_count_or_file(site: Site, person: str) -> None:
    """SEC-23, SEC-24: by any filter, order, group, look-up, search and format, it is not there."""
    marked = canaries(site)
    user_id = people(site)[person]
    client, api = site.client(user_id), site.api(user_id)
    hidden = [one for one in marked if not sees_by_design(person, one.spec)]
    for canary in hidden:
        for path in page_addresses(canary):
            answer = client.get(path)
            assert answer.status_code in (200, 400), (person, path, answer.status_code)
            assert canary.mark not in answer.text, (person, path)
        for path in api_addresses(canary):
            answer = api.call("GET", path)
            assert answer.status_code in (200, 400), (person, path, answer.text[:300])
            assert canary.mark not in answer.text, (person, path)
            if canary.part in path and answer.status_code == 200:
                found = answer.get_json()
                assert found["data"] == [], (person, path)
                assert found.get("total", 0) == 0, (person, path)
        found = client.get(f"{canary.spec.path}/export?fields=*&format=xlsx")
        assert found.status_code == 200
        assert canary.mark not in unzipped(found.get_data())
    assert_none_is_told_of(hidden, client, api)


def assert_none_is_told_of(marked: list[Canary], client: Any, api: Any) -> None:
    for answer in (*map(client.get, SHARED_PAGES), *(api.call("GET", path) for path in SHARED_CALLS)):
        assert answer.status_code == 200, answer.request.path
        assert [one.mark for one in marked if one.mark in answer.text] == [], answer.request.path


def page_addresses(canary: Canary) -> list[str]:
    """All lists, pages and files that could tell of a record, asked for by a part of its values."""
    spec, path = canary.spec, canary.spec.path
    found = [path, f"{path}?q={canary.part}", f"{path}/report", f"/search?q={canary.part}",
             f"{path}?id={canary.id}", f"{path}/new", f"{path}/import", f"{path}/import/template.csv"]  # fmt: skip
    if spec.name != "core.user":  # colleagues' names are open to everyone who is signed in
        found.append(f"{path}/options?q={canary.part}")
    found += [f"{path}/export?fields=*&format={kind}" for kind in ("csv", "json")]
    typed = "&".join(f"{name}={value}" for name, value in canary.values.items()
                     if isinstance(value, str) and canary.mark not in value)  # fmt: skip
    found.append(f"{path}/duplicates?{typed}")
    found += [f"{path}/report?group={f.name}" for f in spec.fields.values() if f.type.name in GROUPABLE]
    return found


def api_addresses(canary: Canary) -> list[str]:
    spec, path = canary.spec, canary.spec.path
    found = [f"{path}?fields=*&limit=1000&expand=1", f"{path}?q={canary.part}", f"/core/entity/{spec.name}",
             f"{path}/aggregate?group=created_at:month&q={canary.part}"]  # fmt: skip
    for f in spec.fields.values():
        if f.sort and f.stores_column:
            found.append(f"{path}?sort={f.name}&limit=1&fields=*")
        if "contains" in f.ops:
            found.append(f"{path}?{f.name}__contains={canary.part}")
    return found


def unzipped(data: bytes) -> str:
    import io
    import zipfile

    book = zipfile.ZipFile(io.BytesIO(data))
    return "".join(book.read(name).decode("utf-8", "replace") for name in book.namelist())


def hide(site: Site, level: int) -> int:
    """A user who may do everything with every entity, with every field at this level that can be."""
    role = everything(site, "Narrow", ALL)
    with site.unit() as opened:
        organisations = tuple(opened.execute(sa.text("SELECT id FROM core_organisation")).scalars())
    user_id = site.user("narrow@people.example", organisation_ids=organisations)
    with site.unit():
        for spec in entities():
            names = [name for name in spec.fields if level != HIDDEN or name not in rights.always_shown(spec)]
            rights.set_role_fields(role, spec.name, dict.fromkeys(names, level))
        rights.set_user_roles(user_id, [role])
    return user_id


def test_hidden_fields_are_nowhere(site: Site) -> None:
    """SEC-23, SEC-24, SEC-27: every field of every entity hidden at once, on every page, file and call."""
    marked = [make_canary(site, spec, n, **dict.fromkeys(spec.title_fields, f"Shown {n}"))
              for n, spec in enumerate(entities(), 1)]  # fmt: skip
    user_id = hide(site, HIDDEN)
    client, api = site.client(user_id), site.api(user_id)
    for canary in marked:
        spec = canary.spec
        site.api().call("PATCH", f"{spec.path}/{canary.id}", {spec.meta.title: f"Shown {canary.part}"[:20]})
        pages = [call.path for call in calls(site, canary, ("GET",)) if not call.path.startswith("/api/")]
        for path in (*pages, *page_addresses(canary)):
            answer = client.get(path)
            assert answer.status_code in (200, 400, 404), (path, answer.status_code)
            assert canary.mark not in answer.text, path
        for path in (f"{spec.path}/{canary.id}", spec.path, f"{spec.path}/new", f"{spec.path}/{canary.id}/edit",
                     f"{spec.path}/{canary.id}/history"):  # fmt: skip
            assert client.get(path).status_code == 200, path
        for path in (f"{spec.path}/{canary.id}", *api_addresses(canary)):
            answer = api.call("GET", path)
            assert canary.mark not in answer.text, path
            assert answer.status_code in (200, 400), path
        shown = {"id", "version", *spec.title_fields}
        assert set(api.get(f"{spec.path}/{canary.id}")) - {"custom"} == shown, spec.name
        assert {f["name"] for f in api.get(f"/core/entity/{spec.name}")["fields"]} == shown, spec.name
        assert_no_oracle(api, spec, shown)
    assert_none_is_told_of(marked, client, api)


def assert_no_oracle(api: Any, spec: EntitySpec, shown: set[str]) -> None:
    for name in spec.fields.keys() - shown:
        for query in (f"{name}__empty=1", f"{name}=1", f"sort={name}", f"fields={name}"):
            assert api.call("GET", f"{spec.path}?{query}").status_code == 400, (spec.name, query)
        for query in (f"group={name}", f"measure=sum:{name}"):
            assert api.call("GET", f"{spec.path}/aggregate?{query}").status_code == 400, (spec.name, query)
        for tree in ([name, "empty", True], {"not": [name, "eq", 1]}):
            answer = api.call("POST", f"{spec.path}/search", {"filter": tree})
            assert answer.status_code == 400, (spec.name, tree)


@pytest.mark.parametrize(("database_kind", "level"), [
    ("sqlite", HIDDEN), pytest.param("postgresql", READ, marks=pytest.mark.postgresql)])
def test_no_field_without_its_right_can_be_written(site: Site, level: int) -> None:
    """SEC-26, SEC-27: by API, bulk, form, field in place, many at once and file."""
    marked = canaries(site)
    user_id = hide(site, level)
    client, api = site.client(user_id), site.api(user_id)
    client.get("/")
    before = stored(site)
    for canary in marked:
        spec, path = canary.spec, f"{canary.spec.path}/{canary.id}"
        new = {name: value for name, value in sample_values(spec.name, 900, everything=True).items()
               if level == READ or name not in rights.always_shown(spec)}  # fmt: skip
        for name, value in new.items():
            given = {"custom": {name.removeprefix("custom."): value}} if "." in name else {name: value}
            bulk = {"update": [{"id": canary.id, **given}]}
            for method, address, body in (("PATCH", path, given), ("POST", f"{spec.path}/bulk", bulk)):
                answer = api.call(method, address, body)
                assert answer.status_code == 422 or _is_unchanged(spec, canary, name, value), (spec.name, name, method)
            assert client.get(f"{path}/field/{name}").status_code == 404, (spec.name, name)
            assert client.post(f"{path}/field/{name}", {name: str(value)}).status_code == 404, (spec.name, name)
            client.post(f"{spec.path}/bulk/{name}", {"id": canary.id, "value": str(value)})
        client.post(f"{path}/edit", {name: str(value) for name, value in new.items()})
        assert set(form_names(client.get(f"{path}/edit").text)) & new.keys() == set(), spec.name
    assert changed_tables(before, stored(site)) == []


def _is_unchanged(spec: EntitySpec, canary: Canary, name: str, value: Any) -> bool:
    """A value that the record has already is no change, and so no offence."""
    return bool(canary.values.get(name) == value)


def form_names(page: str) -> list[str]:
    import re

    form = page[page.find("<main") :]
    return re.findall(r'name="([a-z_.]+)"', form)


@ON_SQLITE
def test_forms_set_no_column_that_is_not_for_users(site: Site) -> None:
    """SEC-26: every column of every table, posted to the forms of a new and of a stored record."""
    client = site.client()
    for canary in canaries(site):
        spec = canary.spec
        names = [column.name for column in spec.table.c
                 if column.name not in spec.fields or spec.fields[column.name].system]  # fmt: skip
        with site.unit() as opened:
            select = spec.table.select().where(spec.table.c.id == canary.id)
            before = dict(opened.execute(select).mappings().one())
        sent = {name: "4711" for name in names if name != "version"}
        title = {spec.meta.title: before[spec.meta.title]}
        client.post(f"{spec.path}/{canary.id}/edit", {**sent, **title})
        client.post(f"{spec.path}/new", {**sent, spec.meta.title: f"Made by form {canary.part}"})
        with site.unit() as opened:
            after = dict(opened.execute(select).mappings().one())
            forged = opened.execute(spec.table.select().where(spec.table.c.id == 4711)).first()
        assert forged is None, spec.name
        for name in set(names) - {"updated_at", "version", "custom"}:
            assert after[name] == before[name], (spec.name, name)


def _names_of_references(site: Site, spec: EntitySpec, n: int) -> dict[str, str]:
    """What a record of the entity has to refer to, by the names that a file can have."""
    api = site.api()
    ids = {name: value for name, value in sample_record(api, spec.name, n).items() if spec.fields[name].target}
    targets = {name: registries.current().entity(spec.fields[name].target) for name in ids}
    return {name: api.get(f"{target.path}/{ids[name]}")[target.meta.title] for name, target in targets.items()}


@ON_SQLITE
def test_files_set_no_column_that_is_not_for_users(site: Site, tmp_path: Path) -> None:
    """SEC-26: every such column of every entity, in a file that an administrator imports, and named as a target."""
    imported = 0
    for n, canary in enumerate(canaries(site)):
        spec, path = canary.spec, tmp_path / f"{n}.csv"
        forbidden = [column.name for column in spec.table.c
                     if column.name not in spec.fields or spec.fields[column.name].system]  # fmt: skip
        given = {name: value for name, value in sample_values(spec.name, 950 + n).items() if isinstance(value, str)}
        given |= _names_of_references(site, spec, 950 + n)
        given[spec.meta.title] = f"Imported {n}"
        lines = ([*given, *forbidden], [*given.values(), *["4711"] * len(forbidden)])
        path.write_text("\n".join(",".join(line) for line in lines) + "\n")
        for name in forbidden:
            with pytest.raises(Invalid):
                commands.import_file(site.app.engine, spec.name, path, columns={name: name})
        done = commands.import_file(site.app.engine, spec.name, path)
        assert set(done["ignored_columns"]) == set(forbidden), spec.name
        imported += done["created"]
        with site.unit() as opened:
            rows = opened.execute(spec.table.select().where(spec.table.c[spec.meta.title] == f"Imported {n}"))
            for row in rows.mappings():
                assert "4711" not in {str(row[name]) for name in forbidden}, spec.name
    assert imported >= 5


@ON_SQLITE
def test_reading_changes_nothing(site: Site) -> None:
    """SEC-33: GET and HEAD of every page of every entity, with headers and arguments that ask for another method."""
    client = site.client()
    marked = canaries(site)
    client.get("/")
    before = stored(site)
    for canary in marked:
        # Each address once, whatever methods it knows besides: it is asked by GET and HEAD alone.
        for path in dict.fromkeys(call.path for call in calls(site, canary, ("GET", *WRITES))):
            for override in ("DELETE", "POST"):
                headers = {"X-HTTP-Method-Override": override, "X-HTTP-Method": override, "X-Method-Override": override}
                client.get(f"{path}?_method={override}", headers=headers)
            client.flask.head(path)
        for path in (*page_addresses(canary), *SHARED_PAGES):
            client.get(path)
            client.flask.head(path)
    for rule in site.app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and "<" not in rule.rule:
            client.get(rule.rule)
    assert changed_tables(before, stored(site)) == []


@ON_SQLITE
def test_without_rights_nothing_is_offered_and_nothing_done(site: Site) -> None:
    """S08: a user without any role, and somebody who is not signed in, get nothing from any route about records."""
    marked = canaries(site)
    user_id = site.user("nobody@people.example")
    client, api, anonymous = site.client(user_id), site.api(user_id), site.app.test_client()
    client.get("/")
    before = stored(site)
    for canary in marked:
        for call in calls(site, canary, ("GET", *WRITES)):
            answer = send(site, user_id, call, call.path, client, api)
            assert answer.status_code in (400, 403, 404), call
            assert canary.mark not in answer.text, call
            answer = anonymous.open(call.path, method=call.method)
            assert answer.status_code in (303, 400, 401), call
    assert changed_tables(before, stored(site)) == []


@ON_POSTGRESQL
def test_a_read_only_token_writes_by_no_route(site: Site) -> None:
    """SEC-20, SEC-25: whatever its user may do."""
    marked = canaries(site)
    api = site.api(scope="read")
    before = stored(site)
    for canary in marked:
        for call in calls(site, canary, WRITES):
            if call.path.startswith("/api/"):
                answer = api.call(call.method, call.path.removeprefix("/api/v1"), {})
                assert answer.status_code in (403, 404), (call, answer.status_code)
        for rest, body in (("", sample_values(canary.spec.name, 800)), ("/bulk", {"create": [{}]}),
                           ("/bulk", {"update": [{"id": canary.id}]})):  # fmt: skip
            assert api.call("POST", f"{canary.spec.path}{rest}", body).status_code == 403, (canary.spec.name, rest)
    assert changed_tables(before, stored(site)) == []
