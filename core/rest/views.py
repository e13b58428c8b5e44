"""`/api/v1`: list, create, read, change, delete, bulk, aggregate, search and description of every entity."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, current_app, g, request

from core import query, records
from core.audit import openings
from core.derive.schema import input_schema, output_plan
from core.entity.spec import EntitySpec
from core.errors import Malformed, NotFound
from core.language.i18n import _
from core.language.i18n import current as preferences
from core.merging import acting, ledger
from core.permissions import readable, require, require_mass
from core.registry import current
from core.rest import body, describe, idempotency, iso_dates
from core.rest.openapi import document as openapi_document
from core.rest.problems import json_answer, messages
from core.web import SIGNED_IN, entity_action, route

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")
ENTITY = "/<plugin>/<noun>"
MAX_BULK = 1000
#: What a list takes beside filters.
LIST_WORDS = ("q", "sort", "limit", "cursor", "fields", "expand")


@route(blueprint, ENTITY, access=entity_action("view"))
def listing(plugin: str, noun: str) -> Response:
    """A page of records: the filters are the query string."""
    spec = _spec(plugin, noun)
    asked = iso_dates.check_args(query.parse_args(spec, request.args.items(multi=True), preferences()))
    return json_answer(_page(spec, asked))


@route(blueprint, f"{ENTITY}/search", access=entity_action("view", only_reads=True), methods=("POST",))
def search(plugin: str, noun: str) -> Response:
    """As the list, with a nested filter in the body; what the list takes in its address may stand in either."""
    spec = _spec(plugin, noun)
    given = body.read_object(("filter", "and", "or", "not", *LIST_WORDS))
    tree = given.get("filter") or {word: given[word] for word in ("and", "or", "not") if word in given}
    plain = [(name, str(given[name])) for name in LIST_WORDS if given.get(name)]
    in_address = [pair for pair in request.args.items(multi=True) if not given.get(pair[0])]
    asked = iso_dates.check_args(query.parse_args(spec, [*in_address, *plain], preferences()))
    if tree:
        asked = body.with_condition(asked, query.parse_tree(spec, tree, preferences()))
        iso_dates.check_tree(spec, tree)
    return json_answer(_page(spec, asked, expand=_is_expanded(given.get("expand"))))


@route(blueprint, f"{ENTITY}/aggregate", access=entity_action("view"))
def aggregate(plugin: str, noun: str) -> Response:
    """Grouped figures."""
    spec = _spec(plugin, noun)
    asked = iso_dates.check_args(query.parse_args(spec, request.args.items(multi=True), preferences()))
    group = _names(request.args.get("group", ""))
    measures = _names(request.args.get("measure", "")) or ["count"]
    if len(group) > 3 or len(measures) > 5:
        raise Malformed(_("At most {limit} groups at once.", limit=3))
    return json_answer({"data": query.aggregate(asked, group, measures, preferences())})


@route(blueprint, ENTITY, access=entity_action("add"), methods=("POST",))
def create(plugin: str, noun: str) -> Response:
    """One new record."""
    spec = _spec(plugin, noun)

    def make() -> tuple[Any, int]:
        values = _values(spec, body.read_object())
        values.pop("version", None)
        change = records.save_many(spec, [records.Change(values=values)])[0]
        return _saved(spec, change), 201

    answer = idempotency.answered_once(request.path, make)
    made = answer.get_json()
    answer.headers["Location"] = f"{request.path}/{made['id']}"
    return _with_version(answer, made)


@route(blueprint, f"{ENTITY}/<int:record_id>", access=entity_action("view"))
def read(plugin: str, noun: str, record_id: int) -> Response:
    """One record, all fields the caller may read."""
    spec = _spec(plugin, noun)
    try:
        record = records.get(spec, record_id)
    except NotFound as error:
        winner_id = ledger.merged_into(spec, record_id) if spec.meta.duplicates else None
        raise NotFound(error.message, merged_into=winner_id) if winner_id else error from None
    openings.note(spec, record)
    answer = _record(spec, record)
    return _with_version(json_answer(answer), answer)


@route(blueprint, f"{ENTITY}/<int:record_id>", access=entity_action("change"), methods=("PATCH",))
def change(plugin: str, noun: str, record_id: int) -> Response:
    """Change the given fields; a stale version is a conflict."""
    spec = _spec(plugin, noun)
    values = _values(spec, body.read_object())
    version = values.pop("version", None)
    version = body.if_match() if version is None else version
    saved = records.save_many(spec, [records.Change(values=values, id=record_id, version=version)])[0]
    answer = _saved(spec, saved)
    return _with_version(json_answer(answer), answer)


@route(blueprint, f"{ENTITY}/<int:record_id>", access=entity_action("delete"), methods=("DELETE",))
def delete(plugin: str, noun: str, record_id: int) -> Response:
    """Move one record to the trash."""
    records.delete(_spec(plugin, noun), [record_id], version=body.if_match())
    return Response(status=204)


@route(blueprint, f"{ENTITY}/<int:record_id>/restore", access=entity_action("delete"), methods=("POST",))
def restore(plugin: str, noun: str, record_id: int) -> Response:
    """Bring one record back from the trash."""
    spec = _spec(plugin, noun)
    records.restore(spec, [record_id])
    return json_answer(_record(spec, records.get(spec, record_id)))


@route(blueprint, f"{ENTITY}/<int:record_id>/merge", access=entity_action("change"), methods=("POST",))
def merge(plugin: str, noun: str, record_id: int) -> Response:
    """Make one record of this and one to four others, which go to the trash."""
    spec = _spec(plugin, noun)
    return idempotency.answered_once(request.path, lambda: (_merge(spec, record_id), 200))


def _merge(spec: EntitySpec, record_id: int) -> dict[str, Any]:
    given = body.read_object(("ids", "take", "versions"))
    ids = [body.number("ids", one) for one in body.member(given, "ids", list)]
    take = {name: body.number("take", one, smallest=0) for name, one in body.member(given, "take", dict).items()}
    versions = {int(one): body.number("versions", version)
                for one, version in body.member(given, "versions", dict).items() if one.isascii() and one.isdigit()}
    merge_id = acting.merge(spec, record_id, ids, take, versions)
    return {**_record(spec, records.get(spec, record_id)), "merge": merge_id}


@route(blueprint, f"{ENTITY}/<int:record_id>/unmerge", access=entity_action("change"), methods=("POST",))
def unmerge(plugin: str, noun: str, record_id: int) -> Response:
    """Take the last merge into this record back, or the one that is named."""
    spec = _spec(plugin, noun)
    acting.require_mergeable(spec)
    records.get(spec, record_id, "change")
    given = body.read_object(("merge",), optional=True)
    merge_id = ledger.last_into(spec, record_id) if given.get("merge") is None else body.number("merge", given["merge"])
    if merge_id is None or ledger.find(spec, merge_id)["winner_id"] != record_id:
        raise NotFound(_("No merge into this record can be undone."))
    acting.part(spec, merge_id)
    answer = _record(spec, records.get(spec, record_id))
    return _with_version(json_answer(answer), answer)


@route(blueprint, f"{ENTITY}/bulk", access=entity_action("view"), methods=("POST",))
def bulk(plugin: str, noun: str) -> Response:
    """Up to 1,000 creations or changes; all or nothing unless partial."""
    spec = _spec(plugin, noun)
    return idempotency.answered_once(request.path, lambda: (_bulk(spec), 200))


def _bulk(spec: EntitySpec) -> dict[str, Any]:
    given = body.read_object(("create", "update", "partial"))
    words = [word for word in ("create", "update") if word in given]
    if len(words) != 1 or not isinstance(given[words[0]], list):
        raise Malformed(_("Send a list under “create” or “update”."))
    if not isinstance(given.get("partial", False), bool):
        raise Malformed(_("“{name}” must be true or false.", name="partial"), field="partial")
    rows = given[words[0]]
    if len(rows) > MAX_BULK:
        raise Malformed(_("At most {limit} records at once.", limit=MAX_BULK))
    require(f"{spec.name}.{'add' if words[0] == 'create' else 'change'}")
    if words[0] == "update":
        require_mass(len(rows))
    changes = [body.bulk_change(spec, _schema(spec), row, is_new=words[0] == "create") for row in rows]
    saved = records.save_many(spec, changes, partial=given.get("partial") is True)
    return {"data": [
        {"index": index, "errors": messages(one.errors)} if one.errors else {"index": index, "id": one.id}
        for index, one in enumerate(saved)]}


@route(blueprint, f"{ENTITY}/<int:record_id>/<action>", access=entity_action("view"), methods=("POST",))
def act(plugin: str, noun: str, record_id: int, action: str) -> Response:
    """One of the entity's verbs."""
    spec = _spec(plugin, noun)
    verb = current().derived.actions.get((spec.name, action))
    if verb is None:
        raise NotFound(_("There is no “{name}” here.", name=action))
    require(verb.permission or f"{spec.name}.change")
    records.get(spec, record_id, "view")
    values = body.read_object(optional=True)
    with current().holding(verb.run, f"action {verb.name}"):
        answer = verb.run(record_id, values)
    return json_answer(answer if answer is not None else _record(spec, records.get(spec, record_id)))


