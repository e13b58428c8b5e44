"""Signing in and out, changing one's own password, and where to go after signing in.

A refusal says the same for an unknown address, a wrong password and a user who is switched off, and takes the
same time (SEC-37). Each try is counted and put on record in a transaction of its own (SEC-38, AUD-05).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

import sqlalchemy as sa

from core.actor import Actor, Origin, acting
from core.audit import listener
from core.auth import entry, known_devices, passwords, sessions, throttle
from core.auth.entry import Entered, Pending, Proof
from core.auth.models import User, credential
from core.auth.sessions import Session
from core.auth.throttle import Attempt
from core.db import unit
from core.errors import Invalid, Unauthenticated
from core.language.i18n import _
from core.vault import Vault

LOG_IN, PASSWORD = "login", "password"
WRONG = _("The email or the password is not right.")
HOME = "/"
LONGEST_TARGET = 2000


@dataclass(frozen=True, slots=True)
class _Account:
    """What is stored of a user for checking a password; `stored` is None when there is none to check."""

    id: int | None = None
    name: str = ""
    email: str = ""
    active: bool = False
    kind: str | None = None
    stored: str | None = None

    @property
    def may_log_in(self) -> bool:
        """Programs have tokens and no way in by the door of people."""
        return self.active and self.kind != "program"


def sign_in(
    vault: Vault, email: str, password: str, origin: Origin, *, remember: bool = False, device: str = "",
    target: str = HOME,
) -> Entered | Pending:  # fmt: skip
    """A new session for the right pair, or the second step before it.

    Unauthenticated for any other pair, TooMany while the caller must wait. `device` is the token this browser is
    known by, if it is.
    """
    email = email.strip().lower()
    known = known_devices.known(device, User.email == email, User.deleted_at.is_(None))
    tried = Attempt(LOG_IN, email, origin.address, known)
    wait = throttle.attempt(unit().engine, tried)
    account = _find(User.email == email)
    if not passwords.matches(account.stored, password) or not account.may_log_in or account.id is None:
        entry.refused(account.id, account.name or _plausible(email), "login_failed", origin, wait)
        raise Unauthenticated(WRONG)
    if account.stored and passwords.needs_rehash(account.stored):
        passwords.rehash(account.id, account.stored, password)
    entered = entry.enter(vault, Proof(account.id, remember=remember, target=target), origin, device)
    entry.forgive_after_commit(tried)
    return entered


def sign_out(actor: Actor, session_id: str, origin: Origin) -> None:
    """End this session."""
    if sessions.revoke(session_id):
        with acting(actor, origin):
            listener.record("core.user", actor.id, actor.name, "logout", {})


def change_password(actor: Actor, current: str, new: str, session_id: str, origin: Origin) -> Session | None:
    """Change one's own password: the present one is asked for, all other sessions end, this one is renewed.

    Raises Invalid on `current_password` or `new_password`, TooMany after too many wrong ones. The cookie must
    be set anew from the session returned; None when this session ended meanwhile.
    """
    check_password(actor, current, origin)
    if current == new:
        raise Invalid(errors={"new_password": [_("The new password is the same as the old one.")]})
    passwords.set_password(actor.id or 0, new, field="new_password", keep_session=session_id)
    renewed = sessions.renew(session_id)
    with acting(actor, origin):
        listener.record("core.user", actor.id, actor.name, "password_change", {})
    return renewed


def check_password(actor: Actor, current: str, origin: Origin, field: str = "current_password") -> None:
    """Raises Invalid on `field` unless this is one's password: asked again before anything that would let somebody
    keep an account for good (SEC-41). TooMany after too many wrong ones."""
    tried = Attempt(PASSWORD, str(actor.id), origin.address)
    throttle.attempt(unit().engine, tried)
    account = _find(User.id == actor.id)
    if not passwords.matches(account.stored, current):
        raise Invalid(errors={field: [_("This is not your present password.")]})
    entry.forgive_after_commit(tried)


def attempts_of(user_id: int, email: str) -> tuple[tuple[str, str], ...]:
    """Under which names the attempts on a user's account are counted (`throttle.locks`, `throttle.unlock`)."""
    return (LOG_IN, email), (PASSWORD, str(user_id)), (entry.FACTOR, str(user_id))


def safe_next(target: str | None) -> str:
    """The target when it is a path of this site, else the start page (SEC-42).

    Everything a browser or a proxy could read as another host is refused: `//host`, backslashes, control
    characters and spaces, characters that become slashes when normalised, and all of these percent-encoded.
    """
    if not target or len(target) > LONGEST_TARGET or not _is_own_path(target):
        return HOME
    path = urlsplit(target).path.rstrip("/")
    return HOME if path in ("/login", "/logout") else target


def _is_own_path(target: str) -> bool:
    return all(_begins_here(form) for form in _readings(target))


def _begins_here(text: str) -> bool:
    path = text.partition("?")[0].partition("#")[0]
    plain = all(char.isprintable() and not char.isspace() and char != "\\" for char in path)
    return path.startswith("/") and "//" not in path and plain and text.isprintable()


def _readings(target: str) -> Iterator[str]:
    """The target as it stands, and what it becomes when it is decoded or normalised, also repeatedly."""
    for _step in range(4):
        yield target
        yield unicodedata.normalize("NFKC", target)
        decoded = unquote(target)
        if decoded == target:
            return
        target = decoded


def _find(condition: Any) -> _Account:
    source = sa.outerjoin(User, credential, credential.c.user_id == User.id)
    columns = (User.id, User.name, User.email, User.active, User.kind, credential.c.password_hash)
    statement = sa.select(*columns).select_from(source).where(condition, User.deleted_at.is_(None))
    found = unit().execute(statement).first()
    return _Account(*found) if found else _Account()


def _plausible(email: str) -> str:
    """What was typed is kept only where it looks like an address: passwords land in the wrong input."""
    return email if "@" in email and len(email) <= 254 else ""
