"""Passwords: Argon2id hashes, the rules for new ones, and setting them.

The profile (19 MiB, two passes, one lane) costs about 20 ms, so that a flood of log-ins cannot take the
memory of the machine. Hashes of an older profile are replaced at the next sign-in.
"""

from __future__ import annotations

import hashlib
import unicodedata
from typing import Any

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from core.auth import known_devices, sessions
from core.auth.common_passwords import is_common
from core.auth.models import User, credential
from core.db import unit
from core.entity.base import utc_now
from core.errors import Invalid, NotFound
from core.language.i18n import _

SHORTEST = 10
LONGEST = 500

_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# The hash of a password nobody has. Checking it costs what a real check costs, so that the time of a refusal
# does not tell whether the account exists (SEC-37).
_NOBODY = "$argon2id$v=19$m=19456,t=2,p=1$92dA1mFNVgwrnvfgfSqJtA$85Ocz12qBktMgMuJzs1f8rlhzIQQTSEEfC+V5i5pAL4"


def make_hash(password: str) -> str:
    return _HASHER.hash(_normal(password))


def matches(stored: str | None, password: str) -> bool:
    """Whether `password` belongs to the stored hash; takes as long when there is no hash."""
    try:
        return _HASHER.verify(stored or _NOBODY, _normal(password)[:LONGEST]) and stored is not None
    except (VerificationError, InvalidHashError):
        return False


def needs_rehash(stored: str) -> bool:
    """Whether the hash was made with another profile than today's."""
    return _HASHER.check_needs_rehash(stored)


def problems(password: str, email: str = "") -> list[Any]:
    """What is wrong with a new password, in words for its field; empty when it may be used."""
    text = _normal(password)
    if len(text) < SHORTEST:
        return [_("A password needs at least {n} characters.", n=SHORTEST)]
    if len(text) > LONGEST:
        return [_("This is longer than {limit} characters. Shorten it.", limit=LONGEST)]
    if _is_email(text, email):
        return [_("The password must not be the email address.")]
    if is_common(text):
        return [_("Many people use this password, so it is easily guessed. Choose another one.")]
    return []


def rule() -> Any:
    """The rules in one sentence, for the hint below the input."""
    return _("At least {n} characters, not a common password and not the email address.", n=SHORTEST)


def check_new(password: str, email: str = "", field: str = "password") -> None:
    """Raises Invalid on `field` unless the password may be used."""
    found = problems(password, email)
    if found:
        raise Invalid(errors={field: found})


def set_password(
    user_id: int, password: str, must_change: bool = False, *, field: str = "password", keep_session: str = ""
) -> None:
    """Give the user a new password; all sessions but `keep_session` (its id) end, no device is known any more.

    Raises Invalid on `field` when the password breaks a rule. Who may do so is for the caller to check, and
    to put on record.
    """
    row = unit().execute(sa.select(User.email, User.kind).where(User.id == user_id)).first()
    if row is None:
        raise NotFound(_("This user does not exist."))
    if row.kind == "program":
        raise Invalid(errors={field: [_("Programs log in with a token and have no password.")]})
    check_new(password, row.email, field)
    digest = make_hash(password)
    unit().begin_write()
    _store(user_id, digest, must_change)
    sessions.revoke_all(user_id, keep=keep_session)
    known_devices.forget_all(user_id)


def bound_to(user_id: int) -> str:
    """A digest of the user's password and address: tickets and links made before a change of either are void."""
    source = sa.outerjoin(User, credential, credential.c.user_id == User.id)
    columns = (User.email, credential.c.password_hash, credential.c.changed_at)
    row = unit().execute(sa.select(*columns).select_from(source).where(User.id == user_id)).first()
    facts = "\n".join(str(part) for part in row) if row is not None else ""
    return hashlib.sha256(facts.encode()).hexdigest()


def has_one(user_id: int) -> bool:
    """Whether the user has a password at all: people who come through the company's accounts may have none."""
    found = sa.select(credential.c.user_id).where(credential.c.user_id == user_id)
    return unit().execute(found).first() is not None


def rehash(user_id: int, stored: str, password: str) -> None:
    """Replace the hash `stored` by one of today's profile, unless the password was changed meanwhile."""
    unit().begin_write()
    same = sa.and_(credential.c.user_id == user_id, credential.c.password_hash == stored)
    unit().execute(sa.update(credential).where(same).values(password_hash=make_hash(password)))


def forget(user_id: int) -> None:
    """Leave the user without a password: nobody signs in with the account until it gets one."""
    unit().begin_write()
    unit().execute(sa.delete(credential).where(credential.c.user_id == user_id))


def _store(user_id: int, digest: str, must_change: bool) -> None:
    values = {"password_hash": digest, "changed_at": utc_now(), "must_change": must_change}
    changed = unit().execute(sa.update(credential).where(credential.c.user_id == user_id).values(values))
    if changed.rowcount == 0:
        unit().execute(sa.insert(credential).values(user_id=user_id, **values))


def _normal(password: str) -> str:
    """One form for what keyboards write differently: composed letters, full-width forms."""
    return unicodedata.normalize("NFKC", password)


def _is_email(text: str, email: str) -> bool:
    given, address = text.casefold(), email.casefold()
    return bool(address) and given in (address, address.partition("@")[0])
