"""Reading definitions, and the fields in use for the registry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from core.customfields.definition import Definition, custom_field
from core.customfields.models import custom_field as table
from core.db import unit
from core.entity.custom_value import CustomValue, comparable
from core.entity.spec import CustomField
from core.entity.types import FieldType
from core.errors import NotFound
from core.language.i18n import _
from core.registry import Added, current

_ORDER = (table.c.entity, table.c.position, table.c.id)


def fields_in_use(connection: Any) -> Added:
    """For `registry.build`: the fields that are not retired. One whose type or target is not there (its plugin is
    off) waits for it to come back; its definition and values stay."""
    rows = connection.execute(sa.select(table).where(table.c.retired_at.is_(None)).order_by(*_ORDER)).mappings().all()
    found = [Definition.from_row(dict(row)) for row in rows]

    def added(types: Mapping[str, FieldType], entities: frozenset[str]) -> Mapping[str, Sequence[CustomField]]:
        by_entity: dict[str, list[CustomField]] = {}
        for one in found:
            if one.type in types and one.entity in entities and (not one.target or one.target in entities):
                by_entity.setdefault(one.entity, []).append(custom_field(one, types[one.type]))
        return by_entity

    return added


def definitions(entity: str = "") -> list[Definition]:
    """All definitions in their order, retired ones too; of one entity or of all."""
    statement = sa.select(table).order_by(*_ORDER)
    if entity:
        statement = statement.where(table.c.entity == entity)
    return [Definition.from_row(dict(row)) for row in unit().execute(statement).mappings()]


def definition(entity: str, key: str) -> Definition:
    """One definition; NotFound when there is none."""
    statement = sa.select(table).where(table.c.entity == entity, table.c.key == key)
    row = unit().execute(statement).mappings().first()
    if row is None:
        raise NotFound(_("There is no custom field “{name}” here.", name=key))
    return Definition.from_row(dict(row))


def holding(one: Definition) -> int:
    """How many records hold a value of this field, those in the trash included."""
    held = current().entity(one.entity).table
    value = CustomValue(held.c.custom, one.key, "text")
    counted = sa.select(sa.func.count()).select_from(held).where(value.is_not(None))
    found: int = unit().execute(counted).scalar_one()
    return found


def clashing(one: Definition) -> int:
    """How many living records share with another one what the definition wants to be unique."""
    spec = current().entity(one.entity)
    f = custom_field(one, current().types[one.type]).field
    parts = [comparable(spec.table, f), *(spec.column(name) for name in f.unique_with)]
    shared = sa.select(sa.func.count().label("n")).select_from(spec.table).where(
        spec.table.c.deleted_at.is_(None), *(part.is_not(None) for part in parts)
    ).group_by(*parts).having(sa.func.count() > 1).subquery()
    return int(unit().execute(sa.select(sa.func.coalesce(sa.func.sum(shared.c.n), 0))).scalar_one())
