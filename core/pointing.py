"""What points to a record: fields of any entity, of whatever plugin, and tables whose rows are about records.

A field that admins added points like one that a plugin declared; what is computed points nowhere by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from core.db import unit
from core.declarations import RecordTable
from core.entity.spec import EntitySpec, FieldSpec
from core.registry import current


@dataclass(frozen=True, slots=True)
class Pointer:
    """A field of `spec` by which one of its records leads to one record of the entity `target`."""

    spec: EntitySpec
    field: FieldSpec
    target: str

    @property
    def place(self) -> str:
        return f"{self.spec.name}.{self.field.name}"

    def leads_to(self, ids: Sequence[int]) -> Any:
        """The condition that a record of `spec` leads to one of these."""
        column = self.spec.column(self.field.name)
        if self.field.type.name == "any_record":
            kind = self.spec.column(self.field.options["entity_field"])
            return sa.and_(kind == self.target, column.in_(ids))
        return column.in_(ids)

    def led_to(self, record_id: int) -> dict[str, Any]:
        """The values by column that make a record lead to this one."""
        if not self.field.key:
            return {self.field.name: record_id}
        custom = self.spec.table.c.custom
        if unit().dialect == "sqlite":
            return {"custom": sa.func.json_set(custom, f"$.{self.field.key}", record_id)}
        path, number = sa.cast([self.field.key], sa.ARRAY(sa.Text)), sa.cast(record_id, sa.BigInteger)
        return {"custom": sa.func.jsonb_set(custom, path, sa.func.to_jsonb(number))}


@dataclass(frozen=True, slots=True)
class Links:
    """A many-to-many field of `spec` and its table: any of its records may lead to any number of the target's."""

    spec: EntitySpec
    field: FieldSpec
    table: sa.Table

    @property
    def place(self) -> str:
        return f"{self.spec.name}.{self.field.name}"


def pointers(target: EntitySpec) -> list[Pointer]:
    """Every field whose value may be a record of this entity."""
    return [Pointer(spec, f, target.name) for spec in current().entities.values() for f in spec.fields.values()
            if f.sql is None and f.stores_column and (f.target == target.name or f.type.name == "any_record")]


def links(target: EntitySpec) -> list[Links]:
    """Every many-to-many field whose values are records of this entity."""
    return [Links(spec, f, spec.links[f.name]) for spec in current().entities.values() for f in spec.fields.values()
            if f.target == target.name and not f.stores_column]


def tables() -> tuple[RecordTable, ...]:
    """The tables, no entities', whose rows are about records of any kind."""
    return current().derived.record_tables
