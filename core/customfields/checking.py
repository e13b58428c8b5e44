"""What is wrong with a definition, field by field, in words that an admin can act on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from core.customfields.definition import TRUE, ChoiceText, Definition, custom_field, limit_of
from core.customfields.patterns import check_pattern
from core.entity.custom_value import KEY
from core.entity.relative_day import day_of
from core.entity.spec import HUES, EntitySpec, FieldSpec
from core.entity.types import FieldError, FieldType
from core.errors import Invalid, NotFound
from core.language.direction import isolate_ltr
from core.language.enumeration import listed
from core.language.i18n import LANGUAGES, _
from core.language.regions import country_names
from core.language.text import clean, search_key
from core.registry import Registry, current

MOST_INDEXED = 20
MOST_CHOICES = 500
LONGEST_LABEL, LONGEST_HELP = 80, 500
MOST_DECIMALS = 6
#: How many other fields one is unique together with.
MOST_TOGETHER = 4
DATES = ("date", "datetime")
#: Its values are no list of the field's own.
COUNTRY = "country"
#: Types of which new records can have a value from the start.
WITH_DEFAULT = ("text", "note", "number", "percent", "money", "date", "duration", "bool", "choice", "multichoice",
                "url", "email", "country", "currency")  # fmt: skip
Errors = dict[str, list[Any]]


def usable_types(registry: Registry | None = None) -> dict[str, FieldType]:
    """The types of which an admin may add fields, in the order in which they are offered."""
    types = (registry or current()).types
    return {name: one for name, one in types.items() if one.usable_as_custom and one.label and not one.is_many}


def customizable(name: str) -> EntitySpec:
    """The entity, when admins may add fields to it; NotFound otherwise."""
    spec = current().entity(name)
    if not spec.meta.customizable:
        raise NotFound(_("Fields cannot be added to “{entity}”.", entity=spec.meta.plural))
    return spec


def namesakes(spec: EntitySpec, one: Definition) -> Any:
    """A warning where other fields of a record are called like this one, in any language; empty where none are."""
    names = {search_key(text) for text in one.label.values() if text.strip()}
    others = [f for f in spec.fields.values() if f.name != one.name and not f.secret]
    found = [f for f in others if names & _names_of(f)]
    if not found:
        return _namesakes_for_programs(f for f in others if search_key(f.name) in names)
    return _("There is a field of this name: {fields}. Of a column of that name in a file to import nobody can tell "
             "which of them is meant. Another name saves the question.",
             fields=listed([f"{f.label} ({isolate_ltr(f.name)})" for f in found]))


def _namesakes_for_programs(found: Iterable[FieldSpec]) -> Any:
    """Programs, and files that they write, name a field so: a column of that name goes to it."""
    told = listed([f"{f.label} ({isolate_ltr(f.name)})" for f in found])
    if not told:
        return ""
    return _("Programs call a field so: {fields}. A column of that name in a file to import goes to it, and not to "
             "this one. Another name saves the question.", fields=told)


def _names_of(f: FieldSpec) -> set[str]:
    every = getattr(f.label, "in_every_language", None)
    return {search_key(text) for text in (every() if every else (str(f.label),))}


def can_be_unique(field_type: FieldType) -> bool:
    return field_type.kind in ("text", "number") and "eq" in field_type.ops and field_type.name != "choice"


def can_be_together(field_type: FieldType) -> bool:
    """Whether fields of this type can be unique together with others: what one value of is like another is plain."""
    return field_type.kind in ("text", "number") and "eq" in field_type.ops and not field_type.is_many


def fields_beside(spec: EntitySpec, but: str) -> tuple[FieldSpec, ...]:
    """The fields of a record that one can be unique together with."""
    return tuple(f for f in spec.fields.values()
                 if can_be_together(f.type) and not (f.system or f.secret) and f.name != but)


def checked(given: Definition, before: Definition | None, others: Iterable[Definition]) -> Definition:
    """The definition with its texts tidied; Invalid with all errors at once. `before` is the stored one of an edit."""
    errors: Errors = {}
    spec = customizable(given.entity)
    field_type = usable_types().get(given.type)
    if field_type is None:
        raise Invalid(_("Some values need a correction."), errors={"type": [
            _("There is no field type “{name}”. Choose one of: {types}", name=given.type[:40],
              types=", ".join(usable_types()))]})
    found = replace(given, label=_tidy(given.label), help=_tidy(given.help),
                    choices=tuple(replace(one, value=clean(one.value), label=_tidy(one.label),
                                          when=tuple(dict.fromkeys(one.when)) if given.follows else ())
                                  for one in given.choices),
                    follows=given.follows if takes_choices(field_type) else "", default=given.default.strip(),
                    unique_with=tuple(dict.fromkeys(given.unique_with)) if given.unique else ())
    _check_texts(found, errors)
    if before is None:
        _check_key(found, others, errors)
    _check_choices(found, field_type, before, errors)
    _check_followed(found, spec, errors)
    _check_rules(found, field_type, errors)
    _check_together(found, spec, field_type, errors)
    _check_order(found, spec, field_type, errors)
    _check_place(found, spec, field_type, errors)
    _check_default(found, field_type, errors)
    _check_cap(found, others, errors)
    if errors:
        raise Invalid(_("Some values need a correction."), errors=errors)
    return found


def _tidy(texts: Mapping[str, str]) -> dict[str, str]:
    return {language: text for language in LANGUAGES if (text := clean(texts.get(language) or ""))}


def _check_texts(found: Definition, errors: Errors) -> None:
    if not found.label:
        errors["label"] = [_("Give the field a name in at least one language.")]
    for language, text in found.label.items():
        if len(text) > LONGEST_LABEL:
            errors[f"label_{language}"] = [_("This is longer than {limit} characters. Shorten it.",
                                             limit=LONGEST_LABEL)]
    for language, text in found.help.items():
        if len(text) > LONGEST_HELP:
            errors[f"help_{language}"] = [_("This is longer than {limit} characters. Shorten it.", limit=LONGEST_HELP)]


def _check_key(found: Definition, others: Iterable[Definition], errors: Errors) -> None:
    if not KEY.match(found.key):
        errors["key"] = [_("A key has small Latin letters, digits and single underscores, begins with a letter and "
                           "has at most 40 characters, such as {example}.", example="shirt_size")]
    for other in others:
        if other.key == found.key and other.plugin:
            errors["key"] = [_("The module “{module}” has a field with this key.",
                               module=current().label(other.plugin))]  # fmt: skip
        elif other.key == found.key:
            retired = _("A retired field has this key already. Bring it back, or delete it with its values first.")
            errors["key"] = [retired if other.is_retired else _("Another field has this key already.")]


def _check_choices(found: Definition, field_type: FieldType, before: Definition | None, errors: Errors) -> None:
    if not takes_choices(field_type):
        return
    if not found.choices:
        errors["choices"] = [_("A choice list needs at least one value.")]
    elif len(found.choices) > MOST_CHOICES:
        errors["choices"] = [_("At most {limit} values.", limit=MOST_CHOICES)]
    kept = {one.value for one in found.choices}
    lost = [one for one in before.choices if one.value not in kept] if before is not None else []
    if lost:
        errors["choices"] = [_("“{value}” cannot be removed, since records may hold it. Switch it off instead.",
                               value=lost[0].value)]
    seen: set[str] = set()
    for one in found.choices:
        wrong = _wrong_choice(one, seen)
        if wrong is not None:
            errors.setdefault("choices", []).append(wrong)
        seen |= {one.value, *(f"{language}:{search_key(text)}" for language, text in one.label.items())}


def choices_beside(spec: EntitySpec, but: str) -> tuple[FieldSpec, ...]:
    """The choices and countries of a record that the list of another choice can follow: no list follows itself,
    however far around."""
    return tuple(f for f in spec.fields.values()
                 if (f.type.name == "choice" and f.choices or f.type.name == COUNTRY) and not f.system
                 and but not in _line(spec, f.name))  # fmt: skip


def _line(spec: EntitySpec, name: str) -> list[str]:
    """The field, the one that it follows, the one that this follows, and so on."""
    found: list[str] = []
    while name in spec.fields and name not in found:
        found.append(name)
        name = spec.fields[name].follows
    return found


def _check_followed(found: Definition, spec: EntitySpec, errors: Errors) -> None:
    if not found.follows:
        return
    followed = next((f for f in choices_beside(spec, found.name) if f.name == found.follows), None)
    if followed is None:
        errors["follows"] = [_("“{name}” is no other choice that the values could follow.", name=found.follows)]
        return
    for one in found.choices:
        for value in one.when:
            if value not in country_names("en") if followed.type.name == COUNTRY else followed.choice(value) is None:
                errors.setdefault("choices", []).append(
                    _("“{value}” is not among the values of {field}.", value=value, field=followed.label))


def takes_choices(field_type: FieldType) -> bool:
    return "choice" in field_type.name


def _wrong_choice(one: ChoiceText, seen: set[str]) -> Any:
    if not one.label:
        return _("Give each value a name in at least one language.")
    if not KEY.match(one.value):
        return _("The key “{value}” of a value has something else than small Latin letters, digits and single "
                 "underscores.", value=one.value)
    if one.hue and one.hue not in HUES:
        return _("“{value}” is not a colour. Choose one of: {choices}", value=one.hue, choices=", ".join(HUES))
    if one.value in seen or any(f"{language}:{search_key(text)}" in seen for language, text in one.label.items()):
        return _("“{value}” is there twice.", value=next(iter(one.label.values())))
    return None


def _check_rules(found: Definition, field_type: FieldType, errors: Errors) -> None:
    if found.unique and not found.unique_with and not can_be_unique(field_type):
        errors["unique"] = [_("Fields of this type can be unique only together with others.")
                            if can_be_together(field_type) else _("Fields of this type cannot be unique.")]
    if found.pattern:
        try:
            check_pattern(found.pattern)
        except FieldError as error:
            errors["pattern"] = [error.message]
    if found.scale is not None and not 0 <= found.scale <= MOST_DECIMALS:
        errors["scale"] = [_("Write a number from {least} to {most}.", least=0, most=MOST_DECIMALS)]
        return
    limits: dict[str, Any] = {}
    for name in ("minimum", "maximum"):
        text = getattr(found, name)
        try:
            limit = limit_of(found, field_type, text)
            limits[name] = day_of(limit) if field_type.name == "date" and limit is not None else limit
        except FieldError as error:
            errors[name] = [error.message]
    if limits.get("minimum") is not None and limits.get("maximum") is not None \
            and limits["minimum"] > limits["maximum"]:
        errors["maximum"] = [_("The largest value is smaller than the smallest.")]


def _check_default(found: Definition, field_type: FieldType, errors: Errors) -> None:
    """New records must be able to have it: by the field's own rules, and offered whatever else they hold."""
    if not found.default or errors:
        return
    if field_type.name not in WITH_DEFAULT:
        errors["default"] = [_("Fields of this type cannot have a default value.")]
    elif found.unique and not found.unique_with:
        errors["default"] = [_("What is unique cannot be the same in all new records.")]
    elif field_type.name == "bool" and found.default != TRUE:
        errors["default"] = [_("This must be true or false.")]
    else:
        try:
            value = custom_field(found, field_type).field.preset()
        except FieldError as error:
            several = field_type.name == "choice" and "," in found.default
            errors["default"] = [_("Only one value can be the default.") if several else error.message]
            return
        chosen = value if isinstance(value, tuple) else (value,)
        if takes_choices(field_type) and any(one.value in chosen and (one.when or not one.active)
                                             for one in found.choices):  # fmt: skip
            errors["default"] = [_("The default must be a value that is in use and always offered.")]


