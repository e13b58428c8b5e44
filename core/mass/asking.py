"""What is asked of many records: which field may be given a value at once, and the changes that do it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from core import records
from core.entity.spec import EntitySpec, FieldSpec
from core.errors import Invalid
from core.mass import ledger
from core.permissions import can, may_write
from core.records import Change
from core.records.change import NOT_YOURS
from core.records.references import MISSING

SET, ADD, REMOVE, DELETE = "set", "add", "remove", "delete"
#: Values that belong to one record alone, or that one control cannot ask for.
OWN_TO_ONE = frozenset({"file", "image", "several", "about"})
#: How many records are looked at one by one before an act; of the rest only the rights are counted.
LOOKED_AT = 2_000


@dataclass(slots=True)
class Outlook:
    """What an act would do: `refused` counts records by the reason why they stay as they are."""

    changed: int = 0
    same: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    is_whole: bool = True
    #: Records that are refused or have the value already.
    staying: set[int] = field(default_factory=set)


def is_settable(spec: EntitySpec, f: FieldSpec) -> bool:
    """Whether the actor may give many records one value of this field."""
    if f.system or f.readonly or f.unique or f.secret or f.type.widget in OWN_TO_ONE or not may_write(f):
        return False
    if f.type.name in ("any_record", "series") or any(
        f.name == other.options.get("entity_field") for other in spec.fields.values()
    ):
        return False
    return f.name != "owner_id" or can(f"{spec.name}.assign")


def needed(spec: EntitySpec, act: Mapping[str, Any]) -> str:
    """The right to do it, and to take it back."""
    return f"{spec.name}.{'delete' if act['does'] == DELETE else 'change'}"


def stored_value(f: FieldSpec, value: Any) -> Any:
    """A typed value as the act keeps it; ids and new names of a field with several values as they are."""
    if value is None or value == "":
        return None
    return list(value) if f.type.is_many else f.type.to_json(f, value)


def value_of(f: FieldSpec, act: Mapping[str, Any]) -> Any:
    """The typed value of an act."""
    if act["value"] is None:
        return () if f.type.is_many else None
    return tuple(act["value"]) if f.type.is_many else f.type.from_json(f, act["value"])


def changes(spec: EntitySpec, act: Mapping[str, Any], ids: Sequence[int]) -> list[Change]:
    """The changes that give these records what is asked; Invalid when the actor may not, or not any more."""
    f = spec.fields.get(act["field"])
    if f is None or not is_settable(spec, f):
        raise Invalid(NOT_YOURS)
    value = value_of(f, act)
    if act["does"] == SET:
        return [Change(values={f.name: value}, id=one) for one in ids]
    stored = records.load(spec, ids, "change")
    had = {one: tuple(stored.get(one, {}).get(f.name) or ()) for one in ids}
    if act["does"] == ADD:
        return [Change(values={f.name: tuple(dict.fromkeys((*had[one], *value)))}, id=one) for one in ids]
    return [Change(values={f.name: tuple(item for item in had[one] if item not in value)}, id=one) for one in ids]


def reasons(errors: Mapping[str, Sequence[Any]]) -> str:
    """Why a record is left as it is, in one line."""
    return " ".join(dict.fromkeys(str(message) for messages in errors.values() for message in messages))[:300]


def outlook(spec: EntitySpec, act: Mapping[str, Any]) -> Outlook:
    """What would become of the records of an act, without writing anything."""
    found = Outlook(is_whole=act["total"] <= LOOKED_AT)
    ids = ledger.waiting(act["id"], LOOKED_AT)
    if act["does"] == DELETE:
        _look_at_rights(spec, ids, found)
    else:
        _look_at_values(spec, act, ids, found)
    return found


def _look_at_rights(spec: EntitySpec, ids: Sequence[int], found: Outlook) -> None:
    allowed = len(records.load(spec, ids, "delete"))
    found.changed += allowed
    if allowed < len(ids):
        found.refused[str(MISSING)] += len(ids) - allowed


def _look_at_values(spec: EntitySpec, act: Mapping[str, Any], ids: Sequence[int], found: Outlook) -> None:
    batch = changes(spec, act, ids)
    records.check(spec, batch)
    for change in batch:
        if change.errors:
            found.refused[reasons(change.errors)] += 1
        elif any(change.changed(name) for name in spec.fields):
            found.changed += 1
            continue
        else:
            found.same += 1
        found.staying.add(int(change.id or 0))
