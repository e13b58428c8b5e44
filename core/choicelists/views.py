"""`/settings/lists`: every choice list of the enabled modules, and the page on which one of them is edited."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from core.choicelists import changing
from core.choicelists.changing import PERMISSION, GivenChoice
from core.derive.choices import is_editable
from core.entity.spec import EntitySpec, FieldSpec
from core.errors import Conflict, Invalid
from core.language.i18n import _, ngettext
from core.permissions import can
from core.registry import current as registry
from core.ui import rendering
from core.ui.choices_model import NEW, ChoiceRow, ChoiceTable, read
from core.ui.settings_frame import frame
from core.ui.views_model import Choice, Crumb, FormError
from core.web import route

blueprint = Blueprint("choice_lists", __name__)
ADDRESS = "/settings/lists"
SHOWN = 8


@dataclass(frozen=True, slots=True)
class ListLine:
    """A list on the overview: its values as badges, the first of them."""

    label: str
    href: str
    values: tuple[Choice, ...]
    more: str


@dataclass(frozen=True, slots=True)
class ListScreen:
    """The page of one list."""

    entity: str
    label: str
    table: ChoiceTable
    preset: tuple[Choice, ...]
    seen: str
    errors: tuple[FormError, ...] = ()

    def error(self, name: str) -> str:
        return next((error.message for error in self.errors if error.field == name), "")

    @property
    def general_errors(self) -> tuple[str, ...]:
        return tuple(error.message for error in self.errors if not error.field)


@route(blueprint, ADDRESS, access=PERMISSION)
def lists() -> Response:
    title = _("Lists and statuses")
    groups = tuple((str(spec.meta.plural), lines) for spec in registry().entities.values() if (lines := _lines(spec)))
    return rendering.page("lists.html", title, current="settings.lists", groups=groups, settings=frame("lists", title))


@route(blueprint, f"{ADDRESS}/<entity>/<name>", access=PERMISSION)
def edit(entity: str, name: str) -> Response:
    spec, f = changing.editable(entity, name)
    return _page(spec, f, _given(spec, f), str(f.default or ""), changing.fingerprint(f))


@route(blueprint, f"{ADDRESS}/<entity>/<name>", access=PERMISSION, methods=("POST",))
def save(entity: str, name: str) -> AnyResponse:
    spec, f = changing.editable(entity, name)
    given, preset, seen = read(request.form), request.form.get("preset", ""), request.form.get("seen", "")
    try:
        changing.save(entity, name, given, preset, seen)
    except Invalid as error:
        return _page(spec, f, given, preset, seen, error.status, error.errors)
    except Conflict as error:
        # Saving again stores what stands here: the reader has been told that the list moved on.
        return _page(spec, f, given, preset, changing.fingerprint(f), error.status, {"": [error.message]})
    return rendering.say(redirect(ADDRESS, 303), _("List saved. It is in force everywhere from now on."))


def _lines(spec: EntitySpec) -> tuple[ListLine, ...]:
    return tuple(_line(spec, f) for f in spec.fields.values() if is_editable(spec, f))


def _line(spec: EntitySpec, f: FieldSpec) -> ListLine:
    used = [choice for choice in f.choices if choice.active]
    rest = len(f.choices) - len(used[:SHOWN])
    return ListLine(
        str(f.label), f"{ADDRESS}/{spec.name}/{f.name}",
        tuple(Choice(one.value, str(one.label), hue=one.hue) for one in used[:SHOWN]),
        ngettext("{n} more value", "{n} more values", rest) if rest else "",
    )  # fmt: skip


def _given(spec: EntitySpec, f: FieldSpec) -> tuple[GivenChoice, ...]:
    labels = changing.stored_labels(spec, f)
    return tuple(GivenChoice(one.value, one.value, labels.get(one.value, {}), one.hue, one.kind, one.active)
                 for one in f.choices)  # fmt: skip


def _page(spec: EntitySpec, f: FieldSpec, given: Sequence[GivenChoice], preset: str, seen: str, status: int = 200,
          errors: Mapping[str, Sequence[Any]] | None = None) -> Response:
    found = errors or {}
    screen = ListScreen(
        str(spec.meta.plural), str(f.label), _table(spec, f, given, found), _presets(f, given, preset), seen,
        tuple(FormError(name, str(one)) for name in ("", "preset") for one in found.get(name, ())),
    )  # fmt: skip
    return rendering.page(
        "list_of_choices.html", f.label, status, current="settings.lists", screen=screen,
        settings=frame("lists", f.label, Crumb(str(_("Lists and statuses")), ADDRESS)),
    )  # fmt: skip


def _table(spec: EntitySpec, f: FieldSpec, given: Iterable[GivenChoice], errors: Mapping[str, Sequence[Any]]
           ) -> ChoiceTable:
    kinds = changing.kinds(spec, f)
    counts = changing.usage(spec, f)
    declared = changing.declared(spec, f)
    listed = tuple(Choice(kind, str(label)) for kind, label in kinds.items())
    rows = tuple(_row(spec, f, one, declared.get(one.value), kinds, counts.get(one.value, 0), errors.get(one.row, ()))
                 for one in given)  # fmt: skip
    blank = ChoiceRow(f"{NEW}0", {}, {}, kinds=listed)
    return ChoiceTable(rows, blank, with_kinds=bool(kinds), with_usage=True)


def _row(spec: EntitySpec, f: FieldSpec, one: GivenChoice, declared: Any, kinds: Mapping[str, Any], count: int,
         errors: Sequence[Any]) -> ChoiceRow:
    is_open = bool(kinds) and declared is None and not (f.choice(one.value) and one.kind)
    return ChoiceRow(
        row=one.row, labels=one.labels, hue=one.hue, kind=one.kind,
        declared=changing.shown_labels({}, declared) if declared is not None else {},
        kind_label=str(kinds.get(declared.kind if declared is not None else one.kind, "")),
        kinds=tuple(Choice(kind, str(label)) for kind, label in kinds.items()) if is_open else (),
        active=one.active, removable=declared is None and not count,
        usage=ngettext("{n} record", "{n} records", count) if count else "",
        usage_href=f"{spec.path}?{f.name}={one.value}" if count and f.filter and can(f"{spec.name}.view") else "",
        errors=tuple(str(message) for message in errors),
    )  # fmt: skip


def _presets(f: FieldSpec, given: Iterable[GivenChoice], preset: str) -> tuple[Choice, ...]:
    """What new records may begin with: the values that are stored already, or nothing."""
    known = [choice for one in given if one.active and (choice := f.choice(one.value)) is not None]
    nothing = (Choice("", str(_("Nothing")), selected=not preset),) if not f.required else ()
    return (*nothing, *(Choice(one.value, str(one.label), selected=one.value == preset) for one in known))
