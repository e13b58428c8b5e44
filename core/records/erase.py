"""Emptying the record of a person who is to be forgotten; its number, its links and its choices stay for others.

Not `save_many`: the old values must leave no line in the log, and what a plugin demands of a living record does not
hold for one that is emptied. Receivers of `core.records_erased` take out what they keep beside the record.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from core import noted, signals
from core.db import unit
from core.entity.base import utc_now
from core.entity.spec import EntitySpec
from core.errors import Invalid
from core.language.i18n import _
from core.permissions import not_found
from core.records.read import stored_columns
from core.registry import current
from core.search import KeyWriter


def erase(entity: Any, record_id: int) -> dict[str, Any]:
    """Take every personal value out of a record and leave it in the trash; answers what stands there now.

    Invalid for an entity that describes no people, NotFound where there is no such record.
    """
    spec = current().of(entity)
    require_people(spec)
    return empty(spec, record_id)


def empty(spec: EntitySpec, record_id: int) -> dict[str, Any]:
    """The same for any record, such as one that goes with the person it is about."""
    stored = find(spec, record_id)
    unit().begin_write()
    emptied = {f.name: f.type.erased(f, record_id) for f in spec.fields.values()
               if f.is_personal and f.stores_column and f.name in spec.table.c}
    after = {**stored, **emptied, "custom": _kept_custom(spec, stored.get("custom"))}
    moment = utc_now()
    values = {**emptied, "custom": after["custom"], **KeyWriter(spec).columns(after), "version": stored["version"] + 1,
              "updated_at": moment, "deleted_at": stored["deleted_at"] or moment}
    unit().execute(sa.update(spec.table).where(spec.table.c.id == record_id).values(**values))
    for table in spec.lookups.values():
        unit().execute(sa.delete(table).where(table.c.record_id == record_id))
    signals.emit("core.records_erased", entity=spec, ids=[record_id])
    return {**after, **values}


def told_of(entity: str, record_id: int) -> list[tuple[EntitySpec, int]]:
    """The records that are erased together with this one, by what their entities declare as `Meta.erased_with`."""
    found: list[tuple[EntitySpec, int]] = []
    for spec, wanted in noted.about(entity, record_id):
        ids = unit().execute(sa.select(spec.table.c.id).where(wanted).order_by(spec.table.c.id)).scalars()
        found += [(spec, one) for one in ids]
    return found


def require_people(spec: EntitySpec) -> None:
    if not spec.meta.personal:
        raise Invalid(_("“{entity}” describes no people, so nobody can be erased from it.", entity=spec.meta.plural))


def _kept_custom(spec: EntitySpec, custom: Any) -> dict[str, Any] | None:
    """The custom values that tell of no person; one whose field is gone might, so it goes."""
    fields = {key: spec.fields.get(f"custom.{key}") for key in custom or ()}
    kept = {key: custom[key] for key, f in fields.items() if f is not None and not f.is_personal}
    return kept or None


def find(spec: EntitySpec, record_id: int) -> dict[str, Any]:
    """The stored values of a record, living or in the trash."""
    statement = sa.select(*stored_columns(spec)).where(spec.table.c.id == record_id)
    found = unit().execute(statement).mappings().first()
    if found is None:
        raise not_found()
    return dict(found)