def _check_together(found: Definition, spec: EntitySpec, field_type: FieldType, errors: Errors) -> None:
    if not found.unique_with:
        return
    allowed = {f.name for f in fields_beside(spec, found.name)}
    if not can_be_together(field_type):
        errors["unique"] = [_("Fields of this type cannot be unique.")]
    elif len(found.unique_with) > MOST_TOGETHER:
        errors["unique_with"] = [_("At most {limit} other fields.", limit=MOST_TOGETHER)]
    for name in found.unique_with:
        if name not in allowed:
            errors["unique_with"] = [_("“{name}” is no field that this one can be unique together with.", name=name)]


def dated_fields(spec: EntitySpec, type_name: str, but: str) -> tuple[FieldSpec, ...]:
    """The other fields whose dates can be compared with those of a field of this type."""
    return tuple(f for f in spec.fields.values() if f.type.name == type_name and f.name != but) \
        if type_name in DATES else ()


def _check_order(found: Definition, spec: EntitySpec, field_type: FieldType, errors: Errors) -> None:
    allowed = {f.name for f in dated_fields(spec, field_type.name, found.name)}
    for name in ("not_before", "not_after"):
        other = getattr(found, name)
        if other and other not in allowed:
            errors[name] = [_("“{name}” is no other date of this record.", name=other)]
    if found.not_before and found.not_before == found.not_after:
        errors["not_after"] = [_("A date cannot follow and precede the same date.")]


