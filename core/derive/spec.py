"""EntitySpec from a mapped class: its columns are read once, when the registry is built."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa

from core.db import BigId
from core.entity import custom_value, value_list
from core.entity.base import SORT_LANGUAGES
from core.entity.spec import CustomField, EntitySpec, Expressions, FieldSpec, Meta
from core.entity.types import FieldError, FieldType
from core.entity.whole_day import SUFFIX, takes_days
from core.errors import DeclarationError
from core.language.digits import to_latin
from core.language.i18n import Preferences, _
from core.language.numbers import format_number


class IdType(FieldType):
    """The number of a record in its table."""

    name = "id"
    usable_as_custom = False
    kind = "number"
    ops = ("eq", "ne", "in", "gt", "gte", "lt", "lte")
    widget = "number"
    json_schema = {"type": "integer"}

    def column(self, f: FieldSpec) -> Any:
        return BigId

    def from_text(self, f: FieldSpec, text: str, preferences: Any) -> Any:
        digits = to_latin(text)
        return self.from_json(f, int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 19 else text)

    def from_json(self, f: FieldSpec, raw: Any) -> Any:
        if isinstance(raw, bool) or not isinstance(raw, int) or not 0 <= raw < 2**62:
            raise FieldError(_("An id is a whole number."))
        return raw


class VersionType(IdType):
    """How often something was saved: a number that people read, and no name of anything."""

    def show(self, f: FieldSpec, value: Any, preferences: Preferences) -> str:
        return "" if value is None else format_number(value, preferences.formatting_locale)

    def to_text(self, f: FieldSpec, value: Any, preferences: Preferences) -> str:
        return str(value)


ID = FieldSpec(type=IdType(), label=_("ID"), name="id", system=True, audit=False, filter=True)
VERSION = FieldSpec(type=VersionType(), label=_("Version"), name="version", system=True, audit=False)


def build_spec(model: Any, added: Sequence[CustomField] = ()) -> EntitySpec:
    """The facts of one entity class, with the fields that admins and other plugins added to it."""
    name: str = model.__entity__
    plugin, _separator, noun = name.partition(".")
    table: sa.Table = model.__table__
    fields: dict[str, FieldSpec] = {"id": ID}
    fields.update(model.__fields__)
    fields.update({one.field.name: one.field for one in added})
    fields["version"] = VERSION
    fields = {key: replace(f, entity=name) for key, f in fields.items()}
    meta = value_list.with_screens(model.__meta__, model.__fields__)
    _check(name, meta, fields, {one.field.name for one in added if not one.plugin})
    title = meta.title
    return EntitySpec(
        name=name, plugin=plugin, noun=noun, model=model, table=table, meta=_with_added(meta, added),
        fields=MappingProxyType(fields),
        links=MappingProxyType(dict(getattr(model, "__links__", {}))),
        key_columns=MappingProxyType({f.name: f"{f.name}_key" for f in fields.values() if f"{f.name}_key" in table.c}),
        sort_columns=MappingProxyType({language: f"{title}_sort_{language}" for language in SORT_LANGUAGES
                                       if f"{title}_sort_{language}" in table.c}),
        custom=MappingProxyType({one.field.name: _expressions(table, one.field) for one in added}),
        added=tuple(added),
        names=MappingProxyType(value_list.name_fields(title) if meta.value_list else {}),
        lookups=MappingProxyType(dict(getattr(model, "__lookups__", {}))),
        day_columns=MappingProxyType({f.name: f"{f.name}{SUFFIX}" for f in fields.values() if takes_days(f)}),
    )


def _expressions(table: sa.Table, f: FieldSpec) -> Expressions:
    return Expressions(custom_value.comparable(table, f), custom_value.shown(table, f),
                       custom_value.folded(table, f) if f.fold else None)


def _with_added(meta: Meta, added: Sequence[CustomField]) -> Meta:
    if not added:
        return meta
    columns = tuple(one.field.name for one in added if one.in_list)
    return replace(meta, list=(*meta.list, *columns), sections=with_added(meta.sections, added))


ADDED = _("More details")


def with_added(sections: Sequence[tuple[Any, Any]], added: Sequence[CustomField]) -> tuple[tuple[Any, Any], ...]:
    """Sections (heading, field names) with each added field in its place; see `CustomField`.

    Fields behind the same one keep their order among themselves.
    """
    found = [(heading, list(section_fields(names))) for heading, names in sections]
    anchored: dict[str, str] = {}
    rest: list[str] = []
    for one in added:
        name, place = one.field.name, anchored.get(one.after, one.after)
        holder = next((names for _heading, names in found if place in names), None)
        if holder is not None:
            holder.insert(holder.index(place) + 1, name)
            anchored[one.after] = name
            continue
        named = next((names for heading, names in found if one.section and heading_id(heading) == one.section), rest)
        named.append(name)
    if rest:
        found.append((ADDED, rest))
    return tuple((heading, tuple(names)) for heading, names in found)


def heading_id(heading: Any) -> str:
    """What a section is known by in every language: its English text."""
    return str(getattr(heading, "source", heading))


def section_fields(names: Any) -> tuple[str, ...]:
    """Field names of a section, given as a tuple or as one string split at spaces."""
    return tuple(names.split()) if isinstance(names, str) else tuple(names)


def _check(name: str, meta: Any, fields: dict[str, FieldSpec], admins: Collection[str]) -> None:
    """What is declared names fields that there are; what admins say of theirs (`admins`) was checked when they did."""
    mentioned = [("title", meta.title), *(("list", column) for column in meta.list),
                 *(("match", column) for column in meta.match), ("sort", meta.sort.lstrip("-"))]
    mentioned += [("sections", field) for _label, names in meta.sections for field in section_fields(names)]
    mentioned += [("erased_with", field) for field in meta.erased_with]
    mentioned += [("timeline_in", field) for field in meta.timeline_in]
    mentioned += [("subtitle", field) for field in meta.subtitle.split()]
    mentioned += [("duplicates", field) for rule in meta.duplicates for field in rule]
    mentioned += [("party", field) for field in (meta.party.named if meta.party else ())]
    mentioned += [("extras", field) for field in meta.extras.values() if field]
    mentioned += [("field " + f.name, other) for f in fields.values() if f.name not in admins
                  for other in (f.not_before, f.not_after, f.follows, *f.unique_with) if other]  # fmt: skip
    for where, field in mentioned:
        if field not in fields:
            raise DeclarationError(f"{name}: Meta.{where} names {field!r}, which is no field of the entity.")
