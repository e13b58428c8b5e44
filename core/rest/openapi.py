"""The OpenAPI 3.1 document: every entity the caller may see, with the fields he may see, in his language."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from apispec import APISpec

from core import __version__
from core.customfields import changing as field_changes
from core.derive.schema import json_schema
from core.entity.spec import EntitySpec, FieldSpec
from core.jobs import by_hand
from core.language.i18n import _
from core.permissions import can, may_write, readable
from core.query.parse import DEFAULT_LIMIT, MAX_LIMIT
from core.registry import current
from core.rest import openapi_beside, openapi_chat, openapi_fields, openapi_jobs
from core.rest.openapi_parts import (
    AGGREGATE,
    ALWAYS,
    ERRORS,
    EXPAND,
    ID,
    IDEMPOTENCY,
    IF_MATCH,
    JSON,
    PROBLEM,
    PROBLEM_SCHEMA,
    TEXT,
    WRITING,
    operation,
    parameter,
    ref,
    schema_name,
)


def document(server: str) -> dict[str, Any]:
    """The whole document for the present actor."""
    spec = APISpec(
        title="Diwan",
        version=__version__,
        openapi_version="3.1.0",
        info={"description": str(_("Records of every enabled module. Dates are ISO 8601, decimals are texts."))},
        servers=[{"url": server}],
        security=[{"token": []}],
    )
    spec.components.security_scheme("token", {"type": "http", "scheme": "bearer"})
    spec.components.schema("Problem", PROBLEM_SCHEMA)
    for name in ERRORS.values():
        spec.components.response(name, {"description": name, "content": {PROBLEM: {"schema": ref("Problem")}}})
    for entity in current().entities.values():
        if can(f"{entity.name}.view"):
            _entity(spec, entity)
            openapi_beside.of_entity(spec, entity)
    openapi_beside.of_all(spec)
    if can(openapi_chat.USE):
        openapi_chat.describe(spec)
    if can(by_hand.PERMISSION):
        openapi_jobs.describe(spec)
    _descriptions(spec)
    if can(field_changes.PERMISSION):
        openapi_fields.describe(spec)
    return spec.to_dict()


def _entity(spec: APISpec, entity: EntitySpec) -> None:
    name, fields = schema_name(entity), readable(entity)
    _schemas(spec, entity, name, fields)
    base = entity.path
    spec.path(base, operations=_collection(entity, name, fields))
    spec.path(f"{base}/{{id}}", parameters=[ID], operations=_record(entity, name))
    spec.path(
        f"{base}/search",
        operations={
            "post": operation(
                f"search{name}",
                str(_("Search with a nested filter")),
                str(entity.meta.plural),
                {200: ref(f"{name}Page")},
                body=SEARCH,
                parameters=[*LIST_PARAMETERS, *_filters(fields)],
                errors=(*ALWAYS, 413, 415),
            )
        },
    )
    spec.path(
        f"{base}/aggregate",
        operations={
            "get": operation(
                f"aggregate{name}",
                str(_("Grouped figures")),
                str(entity.meta.plural),
                {200: AGGREGATE},
                parameters=AGGREGATE_PARAMETERS,
            )
        },
    )
    if can(f"{entity.name}.add") or can(f"{entity.name}.change"):
        spec.path(
            f"{base}/bulk",
            operations={
                "post": operation(
                    f"bulk{name}",
                    str(_("Up to 1,000 records at once")),
                    str(entity.meta.plural),
                    {200: AGGREGATE},
                    body=_bulk(name),
                    parameters=[IDEMPOTENCY],
                    errors=WRITING,
                )
            },
        )


def _schemas(spec: APISpec, entity: EntitySpec, name: str, fields: Any) -> None:
    """What goes in, what comes out, and a page of it."""
    spec.components.schema(
        name,
        {
            "type": "object",
            "title": str(entity.meta.label),
            "properties": _properties(fields.values(), reading=True),
            "additionalProperties": True,
            "required": ["id", "version"],
        },
    )
    writable = _properties((f for f in fields.values() if _is_writable(f)), reading=False)
    spec.components.schema(
        f"{name}Input",
        {
            "type": "object",
            "additionalProperties": False,
            "properties": {**writable, "version": {"type": ["integer", "null"]}},
        },
    )
    spec.components.schema(
        f"{name}Page",
        {
            "type": "object",
            "required": ["data", "total", "total_is_exact", "next"],
            "properties": {
                "data": {"type": "array", "items": ref(name)},
                "total": {"type": "integer"},
                "total_is_exact": {"type": "boolean"},
                "next": {"type": ["string", "null"]},
            },
        },
    )


def _properties(fields: Iterable[FieldSpec], *, reading: bool) -> dict[str, Any]:
    """Shapes by name; fields that an admin added stand under `custom`."""
    found: dict[str, Any] = {}
    custom: dict[str, Any] = {}
    for f in fields:
        (custom if f.key else found)[f.key or f.name] = json_schema(f, reading=reading)
    if custom:
        found["custom"] = {"type": "object", "additionalProperties": reading, "properties": custom}
    return found


def _is_writable(f: FieldSpec) -> bool:
    return not f.system and not f.readonly and may_write(f)


def _collection(entity: EntitySpec, name: str, fields: Any) -> dict[str, Any]:
    found = {
        "get": operation(
            f"list{name}",
            str(_("A page of records")),
            str(entity.meta.plural),
            {200: ref(f"{name}Page")},
            parameters=[*LIST_PARAMETERS, *_filters(fields)],
        )
    }
    if can(f"{entity.name}.add"):
        found["post"] = operation(
            f"create{name}",
            str(_("Create a record")),
            str(entity.meta.plural),
            {201: ref(name)},
            body=ref(f"{name}Input"),
            parameters=[IDEMPOTENCY, *EXPAND],
            errors=WRITING,
        )
    return found


def _record(entity: EntitySpec, name: str) -> dict[str, Any]:
    found = {
        "get": operation(
            f"read{name}",
            str(_("Read a record")),
            str(entity.meta.plural),
            {200: ref(name)},
            parameters=EXPAND,
        )
    }
    if can(f"{entity.name}.change"):
        found["patch"] = operation(
            f"change{name}",
            str(_("Change a record")),
            str(entity.meta.plural),
            {200: ref(name)},
            body=ref(f"{name}Input"),
            parameters=[IF_MATCH, *EXPAND],
            errors=WRITING,
        )
    if can(f"{entity.name}.delete"):
        found["delete"] = operation(
            f"delete{name}",
            str(_("Move a record to the trash")),
            str(entity.meta.plural),
            {204: None},
            parameters=[IF_MATCH],
            errors=(*ALWAYS, 409, 422),
        )
    return found


def _filters(fields: Any) -> list[dict[str, Any]]:
    return [parameter(f.name, {"type": "string"}) for f in fields.values() if f.filter and not f.secret]


LIST_PARAMETERS = [
    parameter("limit", {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT}),
    *(parameter(name, TEXT) for name in ("cursor", "sort", "fields", "q")),
    *EXPAND,
]
# What a text or an array has to look like is told by examples: they need no language and no entity's fields.
AGGREGATE_PARAMETERS = [
    parameter("group", {**TEXT, "examples": ["created_by_id", "created_at:month"]}),
    parameter("measure", {**TEXT, "default": "count", "examples": ["count,max:created_at"]}),
    parameter("q", TEXT),
]
_CONDITION = ["created_at", "gte", "2026-01-01"]
_CONDITIONS = {"type": "array", "examples": [[_CONDITION, {"not": ["id", "in", [1, 2]]}]]}
SEARCH = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "filter": {"examples": [_CONDITION, {"or": [_CONDITION, ["id", "in", [1, 2]]]}]},
        "and": _CONDITIONS,
        "or": _CONDITIONS,
        "not": {"examples": [_CONDITION]},
        "q": TEXT,
        "sort": TEXT,
        "cursor": TEXT,
        "fields": TEXT,
        "limit": {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT},
        "expand": TEXT,
    },
}


#: Beside these, the fields that change.
BULK_CHANGE = {"type": "object", "required": ["id"], "examples": [{"id": 7, "version": 2}]}


def _bulk(name: str) -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "create": {"type": "array", "maxItems": 1000, "items": ref(f"{name}Input")},
            "update": {"type": "array", "maxItems": 1000, "items": BULK_CHANGE},
            "partial": {"type": "boolean"},
        },
    }


def _descriptions(spec: APISpec) -> None:
    answers = {
        "200": {"description": "OK", "content": {JSON: {"schema": {"type": "object"}}}},
        "401": {"$ref": "#/components/responses/Unauthenticated"},
    }
    spec.path(
        "/core/entity",
        operations={
            "get": {
                "operationId": "listEntities",
                "summary": str(_("The kinds of records there are")),
                "responses": answers,
            }
        },
    )
    spec.path(
        "/core/entity/{name}",
        parameters=[parameter("name", TEXT, "path", True)],
        operations={
            "get": {
                "operationId": "readEntity",
                "summary": str(_("The fields of one kind of record")),
                "responses": {**answers, "404": {"$ref": "#/components/responses/NotFound"}},
            }
        },
    )
