"""The blueprint of the pages of custom fields, and their addresses."""

from __future__ import annotations

from flask import Blueprint

from core.customfields.checking import customizable
from core.entity.spec import EntitySpec
from core.permissions import can, require
from core.registry import current

blueprint = Blueprint("custom_fields", __name__)
ADDRESS = "/settings/fields"


def place(entity: str, *more: str) -> str:
    return "/".join((ADDRESS, entity, *more))


def entities() -> tuple[EntitySpec, ...]:
    """The kinds of records to which the reader may add fields, those of the menu first."""
    found = [spec for spec in current().entities.values() if spec.meta.customizable and can(f"{spec.name}.view")]
    return tuple(sorted(found, key=lambda spec: (not spec.meta.group, spec.plugin == "core", spec.meta.order)))


def customized(name: str) -> EntitySpec:
    """The entity of an address, when fields may be added to it and the reader may see its records."""
    spec = customizable(name)
    require(f"{spec.name}.view")
    return spec
