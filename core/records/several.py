"""Fields with several values: the main one and the entity's own fields follow each other; lookups for the others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from core import bulk
from core.among import among
from core.db import unit
from core.entity.spec import EntitySpec, FieldSpec
from core.entity.types_place import Address, point_parts, point_text
from core.entity.types_several import Entry, SeveralType, entries, is_address, place_of, primary_of
from core.permissions import scope_conditions
from core.records.change import NOT_YOURS, Change
from core.registry import current


def settle(spec: EntitySpec, batch: Sequence[Change], rights: Mapping[str, bool]) -> None:
    """Make the lists and the main values of a batch agree; what was given by name goes before what follows."""
    for f in _with_primary(spec):
        for change in batch:
            if f.name in change.errors or not (change.after.get(f.name) or f.name in change.values):
                continue
            _settle_one(f, change, rights)


def _with_primary(spec: EntitySpec) -> tuple[FieldSpec, ...]:
    found: tuple[FieldSpec, ...] = current().remember(
        ("several", spec.name),
        lambda: tuple(f for f in spec.fields.values() if isinstance(f.type, SeveralType) and primary_of(f)),
    )
    return found


def _settle_one(f: FieldSpec, change: Change, rights: Mapping[str, bool]) -> None:
    """The main value stands first in the list, and in the entity's own fields."""
    held, own = list(entries(change.after.get(f.name))), _own(f, change.after)
    was_given = f.name in change.values
    is_alone = was_given and not any(name in change.values for name in primary_of(f).values())
    # A file's columns of further values say nothing about the main one.
    if is_alone and (change.offered is None or own is None):
        if held and held[0].value != own:
            _put(f, change, held[0].value, rights)
    elif own is not None:
        # Its label and state stay, where only the others are given with theirs: so a file says it.
        former = entries(change.before.get(f.name))
        held = _in_front(held, own, next((entry for entry in former if entry.value == own), Entry(own)), not was_given)
    elif held:
        # The main one was taken away: the next one takes its place.
        held = held if was_given else held[1:]
        if held:
            _put(f, change, held[0].value, rights)
    if held and place_of(f):
        held = _settle_points(f, change, held, rights)
    change.after[f.name] = None if _is_bare(held) else tuple(held)


def _settle_points(f: FieldSpec, change: Change, held: Sequence[Entry], rights: Mapping[str, bool]) -> list[Entry]:
    """Each address keeps its pin, also as the main one, whose pin stands in the entity's own fields.

    A pin that was put there goes before all others; that of an address whose text is only corrected stays.
    """
    main, former = held[0].value, _own(f, change.before)
    known = {entry.value: entry.point for entry in entries(change.before.get(f.name))}
    before, own = _own_point(f, change.before), _own_point(f, change.after)
    known[former] = before
    said = held[0].point if f.name in change.values else None
    if own != before:
        point = own
    elif said is not None:
        point = said or None
    elif main in known:
        point = known[main]
    else:
        point = None if any(entry.value == former for entry in held) else own
    if point != own:
        _put_point(f, change, point, rights)
    others = (entry._replace(point=known.get(entry.value) if entry.point is None else entry.point or None)
              for entry in held[1:])  # fmt: skip
    return [held[0]._replace(point=point), *others]


def all_of(f: FieldSpec, values: Mapping[str, Any]) -> list[Entry]:
    """Every value that a record has of this kind, the main one first, addresses with their pins."""
    held, own = list(entries(values.get(f.name))), _own(f, values) if primary_of(f) else None
    if own is None:
        return held
    found = _in_front(held, own, Entry(own), False)
    return [found[0]._replace(point=_own_point(f, values)), *found[1:]] if place_of(f) else found


def _own_point(f: FieldSpec, values: Mapping[str, Any]) -> str | None:
    found: list[Any] = [values.get(name) for name in place_of(f)]
    if any(value is None for value in found):
        return None
    return point_text(*found) if len(found) > 1 else str(found[0]) or None


def _put_point(f: FieldSpec, change: Change, point: str | None, rights: Mapping[str, bool]) -> None:
    names = place_of(f)
    if not all(rights.get(name, False) for name in names):
        change.error(f.name, NOT_YOURS)
        return
    values: Sequence[Any] = [point] if len(names) == 1 else point_parts(point) if point else (None, None)
    for name, value in zip(names, values, strict=True):
        change.set(name, value)


def _own(f: FieldSpec, values: Mapping[str, Any]) -> Any:
    """The main value as the entity's own fields have it; None where they are empty."""
    fields = primary_of(f)
    if not is_address(f):
        return values.get(fields["value"]) or None
    found = Address(**{part: values.get(name) or "" for part, name in fields.items()})
    return found if any(found) else None


def _put(f: FieldSpec, change: Change, value: Any, rights: Mapping[str, bool]) -> None:
    fields = primary_of(f)
    parts = Address(*value)._asdict() if is_address(f) else {"value": value}
    for part, name in fields.items():
        if change.after.get(name) == (parts[part] or None):
            continue
        if not rights.get(name, False):
            change.error(f.name, NOT_YOURS)
            return
        change.set(name, parts[part] or None)


def _in_front(held: list[Entry], own: Any, entry_of_own: Entry, replaces: bool) -> list[Entry]:
    """The list with the entity's own value first: moved there, put there, or in place of what was first before."""
    place = next((place for place, entry in enumerate(held) if entry.value == own), None)
    if place is not None:
        return [held[place], *held[:place], *held[place + 1 :]]
    return [Entry(own, held[0].label if held else ""), *held[1:]] if replaces else [entry_of_own, *held]


def _is_bare(held: Sequence[Entry]) -> bool:
    """Whether the list says no more than the entity's own fields."""
    return not held or (len(held) == 1 and not held[0].label and not held[0].state)


def write_lookup(table: sa.Table, name: str, batch: Iterable[Change]) -> None:
    """Keep what the values are found by in step with them."""
    touched = [change for change in batch if change.changed(name)]
    gone = [change.id for change in touched if not change.is_new and change.before.get(name)]
    if gone:
        unit().connection.execute(sa.delete(table).where(among(table.c.record_id, gone)))
    new = [
        [change.id, key]
        for change in touched
        for key in dict.fromkeys(entry.value for entry in entries(change.after.get(name)))
    ]
    if new:
        bulk.insert(unit().connection, table, ("record_id", "key"), new)


def ids_by_key(spec: EntitySpec, name: str, keys: Sequence[Any]) -> dict[Any, int]:
    """{key: id} of the records that have one of these among the further values beside the field `name`."""
    found: dict[Any, int] = {}
    for table in _beside(spec, name):
        statement = sa.select(table.c.key, spec.table.c.id).join_from(
            table, spec.table, table.c.record_id == spec.table.c.id
        )
        statement = statement.where(among(table.c.key, keys), *scope_conditions(spec, "view"))
        found.update(unit().execute(statement.order_by(spec.table.c.id.desc())).all())
    return found


def _beside(spec: EntitySpec, name: str) -> list[sa.Table]:
    return [table for field, table in spec.lookups.items() if name in primary_of(spec.fields[field]).values()]


def holding(entity: Any, name: str, value: Any) -> Any:
    """SQL condition: the field `name` has this clean value, or it is among the further ones beside it.

    records.holding("contacts.contact", "phone", "+989121234567")
    """
    spec = current().of(entity)
    found = [spec.column(name) == value]
    for table in _beside(spec, name):
        found.append(spec.table.c.id.in_(sa.select(table.c.record_id).where(table.c.key == value)))
    return sa.or_(*found)
