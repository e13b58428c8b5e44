"""Merges as they are stored: which records became one, and where what somebody looks for is now."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from core import records
from core.actor import actor
from core.db import unit
from core.entity.base import utc_now
from core.entity.spec import EntitySpec
from core.errors import NotFound
from core.language.i18n import _
from core.merging.models import losers, merges, moved, told_apart
from core.permissions import scope_conditions
from core.signals import on

#: Merges of merges are followed so far.
FURTHEST = 20


def begin(spec: EntitySpec, winner_id: int, loser_ids: Sequence[int]) -> int:
    """Note that these records become one; the number of the merge."""
    values = {"entity": spec.name, "winner_id": winner_id, "user_id": actor().id, "state": "done",
              "created_at": utc_now()}  # fmt: skip
    merge_id = int(unit().execute(sa.insert(merges).values(**values).returning(merges.c.id)).scalar_one())
    rows = [{"merge_id": merge_id, "record_id": one, "entity": spec.name} for one in loser_ids]
    unit().connection.execute(sa.insert(losers), rows)
    return merge_id


def keep(merge_id: int, **values: Any) -> None:
    unit().execute(sa.update(merges).where(merges.c.id == merge_id).values(**values))


def find(spec: EntitySpec, merge_id: int) -> dict[str, Any]:
    """A merge with its `losers`, for those who may see the record that was kept; NotFound otherwise."""
    found = unit().execute(sa.select(merges).where(merges.c.id == merge_id, merges.c.entity == spec.name)).mappings()
    row = found.first()
    if row is None or not _seen(spec, row["winner_id"]):
        raise NotFound(_("This page does not exist, or you may not see it."))
    return {**row, "losers": losers_of(merge_id)}


def _seen(spec: EntitySpec, record_id: int) -> bool:
    return bool(records.load(spec, [record_id]) or records.load(spec, [record_id], trashed=True))


def losers_of(merge_id: int) -> list[int]:
    mine = sa.select(losers.c.record_id).where(losers.c.merge_id == merge_id)
    return list(unit().execute(mine.order_by(losers.c.record_id)).scalars())


def last_into(spec: EntitySpec, winner_id: int) -> int | None:
    """The newest merge into this record that can be taken back."""
    mine = sa.and_(merges.c.entity == spec.name, merges.c.winner_id == winner_id, merges.c.state == "done")
    return unit().execute(sa.select(merges.c.id).where(mine).order_by(merges.c.id.desc()).limit(1)).scalar()


def merged_into(spec: EntitySpec, record_id: int) -> int | None:
    """The living record that the actor may see and that this one, which is in the trash, was merged into."""
    seen = {record_id}
    while len(seen) < FURTHEST:
        winner_id = _winners(spec, [record_id]).get(record_id, (0, 0))[1]
        if not winner_id or winner_id in seen or not _is_trashed(spec, record_id):
            return None
        if records.load(spec, [winner_id]):
            return winner_id
        seen.add(winner_id)
        record_id = winner_id
    return None


def of_losers(spec: EntitySpec, ids: Sequence[int]) -> dict[int, tuple[int, int]]:
    """{record: (merge, the record it was merged into)} of those of these records that were merged into another."""
    return _winners(spec, ids) if ids and spec.meta.duplicates else {}


def _winners(spec: EntitySpec, ids: Sequence[int]) -> dict[int, tuple[int, int]]:
    statement = sa.select(losers.c.record_id, merges.c.id, merges.c.winner_id).join(
        merges, merges.c.id == losers.c.merge_id)
    mine = sa.and_(losers.c.entity == spec.name, losers.c.record_id.in_(ids), merges.c.state != "undone")
    found = unit().execute(statement.where(mine).order_by(merges.c.id))
    return {row.record_id: (row.id, row.winner_id) for row in found}


def _is_trashed(spec: EntitySpec, record_id: int) -> bool:
    table = spec.table
    gone = sa.select(table.c.id).where(table.c.id == record_id, table.c.deleted_at.is_not(None))
    return unit().execute(gone).first() is not None


def lately(spec: EntitySpec, limit: int) -> Sequence[Any]:
    """The last merges into records that the actor may change, with the number of records that became one."""
    table = spec.table
    number = sa.select(sa.func.count() + 1).where(losers.c.merge_id == merges.c.id).scalar_subquery()
    statement = sa.select(merges.c.id, merges.c.winner_id, merges.c.state, merges.c.created_at, merges.c.user_id,
                          number.label("number"))  # fmt: skip
    mine = sa.select(table.c.id).where(table.c.id == merges.c.winner_id, *scope_conditions(spec, "change")).exists()
    newest = statement.where(merges.c.entity == spec.name, mine).order_by(merges.c.id.desc()).limit(limit)
    return unit().execute(newest).mappings().all()


def part_of(entity: str, record_id: int) -> list[int]:
    """The records that became part of this one, one after another: they tell of the same person or thing."""
    found: list[int] = []
    waiting = [record_id]
    while waiting:
        mine = sa.select(losers.c.record_id).join(merges, merges.c.id == losers.c.merge_id).where(
            merges.c.entity == entity, merges.c.winner_id.in_(waiting), merges.c.state != "undone")
        waiting = [one for one in unit().execute(mine.order_by(losers.c.record_id)).scalars()
                   if one not in found and one != record_id]  # fmt: skip
        found += waiting
    return found


def forget(entity: str, record_id: int) -> None:
    """Take out what merges remember of a record: they cannot be taken back any more."""
    theirs = sa.select(losers.c.merge_id).where(losers.c.entity == entity, losers.c.record_id == record_id)
    own = sa.and_(merges.c.entity == entity, sa.or_(merges.c.winner_id == record_id, merges.c.id.in_(theirs)))
    ids = list(unit().execute(sa.select(merges.c.id).where(own)).scalars())
    if ids:
        unit().execute(sa.delete(moved).where(moved.c.merge_id.in_(ids)))
        unit().execute(sa.update(merges).where(merges.c.id.in_(ids)).values(
            before=None, after=None, own=None, state=sa.case((merges.c.state == "done", "closed"),
                                                             else_=merges.c.state)))  # fmt: skip


@on("core.records_purged")
def forget_purged(entity: EntitySpec, ids: Sequence[int]) -> None:
    """What is gone for good is part of nothing any more, and like nothing."""
    gone = list(ids)
    unit().execute(sa.delete(losers).where(losers.c.entity == entity.name, losers.c.record_id.in_(gone)))
    unit().execute(sa.delete(merges).where(merges.c.entity == entity.name, merges.c.winner_id.in_(gone)))
    pair = sa.or_(told_apart.c.low_id.in_(gone), told_apart.c.high_id.in_(gone))
    unit().execute(sa.delete(told_apart).where(told_apart.c.entity == entity.name, pair))
