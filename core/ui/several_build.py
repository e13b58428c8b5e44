"""The inputs of a field with several values: one row a value, the main one first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core import maps
from core.derive.several_input import PARTS_OF, Row
from core.entity.spec import FieldSpec
from core.entity.types_place import PARTS, Address
from core.entity.types_several import STATES, Entry, entries, is_address, item_of, place_of, primary_of
from core.language.i18n import _
from core.language.i18n import current as preferences
from core.language.phones import format_phone
from core.language.regions import country_choices
from core.ui.pins import PinView, picked
from core.ui.shell_model import Choice

ADD = {"phone": _("Add a phone"), "email": _("Add an email"), "address": _("Add an address")}
PART_LABELS = {
    "street": _("Address"),
    "city": _("City"),
    "region": _("Region"),
    "postal_code": _("Postal code"),
    "country": _("Country"),
}


@dataclass(frozen=True, slots=True)
class SeveralPart:
    """One input of a row."""

    name: str
    label: str
    value: str
    kind: str


@dataclass(frozen=True, slots=True)
class SeveralRow:
    """A value: the keys of its label and state, and its inputs (none for a main value that has its own field).

    `point` is where it is on the map.
    """

    label: str
    state: str
    parts: tuple[SeveralPart, ...] = ()
    point: str = ""


@dataclass(frozen=True, slots=True)
class SeveralView:
    """The rows of a field. `main` is the row whose value stands in another field of the form, if it does.

    `own_parts` are the fields of the form that hold the parts of a main address, in the order of the parts, and
    `own_place` those that hold its pin. Rows have a pin of their own where there is a `pin`. `errors` are those of the
    further values alone.
    """

    name: str
    label: str
    kind: str
    add_label: str
    labels: tuple[Choice, ...]
    states: tuple[Choice, ...]
    rows: tuple[SeveralRow, ...]
    blank: SeveralRow
    main: SeveralRow | None = None
    countries: tuple[Choice, ...] = ()
    own_parts: tuple[str, ...] = ()
    own_place: tuple[str, ...] = ()
    pin: PinView | None = None
    errors: tuple[str, ...] = ()


def view(f: FieldSpec, record: Mapping[str, Any], typed: Any, *, has_main_elsewhere: bool) -> SeveralView:
    """The rows as typed before, or as they are stored; a record without a list has the main value alone."""
    given = typed if isinstance(typed, list) else [_written(f, entry) for entry in _held(f, record)]
    rows = [SeveralRow(row.label, row.state, _parts(f, row.texts), row.point or "") for row in given]
    main = None
    if has_main_elsewhere:
        main, rows = (rows[0] if rows else SeveralRow("", "")), rows[1:]
    kind = item_of(f).type.name
    return SeveralView(
        name=f.name,
        label=str(f.label),
        kind=kind,
        add_label=str(ADD[kind]),
        labels=tuple(Choice(choice.value, str(choice.label)) for choice in f.choices),
        states=tuple(Choice(choice.value, str(choice.label)) for choice in STATES),
        rows=tuple(rows),
        blank=SeveralRow("", "", _parts(f, ("",) * len(PARTS_OF[kind]))),
        main=main,
        own_parts=tuple(primary_of(f).get(part, "") for part in PARTS) if main and kind == "address" else (),
        countries=tuple(Choice(code, name) for code, name in country_choices(preferences().language))
        if kind == "address"
        else (),
        own_place=place_of(f) if main else (),
        pin=picked(()) if place_of(f) else None,
    )


def _held(f: FieldSpec, record: Mapping[str, Any]) -> tuple[Any, ...]:
    held = entries(record.get(f.name))
    fields = primary_of(f)
    if held or not fields:
        return held
    values = {part: record.get(name) for part, name in fields.items()}
    if not any(values.values()):
        return ()
    if not is_address(f):
        return entries([[values["value"]]])
    point = maps.point(place_of(f), record)
    return (Entry(Address(**{part: value or "" for part, value in values.items()}), point=",".join(point or ())),)


def _written(f: FieldSpec, entry: Any) -> Row:
    if is_address(f):
        return Row(entry.label, entry.state, tuple(entry.value), (entry.point or "").replace(",", ", "))
    if item_of(f).type.name == "phone":
        return Row(entry.label, entry.state, (format_phone(entry.value, preferences().phone_digits),))
    return Row(entry.label, entry.state, (str(entry.value),))


def _parts(f: FieldSpec, texts: tuple[str, ...]) -> tuple[SeveralPart, ...]:
    kind = item_of(f).type.name
    if kind != "address":
        return (SeveralPart(f"{f.name}__value", str(f.label), texts[0], kind),)
    kinds = {"country": "country", "postal_code": "code"}
    return tuple(
        SeveralPart(f"{f.name}__{part}", str(PART_LABELS[part]), text, kinds.get(part, "text"))
        for part, text in zip(PARTS, texts, strict=True)
    )