@route(blueprint, "/openapi.json", access=SIGNED_IN)
def openapi() -> Response:
    """The OpenAPI document as this user may see it."""
    return json_answer(openapi_document(f"{current_app.settings.base_url}/api/v1"))  # type: ignore[attr-defined]


@route(blueprint, "/core/entity", access=SIGNED_IN)
def entities() -> Response:
    """The entities the caller may see."""
    return json_answer({"data": describe.entities()})


@route(blueprint, "/core/entity/<name>", access=SIGNED_IN)
def entity(name: str) -> Response:
    """Fields, types, choices, labels and rights of one entity."""
    return json_answer(describe.entity(name))


def _spec(plugin: str, noun: str) -> EntitySpec:
    return current().entity(f"{plugin}.{noun}")


def _schema(spec: EntitySpec) -> Any:
    return current().remember(("input schema", spec.name), lambda: input_schema(spec))


def _values(spec: EntitySpec, given: dict[str, Any]) -> dict[str, Any]:
    return body.load(_schema(spec), given)


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def _page(spec: EntitySpec, asked: query.ListQuery, *, expand: bool = False) -> dict[str, Any]:
    found = query.fetch(asked, g.identity.change_number)
    plan = current().remember(("output", spec.name, asked.fields), lambda: output_plan(spec, asked.fields))
    data = [plan(row) for row in found.rows]
    _accompany(spec, asked.fields, found.rows, data, expand=expand)
    return {"data": data, "total": found.total, "total_is_exact": found.total_is_exact, "next": found.next}


