"""Which users may see a record: asked before somebody is told of it, so that telling gives nothing away."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from core.actor import NONE
from core.auth.actors import kept_actor
from core.auth.models import User
from core.db import unit
from core.permissions import members, scope, scope_conditions
from core.plugin.containment import PluginFailed
from core.plugin.stamps import read_stamp
from core.registry import current

RIGHTS = "rights"


def who_may_see(entity: Any, record_id: int, user_ids: Iterable[int]) -> set[int]:
    """Those of these users who may see the record now, in any of their organisations; nobody switched off.

    One query for all of them, once their rights are known to this process.
    """
    spec = current().of(entity)
    parts: list[Any] = []
    users = _active(user_ids)
    stamp = read_stamp(unit().connection, RIGHTS) if users else 0
    for user_id, name, email in users:
        who = kept_actor(unit().connection, user_id, None, stamp, name, email)
        if who is None or scope(f"{spec.name}.view", who) == NONE:
            continue
        try:
            conditions = scope_conditions(spec, "view", who)
        except PluginFailed:
            return set()  # Who may see it cannot be said now.
        parts.append(sa.select(sa.literal(user_id)).where(spec.table.c.id == record_id, *conditions))
    if not parts:
        return set()
    return set(unit().execute(parts[0] if len(parts) == 1 else sa.union_all(*parts)).scalars())


def _active(user_ids: Iterable[int]) -> list[Any]:
    wanted = sorted(set(user_ids))
    if not wanted:
        return []
    statement = sa.select(User.id, User.name, User.email).where(
        User.id.in_(wanted), User.active, User.deleted_at.is_(None))
    return list(unit().execute(statement).all())


def team_members(team_ids: Iterable[int]) -> set[int]:
    """The users of these teams, their heads included."""
    return set(unit().execute(members(tuple(team_ids))).scalars())
