"""Conditions on a field that holds several values as one JSON array, each found by the index where there is one."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB, JSONPATH

from core.db import unit
from core.entity.custom_value import ARRAY, CustomValue
from core.entity.spec import EntitySpec, FieldSpec
from core.entity.types_several import POINT


def holding(spec: EntitySpec, f: FieldSpec, op: str, values: Sequence[str]) -> Any:
    """`eq` finds rows that hold all the values, `ne` the others, also those that hold none, `in` those with any."""
    found = [_holds(spec, f, value) for value in values]
    if op == "in":
        return sa.or_(*found)
    return sa.and_(*found) if op == "eq" else sa.or_(*(sa.not_(sa.func.coalesce(one, False)) for one in found))


def with_pins(spec: EntitySpec, f: FieldSpec) -> Any:
    """Rows one of whose addresses in the field `f` has a pin."""
    held = spec.table.c[f.name]
    if unit().dialect == "postgresql":
        path = sa.cast(sa.literal(f"$[*][{POINT}]", sa.Text), JSONPATH)
        return sa.func.jsonb_path_exists(held, path, type_=sa.Boolean())
    items = sa.func.json_each(held).table_valued("value")
    return sa.exists(sa.select(1).select_from(items).where(sa.func.json_array_length(items.c.value) > POINT))


def _holds(spec: EntitySpec, f: FieldSpec, value: str) -> Any:
    held = spec.table.c.custom if f.key else spec.table.c[f.name]
    if unit().dialect == "postgresql":
        array: Any = CustomValue(held, f.key, ARRAY) if f.key else held
        wanted = sa.cast(sa.literal(json.dumps([value]), sa.Text), JSONB)
        return array.op("@>", return_type=sa.Boolean())(wanted)
    items = sa.func.json_each(held, f"$.{f.key}" if f.key else "$").table_valued("value")
    return sa.exists(sa.select(1).select_from(items).where(items.c.value == value))
