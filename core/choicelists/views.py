"""`/settings/lists`: every choice list of the enabled modules, and the page on which one of them is edited."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from core.choicelists import changing, values
from core.choicelists.changing import PERMISSION, GivenChoice
from core.derive.choices import is_editable
from core.entity.spec import EntitySpec, FieldSpec
from core.errors import Conflict, Invalid
from core.language.i18n import LANGUAGES, _, ngettext
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
    found = [(str(spec.meta.plural), _lines(spec)) for spec in registry().entities.values()]
    listed = tuple(_value_list_line(spec) for spec in registry().entities.values() if values.is_editable(spec))
    groups = (*(group for group in found if group[1]), *(((str(_("Shared lists")), listed),) if listed else ()))
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


@route(blueprint, f"{ADDRESS}/<entity>", access=PERMISSION)
def edit_values(entity: str) -> AnyResponse:
    """A list whose values are records; one that is too long for one page is edited record by record."""
    spec = values.editable(entity)
    rows = values.rows(spec)
    if len(rows) > changing.MOST_VALUES:
        message = _("This list has more than {limit} values. They are edited one by one.", limit=changing.MOST_VALUES)
        return rendering.say(redirect(spec.path, 303), message)
    return _values_page(spec, rows, values.given(spec, rows), values.fingerprint(rows))


@route(blueprint, f"{ADDRESS}/<entity>", access=PERMISSION, methods=("POST",))
def save_values(entity: str) -> AnyResponse:
    spec = values.editable(entity)
    given, seen = read(request.form), request.form.get("seen", "")
    try:
        values.save(entity, given, seen)
    except Invalid as error:
        return _values_page(spec, values.rows(spec), given, seen, error.status, error.errors)
    except Conflict as error:
        rows = values.rows(spec)
        known = {str(row["id"]) for row in rows}
        kept = tuple(one for one in given if not one.value or one.value in known)
        return _values_page(spec, rows, kept, values.fingerprint(rows), error.status, {"": [error.message]})
    return rendering.say(redirect(ADDRESS, 303), _("List saved. It is in force everywhere from now on."))


def _value_list_line(spec: EntitySpec) -> ListLine:
    rows = [row for row in values.rows(spec, SHOWN) if values.is_used(row)]
    rest = values.count(spec) - len(rows)
    return ListLine(
        str(spec.meta.plural), f"{ADDRESS}/{spec.name}",
        tuple(Choice(str(row["id"]), spec.title_of(row), hue=row["hue"] or "") for row in rows),
        ngettext("{n} more value", "{n} more values", rest) if rest else "",
    )  # fmt: skip


def _values_page(spec: EntitySpec, rows: Sequence[Mapping[str, Any]], given: Sequence[GivenChoice], seen: str,
                 status: int = 200, errors: Mapping[str, Sequence[Any]] | None = None) -> Response:
    found, counts = errors or {}, values.usage(spec)
    titles = {str(row["id"]): row[spec.meta.title] for row in rows}
    may_add, may_remove = can(f"{spec.name}.add"), can(f"{spec.name}.delete")
    listed = tuple(ChoiceRow(
        row=one.row, labels=one.labels, hue=one.hue, active=one.active,
        declared=dict.fromkeys(LANGUAGES, titles[one.value]) if one.value in titles else {},
        removable=not one.value or may_remove and not counts.get(int(one.value), 0),
        usage=ngettext("{n} record", "{n} records", counts[int(one.value)]) if one.value and int(one.value) in counts
        else "",
        errors=tuple(str(message) for message in found.get(one.row, ())),
    ) for one in given)  # fmt: skip
    longest = spec.title_field.max_length or changing.LONGEST_LABEL
    table = ChoiceTable(listed, ChoiceRow(f"{NEW}0", {}, {}), with_usage=True, longest=longest, may_add=may_add)
    screen = ListScreen(
        "", str(spec.meta.plural), table, (), seen, tuple(FormError("", str(one)) for one in found.get("", ())),
    )  # fmt: skip
    return rendering.page(
        "list_of_choices.html", spec.meta.plural, status, current="settings.lists", screen=screen,
        settings=frame("lists", spec.meta.plural, Crumb(str(_("Lists and statuses")), ADDRESS)),
    )  # fmt: skip


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
