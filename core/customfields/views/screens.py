"""From definitions to what the pages of custom fields show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from core.customfields.checking import (
    COUNTRY,
    DATES,
    LONGEST_LABEL,
    WITH_DEFAULT,
    can_be_together,
    choices_beside,
    dated_fields,
    fields_beside,
    has_limits,
    takes_choices,
    usable_types,
)
from core.customfields.converting import types_for
from core.customfields.definition import BUILDING, FAILED, READY, Definition, as_read
from core.customfields.views.blueprint import entities, place
from core.derive.spec import heading_id
from core.entity.relative_day import RelativeDay
from core.entity.spec import EntitySpec
from core.entity.types import FieldType
from core.errors import Invalid
from core.language.enumeration import listed
from core.language.i18n import LazyString, _, lazy_ngettext, ngettext
from core.language.i18n import current as preferences
from core.language.numbers import format_number
from core.language.regions import country_names
from core.registry import current
from core.ui import form_build
from core.ui.choices_model import NEW, ChoiceRow, ChoiceTable, Followed
from core.ui.fields_model import (
    DateChoice,
    EntityFields,
    FieldForm,
    FieldLine,
    ModuleField,
    Place,
    RetiredField,
    Switch,
    TypeTile,
)
from core.ui.language_inputs import inputs, languages
from core.ui.views_model import Action, Choice

STATES: Mapping[str, tuple[LazyString, str]] = {
    BUILDING: (_("Index is being built"), "amber"), READY: (_("Indexed"), "green"), FAILED: (_("No index"), "red"),
}  # fmt: skip
#: The colours of the empty rows that a new list begins with.
FIRST_HUES = ("blue", "teal", "violet")


def overview(found: Sequence[Definition]) -> tuple[EntityFields, ...]:
    return tuple(EntityFields(
        str(spec.meta.plural), spec.meta.icon, spec.name, place(spec.name, "order"),
        Action(str(_("New field")), place(spec.name, "new"), "plus"),
        tuple(_line(one) for one in found if one.entity == spec.name)) for spec in entities())  # fmt: skip


def _line(one: Definition) -> FieldLine:
    field_type = current().types.get(one.type)
    state, hue = STATES.get(one.index_state, ("", "grey"))
    if one.is_retired:
        state, hue = (_("Being deleted"), "red") if one.purging_at else (_("Retired"), "grey")
    facts = (
        (one.required, _("Required")), (one.unique, _unique(one)), (one.filter, _("In filters")),
        (one.in_list, _("In the list")), (one.in_reports, _("In reports")),
        (one.plugin, _("Module: {module}", module=current().label(one.plugin) if one.plugin else "")),
    )  # fmt: skip
    return FieldLine(
        label=str(one.title), key=one.name, type_label=_type_label(one),
        icon=field_type.icon if field_type else "puzzle", href=place(one.entity, one.key),
        facts=tuple(str(label) for holds, label in facts if holds), state=str(state), state_hue=hue,
        retired=one.is_retired,
    )  # fmt: skip


def _unique(one: Definition) -> str:
    spec = current().entities.get(one.entity)
    others = [str(spec.fields[name].label) for name in one.unique_with if spec is not None and name in spec.fields]
    return str(_("Unique with {fields}", fields=listed(others)) if others else _("Unique"))


def form(spec: EntitySpec, one: Definition, stored: Definition | None, *, typed: Mapping[str, str] | None = None,
         errors: Mapping[str, Sequence[Any]] | None = None) -> FieldForm:
    """The form over a definition; `stored` is the field as it is now, None for a new one."""
    told = _told(errors)
    here = place(spec.name, stored.key) if stored else place(spec.name, "new")
    state, hue = STATES.get(stored.index_state, ("", "grey")) if stored else ("", "grey")
    return FieldForm(
        entity=spec.name, post_href=here, preview_href=place(spec.name, "preview"),
        cancel_href=f"/settings/fields#{spec.name}", is_new=stored is None, key=one.key,
        names=inputs(one.label, "label", told), helps=inputs(one.help, "help", told), types=_types(one.type),
        type=one.type, choices=_table(spec, one, stored), languages=languages(),
        switches=_switches(one, told), places=_places(spec, one), targets=_targets(one), errors=told,
        together=tuple(Choice(f.name, str(f.label), f.name in one.unique_with)
                       for f in fields_beside(spec, one.name)),
        not_before=_dates(spec, one, one.not_before), not_after=_dates(spec, one, one.not_after),
        values={**{name: _limit_text(one, name) for name in ("minimum", "maximum", "default")}, "pattern": one.pattern,
                "scale": format_number(one.scale or 0, preferences().formatting_locale), **(typed or {})},
        fingerprint=stored.fingerprint if stored else "", state=str(state), state_hue=hue,
        state_reason=stored.index_error if stored else "",
        day_examples=", ".join(RelativeDay(days).show() for days in (0, 30, -7)),
        type_href=f"{here}/type" if stored and types_for(stored) else "",
        build=_build(stored),
    )  # fmt: skip


def of_module(spec: EntitySpec, one: Definition, errors: Mapping[str, Sequence[Any]] | None = None) -> ModuleField:
    """The page of a field that a plugin declares, as it is or was to be placed."""
    here, shown = place(spec.name, one.key), spec.fields.get(one.name)
    state, hue = STATES.get(one.index_state, ("", "grey"))
    rules = (
        (one.required, _("Required")), (one.unique, _unique(one)), (one.filter, _("In filters")),
        (one.in_reports, _("In reports")),
    )  # fmt: skip
    facts = (
        *((label, one.label.get(language, "")) for language, label, _direction in languages()),
        (_("Hint below the field"), str(shown.help) if shown else ""), (_("Type"), _type_label(one)),
        (_("Choices"), listed([str(choice.label) for choice in shown.choices] if shown else [])),
        (_("Rules"), listed([str(label) for holds, label in rules if holds])),
        *((label, _limit_text(one, name)) for name, label in (
            ("default", _("Default value")), ("minimum", _("Smallest value")), ("maximum", _("Largest value")))),
    )  # fmt: skip
    return ModuleField(
        module=str(current().label(one.plugin)), key=one.key,
        facts=tuple((str(label), text) for label, text in facts if text), in_list=one.in_list,
        places=_places(spec, one), post_href=here, preview_href=place(spec.name, "preview"),
        cancel_href=f"/settings/fields#{spec.name}", languages=languages(), fingerprint=one.fingerprint,
        state=str(state), state_hue=hue, state_reason=one.index_error, build=_build(one),
        errors=_told(errors),
    )  # fmt: skip


def _told(errors: Mapping[str, Sequence[Any]] | None) -> dict[str, tuple[str, ...]]:
    """What is wrong in the reader's words, and above the form that something is: it may stand far down."""
    found = {name: tuple(str(message) for message in messages) for name, messages in (errors or {}).items()}
    return {"": (str(_("Some values need a correction.")),), **found} if found else {}


