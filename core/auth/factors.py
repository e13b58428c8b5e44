"""The second factor: time-based one-time codes (RFC 6238) of an app, and recovery codes for when it is lost.

The app's secret is sealed with the installation's key, recovery codes are kept as keyed hashes: the database alone
is worth nothing to whoever copies it. A code is accepted once, one step of 30 seconds early or late.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from typing import Any

import pyotp
import sqlalchemy as sa

from core.audit import listener
from core.auth.models import User, recovery_code, second_factor
from core.db import unit
from core.entity.base import utc_now
from core.errors import Invalid, NotFound
from core.language.digits import to_latin
from core.language.i18n import LazyString, _
from core.vault import Vault

ISSUER = "Diwan"
STEP = 30
DIGITS = 6
TOLERANCE = 1
RECOVERY_CODES = 10
SET_UP_SECONDS = 3600
_SECRET, _RECOVERY, _SET_UP = "second factor", "recovery code", "factor set-up"
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_GROUP = 5

_WRONG_CODE = _("This code is not right, or it was used already. Wait for the next one and try again; if none "
                "is taken, let your phone set its clock by itself.")
_WRONG_RECOVERY = _("This recovery code is not right, or it was used already: each one works once. Try another one, or "
                    "ask an administrator to reset your second factor.")  # fmt: skip


@dataclass(frozen=True, slots=True)
class SetUp:
    """What an app has to be told: its secret, to be typed, and the address a QR code shows.

    `ticket` carries the secret through the form: nothing is stored before a first code has shown that it works.
    """

    secret: str
    address: str
    ticket: str

    @property
    def groups(self) -> str:
        """The secret in groups of four, as it is typed."""
        return " ".join(self.secret[start : start + 4] for start in range(0, len(self.secret), 4))


def is_on(user_id: int) -> bool:
    """Whether the user's log-ins ask for a code."""
    mine = second_factor.c.user_id == user_id
    return unit().execute(sa.select(second_factor.c.user_id).where(mine)).first() is not None


def recovery_codes_left(user_id: int) -> int:
    mine = recovery_code.c.user_id == user_id
    return unit().execute(sa.select(sa.func.count()).select_from(recovery_code).where(mine)).scalar() or 0


def begin(vault: Vault, user_id: int, ticket: str = "") -> SetUp:
    """A set-up: the one under way that `ticket` carries, else a new one. Invalid when the factor is on already."""
    found = _user(user_id)
    if found.secret is not None:
        raise Invalid(_("Two-factor authentication is on already."))
    secret = _carried(vault, user_id, ticket) or pyotp.random_base32(32)
    address = pyotp.TOTP(secret).provisioning_uri(name=found.email, issuer_name=ISSUER)
    return SetUp(secret, address, vault.ticket(_SET_UP, {"user": user_id, "secret": secret}))


def confirm(vault: Vault, user_id: int, ticket: str, code: str) -> list[str]:
    """Turn the factor on by a first code of the app; the recovery codes, which nobody can see again."""
    found, secret = _user(user_id), _carried(vault, user_id, ticket)
    if found.secret is not None:
        raise Invalid(_("Two-factor authentication is on already."))
    if secret is None:
        raise Invalid(errors={"code": [_("The set-up took too long. Scan the new code.")]})
    step = _step_of(secret, code)
    if step is None:
        raise Invalid(errors={"code": [wrong(code)]})
    unit().begin_write()
    values = {"user_id": user_id, "secret": vault.seal(_SECRET, secret), "created_at": utc_now(), "last_step": step}
    unit().execute(sa.insert(second_factor).values(values))
    listener.record("core.user", user_id, found.name, "factor_on", {})
    return _new_recovery_codes(vault, user_id)


def passes(vault: Vault, user_id: int, code: str) -> bool:
    """Whether this is the app's present code or a recovery code, neither used before; it is used up by this."""
    found = _user(user_id)
    if found.secret is None:
        return False
    secret = vault.unseal(_SECRET, found.secret)
    step = _step_of(secret, code) if secret is not None else None
    if step is not None:
        return _use_up(user_id, step)
    return _use_up_recovery_code(vault, user_id, found.name, code)


