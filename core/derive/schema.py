"""JSON in and out: a marshmallow schema per entity for input, bound converters for output, JSON Schema for OpenAPI."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import marshmallow as ma

from core.entity.custom_value import PREFIX
from core.entity.spec import EntitySpec, FieldSpec
from core.entity.types import FieldError, FieldType
from core.language.i18n import _

_PLAIN = FieldType.to_json
UNKNOWN = _("This field does not exist or cannot be set.")


class TypedField(ma.fields.Field[Any]):
    """A marshmallow field that reads and writes through the entity field's own type."""

    def __init__(self, spec: FieldSpec) -> None:
        super().__init__(allow_none=True, required=False)
        self.spec = spec

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> Any:
        try:
            return self.spec.type.from_json(self.spec, value)
        except FieldError as error:
            raise ma.ValidationError(error.message) from None

    def _serialize(self, value: Any, attr: str | None, obj: Any, **options: Any) -> Any:
        return None if value is None else self.spec.type.to_json(self.spec, value)


class RecordSchema(ma.Schema):
    """Base of the input schemas: an unknown field is an error, in the reader's language (SEC-26)."""

    error_messages: dict[str, Any] = {"unknown": UNKNOWN, "type": _("This must be an object.")}

    class Meta:
        unknown = ma.RAISE


def input_schema(spec: EntitySpec) -> RecordSchema:
    """Reads the values of one record; system fields are unknown to it."""
    own = [f for f in spec.fields.values() if not f.system]
    members: dict[str, Any] = {f.name: TypedField(f) for f in own if not f.key}
    if spec.meta.customizable:
        custom = type("CustomInput", (RecordSchema,), {f.key: TypedField(f) for f in own if f.key})
        members["custom"] = ma.fields.Nested(custom, allow_none=False)
    members["version"] = ma.fields.Integer(strict=True, load_default=None, allow_none=True)
    name = "".join(part.capitalize() for part in spec.name.replace(".", "_").split("_"))
    schema: type[ma.Schema] = type(f"{name}Input", (RecordSchema,), members)
    return schema()  # type: ignore[return-value]


def output_plan(spec: EntitySpec, names: Sequence[str]) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
    """A function row → JSON-ready dict of `names` and id and version; converters are bound once."""
    listed = [f for name in names if (f := spec.fields[name]).stores_column]
    plan = [(f.name, _converter(f)) for f in listed if not f.key]
    custom = [(f.name, f.key, _converter(f)) for f in listed if f.key]

    def write(row: Mapping[str, Any]) -> dict[str, Any]:
        answer: dict[str, Any] = {"id": row["id"], "version": row["version"]}
        for name, convert in plan:
            value = row[name]
            answer[name] = value if convert is None or value is None else convert(value)
        if custom:
            held = answer["custom"] = {}
            for name, key, convert in custom:
                value = row[name]
                held[key] = value if convert is None or value is None else convert(value)
        return answer

    return write


def flat(values: Mapping[str, Any]) -> dict[str, Any]:
    """Nested values by field name: `{"custom": {"size": 1}}` becomes `{"custom.size": 1}`."""
    found = {name: value for name, value in values.items() if name != "custom"}
    held = values.get("custom")
    if isinstance(held, Mapping):
        found.update({f"{PREFIX}{key}": value for key, value in held.items()})
    elif held is not None:
        found["custom"] = held
    return found


def _converter(f: FieldSpec) -> Callable[[Any], Any] | None:
    """None where the stored value is JSON already."""
    if type(f.type).to_json is _PLAIN:
        return None
    return lambda value: f.type.to_json(f, value)



def json_schema(f: FieldSpec, *, reading: bool) -> dict[str, Any]:
    """JSON Schema of a field; while reading, tags are objects and everything may be null."""
    shape = f.type.schema(f)
    if not reading and "enum" in shape and f.choices:
        shape["enum"] = [choice.value for choice in f.offered()]
    if not reading and f.choices and "enum" in shape.get("items", ()):
        shape["items"] = {**shape["items"], "enum": [choice.value for choice in f.offered()]}
    if reading and f.type.is_many:
        shape = {"type": "array", "items": {"type": "object", "properties": {
            "id": {"type": "integer"}, "name": {"type": "string"}}, "required": ["id", "name"]}}
    if not f.required or reading:
        kind = shape.get("type")
        shape["type"] = [kind, "null"] if isinstance(kind, str) else kind
        if "enum" in shape:
            shape["enum"] = [*shape["enum"], None]
    shape["title"] = str(f.label)
    if f.help:
        shape["description"] = str(f.help)
    return shape
