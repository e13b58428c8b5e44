"""Which values the record that stays is to have: field by field those of one of the records, or of all of them.

Phones, emails, addresses, tags and whatever else may be many are united, so that nothing of them is lost. A main
address is one choice with all its parts, and with its pin.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.entity.spec import EntitySpec, FieldSpec
from core.entity.types_several import Entry, is_address, place_of, primary_of
from core.errors import Invalid
from core.language.i18n import _
from core.permissions import can, may_write
from core.records import several
from core.registry import current

#: In the place of a record's number: the texts of all, one below the other.
ALL = 0
Records = Mapping[int, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Row:
    """What is chosen at once: a field, the fields of a main address, or a name with its parts.

    `name` is what the choice goes by, `shown` are the fields that are looked at for it; the values of a row that
    `unites` are those of all records, and of one that `joins` they may be.
    """

    name: str
    label: Any
    fields: tuple[FieldSpec, ...]
    shown: tuple[FieldSpec, ...]
    unites: bool = False
    joins: bool = False

    def is_filled(self, record: Mapping[str, Any]) -> bool:
        return any(record.get(f.name) not in (None, "", (), False) for f in self.shown)

    def said(self, record: Mapping[str, Any]) -> int:
        """How many of its fields have a value."""
        return sum(record.get(f.name) not in (None, "", ()) for f in self.fields) if len(self.fields) > 1 else 0

    def value(self, record: Mapping[str, Any]) -> tuple[Any, ...]:
        return tuple(record.get(f.name) for f in self.fields)


def rows(spec: EntitySpec) -> tuple[Row, ...]:
    """What the actor may choose, in the order of the fields. What he may not write stays as the winner has it."""
    open_fields = [f for f in spec.fields.values() if _is_open(spec, f)]
    groups = _groups(spec, {f.name: f for f in open_fields})
    found: list[Row] = []
    for f in open_fields:
        row = groups.get(f.name)
        if row is None:
            found.append(Row(f.name, f.label, (f,), (f,), unites=_unites(f), joins=f.type.name == "note"))
        elif row not in found:
            found.append(row)
    return tuple(found)


def _groups(spec: EntitySpec, known: Mapping[str, FieldSpec]) -> dict[str, Row]:
    """{field: the row of all that it belongs to}: parts of a name, and of an address with its pin."""
    found: dict[str, Row] = {}
    parts = (spec.meta.title, *(spec.meta.party.person_by if spec.meta.party else ()))
    if len(parts) > 1 and known.keys() >= set(parts):
        name = known[spec.meta.title]
        found.update(dict.fromkeys(parts, Row(name.name, name.label, tuple(known[one] for one in parts), (name,))))
    for f in known.values():
        if f.type.name == "several" and is_address(f) and primary_of(f):
            address = tuple(primary_of(f).values())
            parts = (*address, *place_of(f))
            if known.keys() >= set(parts):
                row = Row(address[0], _("Main address"), tuple(known[one] for one in parts),
                          tuple(one for one in known.values() if one.name in address))  # fmt: skip
                found.update(dict.fromkeys(parts, row))
    return found


def _is_open(spec: EntitySpec, f: FieldSpec) -> bool:
    if f.system or f.readonly or f.secret or f.is_computed or not may_write(f):
        return False
    if f.type.name in ("any_entity", "any_record", "series"):
        return False
    return f.name != "owner_id" or can(f"{spec.name}.assign")


def _unites(f: FieldSpec) -> bool:
    return f.type.is_many or f.type.name in ("several", "multichoice")


def default(row: Row, records: Records, winner_id: int) -> int:
    """Whose value is taken where nobody says otherwise: that of the newest record that has one; of an address and of a
    name with its parts the one that says most."""
    if row.joins and can_join(row, records):
        return ALL
    if row.fields[0].type.kind == "bool" and not row.fields[0].key:
        return winner_id
    filled = [one for one, record in records.items() if row.is_filled(record)]
    if not filled:
        return winner_id
    return max(filled, key=lambda one: (row.said(records[one]), records[one]["updated_at"], one == winner_id, one))


def can_join(row: Row, records: Records) -> bool:
    """Whether several records have different texts that fit into one field together."""
    f = row.fields[0]
    texts = _texts(f, records.values())
    return len(texts) > 1 and (f.max_length is None or len(_joined(texts)) <= f.max_length)


def best(spec: EntitySpec, records: Records) -> int:
    """Which record should stay: the one with most values, of equals the oldest."""
    shown = rows(spec)
    return min(records, key=lambda one: (-sum(row.is_filled(records[one]) for row in shown), one))


def values(spec: EntitySpec, records: Records, winner_id: int, take: Mapping[str, int]) -> dict[str, Any]:
    """The values for the winner; `take` says by the name of a row from which record. Invalid for what is none."""
    shown = rows(spec)
    known = {row.name for row in shown if not row.unites}
    for name, source in take.items():
        if name not in known:
            raise Invalid(errors={name: [_("This field cannot be chosen.")]})
        if source not in records and not (source == ALL and any(row.name == name and row.joins for row in shown)):
            raise Invalid(errors={name: [_("Choose one of the records that are merged.")]})
    order = [winner_id, *(one for one in records if one != winner_id)]
    found: dict[str, Any] = {}
    for row in shown:
        source = take.get(row.name, default(row, records, winner_id))
        for f in row.fields:
            if row.unites:
                first = take.get(_main(f), 0) or _main_source(spec, f, shown, records, winner_id)
                found[f.name] = _united(f, records, sorted(order, key=lambda one: one != first))
            elif source == ALL:
                found[f.name] = _joined(_texts(f, (records[one] for one in order)))
            else:
                found[f.name] = records[source].get(f.name)
    own = records[winner_id]
    kept = {name: _elsewhere(spec, spec.fields[name], value, records) for name, value in found.items()}
    return {name: value for name, value in kept.items()
            if value not in (None, "", ()) or own.get(name) not in (None, "", ())}  # fmt: skip


def _main(f: FieldSpec) -> str:
    """The row by which the main one of several values is chosen."""
    return next(iter(primary_of(f).values()), "") if f.type.name == "several" else ""


def _main_source(spec: EntitySpec, f: FieldSpec, shown: Sequence[Row], records: Records, winner_id: int) -> int:
    row = next((row for row in shown if row.name == _main(f)), None)
    return default(row, records, winner_id) if row else winner_id


def _united(f: FieldSpec, records: Records, order: Sequence[int]) -> Any:
    if f.type.name != "several":
        listed = (one for record_id in order for one in records[record_id].get(f.name) or ())
        return tuple(dict.fromkeys(listed)) or None
    found: dict[Any, Entry] = {}
    for entry in (one for record_id in order for one in several.all_of(f, records[record_id])):
        known = found.setdefault(entry.value, entry)
        found[entry.value] = known._replace(label=known.label or entry.label, state=known.state or entry.state,
                                            point=known.point or entry.point)  # fmt: skip
    return tuple(found.values()) or None


def united(row: Row, records: Records, winner_id: int) -> Any:
    """What all records have together in a row that unites."""
    return _united(row.fields[0], records, [winner_id, *(one for one in records if one != winner_id)])


def _texts(f: FieldSpec, records: Iterable[Mapping[str, Any]]) -> list[str]:
    return list(dict.fromkeys(text for record in records if (text := str(record.get(f.name) or "").strip())))


def _joined(texts: Sequence[str]) -> str:
    return "\n\n".join(texts)


def _elsewhere(spec: EntitySpec, f: FieldSpec, value: Any, records: Records) -> Any:
    """A record does not refer to itself, nor to one that is part of it from now on."""
    if f.target != spec.name:
        return value
    if f.type.is_many:
        return tuple(one for one in value or () if one not in records) or None
    return None if value in records else value


def own_of_system(spec: EntitySpec) -> Iterator[FieldSpec]:
    """What the system keeps of a record beside what people enter, such as when somebody was last spoken with."""
    standard = {"id", "version", "created_at", "created_by_id", "updated_at"}
    return (f for f in spec.fields.values() if f.system and f.name not in standard and f.name in spec.table.c)


def mergeable(spec: EntitySpec) -> bool:
    """Whether the entity declares by what its duplicates are known."""
    return bool(spec.meta.duplicates) and spec.name in current().entities
