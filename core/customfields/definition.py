"""What an admin says of a custom field, and the field that follows from it."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from core.entity.custom_value import PREFIX
from core.entity.relative_day import relative_day
from core.entity.spec import Choice, CustomField, FieldSpec
from core.entity.types import CleanContext, FieldType
from core.language.i18n import current as preferences
from core.language.stored_text import StoredText

Texts = Mapping[str, str]
"""A text by language: {"ar": …, "fa": …, "en": …}; a language may be missing."""
#: The default of a field that is ticked in new records.
TRUE = "true"
#: States of a field's index.
NONE, BUILDING, READY, FAILED = "none", "building", "ready", "failed"
#: What admins choose of a field that a plugin declares.
PLACING = ("in_list", "section", "after")


@dataclass(frozen=True, slots=True)
class ChoiceText:
    """One value of a choice list. An inactive one stays on the records that have it and is offered to no other.

    `when` names the values of the field that the list follows under which this one is offered; empty: under all.
    """

    value: str
    label: Texts
    hue: str = ""
    active: bool = True
    when: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {"value": self.value, "label": dict(self.label), "hue": self.hue, "active": self.active,
                "when": list(self.when)}


@dataclass(frozen=True, slots=True)
class Definition:
    """A custom field as it is stored. `entity`, `key` and `type` never change; everything else may.

    `default` is what new records have where nothing is given, written as in the API, several choices with commas;
    `minimum` and `maximum` are written so too, those of dates also as `today+30`; `not_before` and `not_after`
    name other fields with dates; `follows` names another choice, whose value says which choices are offered; a
    `unique` field with `unique_with` is so only together with these fields; `section` is the English text of a
    heading and `after` a field's name (see `core.entity.spec.CustomField`); `read` and `write` name permissions as a
    FieldSpec's do. `plugin` is the one that declares the field, empty for what admins add; of such a field they
    choose only where it stands (`PLACING`), and `is_placed` says that they have.
    """

    entity: str
    key: str
    type: str
    label: Texts
    help: Texts = field(default_factory=dict)
    choices: tuple[ChoiceText, ...] = ()
    follows: str = ""
    required: bool = False
    unique: bool = False
    unique_with: tuple[str, ...] = ()
    filter: bool = False
    in_list: bool = False
    in_reports: bool = False
    default: str = ""
    pattern: str = ""
    minimum: str = ""
    maximum: str = ""
    scale: int | None = None
    not_before: str = ""
    not_after: str = ""
    target: str = ""
    section: str = ""
    after: str = ""
    position: int = 0
    read: str = ""
    write: str = ""
    plugin: str = ""
    is_placed: bool = False
    id: int = 0
    index_state: str = NONE
    index_error: str = ""
    retired_at: dt.datetime | None = field(default=None, compare=False)
    purging_at: dt.datetime | None = field(default=None, compare=False)

    @property
    def name(self) -> str:
        return PREFIX + self.key

    @property
    def is_retired(self) -> bool:
        return self.retired_at is not None

    @property
    def wants_index(self) -> bool:
        return (self.filter or self.unique) and not self.is_retired

    @property
    def fingerprint(self) -> str:
        """Changes with every edit, so that nobody saves over what he has not seen."""
        facts = {name: value for name, value in self.as_row().items() if not name.startswith("index")}
        return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:16]

    @property
    def title(self) -> StoredText:
        return StoredText(self.label, self.key)

    def as_row(self) -> dict[str, Any]:
        """The values of its row, without id and times."""
        names = ("entity", "key", "type", "required", "unique", "filter", "in_list", "in_reports", "default", "pattern",
                 "minimum", "maximum", "scale", "not_before", "not_after", "target", "section", "after", "position",
                 "follows", "read", "write", "plugin", "is_placed", "index_state", "index_error")  # fmt: skip
        return {**{name: getattr(self, name) for name in names}, "label": dict(self.label), "help": dict(self.help),
                "unique_with": " ".join(self.unique_with),
                "choices": [choice.as_json() for choice in self.choices]}

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Definition:
        given = {name: row[name] for name in cls.__dataclass_fields__ if name in row}
        choices = tuple(ChoiceText(**{**stored, "when": tuple(stored.get("when", ()))})
                        for stored in row["choices"] or ())
        return cls(**{**given, "help": row["help"] or {}, "choices": choices,
                      "unique_with": tuple(row["unique_with"].split())})


def custom_field(definition: Definition, field_type: FieldType) -> CustomField:
    """The field as the registry holds it: from here on it is a field like any other."""
    spec = FieldSpec(
        type=field_type, label=definition.title, name=definition.name, key=definition.key,
        required=definition.required, unique=definition.unique and not definition.unique_with,
        unique_with=definition.unique_with if definition.unique else (), filter=definition.filter,
        help=StoredText(definition.help),
        search=1 if "contains" in field_type.ops else 0, sort=field_type.is_sortable,
        measure=definition.in_reports and field_type.kind == "number", fold=field_type.is_folded,
        choices=tuple(Choice(one.value, StoredText(one.label, one.value), one.hue, active=one.active, when=one.when)
                      for one in definition.choices),
        follows=definition.follows,
        target="core.user" if field_type.name == "user" else definition.target,
        max_length=field_type.default_length, scale=scale_of(definition, field_type),
        minimum=limit_of(definition, field_type, definition.minimum),
        maximum=limit_of(definition, field_type, definition.maximum),
        options=MappingProxyType({"pattern": definition.pattern} if definition.pattern else {}),
        read=definition.read, write=definition.write,
        not_before=definition.not_before, not_after=definition.not_after,
    )  # fmt: skip
    spec = replace(spec, default=default_of(definition, spec))
    return CustomField(spec, definition.section, definition.after, definition.in_list)


def default_of(definition: Definition, spec: FieldSpec) -> Any:
    """What a definition gives to new records, for dates perhaps a day counted from today; FieldError for another
    text."""
    text, field_type = definition.default, spec.type
    if not text:
        return False if field_type.kind == "bool" else None
    if field_type.kind == "bool":
        return text == TRUE
    counted = relative_day(text) if field_type.name == "date" else None
    if counted is not None:
        return counted
    given: Any = text.split(",") if field_type.name == "multichoice" else text
    return field_type.clean(spec, field_type.from_json(spec, given), CleanContext())


def as_read(text: str, f: FieldSpec | None, field_type: FieldType | None) -> str:
    """A default or a limit as the reader would write it; as it is stored where nobody knows the field any more."""
    counted = relative_day(text) if field_type is not None and field_type.name == "date" else None
    if counted is not None:
        return counted.show()
    if not text or f is None:
        return text
    given: Any = text.split(",") if f.type.name == "multichoice" else text == TRUE if f.type.kind == "bool" else text
    try:
        return f.type.show(f, f.type.from_json(f, given), preferences())
    except ValueError:
        return text


def scale_of(definition: Definition, field_type: FieldType) -> int | None:
    return field_type.default_scale if field_type.default_scale is not None else definition.scale


def limit_of(definition: Definition, field_type: FieldType, text: str) -> Any:
    """The limit that a definition writes: a value, or for dates a day counted from today; FieldError for another
    text."""
    if not text:
        return None
    counted = relative_day(text) if field_type.name == "date" else None
    if counted is not None:
        return counted
    return field_type.from_json(FieldSpec(type=field_type, label="", scale=scale_of(definition, field_type)), text)
