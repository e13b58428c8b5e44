"""Noting what happened for the webhooks that want to know, inside the transaction in which it happened.

Only the fact is noted; what is sent is read later, with the rights of whoever set up the webhook. Which webhooks there
are is known once a registry, so a save costs nothing where there are none.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from core import bulk, jobs
from core.db import unit
from core.entity.base import utc_now
from core.entity.spec import EntitySpec
from core.records import Change
from core.registry import current
from core.signals import on
from core.webhooks.models import deliveries, webhooks

JOB = "core.send_webhooks"
EVENTS = ("created", "updated", "deleted", "restored", "merged", "unmerged")
COLUMNS = ("webhook_id", "event_id", "entity", "event", "record_id", "changed", "state", "attempts", "error",
           "created_at")  # fmt: skip
#: Accounts and rights are nobody's news.
PRIVATE = frozenset({"core.user", "core.role"})

Fact = tuple[str, int, list[Any] | None]
"""(event, id of the record, names of the changed fields, or the ids of the records that were merged into it
or parted from it)."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What one webhook wants to know."""

    id: int
    entities: frozenset[str]
    events: frozenset[str]

    def covers(self, entity: str) -> bool:
        return entity not in PRIVATE and (not self.entities or entity in self.entities)


@on("core.records_saved")
def note_saved(entity: EntitySpec, changes: Sequence[Change], **_payload: Any) -> None:
    _note(entity, lambda: [
        ("created", int(change.id or 0), None) if change.is_new else ("updated", int(change.id or 0), changed)
        for change in changes if change.is_new or (changed := _changed(entity, change))])


@on("core.records_deleted")
def note_deleted(entity: EntitySpec, ids: Iterable[int], **_payload: Any) -> None:
    _note(entity, lambda: [("deleted", record_id, None) for record_id in ids])


@on("core.records_restored")
def note_restored(entity: EntitySpec, ids: Iterable[int], **_payload: Any) -> None:
    _note(entity, lambda: [("restored", record_id, None) for record_id in ids])


@on("core.records_merged")
def note_merged(entity: EntitySpec, winner_id: int, ids: Sequence[int], **_payload: Any) -> None:
    """Beside what is told of each record, whose receiver could not know that they are one now."""
    _note(entity, lambda: [("merged", winner_id, list(ids))])


@on("core.records_parted")
def note_parted(entity: EntitySpec, winner_id: int, ids: Sequence[int], **_payload: Any) -> None:
    """The same of a merge that was taken back."""
    _note(entity, lambda: [("unmerged", winner_id, list(ids))])


@on("core.records_erased")
def forget(entity: EntitySpec, ids: Iterable[int], **_payload: Any) -> None:
    """What was sent of a forgotten person goes as well."""
    mine = sa.and_(deliveries.c.entity == entity.name, deliveries.c.record_id.in_(list(ids)))
    unit().execute(sa.delete(deliveries).where(mine))


def _changed(spec: EntitySpec, change: Change) -> list[str]:
    return [name for name, f in spec.fields.items() if not f.system and change.changed(name)]


def _note(spec: EntitySpec, facts: Any) -> None:
    wanted: tuple[Wanted, ...] = current().remember("webhooks", _load)
    listening = [one for one in wanted if one.covers(spec.name)]
    found: list[Fact] = facts() if listening else []
    for one in listening:
        rows: list[list[Any]] = [
            [one.id, f"evt_{secrets.token_hex(16)}", spec.name, event, record_id, changed, "waiting", 0, "", utc_now()]
            for event, record_id, changed in found if event in one.events]
        if rows:
            bulk.insert(unit().connection, deliveries, COLUMNS, rows)
            jobs.enqueue(JOB, {"webhook": one.id}, dedupe=f"webhook-{one.id}")


def _load() -> tuple[Wanted, ...]:
    statement = sa.select(webhooks.c.id, webhooks.c.entities, webhooks.c.events).where(webhooks.c.active)
    return tuple(Wanted(row.id, frozenset(row.entities), frozenset(row.events)) for row in unit().execute(statement))
