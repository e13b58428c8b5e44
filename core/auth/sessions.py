"""Sessions on the server: the cookie holds a random token, the database only its SHA-256.

Whoever reads the table, a backup or a log cannot become anybody. A session ends when it was idle or has lived
too long, when its user signs out, is switched off or gets a new password.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from core.actor import Origin
from core.auth.models import User, session
from core.db import unit
from core.entity.base import utc_now

COOKIE = "diwan_session"
IDLE = dt.timedelta(hours=12)
LIFETIME = dt.timedelta(days=7)
REMEMBERED_LIFETIME = dt.timedelta(days=30)
TOKEN_BYTES = 32
PUBLIC_ID_LENGTH = 16


@dataclass(frozen=True, slots=True)
class Session:
    """A session just made: the only moment its token is known."""

    token: str
    id: str
    user_id: int
    csrf_token: str
    expires_at: dt.datetime
    remembered: bool


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A session as its user sees it. `public_id` names it in forms; it is of no use as a cookie."""

    id: str
    created_at: dt.datetime
    seen_at: dt.datetime
    address: str
    user_agent: str
    factor: bool

    @property
    def public_id(self) -> str:
        return self.id[:PUBLIC_ID_LENGTH]


def hash_token(token: str) -> str:
    """What is stored of a token. It is random enough that a slow hash would add nothing."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def create(
    user_id: int, organisation_id: int | None, origin: Origin, remember: bool = False, *,
    factor: bool = False, **begun: Any,
) -> Session:  # fmt: skip
    """A new session with a new id, whatever cookie the browser came with (SEC-40).

    `factor` tells that a second factor was shown, `begun` are the columns of one that began at a provider of accounts.
    """
    now = utc_now()
    made = _new(user_id, now + (REMEMBERED_LIFETIME if remember else LIFETIME), remember)
    unit().begin_write()
    unit().execute(sa.delete(session).where(session.c.user_id == user_id, sa.not_(_is_alive_now())))
    unit().execute(sa.insert(session).values(
        token_hash=made.id, user_id=user_id, organisation_id=organisation_id, csrf_token=made.csrf_token,
        created_at=now, seen_at=now, expires_at=made.expires_at, remembered=remember,
        address=origin.address[:64], user_agent=origin.user_agent[:300],
        factor=factor, **begun))  # fmt: skip
    unit().execute(sa.update(User.__table__).where(User.id == user_id).values(last_seen_at=now))
    return made


def renew(session_id: str, *, keep_forms: bool = False, **changed: Any) -> Session | None:
    """Give a session a new token, so that one stolen before is worth nothing; None when it has ended.

    `changed` are columns that change with it, such as `factor`. With `keep_forms` the pages that are open in the
    same browser can still be sent.
    """
    unit().begin_write()
    found = unit().execute(sa.select(session).where(session.c.token_hash == session_id)).mappings().first()
    if found is None:
        return None
    made = _new(found["user_id"], found["expires_at"], found["remembered"])
    if keep_forms:
        made = replace(made, csrf_token=found["csrf_token"])
    unit().execute(sa.update(session).where(session.c.token_hash == session_id)
                   .values(token_hash=made.id, csrf_token=made.csrf_token, renewal_due=False, **changed))  # fmt: skip
    return made


def call_for_renewal(user_ids: Any) -> None:
    """The sessions of these users (ids, or a query for them) get a new id with the next page they ask for (SEC-40)."""
    unit().execute(sa.update(session).where(session.c.user_id.in_(user_ids)).values(renewal_due=True))


def work_in(session_id: str, organisation_id: int | None) -> None:
    """Narrow a session to one organisation, or let it work with all of its user's (None)."""
    unit().begin_write()
    chosen = sa.update(session).where(session.c.token_hash == session_id)
    unit().execute(chosen.values(organisation_id=organisation_id))


def open_sessions(user_id: int) -> list[OpenSession]:
    """The user's living sessions, the last used one first."""
    columns = (session.c.token_hash, session.c.created_at, session.c.seen_at, session.c.address,
               session.c.user_agent, session.c.factor)  # fmt: skip
    statement = sa.select(*columns).where(session.c.user_id == user_id, _is_alive_now())
    return [OpenSession(*row) for row in unit().execute(statement.order_by(session.c.seen_at.desc()))]


def revoke(session_id: str) -> bool:
    """End one session; whether it was there."""
    return _delete(session.c.token_hash == session_id)


def revoke_public(user_id: int, public_id: str) -> bool:
    """End one of this user's sessions, named by its public id."""
    shown = sa.func.substr(session.c.token_hash, 1, PUBLIC_ID_LENGTH)
    return _delete(session.c.user_id == user_id, shown == public_id)


def revoke_all(user_id: int, keep: str = "") -> bool:
    """End all sessions of a user but the one with the id `keep`."""
    return _delete(session.c.user_id == user_id, session.c.token_hash != keep)


def cookie_flags(base_url: str) -> dict[str, Any]:
    """What every cookie of ours is set with. Secure only where the address is https: browsers drop a secure cookie
    that came over plain http."""
    return {"path": "/", "httponly": True, "samesite": "Lax", "secure": base_url.startswith("https:")}


def purge() -> int:
    """Forget all sessions that have ended by time; the number of them."""
    unit().begin_write()
    return unit().execute(sa.delete(session).where(sa.not_(_is_alive_now()))).rowcount


def is_alive(now: Any, idle_since: Any) -> Any:
    """SQL condition: neither too old nor, unless the device is remembered, unused since `idle_since`."""
    return sa.and_(session.c.expires_at > now, sa.or_(session.c.remembered, session.c.seen_at > idle_since))


def cookie(made: Session, base_url: str) -> dict[str, Any]:
    """Arguments for `response.set_cookie`. Without "remember me" it ends with the browser."""
    lifetime = int((made.expires_at - utc_now()).total_seconds()) if made.remembered else None
    return {"key": COOKIE, "value": made.token, "max_age": lifetime, **cookie_flags(base_url)}


def no_cookie(base_url: str) -> dict[str, Any]:
    """Arguments for `response.delete_cookie`."""
    return {"key": COOKIE, **cookie_flags(base_url)}


def _new(user_id: int, expires_at: dt.datetime, remembered: bool) -> Session:
    token = secrets.token_urlsafe(TOKEN_BYTES)
    return Session(token, hash_token(token), user_id, secrets.token_urlsafe(TOKEN_BYTES), expires_at, remembered)


def _is_alive_now() -> Any:
    now = utc_now()
    return is_alive(now, now - IDLE)


def _delete(*conditions: Any) -> bool:
    unit().begin_write()
    return unit().execute(sa.delete(session).where(*conditions)).rowcount > 0
