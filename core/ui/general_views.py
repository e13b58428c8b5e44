"""`/settings/general`: the settings that plugins declare, and the organisations."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, redirect, request

from core.declarations import Setting
from core.entity.types import FieldError
from core.language.i18n import _
from core.permissions import can
from core.plugin import setting_values
from core.registry import current as registry
from core.registry import settings as value_of
from core.ui import form_build, rendering
from core.ui.form_model import FieldView
from core.ui.settings_frame import frame
from core.ui.views_model import MenuEntry
from core.web import route

blueprint = Blueprint("general", __name__)
NEEDED = "core.settings.change"


#: The kernel's own settings by what their names begin with.
GROUPS = (
    ("core.mail", _("Outgoing mail")),
    ("core.attachment", _("Files")),
    ("core.map", _("Maps")),
    ("core.chat", _("Chat")),
    ("core.backup", _("Backups")),
    ("core.keep_log", _("Audit log")),
    ("core.log_openings", _("Audit log")),
    ("core.trash", _("Trash")),
    ("core.webhook", _("Webhooks")),
)


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
        if one.name not in request.form and one.field.type.kind not in ("bool", "list"):
            continue  # only boxes say by their absence that they are empty
        try:
            values[one.name] = setting_values.read(one, _typed(one.name))
        except FieldError as error:
            errors[one.name] = [error.message]
    if errors:
        return _page({name: _typed(name) for name in registry().settings}, errors, 422)
    setting_values.store(values)
    return rendering.say(redirect("/settings/general", 303), _("Settings saved."))


def _typed(name: str) -> str:
    """What was posted; of a list of boxes the values of those that are ticked."""
    return ",".join(request.form.getlist(name))


def _page(typed: dict[str, str], errors: dict[str, list[Any]], status: int) -> Response:
    groups: dict[str, list[FieldView]] = {}
    for one in registry().settings.values():
        groups.setdefault(_group_of(one.name), []).append(_view(one, typed, errors.get(one.name, ())))
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
        _("General settings"),
        status,
        current="settings.general",
        groups=tuple((label, tuple(views)) for label, views in groups.items()),
        places=places,
        settings=frame("general", _("General settings")),
    )


def _group_of(name: str) -> str:
    """The heading that a setting stands under: each stands somewhere, as saving the page saves them all."""
    begins = name.partition(".")[0]
    if begins in registry().plugins:
        return str(registry().plugins[begins].manifest.label)
    return str(next((label for start, label in GROUPS if name.startswith(start)), _("General")))


def _view(one: Setting, typed: dict[str, str], errors: Any) -> FieldView:
    stored = {"id": 1, one.name: value_of(one.name)}
    return form_build.field_view(one.field, stored, {}, typed or None, errors)
