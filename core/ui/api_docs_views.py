"""`/api/v1/docs`: the OpenAPI document as a page, for people: calls and fields as this user may see them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, current_app

from core.language.i18n import _
from core.permissions import can, readable
from core.registry import current as registry
from core.rest.openapi import document
from core.ui import rendering
from core.web import SIGNED_IN, route

blueprint = Blueprint("api_docs", __name__)


@dataclass(frozen=True, slots=True)
class Call:
    """One operation: method, address and what it does."""

    method: str
    path: str
    summary: str


@dataclass(frozen=True, slots=True)
class FieldLine:
    """One field as a programmer needs it: name, type, label, what may be done, values of a choice."""

    name: str
    kind: str
    label: str
    operators: str
    values: str
    required: bool


@route(blueprint, "/api/v1/docs", access=SIGNED_IN)
def docs() -> Response:
    """Calls of every entity, and its fields."""
    server = f"{current_app.settings.base_url}/api/v1"  # type: ignore[attr-defined]
    found = document(server)
    sections = [(str(spec.meta.plural), _calls(found, spec.path), _fields(spec))
                for spec in registry().entities.values() if can(f"{spec.name}.view")]
    return rendering.page("api_docs.html", _("REST API"), sections=sections, server=server)


def _calls(found: dict[str, Any], path: str) -> list[Call]:
    return [Call(method.upper(), address, operation["summary"])
            for address, item in found["paths"].items() if address == path or address.startswith(f"{path}/")
            for method, operation in item.items() if method in ("get", "post", "patch", "delete")]


def _fields(spec: Any) -> list[FieldLine]:
    return [FieldLine(f.name, f.type.name, str(f.label), " ".join(f.ops) if f.filter else "",
                      " ".join(choice.value for choice in f.choices), f.required) for f in readable(spec).values()]
