"""`/settings/fields/…/type`: what another type would make of a field's values, and the change."""

from __future__ import annotations

from typing import Any

from flask import Response, redirect, request

from core.customfields import changing, converting, reading
from core.customfields.checking import usable_types
from core.customfields.definition import Definition
from core.customfields.views.blueprint import ADDRESS, blueprint, customized, place
from core.customfields.views.screens import told
from core.errors import Invalid
from core.language.digits import to_latin
from core.language.i18n import _, ngettext
from core.registry import current
from core.ui import rendering
from core.ui.fields_model import RefusedLine, TypeChange
from core.ui.settings_frame import frame
from core.ui.shell_model import Choice
from core.ui.views_model import Crumb
from core.web import route

NEEDED = changing.PERMISSION
ONE_TYPE = f"{ADDRESS}/<entity>/<key>/type"


@route(blueprint, ONE_TYPE, access=NEEDED)
def preview_type(entity: str, key: str) -> Response:
    """The types a field could have; of the chosen one, how many values fit and which do not."""
    customized(entity)
    stored = reading.definition(entity, key)
    kind = request.args.get("type", "")
    try:
        found = converting.outlook(entity, key, kind, _scale(request.args.get("scale", ""))) if kind else None
    except Invalid as error:
        return _page(stored, kind, None, told(error))
    return _page(stored, kind, found)


@route(blueprint, ONE_TYPE, access=NEEDED, methods=("POST",))
def change_type(entity: str, key: str) -> Any:
    """Retire the field and add the one with the other type."""
    customized(entity)
    stored = reading.definition(entity, key)
    kind = request.form.get("type", "")
    try:
        made = converting.change_type(entity, key, kind, _scale(request.form.get("scale", "")))
    except Invalid as error:
        return _page(stored, kind, None, told(error))
    converting.ask(stored.id, made.id)
    return rendering.say(redirect(f"{ADDRESS}#{entity}", 303), _(
        "“{name}” has another type now. Its values are being copied.", name=made.title))


def _scale(text: str) -> int | None:
    latin = to_latin(text).strip()
    return int(latin) if latin.isdigit() and len(latin) < 3 else None


def _page(stored: Definition, kind: str, found: converting.Outlook | None, error: str = "") -> Response:
    here, spec = place(stored.entity, stored.key), current().entity(stored.entity)
    types = usable_types()
    view = TypeChange(
        label=str(stored.title), type_label=str(types[stored.type].label), href=f"{here}/type", cancel_href=here,
        choices=tuple(Choice(name, str(types[name].label), name == kind) for name in converting.types_for(stored)),
        type=kind, scale=request.values.get("scale", ""), has_scale=kind == "number", error=error,
        is_known=found is not None,
        fits=ngettext("{n} value fits.", "{n} values fit.", found.fits) if found else "",
        refused=ngettext("{n} value does not fit.", "{n} values do not fit.", found.refused) if found else "",
        has_refused=bool(found and found.refused),
        lines=tuple(RefusedLine(one.title, f"{spec.path}/{one.record_id}", one.value,
                                str(one.reason)) for one in found.examples) if found else ())  # fmt: skip
    title = _("Another type")
    return rendering.page(
        "fields/type.html", title, 422 if error else 200, current="settings.fields",
        settings=frame("fields", title, Crumb(str(_("Custom fields")), ADDRESS), Crumb(str(stored.title), here)),
        screen=view)  # fmt: skip
