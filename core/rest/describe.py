"""What exists, as the caller may see it: entities, fields, types, choices, labels and rights."""

from __future__ import annotations

from typing import Any

from core.entity.spec import EntitySpec, FieldSpec
from core.errors import NotFound
from core.language.i18n import _
from core.permissions import can, may_write, readable
from core.registry import ENTITY_ACTIONS, current


def entities() -> list[dict[str, Any]]:
    return [_head(spec) for spec in current().entities.values() if can(f"{spec.name}.view")]


def entity(name: str) -> dict[str, Any]:
    spec = current().entity(name)
    if not can(f"{spec.name}.view"):
        raise NotFound(_("There is no “{name}” here.", name=name))
    seen = readable(spec)
    return {**_head(spec), "fields": [
        {**_field(f), "unique_with": [name for name in f.unique_with if name in seen],
         "follows": f.follows if f.follows in seen else None} for f in seen.values()]}


def _head(spec: EntitySpec) -> dict[str, Any]:
    return {
        "name": spec.name, "path": f"/api/v1{spec.path}", "label": str(spec.meta.label),
        "plural": str(spec.meta.plural), "title_field": spec.meta.title,
        "can": {action: can(f"{spec.name}.{action}") for action in ENTITY_ACTIONS},
    }


def _field(f: FieldSpec) -> dict[str, Any]:
    return {
        "name": f.name, "type": f.type.name, "label": str(f.label), "help": str(f.help), "required": f.required,
        "unique": f.unique, "readonly": f.system or f.readonly or not may_write(f), "filter": list(f.ops),
        "target": f.target or None, "max_length": f.max_length,
        "default": None if f.default is None else f.type.to_json(f, f.preset()),
        "choices": [{"value": choice.value, "label": str(choice.label), "hue": choice.hue or None,
                     "active": choice.active, "kind": choice.kind or None,
                     **({"when": list(choice.when)} if choice.when else {})}
                    for choice in f.choices] or None,
    }
