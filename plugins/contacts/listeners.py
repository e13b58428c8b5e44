"""What follows when records are saved: past jobs, the company of a new role, and when somebody was last spoken to.

And what may not come back from the trash.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from core.api import on, unit

from . import interactions, linking, services
from .models import Contact


@on("core.records_merged")
def follow_merged(entity: Any, winner_id: int, ids: Iterable[int]) -> None:
    """Whoever was spoken with as one of several records was spoken with last when the last of these was."""
    if entity.name == "contacts.contact":
        table = Contact.__table__
        same = sa.select(sa.func.max(table.c.last_interaction_at)).where(table.c.id.in_([winner_id, *ids]))
        latest = unit().execute(same).scalar()
        unit().execute(sa.update(table).where(table.c.id == winner_id).values(last_interaction_at=latest))


@on("core.records_restored")
def check_restored(entity: Any, ids: Iterable[int]) -> None:
    """Back from the trash, a contact keeps the rules that saving it keeps."""
    if entity.name == "contacts.contact":
        services.check_restored_national_ids(list(ids))


@on("core.records_saved")
def follow(entity: Any, changes: Iterable[Any]) -> None:
    if entity.name == "contacts.contact":
        linking.keep_past_jobs(changes)
    elif entity.name == "contacts.position":
        linking.join_companies(changes)
    elif entity.name == "activities.activity":
        note_interactions(changes, interactions.types(entity))


def note_interactions(changes: Iterable[Any], types: frozenset[str]) -> None:
    """The latest done call, meeting or visit of each contact. Derived, so it is no change of the contact itself."""
    latest: dict[int, Any] = {}
    for change in changes:
        after, done = change.after, change.after.get("done_at")
        if done is None or after.get("entity") != "contacts.contact" or after.get("type") not in types:
            continue
        if change.is_new or change.changed("done_at"):
            latest[after["record_id"]] = max(done, latest.get(after["record_id"], done))
    if not latest:
        return
    table = Contact.__table__
    moment = sa.bindparam("moment", type_=table.c.last_interaction_at.type)
    older = sa.or_(table.c.last_interaction_at.is_(None), table.c.last_interaction_at < moment)
    statement = sa.update(table).where(table.c.id == sa.bindparam("at_id"), older).values(last_interaction_at=moment)
    unit().connection.execute(statement, [{"at_id": one, "moment": done} for one, done in latest.items()])
