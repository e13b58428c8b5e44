"""409 on a form: what stood before, what is stored now and what was typed, field by field (REL-01)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response, request

from core.audit import reading
from core.audit.reading import LogRow
from core.derive.form import ADDRESS_SUFFIXES, CALENDAR_SUFFIX, TIME_SUFFIX
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
from core.web import PANEL_HEADER

#: Changes further back are not taken back.
FURTHEST = 200


def answer(spec: EntitySpec, error: Conflict, values: Mapping[str, Any], typed: Mapping[str, Any],
           action: str) -> Response:
    """The conflict as a form: what others changed since the form was opened is chosen field by field, theirs where
    the sender left it as it was; the rest is carried along."""
    stored = error.current
    rows = reading.history(spec.name, int(stored["id"]), limit=_saves_since(stored))
    base = _base(rows, stored, spec)
    clashing = [name for name, value in values.items()
                if value != stored.get(name) and stored.get(name) != base.get(name)]
    titles = reference_titles(spec, values, stored, dict(values))
    extras = Extras(titles)
    fields = tuple(_field(spec.fields[name], base.get(name), stored.get(name), values[name], typed.get(name), extras)
                   for name in clashing if not spec.fields[name].type.is_many)
    shown = {field.name for field in fields}
    theirs = [name for name in clashing if spec.fields[name].type.is_many and _same(values[name], base.get(name))]
    taken = {"csrf_token", "version", *shown, *theirs}
    # The whole address is chosen as one text.
    taken |= {f"{name}{suffix}" for name in shown for suffix in ADDRESS_SUFFIXES}
    # So is a moment: the day of one version must not be saved with the time of the other.
    taken |= {f"{name}{suffix}" for name in shown if spec.fields[name].type.widget == "datetime"
              for suffix in (CALENDAR_SUFFIX, TIME_SUFFIX)}
    carried = tuple((name, value) for name, value in request.form.items(multi=True) if name not in taken)
    carried += tuple((name, str(one)) for name in theirs for one in stored.get(name) or ())
    screen = ConflictScreen(
        title=spec.title_of(stored), who=rows[0].actor_name if rows else "",
        time=exact_time(rows[0].at) if rows else "", post_href=action, version=stored["version"], fields=fields,
        carried=carried, cancel_href=f"{spec.path}/{stored['id']}")
    if request.headers.get(PANEL_HEADER):
        return rendering.in_host("forms/conflict.html", 409, conflict=screen)
    return rendering.page("conflict.html", _("Someone else changed this in the meantime"), 409, current=spec.name,
                          screen=screen, conflict=screen, in_panel=False)


def _saves_since(stored: Mapping[str, Any]) -> int:
    """How often the record was saved since the form was opened; each time is one line in the log."""
    text = request.form.get("version", "")
    seen = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
    return min(max(1, int(stored["version"]) - seen), FURTHEST)


def _base(rows: Sequence[LogRow], stored: Mapping[str, Any], spec: EntitySpec) -> dict[str, Any]:
    """The values that the form was opened with: those of now with each of the others' changes taken back."""
    base = dict(stored)
    for row in rows:
        for name, (old, _new) in row.changes.items():
            f = spec.fields.get(name)
            if f is not None and f.type.is_many:
                base[name] = tuple(old or ())
            elif f is not None and f.stores_column:
                base[name] = f.type.from_json(f, old)
    return base


def _same(one: Any, other: Any) -> bool:
    """Whether two multiple choices are of the same, in whatever order."""
    return {str(item) for item in one or ()} == {str(item) for item in other or ()}


def _field(f: FieldSpec, before: Any, stored: Any, own: Any, own_text: Any, extras: Extras) -> ConflictField:
    draw = drawer(f, preferences(), extras)
    as_typed = _instant if f.type.widget == "datetime" else written
    is_kept = isinstance(own_text, str) and f.type.widget not in ("address", "datetime")
    return ConflictField(
        name=f.name, label=str(f.label), before=finished(draw(before)), stored=finished(draw(stored)),
        own=finished(draw(own)),
        stored_input=as_typed(f, stored), own_input=own_text if is_kept else as_typed(f, own),
        keep="stored" if own == before else "own")


def _instant(f: FieldSpec, value: Any) -> str:
    return str(f.type.to_json(f, value) or "")
