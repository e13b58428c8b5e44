"""Deleting the values of a retired field for good, batch by batch, and its definition with the last of them.

Versions and times of the records stay: nobody's change is lost by it, and the log has one line for all of it, left
when it was confirmed. A process that is killed leaves the rest to the next run.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from core.customfields.definition import Definition
from core.customfields.models import custom_field as definitions
from core.db import Unit, run_unit, unit_of_work
from core.entity.custom_value import FOLDED, CustomValue, unpack
from core.entity.spec import EntitySpec
from core.plugin.stamps import bump
from core.registry import current
from core.search import KeyWriter

BATCH = 500


def carry_out(engine: Engine, field_id: int) -> int:
    """Delete all values of one field, then the field; answers how many values there were."""
    with unit_of_work(engine) as opened:
        row = opened.execute(sa.select(definitions).where(definitions.c.id == field_id)).mappings().first()
    if row is None or row["purging_at"] is None or row["entity"] not in current().entities:
        return 0
    one = Definition.from_row(dict(row))
    spec = current().entity(one.entity)
    done = 0
    while found := run_unit(engine, lambda opened: _batch(opened, spec, one)):
        done += found
    run_unit(engine, lambda opened: _forget(opened, one))
    return done


def _batch(opened: Unit, spec: EntitySpec, one: Definition) -> int:
    """Take the value out of some records, and out of what free-text search finds them by."""
    opened.begin_write()
    table = spec.table
    value = CustomValue(table.c.custom, one.key, "text")
    statement = sa.select(table).where(value.is_not(None)).order_by(table.c.id).limit(BATCH).with_for_update()
    rows = [dict(row) for row in opened.execute(statement).mappings()]
    if not rows:
        return 0
    write = KeyWriter(spec).columns
    changed = []
    for row in rows:
        kept = {key: held for key, held in row["custom"].items() if key not in (one.key, FOLDED + one.key)}
        text = write({**row, **unpack(spec.custom_fields, kept)}).get("search_text")
        changed.append({"at_id": row["id"], "new_custom": kept or None, "new_text": text})
    values = {"custom": sa.bindparam("new_custom", type_=table.c.custom.type)}
    if spec.is_searchable:
        values["search_text"] = sa.bindparam("new_text", type_=table.c.search_text.type)
    opened.connection.execute(sa.update(table).where(table.c.id == sa.bindparam("at_id")).values(values), changed)
    return len(rows)


def _forget(opened: Unit, one: Definition) -> None:
    opened.begin_write()
    opened.execute(sa.delete(definitions).where(definitions.c.id == one.id, definitions.c.purging_at.is_not(None)))
    bump(opened)
