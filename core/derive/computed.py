"""Fields that plugins compute for records of others, laid into the entities when the registry is built."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from core.declarations import EVERY_ENTITY, ComputedField
from core.entity.spec import EntitySpec, FieldSpec
from core.errors import DeclarationError


def with_computed(entities: Mapping[str, EntitySpec], declared: Iterable[ComputedField]) -> dict[str, EntitySpec]:
    """The entities with what is computed for them; DeclarationError for a name that is taken."""
    found = dict(entities)
    for one in declared:
        for name in [name for name, spec in entities.items() if is_meant(one, spec)]:
            found[name] = _with(found[name], one)
    return found


def is_meant(item: Any, spec: EntitySpec) -> bool:
    """Whether a declaration is for this entity: named, or one of all that are meant."""
    named = getattr(item, "on", "") or item.entity
    if named != EVERY_ENTITY:
        return bool(named == spec.name)
    extra = getattr(item, "extra", "")
    return spec.plugin != "core" and spec.name not in item.but and (not extra or extra in spec.meta.extras)


def _with(spec: EntitySpec, one: ComputedField) -> EntitySpec:
    if one.name in spec.fields:
        raise DeclarationError(f"{spec.name} has a field {one.name} already: name the computed one otherwise.")
    declared: FieldSpec = one.field.column.info["field"]
    if declared.type.is_reference:
        raise DeclarationError(f"The computed field {one.name} cannot be a reference: show a text instead.")
    f = replace(declared, name=one.name, entity=spec.name, sql=one.sql, sql_shown=one.shown, read=one.permission,
                system=True, readonly=True, audit=False, search=0, fold=False, personal=False)  # fmt: skip
    fields = {key: value for key, value in spec.fields.items() if key != "version"}
    return replace(spec, fields=MappingProxyType({**fields, one.name: f, "version": spec.fields["version"]}))
