"""The ledger of an import: what each record was before, so that the import can be taken back exactly (P17)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from core import bulk
from core.db import unit
from core.entity.spec import EntitySpec
from core.records import Change, former
from core.transfer.models import import_rows, imports

COLUMNS = ("import_id", "record_id", "is_new", "version", "before")


def add(spec: EntitySpec, import_id: int, saved: Sequence[Change]) -> None:
    """Note the saved changes. A record that the file names more than once has one line, with its oldest values."""
    if not saved:
        return
    if all(change.is_new for change in saved):
        rows = [[import_id, change.id, True, change.after["version"], None] for change in saved]
        bulk.insert(unit().connection, import_rows, COLUMNS, rows)
        return
    lines: dict[int, dict[str, Any]] = {}
    known = _taken_out(import_id, [int(change.id or 0) for change in saved if not change.is_new])
    for change in saved:
        record_id = int(change.id or 0)
        line = _line(spec, import_id, change)
        earlier = lines.get(record_id) or known.get(record_id)
        lines[record_id] = line if earlier is None else _joined(earlier, line, change)
    bulk.insert(unit().connection, import_rows, COLUMNS, [[line[name] for name in COLUMNS] for line in lines.values()])


def _line(spec: EntitySpec, import_id: int, change: Change) -> dict[str, Any]:
    return {
        "import_id": import_id, "record_id": change.id, "is_new": change.is_new, "version": change.after["version"],
        "before": None if change.is_new else former.replaced(spec, change),
    }  # fmt: skip


def _joined(earlier: Mapping[str, Any], line: dict[str, Any], change: Change) -> dict[str, Any]:
    """Two lines of one record. When somebody edited it between them, only the later one can be taken back."""
    if earlier["version"] != change.before["version"]:
        return line
    if earlier["is_new"]:
        return {**line, "is_new": True, "before": None}
    return {**line, "before": {**line["before"], **earlier["before"]}}


def _taken_out(import_id: int, record_ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """The lines that these records have already; they are written anew."""
    if not record_ids:
        return {}
    mine = sa.and_(import_rows.c.import_id == import_id, import_rows.c.record_id.in_(record_ids))
    found = unit().execute(sa.select(import_rows).where(mine)).mappings().all()
    if found:
        unit().execute(sa.delete(import_rows).where(mine))
    return {row["record_id"]: dict(row) for row in found}


def left(spec: EntitySpec, import_id: int, limit: int) -> list[int]:
    """The first of the living records whose lines an undo left, as it did not take them back."""
    living = sa.select(spec.table.c.id).where(spec.table.c.deleted_at.is_(None))
    mine = sa.and_(import_rows.c.import_id == import_id, import_rows.c.record_id.in_(living))
    statement = sa.select(import_rows.c.record_id).where(mine).order_by(import_rows.c.record_id)
    return list(unit().execute(statement.limit(limit)).scalars())


@former.follows
def _follow(spec: EntitySpec, ids: Sequence[int], was: Any) -> None:
    of_entity = sa.select(imports.c.id).where(imports.c.entity == spec.name)
    mine = sa.and_(import_rows.c.record_id.in_(ids), import_rows.c.import_id.in_(of_entity))
    then = sa.and_(mine, import_rows.c.version <= was(import_rows.c.record_id))
    unit().execute(sa.update(import_rows).where(then).values(version=import_rows.c.version + former.STEPS))


def forget(entity: str, record_id: int) -> None:
    """Take out what imports remember of a record's former values; undoing them leaves it as it is."""
    of_entity = sa.select(imports.c.id).where(imports.c.entity == entity)
    mine = sa.and_(import_rows.c.record_id == record_id, import_rows.c.import_id.in_(of_entity))
    unit().execute(sa.delete(import_rows).where(mine))
