"""What programs may give of a field: read by the API, and described by its OpenAPI document."""

from __future__ import annotations

import marshmallow as ma

#: Facts that never change once there is a field.
FIXED = ("entity", "key", "type", "target", "scale")
FLAGS = ("required", "unique", "filter", "in_list", "in_reports")
TEXTS = ("default", "pattern", "minimum", "maximum", "not_before", "not_after", "section", "after", "follows")


class ChoiceInput(ma.Schema):
    value = ma.fields.Str(load_default="")
    label = ma.fields.Dict(keys=ma.fields.Str(), values=ma.fields.Str(), required=True)
    hue = ma.fields.Str(load_default="")
    active = ma.fields.Bool(load_default=True)
    when = ma.fields.List(ma.fields.Str(), load_default=list)


class FieldInput(ma.Schema.from_dict({  # type: ignore[misc]
    **{name: ma.fields.Bool() for name in FLAGS}, **{name: ma.fields.Str() for name in TEXTS}})):  # fmt: skip
    """What may be given of a field; unknown members are refused."""

    entity, key, type, target, version = (ma.fields.Str() for _name in range(5))
    label = ma.fields.Dict(keys=ma.fields.Str(), values=ma.fields.Str())
    help = ma.fields.Dict(keys=ma.fields.Str(), values=ma.fields.Str())
    choices = ma.fields.List(ma.fields.Nested(ChoiceInput))
    scale = ma.fields.Int(allow_none=True, strict=True)
    unique_with = ma.fields.List(ma.fields.Str())