def wrong(code: str) -> LazyString:
    """What is said of a code that did not pass: apps give six figures, recovery codes are longer and have letters."""
    typed = _bare(code)
    return _WRONG_CODE if len(typed) <= DIGITS and (typed.isdigit() or not typed) else _WRONG_RECOVERY


def renew_recovery_codes(vault: Vault, user_id: int) -> list[str]:
    """New recovery codes; those before are worth nothing from here on."""
    found = _user(user_id)
    if found.secret is None:
        raise NotFound(_("Two-factor authentication is not on."))
    codes = _new_recovery_codes(vault, user_id)
    listener.record("core.user", user_id, found.name, "recovery_renew", {})
    return codes


def remove(user_id: int, action: str = "factor_off") -> bool:
    """Turn the factor off, as its user or, with the action `factor_reset`, as an administrator; whether it was on."""
    found = _user(user_id)
    if found.secret is None:
        return False
    unit().begin_write()
    for table in (second_factor, recovery_code):
        unit().execute(sa.delete(table).where(table.c.user_id == user_id))
    listener.record("core.user", user_id, found.name, action, {})
    return True


def _user(user_id: int) -> Any:
    """Name, email and sealed secret, which is None while the factor is off."""
    source = sa.outerjoin(User, second_factor, second_factor.c.user_id == User.id)
    statement = sa.select(User.name, User.email, second_factor.c.secret).select_from(source)
    row = unit().execute(statement.where(User.id == user_id, User.deleted_at.is_(None))).first()
    if row is None:
        raise NotFound(_("This user does not exist."))
    return row


def _carried(vault: Vault, user_id: int, ticket: str) -> str | None:
    """The secret in a ticket made for this very user, not long ago."""
    facts = vault.facts(_SET_UP, ticket, SET_UP_SECONDS)
    return str(facts["secret"]) if facts is not None and facts["user"] == user_id else None


def _step_of(secret: str, code: str) -> int | None:
    """The time step within the tolerance at which the app shows this code, if any."""
    typed = _bare(code)
    if len(typed) != DIGITS or not typed.isascii() or not typed.isdecimal():
        return None
    now, codes = int(utc_now().timestamp()) // STEP, pyotp.TOTP(secret)
    near = range(now - TOLERANCE, now + TOLERANCE + 1)
    return next((step for step in near if hmac.compare_digest(codes.generate_otp(step), typed)), None)


def _use_up(user_id: int, step: int) -> bool:
    """In one statement, so that of two log-ins with the same code at the same moment one is refused."""
    unit().begin_write()
    fresh = sa.and_(second_factor.c.user_id == user_id, second_factor.c.last_step < step)
    return unit().execute(sa.update(second_factor).where(fresh).values(last_step=step)).rowcount == 1


def _use_up_recovery_code(vault: Vault, user_id: int, name: str, code: str) -> bool:
    digest = _recovery_digest(vault, user_id, code)
    unit().begin_write()
    given = sa.and_(recovery_code.c.user_id == user_id, recovery_code.c.code_hash == digest)
    if not unit().execute(sa.delete(recovery_code).where(given)).rowcount:
        return False
    listener.record("core.user", user_id, name, "recovery_code", {"left": [None, recovery_codes_left(user_id)]})
    return True


def _new_recovery_codes(vault: Vault, user_id: int) -> list[str]:
    unit().begin_write()
    unit().execute(sa.delete(recovery_code).where(recovery_code.c.user_id == user_id))
    codes = [_make_code() for _number in range(RECOVERY_CODES)]
    rows = [{"user_id": user_id, "code_hash": _recovery_digest(vault, user_id, code)} for code in codes]
    unit().execute(sa.insert(recovery_code), rows)
    return codes


def _make_code() -> str:
    return "-".join("".join(secrets.choice(_LETTERS) for _letter in range(_GROUP)) for _group in range(2))


def _recovery_digest(vault: Vault, user_id: int, code: str) -> str:
    return vault.digest(_RECOVERY, f"{user_id}:{_bare(code).replace('-', '').lower()}")


def _bare(code: str) -> str:
    """Digits of any keyboard, without the spaces an app shows in between."""
    return "".join(to_latin(code[:100]).split())
