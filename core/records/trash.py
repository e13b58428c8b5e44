"""Trash: deleting hides, restoring brings back, purging is for good and refused while something refers to it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from core import signals
from core.audit import listener
from core.db import unit
from core.entity.base import utc_now
from core.entity.spec import EntitySpec
from core.errors import Conflict, Invalid
from core.language.i18n import _, lazy_ngettext
from core.permissions import not_found, require
from core.records.read import load
from core.records.write import CONFLICT_MESSAGE
from core.registry import current


def delete(entity: Any, ids: Iterable[int], version: int | None = None) -> int:
    """Move records to the trash; NotFound if one may not be deleted. Returns how many."""
    spec, wanted, found = _asked(entity, ids)
    if version is not None and any(record["version"] != version for record in found.values()):
        raise Conflict(CONFLICT_MESSAGE, current=next(iter(found.values())))
    refusals = [message for answer in current().hook.before_delete(entity=spec, records=list(found.values()))
                for message in answer or ()]
    if refusals:
        raise Invalid(_("This cannot be deleted."), errors={"": refusals})
    unit().begin_write()
    _set_deleted(spec, wanted, utc_now(), was_deleted=False)
    _leave(spec, found.values(), "delete")
    signals.emit("core.records_deleted", entity=spec, ids=wanted)
    return len(wanted)


def restore(entity: Any, ids: Iterable[int]) -> int:
    """Bring records back from the trash; Invalid when a unique value has been taken since."""
    spec, wanted, found = _asked(entity, ids, trashed=True)
    unit().begin_write()
    try:
        with unit().connection.begin_nested():
            _set_deleted(spec, wanted, None, was_deleted=True)
    except sa.exc.IntegrityError as error:
        raise Invalid(_("This cannot be restored: a value that must be unique has been given to another record."),
                      errors={"": [_("Change the other record first.")]}) from error
    _leave(spec, found.values(), "restore")
    signals.emit("core.records_restored", entity=spec, ids=wanted)
    return len(wanted)


def purge(entity: Any, ids: Iterable[int]) -> int:
    """Remove records from the trash for good; refused, in words, while another record refers to one of them."""
    spec, wanted, found = _asked(entity, ids, trashed=True)
    holders = referrers(spec, wanted)
    if holders:
        raise Invalid(_("This cannot be deleted permanently."), errors={"": [
            lazy_ngettext(
                "{n} record of “{entity}” refers to it.",
                "{n} records of “{entity}” refer to it.",
                count,
                entity=other.meta.plural,
            )
            for other, count in holders]})
    unit().begin_write()
    unit().execute(sa.delete(spec.table).where(spec.table.c.id.in_(wanted), spec.table.c.deleted_at.is_not(None)))
    _leave(spec, found.values(), "purge")
    signals.emit("core.records_purged", entity=spec, ids=wanted)
    return len(wanted)


def referrers(spec: EntitySpec, ids: Sequence[int]) -> list[tuple[EntitySpec, int]]:
    """Which entities refer to these records, living or in the trash, and how often."""
    found = []
    for other in current().entities.values():
        for f in other.fields.values():
            if f.target == spec.name and f.stores_column:
                column = other.column(f.name)
                count = unit().execute(sa.select(sa.func.count()).where(column.in_(ids))).scalar_one()
                if count:
                    found.append((other, count))
    return found


def _asked(
    entity: Any, ids: Iterable[int], trashed: bool = False
) -> tuple[EntitySpec, list[int], dict[int, dict[str, Any]]]:
    """The records meant, each once, as they are now; NotFound if the user may not delete one of them."""
    spec, wanted = current().of(entity), list(dict.fromkeys(ids))
    require(f"{spec.name}.delete")
    found = load(spec, wanted, "delete", trashed=trashed)
    if len(found) != len(wanted):
        raise not_found()
    return spec, wanted, found


def _set_deleted(spec: EntitySpec, ids: Sequence[int], at: Any, was_deleted: bool) -> None:
    table = spec.table
    state = table.c.deleted_at.is_not(None) if was_deleted else table.c.deleted_at.is_(None)
    changed = unit().execute(sa.update(table).where(table.c.id.in_(ids), state).values(
        deleted_at=at, updated_at=utc_now(), version=table.c.version + 1)).rowcount
    if changed != len(ids):
        raise Conflict(CONFLICT_MESSAGE)


def _leave(spec: EntitySpec, records: Iterable[dict[str, Any]], action: str) -> None:
    listener.record_many(spec.name, action, [
        (record["id"], str(record.get(spec.meta.title) or ""), {}) for record in records])
