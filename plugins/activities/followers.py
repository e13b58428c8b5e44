"""Who follows a record, and so hears of comments about it.

Whoever made it and whoever is in charge of it follow it by what the record says: an import of thousands of records
writes nothing here. Rows hold what goes beyond that: who commented or was mentioned, and who said yes or no himself.
Only users follow, never customers (B16).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from core.api import current_user, entity_spec, settings, unit, who_may_see

from .models import followers

#: The settings by which somebody follows without having said so.
CREATOR, OWNER = "activities.follow_creator", "activities.follow_owner"
COMMENTER, MENTIONED = "activities.follow_commenter", "activities.follow_mentioned"
IN_CHARGE = ("owner_id", "assignee_id")
AT_ONCE = 500
_SAID = sa.select(followers.c.user_id, followers.c.follows).where(
    followers.c.entity == sa.bindparam("entity"), followers.c.record_id == sa.bindparam("record"))


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
    return dict(unit().execute(_SAID, {"entity": entity, "record": record_id}).all())


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


def kept(user_id: int) -> list[list[Any]]:
    """[entity, record] of all that a user follows because he said so, commented or was mentioned."""
    record = (followers.c.entity, followers.c.record_id)
    mine = sa.select(*record).where(followers.c.user_id == user_id, followers.c.follows).order_by(*record)
    return [list(row) for row in unit().execute(mine)]


def hand_over(keys: Sequence[Sequence[Any]], before: int, after: int) -> list[list[Any]]:
    """From now on another user follows these records, where he has not said himself whether he does; what went.

    Who may not see one of them hears nothing of it, as everybody else.
    """
    unit().begin_write()
    by_entity: dict[str, list[int]] = {}
    for entity, record_id in keys:
        by_entity.setdefault(entity, []).append(record_id)
    there, gone = followers.alias(), []
    said = sa.select(sa.literal(1)).where(
        there.c.entity == followers.c.entity, there.c.record_id == followers.c.record_id, there.c.user_id == after)
    for entity, ids in by_entity.items():
        for some in (ids[first : first + AT_ONCE] for first in range(0, len(ids), AT_ONCE)):
            mine = (followers.c.entity == entity, followers.c.record_id.in_(some), followers.c.user_id == before,
                    followers.c.follows, ~said.correlate(followers).exists())  # fmt: skip
            moved = sa.update(followers).where(*mine).values(user_id=after).returning(followers.c.record_id)
            gone += [[entity, record_id] for record_id in unit().execute(moved).scalars()]
    return gone


def listed(entity: str, record: Mapping[str, Any]) -> tuple[bool, list[str]]:
    """Whether the reader follows the record, and the names of all who do."""
    found = of(entity, record)
    table = entity_spec("core.user").table
    names = sa.select(table.c.name).where(table.c.id.in_(sorted(found))).order_by(table.c.name_key, table.c.id)
    return current_user().id in found, list(unit().execute(names).scalars()) if found else []
