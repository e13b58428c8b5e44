"""The statements of the write path: Core, in bulk, with the derived keys. Called under the write lock."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import islice
from typing import Any

import sqlalchemy as sa

from core import actor as actors
from core import bulk
from core.audit import listener
from core.audit.canonical import changes_text
from core.db import unit
from core.entity.base import utc_now
from core.entity.custom_value import packer
from core.entity.spec import EntitySpec, FieldSpec
from core.entity.types import FieldType
from core.errors import Conflict
from core.language.i18n import _
from core.records import series, several
from core.records.change import Change
from core.records.days import Days
from core.records.read import load
from core.registry import current
from core.search import KeyWriter

CONFLICT_MESSAGE = _("Someone else changed this record in the meantime. Choose the values to keep.")
#: New rows that are handed to the database at once, while the next are made.
MADE = 250
KEPT = frozenset({"id", "version", "created_at", "created_by_id", "updated_at", "deleted_at"})


def write(spec: EntitySpec, batch: list[Change]) -> None:
    """Insert the new records and update the changed ones; drops changes that change nothing from the update."""
    series.number(spec, [change for change in batch if change.is_new])
    now = utc_now()
    _insert(spec, [change for change in batch if change.is_new], now)
    _update(spec, [change for change in batch if not change.is_new], now)
    for name, table in spec.links.items():
        _write_links(table, name, batch)
    for name, table in spec.lookups.items():
        several.write_lookup(table, name, batch)


def _keys(spec: EntitySpec) -> KeyWriter:
    found: KeyWriter = current().remember(("keys", spec.name), lambda: KeyWriter(spec))
    return found


def _packer(spec: EntitySpec) -> Any:
    """Custom values as the one object they are stored as."""
    return current().remember(("pack", spec.name), lambda: packer(spec.custom_fields))


def _insert(spec: EntitySpec, batch: list[Change], now: Any) -> None:
    if not batch:
        return
    made = insert_rows(spec, len(batch), _stored(spec, batch, now), meanwhile=partial(_tell_created, spec, batch))
    for change, record_id in zip(batch, made, strict=True):
        change.id = change.after["id"] = record_id


def _stored(spec: EntitySpec, batch: list[Change], now: Any) -> Iterator[dict[str, Any]]:
    """New records as they are stored: their values with the derived keys."""
    keys, pack, days = _keys(spec).columns, _packer(spec), Days(spec)
    who = actors.actor()
    for change in batch:
        after = change.after
        after.update(version=1, created_at=now, updated_at=now, created_by_id=who.id)
        cleaned = change.cleaned
        known = keys(after) if cleaned is None else keys(after, cleaned.keys, cleaned.values)
        yield {**after, **known, **days.columns(after), "custom": pack(after)}


def insert_rows(
    spec: EntitySpec, count: int, stored: Iterator[dict[str, Any]], meanwhile: Callable[[], None] = lambda: None
) -> list[int]:
    """Insert `count` rows (values and keys by column) and answer the ids in their order; `meanwhile` as in `bulk`."""
    names = current().remember(("columns to insert", spec.name), lambda: tuple(
        column.name for column in spec.table.c if column.name != "id"))
    if count == 1:
        statement = current().remember(("insert", spec.name), lambda: sa.insert(spec.table).returning(spec.table.c.id))
        values = next(stored)
        record_id = unit().execute(statement, {name: values.get(name) for name in names}).scalar_one()
        meanwhile()
        return [record_id]
    ids = _reserve_ids(spec, count)
    rows = ([record_id, *map(values.get, names)] for record_id, values in zip(ids, stored, strict=True))
    bulk.insert_made(unit().connection, spec.table, ("id", *names), count, iter(lambda: [*islice(rows, MADE)], []),
                     meanwhile)
    return ids


def _reserve_ids(spec: EntitySpec, count: int) -> list[int]:
    """Ids for a batch, so that it is one bulk insert without reading back. Never given twice."""
    name = spec.table.name
    if unit().dialect == "postgresql":
        statement = sa.text("SELECT nextval(pg_get_serial_sequence(:name, 'id')) FROM generate_series(1, :count)")
        return list(unit().execute(statement, {"name": name, "count": count}).scalars())
    statement = sa.text("SELECT seq FROM sqlite_sequence WHERE name = :name")
    last = unit().execute(statement, {"name": name}).scalar() or 0
    return list(range(last + 1, last + 1 + count))


def _update(spec: EntitySpec, batch: list[Change], now: Any) -> None:
    """One statement per set of changed columns; the version in its condition makes a lost update impossible."""
    groups: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    stored_names = {column.name for column in spec.table.c} - KEPT
    keys, pack, custom = _keys(spec).columns, _packer(spec), [f.name for f in spec.custom_fields]
    days = Days(spec)
    for change in batch:
        if any(change.changed(name) for name in custom):
            change.after["custom"] = pack(change.after)
        changed = [name for name in stored_names if name in change.after and change.changed(name)]
        if not changed and not any(change.changed(name) for name in spec.links):
            continue
        new = {name: change.after[name] for name in changed}
        if changed:
            new.update(keys(change.after))
            new.update(days.changed(change))
        version = change.before["version"]
        change.after.update(version=version + 1, updated_at=now)
        row = {**new, "version": version + 1, "updated_at": now, "at_id": change.id, "at_version": version}
        groups.setdefault(tuple(sorted(new)), []).append(row)
    for names, rows in groups.items():
        _update_group(spec, names, rows)


def _update_group(spec: EntitySpec, names: tuple[str, ...], rows: list[dict[str, Any]]) -> None:
    table = spec.table
    statement = current().remember(("update", spec.name, names), lambda: (
        sa.update(table)
        .where(table.c.id == sa.bindparam("at_id"), table.c.version == sa.bindparam("at_version"),
               table.c.deleted_at.is_(None))
        .values({name: sa.bindparam(name, type_=table.c[name].type) for name in (*names, "version", "updated_at")})))
    written = unit().connection.execute(statement, rows if len(rows) > 1 else rows[0]).rowcount
    if written != len(rows):
        raise Conflict(CONFLICT_MESSAGE, current=_overtaken(spec, rows))


def _overtaken(spec: EntitySpec, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """The stored values of the first record whose version moved on while this batch waited for the lock."""
    stored = load(spec, [row["at_id"] for row in rows], "change")
    moved = (stored[row["at_id"]] for row in rows
             if row["at_id"] in stored and stored[row["at_id"]]["version"] not in (row["at_version"], row["version"]))
    return next(moved, next(iter(stored.values()), {}))


def _write_links(table: sa.Table, name: str, batch: list[Change]) -> None:
    gone: list[dict[str, Any]] = []
    new: list[list[Any]] = []
    for change in batch:
        if change.is_new and not change.after.get(name):
            continue
        before = set() if change.is_new else set(change.before.get(name) or ())
        after = set(change.after.get(name) or ()) if name in change.after else before
        gone += [{"at_record": change.id, "at_target": target} for target in before - after]
        new += [[change.id, target] for target in sorted(after - before)]
    if gone:
        unit().connection.execute(sa.delete(table).where(
            table.c.record_id == sa.bindparam("at_record"), table.c.target_id == sa.bindparam("at_target")), gone)
    if new:
        bulk.insert(unit().connection, table, ("record_id", "target_id"), new)


def leave_audit(spec: EntitySpec, batch: list[Change]) -> None:
    """One line a record: every audited field with its old and new value, as the API would write it."""
    if not spec.meta.audited:
        return
    fields, title = _audited(spec), spec.meta.title
    created = [(change.id, str(change.after.get(title) or ""), change.told or "") for change in batch if change.is_new]
    updated = [(change.id, str(change.after.get(title) or ""), changes) for change in batch
               if not change.is_new and (changes := _differences(fields, change.before, change.after))]
    for action, rows in (("create", created), ("update", updated)):
        if rows:
            listener.record_many(spec.name, action, rows)


def leave_act(entity: Any, record_id: int, action: str) -> None:
    """A line in the history of a record for a verb that changes none of its fields, such as an answer to it: pages that
    show the record hear of it as they hear of a change. The verb's own label says what was done."""
    spec = current().of(entity)
    record = load(spec, [record_id])[record_id]
    listener.record(spec.name, record_id, str(record.get(spec.meta.title) or ""), action, {})


def _tell_created(spec: EntitySpec, batch: list[Change]) -> None:
    if spec.meta.audited:
        fields = _audited(spec)
        for change in batch:
            change.told = changes_text(_given(fields, change.after))


def _audited(spec: EntitySpec) -> Written:
    found: Written = current().remember(("audited", spec.name), lambda: {
        f.name: _written(f) for f in spec.fields.values() if f.audit and not f.system})
    return found


MASK = "•"
Written = Mapping[str, Callable[[Any], Any] | None]


def _written(f: FieldSpec) -> Callable[[Any], Any] | None:
    """How a value stands in the log; None where it stands as it is stored."""
    if f.secret:
        return lambda _value: MASK
    if type(f.type).to_json is FieldType.to_json:
        return None
    return partial(f.type.to_json, f)


def _given(fields: Written, after: Mapping[str, Any]) -> dict[str, Any]:
    """The changes of a new record: what it was given."""
    return {name: [None, value if (write := fields[name]) is None else write(value)]
            for name, value in after.items() if value is not None and name in fields}


def _differences(fields: Written, before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    for name, write in fields.items():
        old, new = before.get(name), after.get(name)
        if old != new:
            changes[name] = [value if value is None or write is None else write(value) for value in (old, new)]
    return changes
