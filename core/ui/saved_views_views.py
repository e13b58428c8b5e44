"""`/{plugin}/{noun}/views`, on pages and in the API: saving, changing and deleting views of a list."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

from flask import Blueprint, Response, redirect, request

from core.db import unit
from core.errors import Invalid, Malformed
from core.language.i18n import _
from core.rest import body
from core.rest.problems import json_answer
from core.savedviews import keeping, reading
from core.savedviews.keeping import Given
from core.savedviews.reading import MEMBERS, SavedView
from core.ui import rendering, saved_views_build
from core.ui.list_views import ENTITY, spec_of
from core.ui.sent_once import sent_once
from core.web import entity_action, route

blueprint = Blueprint("saved_views", __name__)
API = f"/api/v1{ENTITY}/views"


@route(blueprint, f"{ENTITY}/views", access=entity_action("view"), methods=("POST",))
@sent_once()
def create(plugin: str, noun: str) -> Any:
    """Keep what the list shows now under a name."""
    spec = spec_of(plugin, noun)
    try:
        view_id = keeping.create(spec, _posted())
    except Invalid as error:
        return _refused(spec, error)
    address = saved_views_build.address_of(spec, reading.find(spec, view_id))
    return rendering.say(redirect(address, 303), _("View saved."))


@route(blueprint, f"{ENTITY}/views/<int:view_id>", access=entity_action("view"), methods=("POST",))
def change(plugin: str, noun: str, view_id: int) -> Any:
    spec = spec_of(plugin, noun)
    try:
        keeping.change(spec, view_id, _posted())
    except Invalid as error:
        return _refused(spec, error)
    address = saved_views_build.address_of(spec, reading.find(spec, view_id))
    return rendering.say(redirect(address, 303), _("View saved."))


@route(blueprint, f"{ENTITY}/views/<int:view_id>/delete", access=entity_action("view"), methods=("POST",))
def delete(plugin: str, noun: str, view_id: int) -> Any:
    spec = spec_of(plugin, noun)
    name = keeping.remove(spec, view_id)
    return rendering.say(redirect(spec.path, 303), _("The view “{name}” was deleted.", name=name))


@route(blueprint, API, access=entity_action("view"))
def listed(plugin: str, noun: str) -> Response:
    """The views the caller may open, each with what it opens for him."""
    spec = spec_of(plugin, noun)
    return json_answer({"data": [_shown(one) for one in reading.visible(spec)]})


@route(blueprint, API, access=entity_action("view"), methods=("POST",))
def create_by_program(plugin: str, noun: str) -> Response:
    spec = spec_of(plugin, noun)
    view_id = keeping.create(spec, _given(body.read_object(MEMBERS)))
    return json_answer(_shown(reading.find(spec, view_id)), 201)


@route(blueprint, f"{API}/<int:view_id>", access=entity_action("view"), methods=("PATCH",))
def change_by_program(plugin: str, noun: str, view_id: int) -> Response:
    """Change the given members; the others stay."""
    spec = spec_of(plugin, noun)
    before = _shown(reading.find(spec, view_id))
    kept = {name: before[name] for name in ("name", "audience", "pinned", "opens_first", "role_id")}
    keeping.change(spec, view_id, _given({**kept, **body.read_object(MEMBERS)}))
    return json_answer(_shown(reading.find(spec, view_id)))


@route(blueprint, f"{API}/<int:view_id>", access=entity_action("view"), methods=("DELETE",))
def delete_by_program(plugin: str, noun: str, view_id: int) -> Response:
    keeping.remove(spec_of(plugin, noun), view_id)
    return Response(status=204)


def _posted() -> Given:
    form = request.form
    role = form.get("role", "")
    return Given(
        name=form.get("name", ""), audience=form.get("audience", "private"), pinned=bool(form.get("pinned")),
        opens_first=bool(form.get("opens_first")),
        role_id=int(role) if role.isascii() and role.isdigit() and len(role) < 18 else None,
        conditions=tuple(parse_qsl(form.get("address", ""))),
        columns=tuple(name for name in form.get("columns", "").split(",") if name),
    )  # fmt: skip


def _refused(spec: Any, error: Invalid) -> Any:
    """Back to the list as it was, with what is wrong."""
    unit().rollback()
    address = request.form.get("address", "")
    texts = [str(text) for found in error.errors.values() for text in found]
    back = redirect(saved_views_build.placed(spec, tuple(parse_qsl(address))), 303)
    return rendering.say(back, " ".join(texts) or str(error.message))


def _given(asked: dict[str, Any]) -> Given:
    """The body of a request as what is to be kept; Malformed for members of a wrong kind."""
    conditions, columns, role_id = asked.get("conditions"), asked.get("columns"), asked.get("role_id")
    if conditions is not None and not isinstance(conditions, dict):
        raise Malformed(_("“{name}” must be an object.", name="conditions"), field="conditions")
    if columns is not None and not isinstance(columns, list):
        raise Malformed(_("“{name}” must be a list.", name="columns"), field="columns")
    if role_id is not None and not isinstance(role_id, int):
        raise Malformed(_("“{name}” must be a number.", name="role_id"), field="role_id")
    return Given(
        name=str(asked.get("name", "")), audience=str(asked.get("audience", "private")),
        pinned=asked.get("pinned") is True, opens_first=asked.get("opens_first") is True, role_id=role_id,
        conditions=None if conditions is None else tuple(
            (str(name), str(one)) for name, value in conditions.items()
            for one in (value if isinstance(value, list) else [value])),
        columns=None if columns is None else tuple(str(name) for name in columns),
    )  # fmt: skip


def _by_name(conditions: reading.Pairs) -> dict[str, Any]:
    """{name: value}, or {name: [values]} where a group has several conditions of one name."""
    found: dict[str, Any] = {}
    for name, value in conditions:
        before = found.get(name)
        found[name] = value if before is None else [*(before if isinstance(before, list) else [before]), value]
    return found


def _shown(view: SavedView) -> dict[str, Any]:
    found = reading.opened(spec_of(*view.entity.split(".")), view)
    return {
        "id": view.id, "name": view.name, "owner_id": view.owner_id, "pinned": view.pinned,
        "audience": f"{view.audience}:{view.audience_id}" if view.audience_id else view.audience,
        "opens_first": view.opens_first, "role_id": view.role_ids[0] if view.role_ids else None,
        "conditions": _by_name(found.conditions), "columns": list(found.columns), "missing": list(found.missing),
    }  # fmt: skip
