"""By which fields the records of an entity can stand on a board, what its columns are, and what is summed there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from core.db import unit
from core.entity.spec import EntitySpec, FieldSpec
from core.errors import NotFound
from core.language.i18n import _
from core.language.i18n import current as preferences
from core.permissions import can, may_write, readable, scoped
from core.query import titles
from core.registry import current as registry

#: So many columns are drawn; what stands in others is told of.
MOST_COLUMNS = 40
#: In the address: no sums, only numbers of records.
NO_SUM = "none"
#: The column of records without a value.
EMPTY = ""


@dataclass(frozen=True, slots=True)
class Slot:
    """A column before it is filled: `value` is what stands in its records' field, `key` the same as text."""

    key: str
    value: Any
    label: str
    hue: str = ""
    is_open: bool = True


def status_field(spec: EntitySpec) -> str:
    """The choice field whose values stand over the list with their counts; empty where the reader may not see it."""
    screen = registry().derived.lists.get(spec.name)
    name = screen.status if screen and screen.status else "status"
    f = readable(spec).get(name)
    return name if f is not None and f.type.name == "choice" else ""


def board_fields(spec: EntitySpec) -> tuple[FieldSpec, ...]:
    """The choices that the reader may see, those of value lists among them."""
    return tuple(f for f in readable(spec).values() if not f.system and not f.secret and _is_choice(f))


def _is_choice(f: FieldSpec) -> bool:
    if f.type.name == "choice":
        return bool(f.choices)
    return is_of_list(f) and can(f"{f.target}.view")


def is_of_list(f: FieldSpec) -> bool:
    """Whether the field's values are the records of a value list."""
    target = registry().entities.get(f.target) if f.target else None
    return target is not None and target.meta.value_list and not f.type.is_many


def board_field(spec: EntitySpec, name: str = "") -> FieldSpec | None:
    """The field asked for, else that of the status, else the first; None where there is none such."""
    known = {f.name: f for f in board_fields(spec)}
    if name:
        return known.get(name)
    return known.get(status_field(spec)) or next(iter(known.values()), None)


def summed_fields(spec: EntitySpec) -> tuple[FieldSpec, ...]:
    """What can be added up: amounts, durations and other measures that the reader may see."""
    return tuple(
        f for f in readable(spec).values()
        if f.type.kind == "number" and not f.type.is_reference and not f.system and not f.secret
        and (f.measure or f.type.name in ("money", "duration"))
    )  # fmt: skip


def summed_field(spec: EntitySpec, name: str = "") -> FieldSpec | None:
    """The field asked for, else the first declared measure; None without any, or where none is wanted."""
    known = {f.name: f for f in summed_fields(spec)}
    if name:
        return known.get(name)
    return next((f for f in known.values() if f.measure), None)


def may_place(spec: EntitySpec, f: FieldSpec) -> bool:
    """Whether the reader may move records between the columns, as far as the records themselves allow it."""
    return not f.readonly and may_write(f) and can(f"{spec.name}.change")


def slots_of(f: FieldSpec, counts: Mapping[Any, int]) -> tuple[Slot, ...]:
    """The columns in their order: values in use and those that records have, then the one for records without."""
    found = _of_list(f, counts) if is_of_list(f) else _of_choices(f, counts)
    empty = Slot(EMPTY, None, str(_("Not set")), is_open=not f.required)
    return (*found[:MOST_COLUMNS], *((empty,) if not f.required or counts.get(None) else ()))


def _of_choices(f: FieldSpec, counts: Mapping[Any, int]) -> list[Slot]:
    listed = [choice for choice in f.choices if choice.active or counts.get(choice.value)]
    known = {choice.value for choice in listed}
    # Values that are on no list any more stay where records have them.
    gone = [str(value) for value in counts if value is not None and value not in known]
    return [
        *(Slot(one.value, one.value, str(one.label), one.hue, one.active) for one in listed),
        *(Slot(value, value, value, is_open=False) for value in sorted(gone)),
    ]


def _of_list(f: FieldSpec, counts: Mapping[Any, int]) -> list[Slot]:
    target = registry().entity(f.target)
    table, title = target.table, target.title(preferences().language)
    used = [value for value in counts if value is not None]
    columns = (table.c.id, title.label("title"), table.c.hue, table.c.active)
    in_use = sa.or_(table.c.active.is_not(sa.false()), table.c.id.in_(used))
    statement = scoped(sa.select(*columns).where(in_use), target)
    ordered = statement.order_by(table.c.position.is_(None), table.c.position, title, table.c.id)
    return [
        Slot(str(row.id), row.id, row.title or "", row.hue or "", row.active is not False)
        for row in unit().execute(ordered.limit(MOST_COLUMNS + 1))
    ]


def condition(spec: EntitySpec, f: FieldSpec, slot: Slot) -> Any:
    """The records of one column."""
    column = spec.column(f.name)
    return column.is_(None) if slot.value is None else column == slot.value


def slot_of(f: FieldSpec, key: str) -> Slot:
    """The column of this key; whether a record may have its value is for the save to say. NotFound for no such key."""
    if key == EMPTY:
        return Slot(EMPTY, None, str(_("Not set")))
    if not is_of_list(f):
        choice = f.choice(key)
        return Slot(key, key, str(choice.label) if choice else key)
    if not (key.isascii() and key.isdigit() and len(key) < 18):
        raise NotFound(_("There is no such page."))
    return Slot(key, int(key), titles({f.target: [int(key)]})[f.target].get(int(key), ""))
