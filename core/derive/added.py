"""Fields that plugins add to the entities of others: what they declare, checked, as the fields it makes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from core.declarations import AddedField
from core.derive.spec import heading_id
from core.entity.custom_value import KEY, PREFIX
from core.entity.spec import CustomField, FieldSpec
from core.entity.types import FieldType
from core.errors import DeclarationError


def made_of(one: AddedField, plugin: str, near: Collection[str], types: Mapping[str, FieldType]) -> CustomField:
    """The field that `plugin` declares; DeclarationError with the remedy. `near` are the plugins that it may add to and
    lead to: the kernel, and those that its manifest names."""
    what = f"{plugin} adds {one.key!r} to {one.entity}"
    declared: FieldSpec | None = getattr(getattr(one.field, "column", None), "info", {}).get("field")
    if declared is None or declared.type.is_many or not declared.type.usable_as_custom:
        raise DeclarationError(f"{what}: values of this type cannot be stored in records of others.")
    if type(types.get(declared.type.name)) is not type(declared.type):
        raise DeclarationError(f"{what}: its type {declared.type.name!r} is not among register_field_types().")
    if not KEY.match(one.key) or not one.key.startswith(f"{plugin}_"):
        raise DeclarationError(f"{what}: the key must begin with {plugin}_ and have at most 40 small letters, digits "
                               "and single underscores.")
    if one.entity.partition(".")[0] == plugin:
        raise DeclarationError(f"{what}, its own entity: declare the field in its class.")
    for name in filter(None, (one.entity, declared.target)):
        if name.partition(".")[0] not in {plugin, *near}:
            raise DeclarationError(f"{what} and names {name}: name its plugin in `requires` or `optional`.")
    if declared.secret or (declared.unique and declared.default is not None):
        raise DeclarationError(f"{what}: it can be no secret, nor unique with a default.")
    f = replace(declared, name=PREFIX + one.key, key=one.key, system=False, index=False,
                fold=declared.type.is_folded, sort=declared.sort and declared.type.is_sortable,
                max_length=declared.max_length or declared.type.default_length)  # fmt: skip
    return CustomField(f, heading_id(one.section), one.after, one.in_list, plugin)
