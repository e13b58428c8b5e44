"""Who follows a record, and so hears of comments about it.

Whoever made it and whoever is in charge of it follow it by what the record says: an import of thousands of records
writes nothing here. Rows hold what goes beyond that: who commented or was mentioned, and who said yes or no himself.
Only users follow, never customers (B16).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from core.api import current_user, entity_spec, settings, unit, who_may_see

from .models import followers

#: The settings by which somebody follows without having said so.
CREATOR, OWNER = "activities.follow_creator", "activities.follow_owner"
COMMENTER, MENTIONED = "activities.follow_commenter", "activities.follow_mentioned"
IN_CHARGE = ("owner_id", "assignee_id")


def of(entity: str, record: Mapping[str, Any]) -> set[int]:
    """The users who follow a record and may see it."""
    said = _said(entity, record["id"])
    wanted = (_by_facts(record) | {user_id for user_id, follows in said.items() if follows}) - {
        user_id for user_id, follows in said.items() if not follows}
    return who_may_see(entity, record["id"], wanted)


def follow(entity: str, record_id: int, user_id: int, follows: bool) -> None:
    """What the user said himself; it holds until he says something else."""
    _write(entity, record_id, [user_id], follows, again=True)


def add(entity: str, record_id: int, user_ids: Iterable[int]) -> None:
    """Those who follow from now on because of something they did or were asked; who said no stays away."""
    _write(entity, record_id, user_ids, True, again=False)


def _by_facts(record: Mapping[str, Any]) -> set[int]:
    found = {record.get("created_by_id")} if settings(CREATOR) else set()
    if settings(OWNER):
        found |= {record.get(name) for name in IN_CHARGE}
    return {one for one in found if one}


def _said(entity: str, record_id: int) -> dict[int, bool]:
    about = (followers.c.entity == entity, followers.c.record_id == record_id)
    return dict(unit().execute(sa.select(followers.c.user_id, followers.c.follows).where(*about)).all())


def _write(entity: str, record_id: int, user_ids: Iterable[int], follows: bool, *, again: bool) -> None:
    said = _said(entity, record_id)
    for user_id in sorted(set(user_ids)):
        if user_id not in said:
            _insert({"entity": entity, "record_id": record_id, "user_id": user_id, "follows": follows})
        elif again and said[user_id] != follows:
            unit().begin_write()
            mine = (followers.c.entity == entity, followers.c.record_id == record_id, followers.c.user_id == user_id)
            unit().execute(sa.update(followers).where(*mine).values(follows=follows))


def _insert(row: dict[str, Any]) -> None:
    """Who was put down by somebody else in the same moment stands there already."""
    unit().begin_write()
    try:
        with unit().connection.begin_nested():
            unit().execute(sa.insert(followers).values(row))
    except sa.exc.IntegrityError:
        return


def listed(entity: str, record: Mapping[str, Any]) -> tuple[bool, list[str]]:
    """Whether the reader follows the record, and the names of all who do."""
    found = of(entity, record)
    table = entity_spec("core.user").table
    names = sa.select(table.c.name).where(table.c.id.in_(sorted(found))).order_by(table.c.name_key, table.c.id)
    return current_user().id in found, list(unit().execute(names).scalars()) if found else []
