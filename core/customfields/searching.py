"""What free-text search finds records by, after a field is retired or brought back: its words go and come with it.

The registry says which fields are searched, so this runs once every process follows it; a record that is saved
meanwhile has the right text already.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from core.customfields.definition import Definition
from core.customfields.models import custom_field as definitions
from core.db import Unit, run_unit, unit_of_work
from core.entity.custom_value import CustomValue, unpack
from core.entity.spec import EntitySpec
from core.registry import current
from core.search import KeyWriter

BATCH = 500


def write_anew(engine: Engine, field_id: int) -> int:
    """Write the search text of every record that holds a value of the field; answers how many there were."""
    with unit_of_work(engine) as opened:
        row = opened.execute(sa.select(definitions).where(definitions.c.id == field_id)).mappings().first()
    spec = current().entities.get(row["entity"]) if row is not None else None
    if row is None or spec is None or not spec.is_searchable:
        return 0
    one = Definition.from_row(dict(row))
    done = after_id = 0
    while found := run_unit(engine, lambda opened, start=after_id: _batch(opened, spec, one, start)):  # type: ignore[misc]
        done, after_id = done + len(found), found[-1]
    return done


def _batch(opened: Unit, spec: EntitySpec, one: Definition, start: int) -> list[int]:
    opened.begin_write()
    table, write = spec.table, KeyWriter(spec).columns
    holds = CustomValue(table.c.custom, one.key, "text").is_not(None)
    statement = sa.select(table).where(holds, table.c.id > start).order_by(table.c.id).limit(BATCH).with_for_update()
    rows = [dict(row) for row in opened.execute(statement).mappings()]
    changed = [{"at_id": row["id"], "text": text} for row in rows
               if (text := write({**row, **unpack(spec.custom_fields, row["custom"])}).get("search_text"))
               != row["search_text"]]  # fmt: skip
    if changed:
        opened.connection.execute(sa.update(table).where(table.c.id == sa.bindparam("at_id")).values(
            search_text=sa.bindparam("text")), changed)  # fmt: skip
    return [row["id"] for row in rows]
