"""Sending feedback: what a user writes becomes a record, and those who read it are told."""

from __future__ import annotations

import re
from contextvars import ContextVar
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa

from core import records
from core.auth.models import Role, User, role_grant, user_role
from core.auth.viewers import who_may_see
from core.db import unit
from core.declarations import NoticeKind
from core.errors import Invalid
from core.feedback.models import KINDS, LONGEST_PATH, Feedback
from core.language.i18n import _
from core.language.i18n import current as preferences
from core.notify.telling import notify
from core.plugin.hookspecs import hookimpl

MAY_SEND, MAY_READ = "core.feedback.add", "core.feedback.view"
SENT = "core.feedback_sent"
#: (path of the page, size of the window) of what is being sent.
_sent_from: ContextVar[tuple[str, str]] = ContextVar("diwan_feedback_from", default=("", ""))
_WINDOW = re.compile(r"\d{2,5}×\d{2,5}\Z", re.ASCII)


@hookimpl
def prepare(entity: Any, changes: Any) -> None:
    """Nobody types where he was: that is noted for him, whatever way the feedback comes in."""
    if entity.name != "core.feedback":
        return
    page, window = _sent_from.get()
    for change in changes:
        if change.is_new:
            change.set("path", page or None)
            change.set("window_size", window or None)
            change.set("language", preferences().language)


@hookimpl
def register_notice_kinds() -> list[NoticeKind]:
    return [NoticeKind(SENT, _("Somebody sent feedback"), _("{actor} sent feedback: {record}"), icon="message")]


def own_path(text: str) -> str:
    """The path of a page of ours; what stands behind it may hold what was searched for, and is left out."""
    path = urlsplit(text).path if text.startswith("/") and text.isprintable() else ""
    return path[:LONGEST_PATH] if path[1:2] not in ("/", "\\") else ""


def send(text: str, kind: str, page: str, window: str) -> int:
    """Keep what the actor wrote and tell those who may read it; Invalid without a text."""
    if not text.strip():
        raise Invalid(errors={"text": [_("Write what you want to tell us.")]})
    token = _sent_from.set((own_path(page), window if _WINDOW.match(window) else ""))
    try:
        made = int(records.create(Feedback, text=text.strip(), kind=kind).after["id"])
    finally:
        _sent_from.reset(token)
    notify(who_may_see(Feedback, made, _readers()), SENT, "core.feedback", made)
    return made


def _readers() -> list[int]:
    """Users with a role that may read feedback."""
    holding = sa.exists().where(role_grant.c.role_id == Role.id, role_grant.c.permission == MAY_READ)
    roles = sa.select(user_role.c.user_id).join(Role.__table__, Role.id == user_role.c.role_id)
    wanted = roles.where(Role.deleted_at.is_(None), sa.or_(Role.is_admin, holding))
    return list(unit().execute(sa.select(User.id).where(User.id.in_(wanted), User.active)).scalars())


__all__ = ["KINDS", "MAY_READ", "MAY_SEND", "SENT", "own_path", "prepare", "register_notice_kinds", "send"]
