"""Merging records and taking it back, each in one transaction: values, what leads to them, the trash, and the log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from core import records, signals
from core.audit import listener
from core.db import unit
from core.entity.spec import EntitySpec, FieldSpec
from core.errors import Invalid, NotFound
from core.language.i18n import _
from core.merging import choosing, ledger, moving
from core.permissions import not_found, require
from core.records import Change, former
from core.records.save import conflict

#: So many records become one at once.
MOST = 5


@dataclass(frozen=True, slots=True)
class Parted:
    """A merge that was taken back: the labels of the fields that somebody had changed since, and so kept."""

    winner_id: int
    restored: int
    kept: tuple[Any, ...]


def require_mergeable(spec: EntitySpec) -> None:
    if not choosing.mergeable(spec):
        raise NotFound(_("“{entities}” have no duplicate records that could be merged.", entities=spec.meta.plural))


def load(spec: EntitySpec, ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Records that the actor may merge, in the order of `ids`; NotFound if one of them is not."""
    require_mergeable(spec)
    require(f"{spec.name}.change")
    require(f"{spec.name}.delete")
    wanted = list(dict.fromkeys(ids))
    if not 2 <= len(wanted) <= MOST:
        raise Invalid(_("Choose two to {limit} records to be merged.", limit=MOST))
    found, allowed = records.load(spec, wanted, "change"), records.load(spec, wanted, "delete")
    if any(one not in found or one not in allowed for one in wanted):
        raise not_found()
    return {one: found[one] for one in wanted}


def merge(
    spec: EntitySpec, winner_id: int, loser_ids: Sequence[int], take: Mapping[str, int] | None = None,
    versions: Mapping[int, int] | None = None,
) -> int:
    """Make one record of two to five: the winner stays, the others go to the trash. The number of the merge.

    `take` says from which record the value of a field comes (`choosing.rows`), the default being the newest that has
    one. With `versions` each of the records must still be as it was read; Conflict otherwise. Merging again what was
    merged into the same record changes nothing.
    """
    require_mergeable(spec)
    unit().begin_write()
    ids = [winner_id, *(one for one in dict.fromkeys(loser_ids) if one != winner_id)]
    before = _merged_before(spec, winner_id, ids[1:])
    if before is not None:
        return before
    former.lock(spec, ids)
    found = load(spec, ids)
    for one, version in (versions or {}).items():
        if one in found and found[one]["version"] != version:
            raise conflict(found[one])
    values = choosing.values(spec, found, winner_id, take or {})
    merge_id = ledger.begin(spec, winner_id, ids[1:])
    counts = moving.move(spec, merge_id, winner_id, ids[1:])
    # Before the values are written: one that must be unique may come from one of these.
    records.delete(spec, ids[1:])
    change = records.save_many(spec, [Change(values=values, id=winner_id, is_former=True)])[0]
    signals.emit("core.records_merged", entity=spec, winner_id=winner_id, ids=ids[1:])
    changed = [f for f in spec.fields.values() if not f.system and change.changed(f.name)]
    own = _own(spec, winner_id)
    ledger.keep(merge_id, before=_stored(changed, change.before), after=_stored(changed, change.after), counts=counts,
                own={name: [_stored_one(spec.fields[name], found[winner_id].get(name)), value]
                     for name, value in own.items()})  # fmt: skip
    told: dict[str, Sequence[Any]] = {"merged": [None, ids[1:]], "moved": [None, sum(counts.values())],
            "taken": [None, {f.name: _source(f, change, found, winner_id) for f in changed}]}  # fmt: skip
    listener.record(spec.name, winner_id, str(change.after.get(spec.meta.title) or ""), "merge", told)
    return merge_id


def _merged_before(spec: EntitySpec, winner_id: int, loser_ids: Sequence[int]) -> int | None:
    """The merge by which all of these became part of the same record already, for those who may change that."""
    known = ledger.of_losers(spec, loser_ids)
    if not loser_ids or {known.get(one, (0, 0))[1] for one in loser_ids} != {winner_id}:
        return None
    if records.load(spec, loser_ids) or not records.load(spec, [winner_id], "change"):
        return None
    return max(merge_id for merge_id, _winner in known.values())


