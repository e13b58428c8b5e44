"""What the OpenAPI document is made of: refusals, parameters, and the form of one call."""

from __future__ import annotations

from typing import Any

from core.entity.spec import EntitySpec

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
BYTES = "application/octet-stream"
#: A body or an answer that is a file, and no JSON.
FILE: dict[str, Any] = {}

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


def ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def schema_name(entity: EntitySpec) -> str:
    return "".join(part.capitalize() for part in entity.name.replace(".", "_").split("_"))


def parameter(name: str, schema: dict[str, Any], place: str = "query", required: bool = False) -> dict[str, Any]:
    return {"name": name, "in": place, "required": required, "schema": schema}


TEXT = {"type": "string"}
ID = parameter("id", {"type": "integer", "minimum": 1, "maximum": 2**62}, "path", True)
IF_MATCH = parameter("If-Match", {"type": "string", "pattern": '^"[0-9]{1,9}"$'}, "header")
IDEMPOTENCY = parameter("Idempotency-Key", {"type": "string", "minLength": 1, "maxLength": 200}, "header")
EXPAND = [parameter("expand", {"type": "string", "enum": ["1"]})]
AGGREGATE = {
    "type": "object",
    "required": ["data"],
    "properties": {"data": {"type": "array", "items": {"type": "object"}}},
}


def operation(
    operation_id: str,
    summary: str,
    tag: str,
    answers: dict[int, Any],
    *,
    body: Any = None,
    parameters: Any = (),
    errors: Any = ALWAYS,
    body_required: bool = True,
) -> dict[str, Any]:
    """One call: what it answers by status, which body and parameters it takes, and how it may be refused."""
    responses: dict[str, Any] = {}
    for status, shape in answers.items():
        responses[str(status)] = {"description": summary}
        if shape is not None:
            responses[str(status)]["content"] = {BYTES if shape is FILE else JSON: {"schema": shape}}
    responses.update({str(status): {"$ref": f"#/components/responses/{ERRORS[status]}"} for status in errors})
    found: dict[str, Any] = {
        "operationId": operation_id,
        "summary": summary,
        "tags": [tag],
        "parameters": list(parameters),
        "responses": responses,
    }
    if body is not None:
        found["requestBody"] = {
            "required": body_required, "content": {BYTES if body is FILE else JSON: {"schema": body}}}
    return found
