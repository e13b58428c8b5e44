"""API tokens: made by a user for a program, shown once, kept as a hash.

A token acts as its user with all of his rights, or only looks when its scope is `read`; it may be narrowed to some
entities. A program (a user of that kind) has nothing but tokens.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa

from core.audit import listener
from core.auth.models import User, token
from core.auth.sessions import TOKEN_BYTES, hash_token
from core.db import unit
from core.entity.base import utc_now
from core.errors import Invalid, NotFound
from core.language.i18n import _
from core.registry import current

# Makes a token recognisable to the scanners that look for secrets in code and logs.
PREFIX = "diwan_"
SCOPES = ("read", "write")
LONGEST_DAYS = 3650
LABEL_LENGTH = 100


@dataclass(frozen=True, slots=True)
class ApiToken:
    """What may be shown of a token."""

    id: int
    label: str
    scope: str
    created_at: dt.datetime
    expires_at: dt.datetime | None
    last_used_at: dt.datetime | None
    last_address: str = ""
    entities: tuple[str, ...] = ()

    @property
    def is_expired(self) -> bool:
        return self.expires_at is not None and self.expires_at <= utc_now()


def create(
    user_id: int, scope: str = "read", days: int | None = None, label: str = "", entities: Iterable[str] = ()
) -> str:
    """The text of a new token, which nobody can see again. `days` None never expires; `entities` narrow it."""
    narrowed = sorted(set(entities))
    _check(scope, days, label, narrowed)
    name = unit().execute(sa.select(User.name).where(User.id == user_id, User.deleted_at.is_(None))).scalar()
    if name is None:
        raise NotFound(_("This user does not exist."))
    text, now = PREFIX + secrets.token_urlsafe(TOKEN_BYTES), utc_now()
    values = {
        "scope": scope, "label": label.strip(), "created_at": now,
        "expires_at": now + dt.timedelta(days=days) if days else None, "entities": " ".join(narrowed),
    }  # fmt: skip
    unit().begin_write()
    unit().execute(sa.insert(token).values(token_hash=hash_token(text), user_id=user_id, **values))
    listener.record("core.user", user_id, name, "token_create", {
        "label": [None, values["label"]], "scope": [None, scope], "expires_at": [None, values["expires_at"]],
        **({"entities": [None, values["entities"]]} if narrowed else {}),
    })  # fmt: skip
    return text


def tokens_of(user_id: int) -> list[ApiToken]:
    """The user's tokens, expired ones included, the newest first."""
    columns = (token.c.id, token.c.label, token.c.scope, token.c.created_at, token.c.expires_at,
               token.c.last_used_at, token.c.last_address, token.c.entities)  # fmt: skip
    rows = unit().execute(sa.select(*columns).where(token.c.user_id == user_id).order_by(token.c.id.desc()))
    return [
        ApiToken(r.id, r.label, r.scope, r.created_at, r.expires_at, r.last_used_at, r.last_address,
                 tuple(r.entities.split()))
        for r in rows
    ]  # fmt: skip


def revoke(user_id: int, token_id: int) -> bool:
    """End one of the user's tokens; whether it was there."""
    unit().begin_write()
    found = sa.and_(token.c.id == token_id, token.c.user_id == user_id)
    named = sa.select(token.c.label, User.name).join(User, User.id == token.c.user_id).where(found)
    revoked = unit().execute(named).first()
    if revoked is None:
        return False
    unit().execute(sa.delete(token).where(found))
    listener.record("core.user", user_id, revoked.name, "token_revoke", {"label": [revoked.label, None]})
    return True


def revoke_all(user_id: int) -> bool:
    unit().begin_write()
    return unit().execute(sa.delete(token).where(token.c.user_id == user_id)).rowcount > 0


def _check(scope: str, days: int | None, label: str, entities: list[str]) -> None:
    errors = {}
    if scope not in SCOPES:
        errors["scope"] = [_("Choose read or write.")]
    if days is not None and not 1 <= days <= LONGEST_DAYS:
        errors["days"] = [_("Choose between 1 and {limit} days.", limit=LONGEST_DAYS)]
    if len(label.strip()) > LABEL_LENGTH:
        errors["label"] = [_("This is longer than {limit} characters. Shorten it.", limit=LABEL_LENGTH)]
    unknown = [name for name in entities if name not in current().entities]
    if unknown:
        errors["entities"] = [_("There is no record type “{name}”.", name=unknown[0][:60])]
    if errors:
        raise Invalid(errors=errors)
