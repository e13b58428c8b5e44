"""Reading definitions, and the fields in use for the registry: those of admins and those that plugins declare."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from core.customfields.definition import PLACING, Definition, custom_field
from core.customfields.models import custom_field as table
from core.db import unit
from core.entity.custom_value import CustomValue, comparable
from core.entity.spec import CustomField, FieldSpec
from core.entity.types import FieldType
from core.errors import DeclarationError, NotFound
from core.language.i18n import _
from core.plugin import sentences
from core.registry import Added, Fields, current

_ORDER = (table.c.entity, table.c.position, table.c.id)


def fields_in_use(connection: Any) -> Added:
    """For `registry.build`: the fields that are not retired, and those that plugins declare where their row puts them.
    One whose type or target is not there (its plugin is off) waits for it to come back; its definition and values
    stay."""
    rows = connection.execute(sa.select(table).order_by(*_ORDER)).mappings()
    found = [Definition.from_row(dict(row)) for row in rows]

    def added(types: Mapping[str, FieldType], entities: frozenset[str], declared: Fields) -> Fields:
        by_entity: dict[str, list[CustomField]] = {}
        waiting = {(entity, one.field.key): one for entity, listed in declared.items() for one in listed}
        for one in found:
            theirs = waiting.pop((one.entity, one.key), None)
            if theirs is not None:
                by_entity.setdefault(one.entity, []).append(_placed(theirs, one))
            elif one.plugin or one.is_retired:
                continue
            elif one.type in types and one.entity in entities and (not one.target or one.target in entities):
                by_entity.setdefault(one.entity, []).append(custom_field(one, types[one.type]))
        for (entity, _key), theirs in waiting.items():  # declared since tables were brought up to date
            by_entity.setdefault(entity, []).append(theirs)
        return by_entity

    return added


def _placed(theirs: CustomField, one: Definition) -> CustomField:
    """What a plugin declares, where administrators want it; DeclarationError when its key stands for something else."""
    f = theirs.field
    if one.plugin != theirs.plugin:
        taken = sentences.KEY_OF_MODULE if one.plugin else sentences.KEY_OF_ADMIN
        named = {"module": one.plugin} if one.plugin else {}
        raise DeclarationError(sentences.written(taken, field=one.name, entity=one.entity, **named))
    if (one.type, one.target, one.scale) != (f.type.name, f.target, f.scale):
        raise DeclarationError(sentences.written(sentences.OTHER_TYPE, field=one.name, entity=one.entity))
    return replace(theirs, **{name: getattr(one, name) for name in PLACING}) if one.is_placed else theirs


def definitions(entity: str = "", with_waiting: bool = False) -> list[Definition]:
    """All definitions in their order, retired ones too; of one entity or of all.

    Those of plugins that are off come with `with_waiting` only: their keys are taken.
    """
    statement = sa.select(table).order_by(*_ORDER)
    if entity:
        statement = statement.where(table.c.entity == entity)
    found = [Definition.from_row(dict(row)) for row in unit().execute(statement).mappings()]
    return [one for one in found if with_waiting or not one.plugin or one.plugin in current().plugins]


def taken_keys(entity: str) -> set[str]:
    """The keys that no other field of the entity can have, those of plugins that are off among them."""
    return {one.key for one in definitions(entity, with_waiting=True)}


def field_of(one: Definition) -> FieldSpec:
    """The field of a definition: as the registry holds it, or as the definition alone says while it is not there."""
    spec = current().entity(one.entity)
    held = spec.fields.get(one.name)
    return held if held is not None and one.plugin else custom_field(one, current().types[one.type]).field


def definition(entity: str, key: str) -> Definition:
    """One definition; NotFound when there is none."""
    statement = sa.select(table).where(table.c.entity == entity, table.c.key == key)
    row = unit().execute(statement).mappings().first()
    if row is None or (row["plugin"] and row["plugin"] not in current().plugins):
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
    f = field_of(one)
    parts = [comparable(spec.table, f), *(spec.column(name) for name in f.unique_with)]
    shared = sa.select(sa.func.count().label("n")).select_from(spec.table).where(
        spec.table.c.deleted_at.is_(None), *(part.is_not(None) for part in parts)
    ).group_by(*parts).having(sa.func.count() > 1).subquery()
    return int(unit().execute(sa.select(sa.func.coalesce(sa.func.sum(shared.c.n), 0))).scalar_one())