def _type_label(one: Definition) -> str:
    field_type = current().types.get(one.type)
    return str(field_type.label if field_type else one.type)


def _build(stored: Definition | None) -> Action | None:
    """The button that has an index made again which could not be made, or whose making was broken off."""
    if stored is None or stored.index_state not in (FAILED, BUILDING):
        return None
    href = f"{place(stored.entity, stored.key)}/index"
    return Action(str(_("Build the index again")), href, "refresh", "post")


def _types(chosen: str) -> tuple[TypeTile, ...]:
    return tuple(TypeTile(name, str(one.label), one.icon, name == chosen, " ".join(parts_of(one)))
                 for name, one in usable_types().items())


def parts_of(field_type: FieldType) -> tuple[str, ...]:
    """The groups of inputs that the form has for fields of this type."""
    offered = (
        ("choices", takes_choices(field_type)), ("unique", can_be_together(field_type)),
        ("limits", has_limits(field_type)), ("dates", field_type.name in DATES), ("scale", field_type.name == "number"),
        ("pattern", field_type.name == "text"), ("target", field_type.is_reference and field_type.name != "user"),
        ("reports", field_type.kind == "number" and not field_type.is_reference),
        ("required", field_type.kind != "bool"), ("ticked", field_type.kind == "bool"),
        ("default", field_type.name in WITH_DEFAULT and field_type.kind != "bool" and not takes_choices(field_type)),
    )  # fmt: skip
    return tuple(name for name, holds in offered if holds)


def _table(spec: EntitySpec, one: Definition, stored: Definition | None) -> ChoiceTable:
    """The values of a choice list. Those that are stored cannot be taken out; a new list begins with empty rows."""
    kept = {choice.value for choice in stored.choices} if stored else set()
    rows = [ChoiceRow(choice.value if choice.value in kept else f"{NEW}{place}", choice.label, {}, hue=choice.hue,
                      active=choice.active, removable=choice.value not in kept, when=choice.when,
                      when_text=_countries(choice.when), is_default=choice.value in one.default.split(","))
            for place, choice in enumerate(one.choices, 1)]  # fmt: skip
    empty = [ChoiceRow(f"{NEW}{place}", {}, {}, hue=hue) for place, hue in enumerate(FIRST_HUES, 1)][len(rows):]
    return ChoiceTable((*rows, *(empty if stored is None else ())), ChoiceRow(f"{NEW}0", {}, {}),
                       longest=LONGEST_LABEL, followable=_followable(spec, one), with_default=True)  # fmt: skip