def part(spec: EntitySpec, merge_id: int) -> Parted:
    """Take a merge back: the other records come from the trash with all that led to them.

    What somebody changed since stays as it is. Invalid where the merge was undone already, or cannot be any more.
    """
    require(f"{spec.name}.change")
    require(f"{spec.name}.delete")
    unit().begin_write()
    merge_ = ledger.find(spec, merge_id)
    winner_id = merge_["winner_id"]
    former.lock(spec, [winner_id, *merge_["losers"]])
    if merge_["state"] != "done":
        raise Invalid(_("This merge was undone already, or cannot be undone any more."))
    stored = records.load(spec, [winner_id], "change").get(winner_id)
    if stored is None:
        raise Invalid(_("The kept record is not there any more. Restore it first, or undo the merge that it became "
                        "part of."))  # fmt: skip
    trashed = list(records.load(spec, merge_["losers"], "delete", trashed=True))
    living = list(records.load(spec, merge_["losers"], "change"))
    if len(trashed) + len(living) < len(merge_["losers"]):
        raise not_found()
    kept = _give_back(spec, merge_, stored)
    if trashed:
        records.restore(spec, trashed)
    moving.move_back(spec, merge_id, winner_id, merge_["losers"])
    signals.emit("core.records_parted", entity=spec, winner_id=winner_id, ids=merge_["losers"])
    _own_back(spec, winner_id, merge_["own"] or {})
    ledger.keep(merge_id, state="undone")
    told = {"merged": [merge_["losers"], None]}
    listener.record(spec.name, winner_id, str(stored.get(spec.meta.title) or ""), "undo_merge", told)
    return Parted(winner_id, len(trashed), kept)


def _give_back(spec: EntitySpec, merge_: Mapping[str, Any], stored: Mapping[str, Any]) -> tuple[Any, ...]:
    """Give the winner its former values, as far as nobody has changed them; the labels of those that were kept."""
    before, after = merge_["before"] or {}, merge_["after"] or {}
    fields = {name: spec.fields[name] for name in before if name in spec.fields}
    mine = {name for name, f in fields.items() if _stored_one(f, stored.get(name)) == after.get(name)}
    values = {name: None if before[name] is None else fields[name].type.from_json(fields[name], before[name])
              for name in mine}  # fmt: skip
    kept = [fields[name].label for name in fields if name not in mine]
    if values:
        change = Change(values=values, id=merge_["winner_id"], is_former=True)
        records.save_many(spec, [change], partial=True)
        if change.errors:
            raise Invalid(_("Some values need a correction."), errors=change.errors)
    return tuple(kept)


def _stored(fields: Sequence[FieldSpec], values: Mapping[str, Any]) -> dict[str, Any]:
    return {f.name: _stored_one(f, values.get(f.name)) for f in fields}


def _stored_one(f: FieldSpec, value: Any) -> Any:
    """A value as the ledger keeps it, and as it comes back from there."""
    if value is None or value == ():
        return None
    return list(value) if f.type.is_many else f.type.to_json(f, value)


def _source(f: FieldSpec, change: Change, found: Mapping[int, Mapping[str, Any]], winner_id: int) -> int | None:
    """From which record a new value comes; None for one that was put together."""
    value = change.after.get(f.name)
    return next((one for one, record in found.items() if one != winner_id and record.get(f.name) == value), None)


def _own(spec: EntitySpec, winner_id: int) -> dict[str, Any]:
    """What the system keeps of the winner, as it is now."""
    fields = list(choosing.own_of_system(spec))
    if not fields:
        return {}
    statement = sa.select(*(spec.table.c[f.name] for f in fields)).where(spec.table.c.id == winner_id)
    return _stored(fields, dict(unit().execute(statement).mappings().one()))


def _own_back(spec: EntitySpec, winner_id: int, own: Mapping[str, Sequence[Any]]) -> None:
    """Derived values as they were, where nothing has happened since; they are no change of the record itself."""
    now = _own(spec, winner_id)
    values = {name: None if before is None else spec.fields[name].type.from_json(spec.fields[name], before)
              for name, (before, after) in own.items() if name in now and now[name] == after}  # fmt: skip
    if values:
        unit().execute(sa.update(spec.table).where(spec.table.c.id == winner_id).values(**values))