def has_limits(field_type: FieldType) -> bool:
    return "gte" in field_type.ops and field_type.name != "datetime"


def _check_place(found: Definition, spec: EntitySpec, field_type: FieldType, errors: Errors) -> None:
    if field_type.is_reference and field_type.name != "user" and found.target not in current().entities:
        errors["target"] = [_("Choose what the field refers to.")]
    errors |= _wrong_place(found, spec)


def check_place(found: Definition, spec: EntitySpec) -> None:
    """Invalid when a field cannot stand where it is wanted."""
    if errors := _wrong_place(found, spec):
        raise Invalid(_("Some values need a correction."), errors=errors)


def _wrong_place(found: Definition, spec: EntitySpec) -> Errors:
    if found.after and (found.after not in spec.fields or found.after == found.name):
        return {"after": [_("There is no field “{name}” here.", name=found.after)]}
    return {}


def is_full(others: Iterable[Definition]) -> bool:
    """Whether the entity has as many indexes of added fields as it may."""
    return sum(1 for other in others if other.wants_index) >= MOST_INDEXED


def _check_cap(found: Definition, others: Iterable[Definition], errors: Errors) -> None:
    if found.wants_index and is_full(other for other in others if other.key != found.key):
        errors["filter"] = [_("At most {limit} added fields can be in the filters or unique. "
                              "Take another one out first.", limit=MOST_INDEXED)]
