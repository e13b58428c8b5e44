"""The part of the OpenAPI document about fields that were added to records."""

from __future__ import annotations

from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin

from core.customfields.input import FIXED, FieldInput
from core.language.i18n import _
from core.rest.openapi_parts import ALWAYS, TEXT, WRITING, operation, parameter, ref

BASE = "/custom-fields"
COUNT = {"type": "object", "required": ["count"], "properties": {"count": {"type": "integer"}}}
KEYS = {"type": "object", "required": ["keys"], "additionalProperties": False,
        "properties": {"keys": {"type": "array", "items": TEXT}}}  # fmt: skip


def describe(spec: APISpec) -> None:
    whole = _properties()
    spec.components.schema("CustomFieldInput", _closed(whole))
    spec.components.schema("CustomFieldChange", _closed({
        name: shape for name, shape in whole.items() if name not in FIXED}))  # fmt: skip
    spec.components.schema("CustomField", {
        "type": "object", "required": ["entity", "key", "name", "type", "state", "version"], "properties": {
            **whole, "name": TEXT, "module": {"type": ["string", "null"]},
            "state": {"type": "string", "enum": ["in_use", "retired", "purging"]},
            "index": {"type": "object", "properties": {"state": TEXT, "error": TEXT}}}})  # fmt: skip
    one, tag = ref("CustomField"), str(_("Custom fields"))
    every = {"type": "object", "required": ["data"], "properties": {"data": {"type": "array", "items": one}}}
    entity, key = (parameter(name, TEXT, "path", True) for name in ("entity", "key"))

    def act(name: str, summary: Any, status: int, answer: Any, **more: Any) -> dict[str, Any]:
        return operation(name, str(summary), tag, {status: answer}, **{"errors": WRITING, **more})

    spec.path(BASE, operations={
        "get": act("listCustomFields", _("The fields that were added to records"), 200, every, errors=ALWAYS,
                   parameters=[parameter("entity", TEXT)]),
        "post": act("addCustomField", _("Add a field"), 201, one, body=ref("CustomFieldInput")),
    })  # fmt: skip
    spec.path(f"{BASE}/{{entity}}/order", parameters=[entity], operations={
        "post": act("orderCustomFields", _("Save order"), 200, every, body=KEYS)})  # fmt: skip
    spec.path(f"{BASE}/{{entity}}/{{key}}", parameters=[entity, key], operations={
        "get": act("readCustomField", _("One added field"), 200, one, errors=ALWAYS),
        "patch": act("changeCustomField", _("Change an added field"), 200, one, body=ref("CustomFieldChange")),
    })  # fmt: skip
    for name, summary, sent in (
        ("retire", _("Retire field"), None), ("restore", _("Bring back"), None),
        ("index", _("Build the index again"), None), ("purge", _("Delete a retired field with its values"), COUNT),
    ):  # fmt: skip
        spec.path(f"{BASE}/{{entity}}/{{key}}/{name}", parameters=[entity, key], operations={
            "post": act(f"{name}CustomField", summary, 200, one, body=sent)})  # fmt: skip


def _properties() -> dict[str, Any]:
    """Of what the API reads, by the schema that reads it."""
    plugin = MarshmallowPlugin(schema_name_resolver=lambda _schema: "")
    APISpec("", "", "3.1.0", plugins=[plugin])
    assert plugin.converter is not None
    found: dict[str, Any] = plugin.converter.schema2jsonschema(FieldInput())["properties"]  # type: ignore[no-untyped-call]
    return found


def _closed(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": False, "properties": properties}
