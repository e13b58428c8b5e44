"""Pages by key: a cursor says after which row to go on, so that no page skips or repeats a row.

Order is total: the record's id breaks ties in the direction of the last key. Empty values come last in both
directions on both databases; a single nullable key is read in two branches (values, then empties), each on the
index, because NULLS LAST would cost the index on PostgreSQL.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from core.actor import actor
from core.entity.spec import EntitySpec, FieldSpec
from core.errors import Malformed
from core.language.i18n import _
from core.permissions import rules, scope_conditions
from core.registry import current


@dataclass(frozen=True, slots=True)
class Key:
    """One sort key: its expression, direction, and whether it can be empty."""

    name: str
    expression: Any
    descending: bool
    nullable: bool


def keys(spec: EntitySpec, sort: Sequence[tuple[str, bool]], language: str) -> list[Key]:
    """The sort keys of a list; names sort by the reader's alphabet, references by their title."""
    return [_key(spec, name, descending, language) for name, descending in sort]


def _key(spec: EntitySpec, name: str, descending: bool, language: str) -> Key:
    f = spec.fields[name]
    if name == spec.meta.title and language in spec.sort_columns:
        return Key(name, spec.table.c[spec.sort_columns[language]], descending, False)
    column = spec.column(name)
    if not f.type.is_reference:
        if f.key and f.fold:
            column = spec.folded(name)  # the same index serves filter and order, and case does not split the order
        return Key(name, column, descending, f.is_computed or bool(column.nullable))
    target = current().entity(f.target)
    other = target.table.alias()
    title = other.c[target.sort_columns.get(language, target.meta.title)]
    expression = sa.select(title).where(other.c.id == column, *_seen(target, other)).scalar_subquery()
    return Key(name, expression, descending, True)


def is_by_rights(spec: EntitySpec, sort: Sequence[tuple[str, bool]]) -> bool:
    """Whether a sort key differs from reader to reader."""
    return any(spec.fields[name].target not in ("", "core.user") or spec.fields[name].is_computed
               for name, _descending in sort)


def _seen(target: EntitySpec, other: Any) -> list[Any]:
    """Records that the actor may not view have no title to be sorted by: order and cursors would tell it (SEC-24)."""
    if target.name == "core.user":
        return []
    who = actor()
    if who.is_system or not rules(target, "view", who):
        return [other.c.deleted_at.is_(None)]
    return [other.c.id.in_(sa.select(target.table.c.id).where(*scope_conditions(target, "view")))]


def order_by(found: Sequence[Key], table: sa.Table, nulls: bool = True) -> list[Any]:
    """ORDER BY expressions; `nulls` False leaves out the null order, for a branch without empties."""
    parts: list[Any] = []
    for key in found:
        if key.nullable and nulls:
            parts.append(key.expression.is_(None))
        parts.append(key.expression.desc() if key.descending else key.expression.asc())
    last_descends = bool(found) and found[-1].descending
    parts.append(table.c.id.desc() if last_descends else table.c.id.asc())
    return parts


def after(found: Sequence[Key], table: sa.Table, values: Sequence[Any], record_id: int) -> Any:
    """The condition that a row comes after the given one."""
    last_descends = bool(found) and found[-1].descending
    if len(found) == 1 and not found[0].nullable:
        row = sa.tuple_(found[0].expression, table.c.id)
        bound = sa.tuple_(sa.literal(values[0], found[0].expression.type), sa.literal(record_id))
        return row < bound if last_descends else row > bound
    beyond_id = table.c.id < record_id if last_descends else table.c.id > record_id
    alternatives: list[Any] = []
    equal: list[Any] = []
    for key, value in zip(found, values, strict=True):
        beyond = _beyond(key, value)
        if beyond is not None:
            alternatives.append(sa.and_(*equal, beyond))
        equal.append(key.expression.is_(None) if value is None else key.expression == value)
    alternatives.append(sa.and_(*equal, beyond_id))
    return sa.or_(*alternatives)


def _beyond(key: Key, value: Any) -> Any:
    if value is None:
        return None
    beyond = key.expression < value if key.descending else key.expression > value
    return sa.or_(beyond, key.expression.is_(None)) if key.nullable else beyond


def encode(sort: Sequence[tuple[str, bool]], values: Sequence[Any], record_id: int,
           fields: Sequence[FieldSpec]) -> str:
    """An opaque cursor: the sort it belongs to, the last row's key values and its id."""
    written = [None if value is None else value.hex() if isinstance(value, bytes) else f.type.to_json(f, value)
               for value, f in zip(values, fields, strict=True)]
    text = json.dumps([[name, descending] for name, descending in sort] + [written, record_id])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode(cursor: str, sort: Sequence[tuple[str, bool]], types: Sequence[tuple[Any, Any]],
           are_bytes: Sequence[bool]) -> tuple[list[Any], int]:
    """The values and id of a cursor made for this very sort; Malformed otherwise."""
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode()
        *made_for, written, record_id = json.loads(text)
        if [tuple(part) for part in made_for] != list(sort) or len(written) != len(types):
            raise ValueError
        if not isinstance(record_id, int) or isinstance(record_id, bool) or not 0 <= record_id < 2**62:
            raise ValueError
        values = [None if raw is None else bytes.fromhex(raw) if is_bytes else f.type.from_json(f, raw)
                  for raw, (f, _key), is_bytes in zip(written, types, are_bytes, strict=True)]
        return values, record_id
    except (ValueError, TypeError, binascii.Error, RecursionError):
        raise Malformed(_("This cursor does not belong to this list. Start from the first page."),
                        field="cursor") from None
