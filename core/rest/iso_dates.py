"""Dates in the filters of the API are ISO 8601, in Gregorian and in ASCII, whoever asks (D2).

A person's own calendar and digits are for pages: a program would get other records when its user changes a setting.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from core.entity.spec import EntitySpec, FieldSpec
from core.errors import Malformed
from core.language.i18n import _
from core.query import ListQuery
from core.registry import current

_ISO = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ].*)?", re.ASCII)
_COMPARING = frozenset({"eq", "ne", "in", "gt", "gte", "lt", "lte"})


def check_args(asked: ListQuery) -> ListQuery:
    """The same query; Malformed for a date of another form."""
    for one in asked.given:
        _check(asked.spec, one.path, one.op, one.value)
    return asked


def check_tree(spec: EntitySpec, tree: Any) -> None:
    """As `check_args`, for a nested filter whose form is known to be right."""
    for path, op, value in _leaves(tree):
        _check(spec, path, op, value)


def _leaves(node: Any) -> Iterator[tuple[str, str, Any]]:
    if isinstance(node, dict):
        for inner in node.values():
            yield from _leaves(inner)
    elif len(node) == 3 and isinstance(node[0], str):
        yield node[0], node[1], node[2]
    else:
        for part in node:
            yield from _leaves(part)


def _check(spec: EntitySpec, path: str, op: str, value: Any) -> None:
    f = _field(spec, path)
    if f is None or op not in _COMPARING or f.type.name not in ("date", "datetime"):
        return
    items = value if isinstance(value, list) else str(value).split(",") if op == "in" else [value]
    if not all(_ISO.fullmatch(str(item)) for item in items):
        message = _("“{value}” is not a valid date. Example: {example}", value=str(value)[:80], example="2026-11-21")
        raise Malformed(_("The filter “{name}”: {message}", name=path[:80], message=message), field=path[:80])


def _field(spec: EntitySpec, path: str) -> FieldSpec | None:
    """The field at the end of the references; None where a named filter has the name."""
    name, rest = spec.split(path)
    f = spec.fields.get(name)
    return _field(current().entity(f.target), rest) if rest and f is not None and f.type.is_reference else f
