"""Writing all derived keys anew: after a folding rule or Python's Unicode data changed what a key looks like (N10).

Keys belong to no user's change, so versions, times and the audit log stay as they are. It goes in batches by id and
can be repeated: until it is done, what is new is found by new keys and what is old by old ones.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from core.db import Unit, run_unit
from core.entity.custom_value import packer, unpack
from core.entity.spec import EntitySpec
from core.language.text import key_version
from core.plugin.lifecycle import bump
from core.plugin.models import setting
from core.records.read import stored_columns
from core.registry import Registry
from core.search import KeyWriter

NAME = "core.key_version"
BATCH = 1000


def is_current(engine: Engine) -> bool:
    """Whether the stored keys were made by the rules in force; an empty database counts as current."""
    with engine.connect() as connection:
        stored = connection.execute(sa.select(setting.c.value).where(setting.c.name == NAME)).scalar()
    return stored == key_version


def rebuild_keys(engine: Engine, registry: Registry) -> int:
    """Write the keys of every record of every entity anew; the number of records."""
    done = 0
    for spec in registry.entities.values():
        if spec.is_searchable or spec.key_columns or spec.sort_columns:
            done += _rebuild(engine, spec)
    run_unit(engine, _note)
    return done


def _rebuild(engine: Engine, spec: EntitySpec) -> int:
    after = done = 0
    while True:
        last, count = run_unit(engine, partial(_batch, spec=spec, after=after))
        if not count:
            return done
        after, done = last, done + count


def _batch(opened: Unit, spec: EntitySpec, after: int) -> tuple[int, int]:
    opened.begin_write()
    table = spec.table
    statement = sa.select(*stored_columns(spec)).where(table.c.id > after).order_by(table.c.id).limit(BATCH)
    rows = opened.execute(statement).mappings().all()
    if not rows:
        return after, 0
    write = _writer(spec)
    values = [{**write(dict(row)), "at_id": row["id"]} for row in rows]
    names = [name for name in values[0] if name != "at_id"]
    update = sa.update(table).where(table.c.id == sa.bindparam("at_id")).values(
        {name: sa.bindparam(name, type_=table.c[name].type) for name in names})
    opened.connection.execute(update, values)
    return rows[-1]["id"], len(rows)


def _writer(spec: EntitySpec) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
    """A function row → its keys; those of fields that an admin added stand in `custom`."""
    write, fields = KeyWriter(spec).columns, spec.custom_fields
    if not fields:
        return write
    pack = packer(fields)

    def write_all(row: Mapping[str, Any]) -> dict[str, Any]:
        values = {**row, **unpack(fields, row["custom"])}
        return {**write(values), "custom": pack(values)}

    return write_all


def _note(opened: Unit) -> None:
    opened.begin_write()
    known = opened.execute(sa.update(setting).where(setting.c.name == NAME).values(value=key_version)).rowcount
    if not known:
        opened.execute(sa.insert(setting).values(name=NAME, value=key_version))
    # Counts that processes keep were made with the old keys.
    bump(opened)
