"""What a form posts for a field with several values, row by row.

For the field `phones`: `phones__label` and `phones__state` once a row, and `phones__value` (of an address one name a
part) once a row whose value has no field of its own, with `__point` beside it where addresses have pins. Where one is
missing, the main value is what the form posts for the entity's own field. The hidden input `phones` says that the form
has the field at all.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from core.entity.spec import FieldSpec
from core.entity.types import FieldError
from core.entity.types_place import PARTS, Address
from core.entity.types_several import Entry, is_address, item_of, place_of, primary_of
from core.language.i18n import _, current

PARTS_OF = {"phone": ("value",), "email": ("value",), "address": PARTS}


class Row(NamedTuple):
    """A row as it was typed."""

    label: str
    state: str
    texts: tuple[str, ...]
    point: str | None = None


def has_rows(f: FieldSpec, formdata: Any) -> bool:
    """Whether the rows were posted; a page that keeps one of two values posts one text instead."""
    return bool(formdata.getlist(f"{f.name}__label"))


def read_rows(f: FieldSpec, formdata: Any) -> list[Row]:
    """The rows in their order, the main one first."""
    labels, states = (formdata.getlist(f"{f.name}__{name}") for name in ("label", "state"))
    parts = PARTS_OF[item_of(f).type.name]
    columns = [formdata.getlist(f"{f.name}__{part}") for part in parts]
    texts = list(zip(*columns, strict=False))
    points: list[str | None] = formdata.getlist(f"{f.name}__point") if place_of(f) else []
    points += [None] * (len(texts) - len(points))
    if len(texts) < len(labels):
        texts.insert(0, tuple(formdata.get(primary_of(f).get(part, ""), "") for part in parts))
        points.insert(0, None)
    states += [""] * (len(labels) - len(states))
    return [Row(*row) for row in zip(labels, states, texts, points, strict=False)]


def typed_entries(f: FieldSpec, rows: list[Row]) -> tuple[Entry, ...]:
    """The values of the rows that have one."""
    item = item_of(f)
    found = []
    for row in rows:
        if not any(text.strip() for text in row.texts):
            if row.point and row.point.strip():
                raise FieldError(_("A pin needs its address. Write at least the city or the country."))
            continue
        value: Any = Address(*row.texts) if is_address(f) else item.type.parse(item, row.texts[0], current())
        found.append(Entry(value, row.label, row.state, row.point and row.point.strip()))
    return tuple(found)
