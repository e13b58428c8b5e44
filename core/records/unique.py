"""Uniqueness: asked before writing for a good message, held by the database's index against races."""

from __future__ import annotations

import re
from typing import Any

import sqlalchemy as sa

from core.among import among
from core.db import unit
from core.entity.custom_value import TOGETHER, index_name
from core.entity.spec import EntitySpec, FieldSpec
from core.errors import Invalid
from core.language.enumeration import listed
from core.language.i18n import _
from core.language.i18n import current as preferences
from core.language.text import search_key
from core.permissions import hidden
from core.records.change import Change


def check(spec: EntitySpec, batch: list[Change]) -> None:
    """Add an error to every change whose unique value another living record, or another change, already has."""
    for f in spec.fields.values():
        if not f.unique or not f.stores_column:
            continue
        touched = [change for change in batch if change.after.get(f.name) is not None and change.changed(f.name)]
        if not touched:
            continue
        table, column = spec.table, spec.column(f.name)
        statement = sa.select(column, table.c.id).where(
            among(column, {change.after[f.name] for change in touched}), table.c.deleted_at.is_(None))
        holders = dict(unit().execute(statement).all())
        seen: dict[Any, Change] = {}
        for change in touched:
            value = change.after[f.name]
            holder = holders.get(value)
            if (holder is not None and holder != change.id) or value in seen:
                change.error(f.name, taken(f, value))
            seen.setdefault(value, change)


def check_together(spec: EntitySpec, batch: list[Change]) -> None:
    """The same for values that must differ together; a record that lacks one of them has nothing to be compared."""
    for f in spec.fields.values():
        names = (f.name, *f.unique_with)
        if not f.unique_with or not all(name in spec.fields for name in names):
            continue
        touched = [(change, values) for change in batch
                   if None not in (values := tuple(change.after.get(name) for name in names))
                   and any(change.changed(name) for name in names)]
        if not touched:
            continue
        columns = [spec.column(name) for name in names]
        wanted = (among(column, set(given)) for column, given in zip(
            columns, zip(*(values for _change, values in touched), strict=True), strict=True))
        statement = sa.select(spec.table.c.id, *columns).where(*wanted, spec.table.c.deleted_at.is_(None))
        holders: dict[tuple[Any, ...], Any] = {}
        for record_id, *held in unit().execute(statement):
            holders[tuple(held)] = record_id
        seen: set[tuple[Any, ...]] = set()
        for change, values in touched:
            if values in seen or holders.get(values, change.id) != change.id:
                change.error(f.name, taken_together(spec, f, values[0]))
            seen.add(values)


def check_names(spec: EntitySpec, batch: list[Change]) -> None:
    """Two values of a list with one name, in whatever language, could not be told apart, by people or by an import."""
    touched = [change for change in batch if spec.names and any(change.changed(name) for name in spec.title_fields)]
    names = [(change, name, key) for change in touched for name in spec.title_fields
             if (key := search_key(change.after.get(name) or ""))]
    if not names:
        return
    columns = [spec.table.c[spec.key_columns[name]] for name in spec.title_fields]
    statement = sa.select(spec.table.c.id, *columns).where(
        spec.is_called({key for _change, _name, key in names}), spec.table.c.deleted_at.is_(None))
    changing = {change.id for change in touched}
    holders: dict[str, Any] = {}
    for record_id, *called in unit().execute(statement):
        holders.update({key: record_id for key in called if key and record_id not in changing})
    for change, name, key in names:
        holder = holders.setdefault(key, change)
        if holder is not change and name not in change.errors:
            change.error(name, taken(spec.fields[name], change.after[name]))


def taken(f: Any, value: Any) -> Any:
    return _("{field} “{value}” is already in use.", field=f.label, value=value)


def taken_together(spec: EntitySpec, f: FieldSpec, value: Any) -> Any:
    """The message, without the value where that is None; it names no field that the actor may not see."""
    closed = hidden(spec)
    others = listed([str(spec.fields[name].label) for name in f.unique_with if name not in closed])
    shown = "" if value is None or f.type.is_reference else f.type.show(f, value, preferences())
    if not others:
        return taken(f, shown or "…")
    if not shown:
        return _("Another record has the same {field} and the same {others}.", field=f.label, others=others)
    return _("{field} “{value}” is already in use with the same {others}.", field=f.label, value=shown, others=others)


def from_database(spec: EntitySpec, error: sa.exc.IntegrityError, batch: list[Change]) -> Invalid:
    """The same message for a value that was taken between the check and the write."""
    text = str(error.orig)
    for f in spec.fields.values():
        if f.unique and any(_is_in(name, text) for name in _named(spec, f)):
            messages = {f.name: [taken(f, batch[0].after.get(f.name) if len(batch) == 1 else "…")]}
            return Invalid(_("Some values need a correction."), errors=messages, by_index={0: messages})
        if f.unique_with and _is_in(index_name(spec.table.name, f.key + TOGETHER), text):
            messages = {f.name: [taken_together(spec, f, batch[0].after.get(f.name) if len(batch) == 1 else None)]}
            return Invalid(_("Some values need a correction."), errors=messages, by_index={0: messages})
    raise error


def _is_in(name: str, text: str) -> bool:
    """Whether the name stands in the text by itself, not as the beginning of another one."""
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text) is not None


def _named(spec: EntitySpec, f: FieldSpec) -> tuple[str, ...]:
    """What the database's message calls the rule that a field's values are unique."""
    if f.key:
        return (index_name(spec.table.name, f.key),)
    return f"uq_{spec.table.name}_{f.name}", f"{spec.table.name}.{f.name}"
