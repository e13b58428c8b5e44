"""`/settings/general`: the settings that plugins declare, and the organisations."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, redirect, request

from core.audit import listener
from core.db import unit
from core.declarations import Setting
from core.entity.types import CleanContext, FieldError
from core.language.i18n import _
from core.language.i18n import current as preferences
from core.permissions import can
from core.plugin.lifecycle import bump
from core.plugin.models import setting as setting_table
from core.registry import current as registry
from core.registry import settings as value_of
from core.ui import form_build, rendering
from core.ui.form_model import FieldView
from core.ui.settings_frame import frame
from core.ui.views_model import MenuEntry
from core.web import route

blueprint = Blueprint("general", __name__)
NEEDED = "core.settings.change"


@route(blueprint, "/settings/general", access=NEEDED)
def show() -> Response:
    """All settings with their present values, by plugin."""
    return _page({}, {}, 200)


@route(blueprint, "/settings/general", access=NEEDED, methods=("POST",))
def save() -> Any:
    """Save what changed; every process follows at its next request."""
    values: dict[str, Any] = {}
    errors: dict[str, list[Any]] = {}
    for one in registry().settings.values():
        try:
            values[one.name] = _read(one)
        except FieldError as error:
            errors[one.name] = [error.message]
    if errors:
        return _page({name: request.form.get(name, "") for name in registry().settings}, errors, 422)
    changed = {name: value for name, value in values.items() if value != value_of(name)}
    if changed:
        _store(changed)
    return rendering.say(redirect("/settings/general", 303), _("Settings saved."))


def _read(one: Setting) -> Any:
    f = one.field
    text = request.form.get(one.name, "")
    if f.type.kind == "bool":
        return bool(text)
    value = f.type.parse(f, text, preferences())
    if value is None:
        if f.required:
            raise FieldError(_("{field} is required.", field=f.label))
        return one.default if f.type.kind == "bool" else ""
    return f.type.clean(f, value, CleanContext())


def _store(changed: dict[str, Any]) -> None:
    unit().begin_write()
    for name, value in changed.items():
        known = (
            unit().execute(sa.update(setting_table).where(setting_table.c.name == name).values(value=value)).rowcount
        )
        if not known:
            unit().execute(sa.insert(setting_table).values(name=name, value=value))
    listener.record(
        "core.setting", None, "", "setting", {name: [value_of(name), value] for name, value in changed.items()}
    )
    bump(unit())


def _page(typed: dict[str, str], errors: dict[str, list[Any]], status: int) -> Response:
    groups = []
    owners = [("core", _("Outgoing mail"))]
    owners += [(plugin.manifest.name, plugin.manifest.label) for plugin in registry().plugins.values()]
    for name, label in owners:
        own = [
            _view(one, typed, errors.get(one.name, ()))
            for one in registry().settings.values()
            if one.name.partition(".")[0] == name
        ]
        if own:
            groups.append((str(label), tuple(own)))
    places = tuple(
        MenuEntry(str(spec.meta.plural), spec.path, spec.meta.icon)
        for name in ("core.organisation", "core.team")
        if can(f"{(spec := registry().entity(name)).name}.view")
    )
    places += tuple(
        MenuEntry(str(spec.meta.plural), spec.path, spec.meta.icon)
        for spec in registry().entities.values()
        if not spec.meta.group and spec.plugin != "core" and can(f"{spec.name}.view")
    )
    return rendering.page(
        "general.html",
        _("Settings"),
        status,
        current="settings.general",
        groups=tuple(groups),
        places=places,
        settings=frame("general", _("Settings")),
    )


def _view(one: Setting, typed: dict[str, str], errors: Any) -> FieldView:
    stored = {"id": 1, one.name: value_of(one.name)}
    return form_build.field_view(one.field, stored, {}, typed or None, errors)
