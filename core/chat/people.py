"""Who may be written to: colleagues of one's own organisations who may use the chat themselves."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from core.actor import actor
from core.auth.models import Role, User, role_grant, user_organisation, user_role
from core.db import unit
from core.language.text import escape_like, search_key

OFFERED = 20


def offered(typed: str, but: Iterable[int] = ()) -> list[tuple[int, str]]:
    """(id, name) of colleagues whose name has a word that begins with what was typed."""
    table, key = User.__table__, escape_like(search_key(typed))
    named = sa.or_(table.c.name_key.like(f"{key}%", escape="\\"), table.c.name_key.like(f"% {key}%", escape="\\"))
    statement = sa.select(table.c.id, table.c.name).where(
        *_within_reach(), table.c.id.not_in([*but, actor().id or 0]), *([named] if key else []))  # fmt: skip
    return [(row.id, row.name) for row in
            unit().execute(statement.order_by(table.c.name_key, table.c.id).limit(OFFERED))]  # fmt: skip


def reachable(user_ids: Iterable[int]) -> set[int]:
    """Those of these users whom the actor may write to."""
    wanted = sorted(set(user_ids) - {actor().id or 0})
    statement = sa.select(User.id).where(User.id.in_(wanted), *_within_reach())
    return set(unit().execute(statement).scalars()) if wanted else set()


def _within_reach() -> list[Any]:
    """Conditions on users: persons that can log in, with the right to chat, and with an organisation in common."""
    table = User.__table__
    held = user_role.join(Role, sa.and_(Role.id == user_role.c.role_id, Role.deleted_at.is_(None))).outerjoin(
        role_grant, sa.and_(role_grant.c.role_id == Role.id, role_grant.c.permission == "core.chat.use"))  # fmt: skip
    may_chat = sa.select(user_role.c.user_id).select_from(held).where(
        sa.or_(Role.is_admin, sa.func.coalesce(role_grant.c.scope, 0) > 0))  # fmt: skip
    shared = sa.select(user_organisation.c.user_id).where(
        user_organisation.c.organisation_id.in_(actor().organisation_ids))  # fmt: skip
    return [table.c.active, table.c.deleted_at.is_(None), sa.func.coalesce(table.c.kind, "person") == "person",
            table.c.id.in_(may_chat), table.c.id.in_(shared)]  # fmt: skip
