"""Uniqueness: asked before writing for a good message, held by the database's index against races."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from core.db import unit
from core.entity.custom_value import index_name
from core.entity.spec import EntitySpec, FieldSpec
from core.errors import Invalid
from core.language.i18n import _
from core.language.text import search_key
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
            column.in_({change.after[f.name] for change in touched}), table.c.deleted_at.is_(None))
        holders = dict(unit().execute(statement).all())
        seen: dict[Any, Change] = {}
        for change in touched:
            value = change.after[f.name]
            holder = holders.get(value)
            if (holder is not None and holder != change.id) or value in seen:
                change.error(f.name, taken(f, value))
            seen.setdefault(value, change)


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


def from_database(spec: EntitySpec, error: sa.exc.IntegrityError, batch: list[Change]) -> Invalid:
    """The same message for a value that was taken between the check and the write."""
    text = str(error.orig)
    for f in spec.fields.values():
        if f.unique and any(name in text for name in _named(spec, f)):
            messages = {f.name: [taken(f, batch[0].after.get(f.name) if len(batch) == 1 else "…")]}
            return Invalid(_("Some values need a correction."), errors=messages, by_index={0: messages})
    raise error


def _named(spec: EntitySpec, f: FieldSpec) -> tuple[str, ...]:
    """What the database's message calls the rule that a field's values are unique."""
    if f.key:
        return (index_name(spec.table.name, f.key),)
    return f"uq_{spec.table.name}_{f.name}", f"{spec.table.name}.{f.name}"
