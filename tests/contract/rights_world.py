"""People with every kind of rights, records with canaries in every field, and a look at all that is stored."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from core import records
from core import registry as registries
from core.actor import ALL, OWN, SUBTEAMS, TEAM
from core.auth import rights
from core.auth.models import Organisation, Team
from core.entity.spec import EntitySpec
from core.testing import Client, Site, sample_record

MISSING = 987_654_321
#: What any request may leave behind: the log, times of last use, and what was opened lately.
TRACES = ("core_audit", "core_session", "core_token", "core_throttle", "core_opened")
#: Scopes by person; "foreign" may do everything, in another organisation.
SCOPES = {"own": OWN, "team": TEAM, "manager": SUBTEAMS, "foreign": ALL}
TEXTS = ("text", "note", "email", "url")


def entities() -> list[EntitySpec]:
    return list(registries.current().entities.values())


@dataclass
class Canary:
    """A record of one entity that belongs to an administrator of the first organisation, marked in all its texts."""

    spec: EntitySpec
    id: int
    part: str
    values: dict[str, Any] = field(default_factory=dict)

    @property
    def mark(self) -> str:
        """Stands in the record and in no request: requests ask for `part`."""
        return f"{self.part}zq"


def make_canary(site: Site, spec: EntitySpec, n: int, **given: Any) -> Canary:
    """A record with its mark in every text that takes one."""
    part = f"canary{n}"
    values = sample_record(site.api(), spec.name, 700 + n, everything=True)
    for f in spec.fields.values():
        takes_any = not ({"pattern", "example"} & f.options.keys()) and f.name != "timezone"
        if f.name in values and f.type.name in TEXTS and takes_any:
            values[f.name] = _marked(f, f"{part}zq{f.name.replace('_', '').replace('.', '')}"[: f.max_length or 100])
    made = site.api().create(spec.name, **_nested({**values, **given}))
    return Canary(spec, int(made["id"]), part, values)


def _marked(f: Any, mark: str) -> str:
    if f.type.name == "email":
        return f"{mark}@example.com"
    if f.type.name == "url":
        return f"https://example.com/{mark}"
    return f"{mark}.example" if f.name in ("domain", "national_id") else mark


def _nested(values: dict[str, Any]) -> dict[str, Any]:
    """Values as the API takes them: those of added fields below `custom`."""
    plain = {name: value for name, value in values.items() if not name.startswith("custom.")}
    added = {name.removeprefix("custom."): value for name, value in values.items() if name.startswith("custom.")}
    return {**plain, "custom": added} if added else plain


def people(site: Site) -> dict[str, int]:
    """Users who may do everything with every entity, as far as their scope reaches. None of them made a canary.

    `team` has a colleague, and `manager` a team below his: neither covers the administrator's records.
    """
    with site.unit():
        second = int(records.create(Organisation, name="Second").id or 0)
        top = int(records.create(Team, name="Top").id or 0)
        below = int(records.create(Team, name="Below", parent_id=top).id or 0)
    found = {}
    for name, scope in SCOPES.items():
        role = everything(site, name, scope)
        organisations = (second,) if name == "foreign" else ()
        found[name] = site.user(f"{name}@people.example", organisation_ids=organisations)
        with site.unit():
            rights.set_user_roles(found[name], [role])
            if name in ("team", "manager"):
                rights.set_user_teams(found[name], [below if name == "team" else top])
    return found


def everything(site: Site, name: str, scope: int) -> int:
    """A role with every permission there is about entities, at one scope; more than that only administrators have."""
    known = registries.current()
    grants = {permission: scope for permission in known.permissions if permission.rpartition(".")[0] in known.entities}
    grants["core.mass.change"] = ALL
    return site.role(name, **{key.replace(".", "__"): reach for key, reach in grants.items()})


def sees_by_design(person: str, spec: EntitySpec) -> bool:
    """Whether the record is not foreign to him: what belongs to no organisation is shared between them."""
    bordered = "organisation_id" in spec.fields or spec.name in ("core.user", "core.organisation")
    return person == "foreign" and not bordered


def stored(site: Site) -> dict[str, list[Any]]:
    """All rows of all tables, but for traces of reading."""
    with site.app.engine.connect() as connection:
        names = [name for name in sa.inspect(connection).get_table_names() if not name.startswith(TRACES)]
        return {name: _rows(connection, name) for name in sorted(names) if "_fts" not in name}


def _rows(connection: sa.Connection, name: str) -> list[Any]:
    found = connection.execute(sa.select(sa.text("*")).select_from(sa.table(name))).mappings()
    return sorted(repr({column: value for column, value in row.items() if column != "last_seen_at"}) for row in found)


def changed_tables(before: dict[str, list[Any]], after: dict[str, list[Any]]) -> list[str]:
    return [name for name in before.keys() | after.keys() if before.get(name) != after.get(name)]


@dataclass(frozen=True)
class Call:
    """One request; `twin` is the same with a record that does not exist."""

    method: str
    path: str
    twin: str = ""
    data: dict[str, Any] = field(default_factory=dict, hash=False)


def calls(site: Site, canary: Canary, methods: Iterable[str]) -> Iterator[Call]:
    """Every route about one record, with everything that its other parts can be."""
    for rule in site.app.url_map.iter_rules():
        if "<plugin>" not in rule.rule or "<int:record_id>" not in rule.rule:
            continue
        for method in sorted((rule.methods or set()) & set(methods)):
            for path in _addresses(rule.rule, canary.spec):
                here = path.replace("<int:record_id>", str(canary.id))
                yield Call(method, here, path.replace("<int:record_id>", str(MISSING)))


def _addresses(rule: str, spec: EntitySpec) -> Iterator[str]:
    address = rule.replace("<plugin>", spec.plugin).replace("<noun>", spec.noun)
    parts = {
        "<name>": list(spec.fields),
        "<action>": [name for entity, name in registries.current().derived.actions if entity == spec.name] or ["none"],
        "<int:index>": [str(n) for n in range(len(registries.current().derived.panels.get(spec.name, ())) or 1)],
    }
    mark = next((one for one in parts if one in address), "")
    if not mark:
        yield re.sub(r"<(?!int:record_id)[^>]+>", "1", address)
        return
    for value in parts[mark]:
        yield address.replace(mark, value)


def send(site: Site, user_id: int, call: Call, path: str, client: Client, api: Any) -> Any:
    """The answer to a call of a page or of the API."""
    if path.startswith("/api/v1"):
        body = None if call.method in ("GET", "DELETE") else call.data
        return api.call(call.method, path.removeprefix("/api/v1"), body)
    return client.get(path) if call.method == "GET" else client.post(path, call.data)
