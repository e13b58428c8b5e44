"""Links that let somebody choose a password: mailed, good once and for a short time, kept as a hash (SEC-35).

A link is bound to the password and the address it was made for: it is void after a change of either, after the next
log-in, and when its user is switched off or deleted.
"""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass

import sqlalchemy as sa

from core.auth import passwords
from core.auth.models import User, mail_link
from core.auth.sessions import TOKEN_BYTES, hash_token
from core.db import unit
from core.entity.base import utc_now

RESET, INVITE = "reset", "invite"
LIFETIMES = {RESET: dt.timedelta(minutes=30), INVITE: dt.timedelta(days=7)}
PATH = "/login/new-password"
LONGEST_TOKEN = 200


@dataclass(frozen=True, slots=True)
class Link:
    """What a link is for, and whose it is."""

    user_id: int
    purpose: str
    email: str


def make(user_id: int, purpose: str, base_url: str) -> str:
    """The address to mail. It begins with the configured one, whatever a request says its host is (SEC-34).

    Earlier links of the user are void from here on.
    """
    token, now = secrets.token_urlsafe(TOKEN_BYTES), utc_now()
    bound_to = passwords.bound_to(user_id)
    void(user_id)
    unit().execute(sa.insert(mail_link).values(
        token_hash=hash_token(token), user_id=user_id, purpose=purpose, bound_to=bound_to, created_at=now,
        expires_at=now + LIFETIMES[purpose]))  # fmt: skip
    return f"{base_url}{PATH}?token={token}"


def holder(token: str) -> Link | None:
    """Whose link this is; None when it is void."""
    if not token or len(token) > LONGEST_TOKEN:
        return None
    columns = (mail_link.c.user_id, mail_link.c.purpose, mail_link.c.bound_to, User.email)
    alive = sa.and_(mail_link.c.token_hash == hash_token(token), mail_link.c.expires_at > utc_now(),
                    User.active, User.deleted_at.is_(None))  # fmt: skip
    source = mail_link.join(User.__table__, User.id == mail_link.c.user_id)
    row = unit().execute(sa.select(*columns).select_from(source).where(alive)).first()
    if row is None or row.bound_to != passwords.bound_to(row.user_id):
        return None
    return Link(row.user_id, row.purpose, row.email)


def use_up(token: str) -> Link | None:
    """Whose link this was; of two who come at the same moment one gets it."""
    unit().begin_write()
    found = holder(token)
    used = sa.delete(mail_link).where(mail_link.c.token_hash == hash_token(token))
    return found if found is not None and unit().execute(used).rowcount else None


def void(user_id: int) -> None:
    """Every link of the user is worth nothing from here on."""
    unit().begin_write()
    gone = sa.or_(mail_link.c.user_id == user_id, mail_link.c.expires_at <= utc_now())
    unit().execute(sa.delete(mail_link).where(gone))
