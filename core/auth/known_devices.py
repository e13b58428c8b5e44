"""Browsers that somebody logged in with before: the cookie holds a random token, the database its hash.

A known device is let in while strangers guess (SEC-38), and a log-in from a new one is told to its owner. It stands
for no password and no second factor.
"""

from __future__ import annotations

import datetime as dt
import secrets
from typing import Any

import sqlalchemy as sa

from core.auth.models import User, device
from core.auth.sessions import TOKEN_BYTES, cookie_flags, hash_token
from core.db import unit
from core.entity.base import utc_now

COOKIE = "diwan_device"
KEPT = dt.timedelta(days=365)
LONGEST_TOKEN = 200


def known(token: str, *condition: Any) -> str:
    """The hash of the device when a user who fulfils `condition` logged in with it before, else nothing."""
    if not token or len(token) > LONGEST_TOKEN:
        return ""
    found = device.join(User.__table__, User.id == device.c.user_id)
    mine = sa.and_(device.c.token_hash == hash_token(token), device.c.seen_at > utc_now() - KEPT, *condition)
    return unit().execute(sa.select(device.c.token_hash).select_from(found).where(mine)).scalar() or ""


def remember(user_id: int, token: str) -> tuple[str, bool]:
    """Note that the user logged in with this device; its token, a new one where there was none, and whether the
    device is new to the user."""
    unit().begin_write()
    token = token if token and len(token) <= LONGEST_TOKEN else secrets.token_urlsafe(TOKEN_BYTES)
    now = utc_now()
    mine = sa.and_(device.c.token_hash == hash_token(token), device.c.user_id == user_id)
    if unit().execute(sa.update(device).where(mine).values(seen_at=now)).rowcount:
        return token, False
    stale = sa.and_(device.c.user_id == user_id, device.c.seen_at <= now - KEPT)
    unit().execute(sa.delete(device).where(stale))
    unit().execute(sa.insert(device).values(token_hash=hash_token(token), user_id=user_id, created_at=now, seen_at=now))
    return token, True


def forget_all(user_id: int) -> None:
    """No device of the user is known any more: whoever had his password may have made one known."""
    unit().begin_write()
    unit().execute(sa.delete(device).where(device.c.user_id == user_id))


def has_any(user_id: int) -> bool:
    return unit().execute(sa.select(device.c.user_id).where(device.c.user_id == user_id).limit(1)).first() is not None


def cookie(token: str, base_url: str) -> dict[str, Any]:
    """Arguments for `response.set_cookie`."""
    return {"key": COOKIE, "value": token, "max_age": int(KEPT.total_seconds()), **cookie_flags(base_url)}
