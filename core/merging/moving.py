"""Letting lead to the record that stays what leads to the others, and back: for each place a few statements, however
many rows there are.

Also what the merging user may not see is moved, and what lies in the trash: it is about the same person or thing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from core import pointing
from core.among import among
from core.audit import listener
from core.db import unit
from core.declarations import RecordTable
from core.entity.base import utc_now
from core.entity.spec import EntitySpec
from core.errors import Invalid
from core.language.i18n import _
from core.merging.models import moved
from core.permissions import can, scope_conditions
from core.plugin.hookspecs import hookimpl
from core.pointing import Links, Pointer
from core.records.read import linked
from core.ui.models import opened

#: A place that stands for records that went to the trash, as both their ends became the same record.
SELF = "#self"
#: And for links that the winner got, as it had none to the same record.
GIVEN = "#given"


def counted(spec: EntitySpec, ids: Sequence[int]) -> list[tuple[Any, int]]:
    """(what they are called, how many) of what leads to these records, as far as the actor may see it; most first."""
    found: dict[str, tuple[Any, int]] = {}
    parts = [sa.select(sa.literal(one.spec.name).label("at"), sa.func.count().label("number"))
             .select_from(one.spec.table).where(one.leads_to(ids), *scope_conditions(one.spec, "view"))
             for one in pointing.pointers(spec) if can(f"{one.spec.name}.view")]  # fmt: skip
    told = [table for table in pointing.tables() if table.label]
    parts += [sa.select(sa.literal(one.table.name), sa.func.count()).select_from(one.table)
              .where(*_of(one, spec, ids), *([one.table.c.deleted_at.is_(None)] if "deleted_at" in one.table.c else []))
              for one in told]  # fmt: skip
    labels = {one.spec.name: one.spec.meta.plural for one in pointing.pointers(spec)} | {
        one.table.name: one.label for one in told}
    for at, number in unit().execute(sa.union_all(*parts)) if parts else ():
        if number:
            found[at] = (labels[at], found.get(at, ("", 0))[1] + number)
    return sorted(found.values(), key=lambda pair: -pair[1])


def move(spec: EntitySpec, merge_id: int, winner_id: int, losers: Sequence[int]) -> dict[str, int]:
    """Let everything lead to the winner and note what was moved. {entity or table: how much of it}."""
    counts: dict[str, int] = {}
    for pointer in pointing.pointers(spec):
        _add(counts, pointer.spec.name, _move_pointers(pointer, merge_id, winner_id, losers))
    for link in pointing.links(spec):
        _add(counts, link.spec.name, _move_links(link, merge_id, winner_id, losers))
    for table in pointing.tables():
        _add(counts, table.table.name, _move_rows(table, spec, merge_id, winner_id, losers))
    _end_self_links(spec, merge_id, winner_id)
    return counts


def move_back(spec: EntitySpec, merge_id: int, winner_id: int, losers: Sequence[int]) -> None:
    """Let lead to these losers again what was moved from them and still leads to the winner."""
    _begin_self_links(spec, merge_id)
    for pointer in pointing.pointers(spec):
        for loser in losers:
            mine = _noted(merge_id, pointer.place, loser)
            _lead(pointer, [winner_id], loser, pointer.spec.table.c.id.in_(mine))
    for link in pointing.links(spec):
        _links_back(link, merge_id, winner_id, losers)
    for table in pointing.tables():
        for loser in losers:
            _rows_back(table, spec, merge_id, winner_id, loser)


def _add(counts: dict[str, int], name: str, number: int) -> None:
    if number:
        counts[name] = counts.get(name, 0) + number


def _noted(merge_id: int, place: str, from_id: int) -> Any:
    """The rows of a place that led to this record."""
    return sa.select(moved.c.row_id).where(
        moved.c.merge_id == merge_id, moved.c.place == place, moved.c.from_id == from_id)  # fmt: skip


def _note(merge_id: int, place: str, from_id: Any, rows: Any, where: Sequence[Any]) -> int:
    """Note all rows of a place that are about to be moved, in one statement; how many."""
    chosen = sa.select(sa.literal(merge_id), sa.literal(place), from_id, rows).where(*where)
    names = ["merge_id", "place", "from_id", "row_id"]
    noting = sa.insert(moved).from_select(names, chosen).execution_options(preserve_rowcount=True)
    return int(unit().execute(noting).rowcount)


def _move_pointers(pointer: Pointer, merge_id: int, winner_id: int, losers: Sequence[int]) -> int:
    table = pointer.spec.table
    where = [pointer.leads_to(losers)]
    if pointer.spec.name == pointer.target:
        where.append(table.c.id.not_in([winner_id, *losers]))  # what these refer to is a value that was chosen
    led_to = sa.cast(pointer.spec.column(pointer.field.name), sa.BigInteger)
    count = _note(merge_id, pointer.place, led_to, table.c.id, where)
    if count:
        _lead(pointer, losers, winner_id, *where[1:])
    return count


def _lead(pointer: Pointer, from_ids: Sequence[int], to_id: int, *only: Any) -> None:
    """Each record of a place that leads to one of these leads to another, with a line in its history."""
    spec, f = pointer.spec, pointer.field
    table, column = spec.table, spec.column(f.name)
    where = (pointer.leads_to(from_ids), *only)
    if spec.meta.audited and f.audit:
        told = sa.select(table.c.id, table.c[spec.meta.title], column).where(*where).order_by(table.c.id)
        listener.record_many(spec.name, "update", [
            (record_id, str(title or ""), {f.name: [int(before), to_id]})
            for record_id, title, before in unit().execute(told)])
    changed = sa.update(table).where(*where).values(
        **pointer.led_to(to_id), version=table.c.version + 1, updated_at=utc_now())
    try:
        with unit().connection.begin_nested():
            unit().execute(changed)
    except sa.exc.IntegrityError as error:
        raise Invalid(_("“{entities}” cannot be moved: of “{field}” only one may lead to the same record.",
                        entities=spec.meta.plural, field=f.label)) from error  # fmt: skip


def _move_links(link: Links, merge_id: int, winner_id: int, losers: Sequence[int]) -> int:
    table = link.table
    theirs = table.c.target_id.in_(losers)
    count = _note(merge_id, link.place, table.c.target_id, table.c.record_id, [theirs])
    if not count:
        return 0
    own = sa.select(table.c.record_id).where(table.c.target_id == winner_id)
    unit().execute(sa.insert(moved).from_select(["merge_id", "place", "from_id", "row_id"], sa.select(
        sa.literal(merge_id), sa.literal(link.place + GIVEN), sa.literal(winner_id), table.c.record_id,
    ).where(theirs, table.c.record_id.not_in(own)).distinct()))  # fmt: skip
    ids = [*unit().execute(sa.select(table.c.record_id).where(theirs).distinct()).scalars()]
    with _told(link, ids):
        given = _noted(merge_id, link.place + GIVEN, winner_id)
        unit().execute(sa.insert(table).from_select(["record_id", "target_id"], sa.select(
            moved.c.row_id, sa.literal(winner_id)).where(moved.c.row_id.in_(given), moved.c.merge_id == merge_id,
                                                         moved.c.place == link.place + GIVEN)))  # fmt: skip
        unit().execute(sa.delete(table).where(theirs))
    return count


def _links_back(link: Links, merge_id: int, winner_id: int, losers: Sequence[int]) -> None:
    table = link.table
    mine = [moved.c.merge_id == merge_id, moved.c.place == link.place, moved.c.from_id.in_(losers)]
    ids = [*unit().execute(sa.select(moved.c.row_id).where(*mine).distinct()).scalars()]
    if not ids:
        return
    living = sa.select(link.spec.table.c.id)
    with _told(link, ids):
        unit().execute(sa.insert(table).from_select(["record_id", "target_id"], sa.select(
            moved.c.row_id, moved.c.from_id).where(*mine, moved.c.row_id.in_(living))))  # fmt: skip
        given = _noted(merge_id, link.place + GIVEN, winner_id)
        unit().execute(sa.delete(table).where(table.c.target_id == winner_id, table.c.record_id.in_(given)))


class _told:
    """Around a change of links: each of these records has a line in its history, and another version."""

    def __init__(self, link: Links, ids: Sequence[int]) -> None:
        self.link, self.ids = link, ids
        self.before: Mapping[int, tuple[int, ...]] = {}

    def _now(self) -> Mapping[int, tuple[int, ...]]:
        return linked(self.link.spec, self.ids)[self.link.field.name]

    def __enter__(self) -> None:
        self.before = self._now()

    def __exit__(self, *failed: object) -> None:
        if failed[0] is not None:
            return
        spec, name = self.link.spec, self.link.field.name
        table, after = spec.table, self._now()
        mine = among(table.c.id, self.ids)
        titles = unit().execute(sa.select(table.c.id, table.c[spec.meta.title]).where(mine))
        if spec.meta.audited:
            listener.record_many(spec.name, "update", [
                (one, str(title or ""), {name: [list(self.before.get(one, ())), list(after.get(one, ()))]})
                for one, title in titles])
        unit().execute(sa.update(table).where(mine).values(
            version=table.c.version + 1, updated_at=utc_now()))  # fmt: skip


def _of(one: RecordTable, spec: EntitySpec, ids: Sequence[int]) -> list[Any]:
    return [one.table.c.entity == spec.name, one.table.c.record_id.in_(ids)]


def _move_rows(one: RecordTable, spec: EntitySpec, merge_id: int, winner_id: int, losers: Sequence[int]) -> int:
    """Record by record, so that of two rows that say the same the first goes and the second stays."""
    table, identity, count = one.table, one.table.c[one.identity], 0
    there = table.alias()
    for loser in losers:
        where = _of(one, spec, [loser])
        if one.identity != "id":
            same = sa.select(sa.literal(1)).where(
                there.c.entity == spec.name, there.c.record_id == winner_id, there.c[one.identity] == identity)
            where.append(~same.correlate(table).exists())
        was = one.make_room(spec.name, loser, winner_id) if one.make_room else {}
        found = _note(merge_id, table.name, table.c.record_id, identity, where)
        if was:
            here = sa.and_(moved.c.merge_id == merge_id, moved.c.place == table.name, moved.c.from_id == loser,
                           moved.c.row_id == sa.bindparam("at_row"))  # fmt: skip
            unit().connection.execute(
                sa.update(moved).where(here).values(was=sa.bindparam("had", type_=moved.c.was.type)),
                [{"at_row": row_id, "had": dict(held)} for row_id, held in was.items()])  # fmt: skip
        if found:
            unit().execute(sa.update(table).where(*where).values(record_id=winner_id))
        count += found
    return count


def _rows_back(one: RecordTable, spec: EntitySpec, merge_id: int, winner_id: int, loser: int) -> None:
    table, identity = one.table, one.table.c[one.identity]
    here = [moved.c.merge_id == merge_id, moved.c.place == table.name, moved.c.from_id == loser]
    mine = [*_of(one, spec, [winner_id]), identity.in_(_noted(merge_id, table.name, loser))]
    unit().execute(sa.update(table).where(*mine).values(record_id=loser))
    changed = unit().execute(sa.select(moved.c.row_id, moved.c.was).where(*here, moved.c.was.is_not(None))).all()
    for row_id, was in changed:
        unit().execute(sa.update(table).where(*_of(one, spec, [loser]), identity == row_id).values(**was))


def _ends(spec: EntitySpec) -> list[tuple[EntitySpec, list[Any]]]:
    """Entities whose records join two of this one, each with the columns of both ends."""
    by_entity: dict[str, list[Pointer]] = {}
    for pointer in pointing.pointers(spec):
        if pointer.field.required and pointer.field.target == spec.name and not pointer.field.key:
            by_entity.setdefault(pointer.spec.name, []).append(pointer)
    return [(found[0].spec, [one.spec.column(one.field.name) for one in found])
            for found in by_entity.values() if len(found) > 1]  # fmt: skip


def _end_self_links(spec: EntitySpec, merge_id: int, winner_id: int) -> None:
    """What joined two of the records joins nothing any more: it goes to the trash."""
    for other, columns in _ends(spec):
        table, place = other.table, f"{other.name}{SELF}"
        joined = sum((sa.case((column == winner_id, 1), else_=0) for column in columns), sa.literal(0))
        by_merge = sa.select(moved.c.row_id).where(moved.c.merge_id == merge_id, moved.c.place.in_(
            [f"{other.name}.{column.name}" for column in columns]))  # fmt: skip
        where = [table.c.deleted_at.is_(None), joined > 1, table.c.id.in_(by_merge)]
        if _note(merge_id, place, sa.literal(winner_id), table.c.id, where):
            ids = _noted(merge_id, place, winner_id)
            _set_deleted(other, [table.c.id.in_(ids)], "delete", utc_now())


def _begin_self_links(spec: EntitySpec, merge_id: int) -> None:
    for other, _columns in _ends(spec):
        ids = sa.select(moved.c.row_id).where(moved.c.merge_id == merge_id, moved.c.place == f"{other.name}{SELF}")
        where = [other.table.c.id.in_(ids), other.table.c.deleted_at.is_not(None)]
        _set_deleted(other, where, "restore", None)


def _set_deleted(spec: EntitySpec, where: Sequence[Any], action: str, at: Any) -> None:
    table = spec.table
    told = sa.select(table.c.id, table.c[spec.meta.title]).where(*where)
    rows: list[tuple[int, str, dict[str, Any]]] = [(one, str(title or ""), {}) for one, title in unit().execute(told)]
    if rows:
        listener.record_many(spec.name, action, rows)
        unit().execute(sa.update(table).where(*where).values(
            deleted_at=at, version=table.c.version + 1, updated_at=utc_now()))  # fmt: skip


@hookimpl
def register_record_tables() -> list[RecordTable]:
    """What users opened lately is kept by the pages, which are above whatever declares something."""
    return [RecordTable(opened, "user_id")]
