"""The OpenAPI 3.1 document: every entity the caller may see, with the fields he may see, in his language."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from apispec import APISpec

from core import __version__
from core.derive.schema import json_schema
from core.entity.spec import EntitySpec, FieldSpec
from core.language.i18n import _
from core.permissions import can, may_write, readable
from core.query.parse import DEFAULT_LIMIT, MAX_LIMIT
from core.registry import current

JSON = "application/json"
PROBLEM = "application/problem+json"
ERRORS = {
    400: "Malformed",
    401: "Unauthenticated",
    403: "Forbidden",
    404: "NotFound",
    409: "Conflict",
    413: "TooLarge",
    415: "Unsupported",
    422: "Invalid",
    429: "TooMany",
    503: "Unavailable",
    507: "NoSpace",
}
ALWAYS = (400, 401, 403, 404, 429, 503, 507)
WRITING = (*ALWAYS, 409, 413, 415, 422)


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
        spec.components.response(name, {"description": name, "content": {PROBLEM: {"schema": _ref("Problem")}}})
    for entity in current().entities.values():
        if can(f"{entity.name}.view"):
            _entity(spec, entity)
    _descriptions(spec)
    if can(CHANGE_SETTINGS):
        _custom_fields(spec)
    return spec.to_dict()


PROBLEM_SCHEMA = {
    "type": "object",
    "required": ["type", "title", "status", "code", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
        "permission": {"type": "string"},
        "current_version": {"type": "integer"},
        "errors": {"type": "object", "additionalProperties": {"type": "array", "items": {"type": "string"}}},
        "data": {"type": "array", "items": {"type": "object"}},
    },
}


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def schema_name(entity: EntitySpec) -> str:
    return "".join(part.capitalize() for part in entity.name.replace(".", "_").split("_"))


def _entity(spec: APISpec, entity: EntitySpec) -> None:
    name, fields = schema_name(entity), readable(entity)
    _schemas(spec, entity, name, fields)
    base = entity.path
    spec.path(base, operations=_collection(entity, name, fields))
    spec.path(f"{base}/{{id}}", parameters=[ID], operations=_record(entity, name))
    spec.path(
        f"{base}/search",
        operations={
            "post": _operation(
                f"search{name}",
                str(_("Search with a nested filter")),
                entity,
                {200: _ref(f"{name}Page")},
                body=SEARCH,
                errors=(*ALWAYS, 413, 415),
            )
        },
    )
    spec.path(
        f"{base}/aggregate",
        operations={
            "get": _operation(
                f"aggregate{name}", str(_("Grouped figures")), entity, {200: AGGREGATE}, parameters=AGGREGATE_PARAMETERS
            )
        },
    )
    if can(f"{entity.name}.add") or can(f"{entity.name}.change"):
        spec.path(
            f"{base}/bulk",
            operations={
                "post": _operation(
                    f"bulk{name}",
                    str(_("Up to 1,000 records at once")),
                    entity,
                    {200: AGGREGATE},
                    body=_bulk(name),
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
                "data": {"type": "array", "items": _ref(name)},
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
        "get": _operation(
            f"list{name}",
            str(_("A page of records")),
            entity,
            {200: _ref(f"{name}Page")},
            parameters=[*LIST_PARAMETERS, *_filters(fields)],
        )
    }
    if can(f"{entity.name}.add"):
        found["post"] = _operation(
            f"create{name}",
            str(_("Create a record")),
            entity,
            {201: _ref(name)},
            body=_ref(f"{name}Input"),
            parameters=[IDEMPOTENCY, *EXPAND],
            errors=WRITING,
        )
    return found


def _record(entity: EntitySpec, name: str) -> dict[str, Any]:
    found = {"get": _operation(f"read{name}", str(_("Read a record")), entity, {200: _ref(name)}, parameters=EXPAND)}
    if can(f"{entity.name}.change"):
        found["patch"] = _operation(
            f"change{name}",
            str(_("Change a record")),
            entity,
            {200: _ref(name)},
            body=_ref(f"{name}Input"),
            parameters=[IF_MATCH, *EXPAND],
            errors=WRITING,
        )
    if can(f"{entity.name}.delete"):
        found["delete"] = _operation(
            f"delete{name}",
            str(_("Move a record to the trash")),
            entity,
            {204: None},
            parameters=[IF_MATCH],
            errors=(*ALWAYS, 409, 422),
        )
    return found


def _operation(
    operation_id: str,
    summary: str,
    entity: EntitySpec,
    answers: dict[int, Any],
    *,
    body: Any = None,
    parameters: Any = (),
    errors: Any = ALWAYS,
) -> dict[str, Any]:
    responses: dict[str, Any] = {}
    for status, shape in answers.items():
        responses[str(status)] = {"description": summary}
        if shape is not None:
            responses[str(status)]["content"] = {JSON: {"schema": shape}}
    responses.update({str(status): {"$ref": f"#/components/responses/{ERRORS[status]}"} for status in errors})
    found: dict[str, Any] = {
        "operationId": operation_id,
        "summary": summary,
        "tags": [str(entity.meta.plural)],
        "parameters": list(parameters),
        "responses": responses,
    }
    if body is not None:
        found["requestBody"] = {"required": True, "content": {JSON: {"schema": body}}}
    return found


def _parameter(name: str, schema: dict[str, Any], place: str = "query", required: bool = False) -> dict[str, Any]:
    return {"name": name, "in": place, "required": required, "schema": schema}


def _filters(fields: Any) -> list[dict[str, Any]]:
    return [_parameter(f.name, {"type": "string"}) for f in fields.values() if f.filter and not f.secret]


TEXT = {"type": "string"}
ID = _parameter("id", {"type": "integer", "minimum": 1, "maximum": 2**62}, "path", True)
IF_MATCH = _parameter("If-Match", {"type": "string", "pattern": '^"[0-9]{1,9}"$'}, "header")
IDEMPOTENCY = _parameter("Idempotency-Key", {"type": "string", "minLength": 1, "maxLength": 200}, "header")
EXPAND = [_parameter("expand", {"type": "string", "enum": ["1"]})]
LIST_PARAMETERS = [
    _parameter("limit", {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT}),
    *(_parameter(name, TEXT) for name in ("cursor", "sort", "fields", "q")),
    *EXPAND,
]
AGGREGATE_PARAMETERS = [_parameter("group", TEXT), _parameter("measure", TEXT), _parameter("q", TEXT)]
AGGREGATE = {
    "type": "object",
    "required": ["data"],
    "properties": {"data": {"type": "array", "items": {"type": "object"}}},
}
SEARCH = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "filter": {},
        "and": {"type": "array"},
        "or": {"type": "array"},
        "not": {},
        "q": TEXT,
        "sort": TEXT,
        "cursor": TEXT,
        "fields": TEXT,
        "limit": {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT},
        "expand": TEXT,
    },
}


def _bulk(name: str) -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "create": {"type": "array", "maxItems": 1000, "items": _ref(f"{name}Input")},
            "update": {"type": "array", "maxItems": 1000, "items": {"type": "object", "required": ["id"]}},
            "partial": {"type": "boolean"},
        },
    }


#: Who may describe fields, here and on their pages.
CHANGE_SETTINGS = "core.settings.change"


def _custom_fields(spec: APISpec) -> None:
    """The definitions of added fields."""
    texts = {"type": "object", "additionalProperties": TEXT}
    choice = {"type": "object", "required": ["label"], "properties": {
        "value": TEXT, "label": texts, "hue": TEXT, "active": {"type": "boolean"},
        "when": {"type": "array", "items": TEXT}}}  # fmt: skip
    flags = ("required", "unique", "filter", "in_list", "in_reports")
    plain = ("pattern", "minimum", "maximum", "not_before", "not_after", "section", "after", "follows",
             "version")
    given = {
        **{name: {"type": "boolean"} for name in flags}, **dict.fromkeys(plain, TEXT), "label": texts, "help": texts,
        "choices": {"type": "array", "items": choice}, "unique_with": {"type": "array", "items": TEXT},
    }  # fmt: skip
    fixed = {**dict.fromkeys(("entity", "key", "type", "target"), TEXT), "scale": {"type": ["integer", "null"]}}
    spec.components.schema("CustomField", {"type": "object", "properties": {**fixed, **given}})
    one = _ref("CustomField")
    every = {"type": "object", "properties": {"data": {"type": "array", "items": one}}}

    def act(name: str, summary: Any, status: int, answer: Any, sent: Any = None) -> dict[str, Any]:
        errors = ALWAYS if name in ("listCustomFields", "readCustomField") else WRITING
        found: dict[str, Any] = {
            "operationId": name, "summary": str(summary), "responses": {
                str(status): {"description": "OK", "content": {JSON: {"schema": answer}}},
                **{str(code): {"$ref": f"#/components/responses/{ERRORS[code]}"} for code in errors}},
        }  # fmt: skip
        return found | ({"requestBody": {"required": True, "content": {JSON: {"schema": sent}}}} if sent else {})

    base = "/custom-fields"
    spec.path(base, operations={
        "get": act("listCustomFields", _("The fields that were added to records"), 200, every)
        | {"parameters": [_parameter("entity", TEXT, "query", False)]},
        "post": act("addCustomField", _("Add a field"), 201, one, {**one}),
    })  # fmt: skip
    keys = {"type": "object", "required": ["keys"], "properties": {"keys": {"type": "array", "items": TEXT}}}
    spec.path(f"{base}/{{entity}}/order", parameters=[_parameter("entity", TEXT, "path", True)], operations={
        "post": act("orderCustomFields", _("Save order"), 200, every, keys)})  # fmt: skip
    place = [_parameter(name, TEXT, "path", True) for name in ("entity", "key")]
    spec.path(f"{base}/{{entity}}/{{key}}", parameters=place, operations={
        "get": act("readCustomField", _("One added field"), 200, one),
        "patch": act("changeCustomField", _("Change an added field"), 200, one,
                     {"type": "object", "properties": given, "additionalProperties": False}),
    })  # fmt: skip
    for name, summary, sent in (
        ("retire", _("Retire field"), None), ("restore", _("Bring back"), None),
        ("index", _("Build the index again"), None),
        ("purge", _("Delete a retired field with its values"),
         {"type": "object", "required": ["count"], "properties": {"count": {"type": "integer"}}}),
    ):  # fmt: skip
        spec.path(f"{base}/{{entity}}/{{key}}/{name}", parameters=place, operations={
            "post": act(f"{name}CustomField", summary, 200, one, sent)})  # fmt: skip


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
        parameters=[_parameter("name", TEXT, "path", True)],
        operations={
            "get": {
                "operationId": "readEntity",
                "summary": str(_("The fields of one kind of record")),
                "responses": {**answers, "404": {"$ref": "#/components/responses/NotFound"}},
            }
        },
    )
