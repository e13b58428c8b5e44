"""409 on a form: what stood before, what is stored now and what was typed, field by field (REL-01)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, request

from core.audit import reading
from core.derive.form import ADDRESS_SUFFIXES
from core.entity.spec import EntitySpec, FieldSpec
from core.errors import Conflict
from core.language.calendars import exact_time
from core.language.i18n import _
from core.language.i18n import current as preferences
from core.ui import rendering
from core.ui.cell_plan import Extras, drawer
from core.ui.cells import finished
from core.ui.form_build import reference_titles, written
from core.ui.views_model import ConflictField, ConflictScreen

PANEL = "X-Diwan-Panel"


def answer(spec: EntitySpec, error: Conflict, values: Mapping[str, Any], typed: Mapping[str, Any],
           action: str) -> Response:
    """The conflict as a form: fields both changed are chosen, the rest is carried along."""
    stored = error.current
    rows = reading.history(spec.name, int(stored["id"]), limit=1)
    base = _base(rows[0].changes if rows else {}, stored, spec)
    clashing = [name for name, value in values.items()
                if value != stored.get(name) and stored.get(name) != base.get(name)]
    titles = reference_titles(spec, values, stored, dict(values))
    extras = Extras(titles)
    fields = tuple(_field(spec.fields[name], base.get(name), stored.get(name), values[name], typed.get(name), extras)
                   for name in clashing if not spec.fields[name].type.is_many)
    shown = {field.name for field in fields}
    taken = {"csrf_token", "version", *shown}
    # The whole address is chosen as one text.
    taken |= {f"{name}{suffix}" for name in shown for suffix in ADDRESS_SUFFIXES}
    carried = tuple((name, value) for name, value in request.form.items(multi=True) if name not in taken)
    screen = ConflictScreen(
        title=spec.title_of(stored), who=rows[0].actor_name if rows else "",
        time=exact_time(rows[0].at) if rows else "", post_href=action, version=stored["version"], fields=fields,
        carried=carried, cancel_href=f"{spec.path}/{stored['id']}")
    if request.headers.get(PANEL):
        return Response(rendering.fragment("forms/conflict.html", conflict=screen, in_panel=True), 409)
    return rendering.page("conflict.html", _("Someone else changed this in the meantime"), 409, current=spec.name,
                          screen=screen, conflict=screen, in_panel=False)


def _base(changes: Mapping[str, Any], stored: Mapping[str, Any], spec: EntitySpec) -> dict[str, Any]:
    """The values before the other person's last change, from its line in the log."""
    base = dict(stored)
    for name, (old, _new) in changes.items():
        f = spec.fields.get(name)
        if f is not None and f.stores_column:
            base[name] = f.type.from_json(f, old)
    return base


def _field(f: FieldSpec, before: Any, stored: Any, own: Any, own_text: Any, extras: Extras) -> ConflictField:
    draw = drawer(f, preferences(), extras)
    is_kept = isinstance(own_text, str) and f.type.widget != "address"
    return ConflictField(
        name=f.name, label=str(f.label), before=finished(draw(before)), stored=finished(draw(stored)),
        own=finished(draw(own)),
        stored_input=written(f, stored), own_input=own_text if is_kept else written(f, own))