def _followable(spec: EntitySpec, one: Definition) -> tuple[Followed, ...]:
    return tuple(Followed(f.name, str(f.label), tuple(Choice(choice.value, str(choice.label)) for choice in f.choices),
                          f.name == one.follows, written=f.type.name == COUNTRY)
                 for f in choices_beside(spec, one.name))  # fmt: skip


def _countries(codes: Sequence[str]) -> str:
    """Countries by their names, as they are read again; a name that is none as it was typed."""
    names = country_names(preferences().language)
    return ("، " if preferences().direction == "rtl" else ", ").join(names.get(code, code) for code in codes)


def _switches(one: Definition, errors: Mapping[str, tuple[str, ...]]) -> tuple[Switch, ...]:
    def switch(name: str, label: Any, hint: Any, parts: str = "") -> Switch:
        return Switch(name, str(label), str(hint), bool(getattr(one, name)), parts, " ".join(errors.get(name, ())))

    return (
        switch("required", _("Required"), _("New records must have a value."), "required"),
        switch("unique", _("Unique"), _("No two records may have the same value."), "unique"),
        switch("filter", _("In filters"), _("Offered as a filter, quick also in long lists.")),
        switch("in_list", _("Column of the list"), _("For everybody who has not chosen columns of his own.")),
        switch("default", _("Yes in new records"), _("Whoever adds a record can still say no."), "ticked"),
        switch("in_reports", _("In reports"), _("Its values can be added up."), "reports"),
    )


def _places(spec: EntitySpec, one: Definition) -> tuple[Place, ...]:
    found = []
    chosen = one.section
    if one.after:
        chosen = next((heading_id(label) for label, names in form_build.sections(spec) if one.after in names), chosen)
    for label, names in form_build.sections(spec):
        fields = tuple(Choice(name, str(spec.fields[name].label), name == one.after)
                       for name in names if name != one.name)  # fmt: skip
        found.append(Place(heading_id(label), str(label), fields, heading_id(label) == chosen))
    return tuple(found)


def _targets(one: Definition) -> tuple[Choice, ...]:
    return tuple(Choice(spec.name, str(spec.meta.plural), spec.name == one.target) for spec in entities())


def _dates(spec: EntitySpec, one: Definition, chosen: str) -> tuple[DateChoice, ...]:
    """Dates of either kind: the type of a new field is chosen on the same page."""
    return tuple(DateChoice(f.name, str(f.label), f.name == chosen, kind)
                 for kind in DATES for f in dated_fields(spec, kind, one.name))


def _limit_text(one: Definition, name: str) -> str:
    """A limit or the default as the reader would write it."""
    return as_read(getattr(one, name), current().entities[one.entity].fields.get(one.name),
                   usable_types().get(one.type))


def retired(one: Definition, count: int, error: str = "") -> RetiredField:
    here = place(one.entity, one.key)
    return RetiredField(
        label=str(one.title), key=one.name, count=count,
        holding=ngettext("{n} record holds a value.", "{n} records hold a value.", count),
        restore=None if one.plugin else Action(str(_("Bring back")), f"{here}/restore", "arrow-back-up", "post"),
        module=str(current().label(one.plugin)) if one.plugin else "",
        purge_href=f"{here}/purge", cancel_href=f"/settings/fields#{one.entity}", is_going=one.purging_at is not None,
        error=error,
    )  # fmt: skip


def retire_action(one: Definition, count: int) -> Action:
    """The button that retires a field, with what that means in numbers."""
    return Action(
        str(_("Retire field")), f"{place(one.entity, one.key)}/retire", "archive", "post", danger=True,
        confirm=str(_("Retire the field “{name}”?", name=one.title)),
        confirm_text=str(lazy_ngettext(
            "It disappears from forms, lists, files and the API. {n} record keeps its value, and it can be brought "
            "back.",
            "It disappears from forms, lists, files and the API. {n} records keep their values, and it can be brought "
            "back.", count)))  # fmt: skip


def told(error: Invalid) -> str:
    """What is wrong, in one text."""
    return " ".join(str(message) for found in error.errors.values() for message in found) or str(error.message)