def _is_expanded(given: Any) -> bool:
    return given in (1, "1", True)


def _accompany(
    spec: EntitySpec, names: Sequence[str], rows: Sequence[Any], data: list[dict[str, Any]], *, expand: bool = False
) -> None:
    """Tags as objects; with `expand=1` beside each `…_id` the id and title of what it refers to."""
    expand = expand or _is_expanded(request.args.get("expand"))
    found = query.companions(spec, names, rows, with_titles=expand)
    for name, by_record in found.links.items():
        for row in data:
            row[name] = [{"id": target, "name": title} for target, title in by_record.get(row["id"], ())]
    fields = [spec.fields[name] for name in names if expand and spec.fields[name].target]
    for f in fields:
        if f.stores_column:
            titles = found.titles[f.target]
            for row in data:
                held, key = (row["custom"], f.key) if f.key else (row, f.name)
                title = titles.get(held[key])
                held[key.removesuffix("_id")] = None if title is None else {"id": held[key], "title": title}


def _record(spec: EntitySpec, record: dict[str, Any]) -> dict[str, Any]:
    names = tuple(name for name, f in readable(spec).items() if name not in ("id", "version") and not f.is_computed)
    plan = current().remember(("output", spec.name, names), lambda: output_plan(spec, names))
    answer: dict[str, Any] = plan(record)
    _accompany(spec, names, [record], [answer])
    return answer


def _saved(spec: EntitySpec, change: records.Change) -> dict[str, Any]:
    """The record as it stands now, and the warnings of this write."""
    record = dict.fromkeys(spec.fields) | dict(change.before) | change.after
    answer = _record(spec, record)
    if change.warnings:
        found: dict[str, list[str]] = {}
        for name, message in change.warnings:
            found.setdefault(name, []).append(str(message))
        answer["warnings"] = found
    return answer


def _with_version(answer: Response, record: dict[str, Any]) -> Response:
    answer.headers["ETag"] = f'"{record["version"]}"'
    return answer
