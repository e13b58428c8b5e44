"""Bodies of API requests: JSON only, limited in depth, every member known."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import marshmallow as ma
import orjson
from flask import request

from core.derive.schema import flat
from core.entity.spec import EntitySpec
from core.errors import Invalid, Malformed, TooLarge, Unsupported
from core.language.i18n import _
from core.query import ListQuery
from core.records import Change

MAX_BODY = 8 * 1024 * 1024
MAX_DEPTH = 20


def read_object(members: Sequence[str] | None = None, optional: bool = False) -> dict[str, Any]:
    """The JSON object of the request; with `members`, others are refused."""
    if request.content_length is not None and request.content_length > MAX_BODY:
        raise TooLarge(_("Send at most {limit} MB at once.", limit=MAX_BODY // 1024 // 1024))
    data = request.get_data(cache=False)
    if optional and not data:
        return {}
    if request.mimetype != "application/json":
        raise Unsupported(_("Send the body as application/json."))
    try:
        found = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise Malformed(_("The body is not valid JSON: {reason}", reason=str(error)[:200])) from None
    if not isinstance(found, dict):
        raise Malformed(_("The body must be a JSON object."))
    _check_depth(found, 0)
    _refuse_doubles(data)
    unknown = [name for name in found if members is not None and name not in members]
    if unknown:
        raise Malformed(_("Unknown member “{name}”.", name=unknown[0][:80]), field=unknown[0][:80])
    return found


def _refuse_doubles(data: bytes) -> None:
    """Malformed when an object has a member twice: of two values of a field neither is the one that was meant."""
    try:
        json.loads(data, object_pairs_hook=_once, parse_int=str, parse_float=str)
    except RecursionError:  # What is nested too deeply may stand in a member that another one of its name hides.
        raise Malformed(_("The body is nested too deeply.")) from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        name = Counter(name for name, _value in pairs).most_common(1)[0][0]
        raise Malformed(_("The member “{name}” is there twice. Send it once.", name=name[:80]), field=name[:80])
    return found


def member(given: dict[str, Any], name: str, kind: type) -> Any:
    """A member that must be a list or an object; an empty one where it is absent."""
    found = given.get(name)
    if found is not None and not isinstance(found, kind):
        raise Malformed(_("“{name}” must be a list.", name=name) if kind is list
                        else _("“{name}” must be an object.", name=name), field=name)  # fmt: skip
    return kind() if found is None else found


def number(name: str, value: Any, smallest: int = 1) -> int:
    """A whole number within the member `name`, as large as databases keep."""
    if isinstance(value, bool) or not isinstance(value, int) or not smallest <= value < 2**62:
        raise Malformed(_("“{name}” must hold whole numbers.", name=name), field=name)
    return value


def _check_depth(value: Any, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise Malformed(_("The body is nested too deeply."))
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for item in inner:
        if isinstance(item, dict | list):
            _check_depth(item, depth + 1)


def load(schema: ma.Schema, given: dict[str, Any]) -> dict[str, Any]:
    """Typed values; Invalid with all errors at once. A null `version` is as good as none."""
    try:
        return {name: value for name, value in flat(schema.load(given)).items()
                if name != "version" or value is not None}
    except ma.ValidationError as error:
        raise Invalid(_("Some values need a correction."), errors=_flat(error.messages)) from None


def _flat(messages: Any) -> dict[str, list[Any]]:
    """Messages by field name, those of `custom` by its keys."""
    if not isinstance(messages, dict):
        return {"": list(messages)}
    found: dict[str, list[Any]] = {}
    for name, told in messages.items():
        inner = {"custom" if key == "_schema" else f"custom.{key}": one for key, one in told.items()} \
            if name == "custom" and isinstance(told, dict) else {str(name): told}
        found.update({key: one if isinstance(one, list) else [one] for key, one in inner.items()})
    return found


def bulk_change(spec: EntitySpec, schema: ma.Schema, row: Any, *, is_new: bool) -> Change:
    """One row of a bulk request; what is wrong with it stands among its errors."""
    change = Change()
    if not isinstance(row, dict):
        return change.error("", _("This must be an object."))
    given = dict(row)
    if not is_new:
        record_id = given.pop("id", None)
        if isinstance(record_id, bool) or not isinstance(record_id, int) or not 0 < record_id < 2**62:
            return change.error("id", _("An id is a whole number."))
        change.id = record_id
    try:
        change.values = load(schema, given)
        change.version = change.values.pop("version", None)
    except Invalid as error:
        change.errors = error.errors
    return change


def if_match() -> int | None:
    """The version in `If-Match: "7"`; None when it is absent."""
    header = request.headers.get("If-Match", "").strip()
    if not header or header == "*":
        return None
    text = header.removeprefix("W/").strip('"')
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise Malformed(_("If-Match must hold the record's version, such as {example}.", example='"3"'))
    return int(text)


def with_condition(asked: ListQuery, condition: Any) -> ListQuery:
    """A nested filter has no key of its own, so its count is not remembered."""
    return replace(asked, where=(*asked.where, condition), cacheable=False)


def asked_number(name: str) -> int | None:
    """A number of the query string; Malformed for what is none, as a program would otherwise read another page."""
    text = request.args.get(name, "")
    if text and not (text.isascii() and text.isdigit() and 0 < len(text) < 18 and int(text)):
        raise Malformed(_("“{name}” must be a whole number above zero.", name=name))
    return int(text) if text else None
