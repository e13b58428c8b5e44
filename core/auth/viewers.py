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
from core.plugin.models import stamp as stamps
from core.registry import current

RIGHTS = "rights"


def who_may_see(entity: Any, record_id: int, user_ids: Iterable[int]) -> set[int]:
    """Those of these users who may see the record now, in any of their organisations; nobody switched off.

    One query for all of them, once their rights are known to this process.
    """
    spec = current().of(entity)
    parts: list[Any] = []
    for user_id, name, email, stamp in _active(user_ids):
        who = kept_actor(unit().connection, user_id, None, stamp or 0, name, email)
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


#: Made once: a timeline asks it for its followers, beside the stamp of the rights that are kept.
_ACTIVE = sa.select(
    User.id, User.name, User.email, sa.select(stamps.c.value).where(stamps.c.name == RIGHTS).scalar_subquery()
).where(User.id.in_(sa.bindparam("ids", expanding=True)), User.active, User.deleted_at.is_(None)).order_by(User.id)


def _active(user_ids: Iterable[int]) -> list[Any]:
    wanted = sorted(set(user_ids))
    return list(unit().execute(_ACTIVE, {"ids": wanted}).all()) if wanted else []


def team_members(team_ids: Iterable[int]) -> set[int]:
    """The users of these teams, their heads included."""
    return set(unit().execute(members(tuple(team_ids))).scalars())
