"""References: to one record, to a user, to any number of records by name; and numbers given by the kernel."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from core.db import BigId
from core.entity.spec import FieldSpec
from core.entity.types import SET_OPS, TEXT_OPS, CleanContext, FieldError, FieldType
from core.language.digits import to_latin
from core.language.i18n import Preferences, _
from core.language.text import clean

MAX_ID = 2**62


class RefType(FieldType):
    """One record of `f.target`; the value is its id. People and files give its title, resolved in batches."""

    name = "ref"
    label = _("Link to a record")
    icon = "link"
    kind = "number"
    ops = SET_OPS
    widget = "reference"
    is_reference = True
    json_schema = {"type": "integer", "format": "int64"}

    def ops_of(self, f: FieldSpec) -> tuple[str, ...]:
        """Beside a field of further values `eq` finds these as well, and `main` the value of this field alone."""
        return (*self.ops, "main") if f.options.get("alongside") else self.ops

    def column(self, f: FieldSpec) -> Any:
        return BigId

    def from_text(self, f: FieldSpec, text: str, preferences: Preferences) -> int:
        digits = to_latin(text)
        if digits.isascii() and digits.isdigit() and int(digits) < MAX_ID:
            return int(digits)
        raise FieldError(_("Choose a record from the list."))

    def from_json(self, f: FieldSpec, raw: Any) -> int | None:
        if isinstance(raw, dict) and set(raw) <= {"id", "title"}:
            raw = raw.get("id")
        if raw is None or raw == "":
            return None
        if isinstance(raw, bool) or not isinstance(raw, int) or not 0 < raw < MAX_ID:
            raise FieldError(_("A reference is given by its id, a whole number."))
        return raw

    def from_stored(self, f: FieldSpec, raw: Any) -> int:
        return int(raw)


class UserType(RefType):
    """A colleague."""

    name = "user"
    label = _("Colleague")
    icon = "user"
    widget = "user"


class LinkType(RefType):
    """A record of a plugin that may be missing: no foreign key holds it, and without the plugin a text says so."""

    name = "link"
    usable_as_custom = False  # what admins add is a `ref`, which is not there either while its target is not


class AbsentLinkType(FieldType):
    """Stands for a link whose target no enabled plugin declares; the ids stay for the day it comes back."""

    name = "link"
    usable_as_custom = False
    kind = "number"
    ops = ("empty",)
    json_schema = {"type": "integer", "format": "int64"}

    def from_json(self, f: FieldSpec, raw: Any) -> Any:
        return raw

    def show(self, f: FieldSpec, value: Any, preferences: Preferences) -> str:
        return "" if value is None else str(_("The module of this record is off"))


def without_target(f: FieldSpec) -> FieldSpec:
    """A link as it is while its target is not there."""
    return replace(f, type=AbsentLinkType(), target="", readonly=True, required=False, filter=False, sort=False)


class AnyEntityType(FieldType):
    """The name of an entity, such as contacts.contact: half of a reference to a record of any kind."""

    name = "any_entity"
    usable_as_custom = False  # it means something only beside its record
    widget = "hidden"

    def clean(self, f: FieldSpec, value: str, context: CleanContext) -> str:
        return clean(value)[:f.max_length]


class AnyRecordType(RefType):
    """The other half: the id of a record of the entity that stands in the field `entity_field`.

    In forms and filters both halves are one text, such as contacts.contact:5 (`pointer`).
    """

    name = "any_record"
    usable_as_custom = False
    widget = "about"
    is_reference = False  # its target differs from record to record
    is_sortable = False  # ids of several entities have no order


def pointer(entity: str, record_id: int) -> str:
    """A record of any kind as one text."""
    return f"{entity}:{record_id}"


def pointed(text: str) -> tuple[str, int] | None:
    """(entity, id) of such a text; None when it is none."""
    entity, _colon, number = text.strip().partition(":")
    if not entity or not (number.isascii() and number.isdigit() and len(number) < 18):
        return None
    return entity, int(number)


class TagsType(FieldType):
    """Any number of records of `f.target`. Typed values are tuples of ids; outside they are names."""

    name = "tags"
    usable_as_custom = False  # its values live in a table of their own
    kind = "list"
    is_sortable = False
    ops = ("eq", "ne", "in", "empty")
    widget = "tags"
    is_many = True
    is_reference = True
    makes_new = True
    json_schema = {"type": "array", "items": {"type": "string"}}

    def from_text(self, f: FieldSpec, text: str, preferences: Preferences) -> tuple[str, ...]:
        """Names separated by comma, semicolon or bar, of any script."""
        for mark in ";؛|،\n":
            text = text.replace(mark, ",")
        return tuple(name for part in text.split(",") if (name := clean(part)))

    def from_json(self, f: FieldSpec, raw: Any) -> tuple[str | int, ...] | None:
        if raw is None:
            return None
        if not isinstance(raw, list):
            raise FieldError(_("This must be a list of names."))
        return tuple(self._one(item) for item in raw[:200])

    @staticmethod
    def _one(item: Any) -> str | int:
        if isinstance(item, dict) and ("id" in item or "name" in item):
            item = item.get("id", item.get("name"))
        if isinstance(item, str) and clean(item):
            return clean(item)
        if isinstance(item, int) and not isinstance(item, bool) and 0 < item < MAX_ID:
            return item
        raise FieldError(_("This must be a list of names."))

    def clean(self, f: FieldSpec, value: Any, context: CleanContext) -> Any:
        return tuple(dict.fromkeys(value)) or None


class UsersType(TagsType):
    """Any number of colleagues, known by name or email."""

    name = "users"
    label = _("Colleagues")
    icon = "users"
    makes_new = False


class LinksType(TagsType):
    """Any number of records of a plugin that may be missing: no foreign key holds them, and without the plugin the
    field is not there; the ids stay for the day it comes back."""

    name = "links"
    makes_new = False


class SeriesType(FieldType):
    """A number that the kernel gives at creation; by right it may be typed instead (S64)."""

    name = "series"
    usable_as_custom = False
    ops = TEXT_OPS
    widget = "text"
    is_code = True

    def column(self, f: FieldSpec) -> Any:
        return sa.String(f.max_length)

    def clean(self, f: FieldSpec, value: str, context: CleanContext) -> str | None:
        text = to_latin(clean(value))
        if f.max_length and len(text) > f.max_length:
            raise FieldError(_("This is longer than {limit} characters. Shorten it.", limit=f.max_length))
        return text or None
