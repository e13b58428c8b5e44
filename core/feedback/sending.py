"""Sending feedback: what a user writes becomes a record, and those who read it are told."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import urlsplit

import sqlalchemy as sa

from core import records
from core.actor import acting, actor
from core.auth.models import Role, User, role_grant, user_role
from core.auth.viewers import who_may_see
from core.db import unit
from core.declarations import NoticeKind
from core.feedback.models import KINDS, LONGEST_PATH, Feedback
from core.language.i18n import _
from core.language.i18n import current as preferences
from core.notify.telling import notify
from core.plugin.hookspecs import hookimpl

MAY_SEND, MAY_READ = "core.feedback.add", "core.feedback.view"
SENT = "core.feedback_sent"
_WINDOW = re.compile(r"\d{2,5}×\d{2,5}\Z", re.ASCII)


@hookimpl
def register_notice_kinds() -> list[NoticeKind]:
    return [NoticeKind(SENT, _("Somebody sent feedback"), _("{actor} sent feedback: {record}"), icon="message")]


def own_path(text: str) -> str:
    """The path of a page of ours; what stands behind it may hold what was searched for, and is left out."""
    path = urlsplit(text).path if text.startswith("/") and text.isprintable() else ""
    return path[:LONGEST_PATH] if path[1:2] not in ("/", "\\") else ""


def send(text: str, kind: str, page: str, window: str) -> int:
    """Keep what the actor wrote and tell those who may read it; Invalid without a text."""
    values = {
        "text": text.strip(), "kind": kind, "page": own_path(page) or None, "language": preferences().language,
        "window_size": window if _WINDOW.match(window) else None,
    }  # fmt: skip
    # Who may write feedback decides nothing else about it, so the facts of the page are noted for him.
    with acting(replace(actor(), is_system=True)):
        made = int(records.create(Feedback, **values).after["id"])
    notify(who_may_see(Feedback, made, _readers()), SENT, "core.feedback", made)
    return made


def _readers() -> list[int]:
    """Users with a role that may read feedback."""
    holding = sa.exists().where(role_grant.c.role_id == Role.id, role_grant.c.permission == MAY_READ)
    roles = sa.select(user_role.c.user_id).join(Role.__table__, Role.id == user_role.c.role_id)
    wanted = roles.where(Role.deleted_at.is_(None), sa.or_(Role.is_admin, holding))
    return list(unit().execute(sa.select(User.id).where(User.id.in_(wanted), User.active)).scalars())


__all__ = ["KINDS", "MAY_READ", "MAY_SEND", "SENT", "own_path", "register_notice_kinds", "send"]
