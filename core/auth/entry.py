"""From a proof of who somebody is to an open session.

Whoever has a second factor gets no session before it was shown, whatever the first proof was (SEC-36): until then
the browser holds a sealed ticket, with which nothing can be done but show the factor.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Any

import sqlalchemy as sa

from core.actor import ANONYMOUS, Actor, Origin, acting
from core.audit import listener
from core.auth import factors, known_devices, mail_links, networks, passwords, sessions, throttle
from core.auth.actors import load_actor
from core.auth.models import User, device
from core.auth.sessions import Session
from core.auth.throttle import Attempt
from core.db import Unit, run_unit, unit
from core.errors import Invalid, Unauthenticated
from core.language.i18n import _
from core.vault import Vault

FACTOR = "factor"
SECONDS = 600
_TICKET = "second step"
ID_TOKEN = "id token"
#: Longer id tokens do not travel in the ticket, since no cookie may be above 4 KB: the provider then asks who logs out.
LONGEST_CARRIED = 1800


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """The session at a provider of accounts by which somebody came in; `name` is the provider's in the log, `session`
    its own name for that session, if it said one."""

    provider_id: int
    name: str
    session: str = ""
    id_token: str = ""


@dataclass(frozen=True, slots=True)
class Proof:
    """Who was recognised by a first proof, and by a second one if `has_factor`. `target` is where to go afterwards,
    `through` the session at a provider that gave the first proof, where it was no password."""

    user_id: int
    remember: bool = False
    target: str = "/"
    has_factor: bool = False
    through: Elsewhere | None = None


@dataclass(frozen=True, slots=True)
class Entered:
    """An open session, and the token by which this browser is known from now on."""

    session: Session
    actor: Actor
    target: str
    device: str
    is_new_device: bool


@dataclass(frozen=True, slots=True)
class Pending:
    """The second factor has to be shown; `ticket` is for the browser to come back with."""

    ticket: str


def enter(vault: Vault, proof: Proof, origin: Origin, token: str = "") -> Entered | Pending:
    """A session for whoever was recognised, or the way to the second step; Unauthenticated when he is switched off or
    may not work from where he is.

    `token` is what this browser is known by, if it is.
    """
    _refuse_elsewhere(proof.user_id, origin)
    if not proof.has_factor and factors.is_on(proof.user_id):
        facts = {"user": proof.user_id, "bound": passwords.bound_to(proof.user_id),
                 "remember": proof.remember, "target": proof.target, "through": _carried(proof.through)}  # fmt: skip
        return Pending(vault.ticket(_TICKET, facts))
    return _open(vault, proof, origin, token)


def holder(vault: Vault, ticket: str) -> Proof | None:
    """Who may show the second factor now; None when the ticket is too old or void since a change of password."""
    facts = vault.facts(_TICKET, ticket, SECONDS)
    if facts is None or facts["bound"] != passwords.bound_to(facts["user"]):
        return None
    through = Elsewhere(**facts["through"]) if facts["through"] else None
    return Proof(facts["user"], facts["remember"], facts["target"], has_factor=True, through=through)


def second_step(vault: Vault, ticket: str, code: str, origin: Origin, token: str = "") -> Entered:
    """The session, for the right code. Unauthenticated without a ticket, Invalid on `code`, TooMany."""
    proof = holder(vault, ticket)
    if proof is None:
        raise Unauthenticated(_("The log-in took too long. Begin again."))
    _refuse_elsewhere(proof.user_id, origin)
    tried = Attempt(FACTOR, str(proof.user_id), origin.address, known_of(proof.user_id, token))
    wait = throttle.attempt(unit().engine, tried)
    if not factors.passes(vault, proof.user_id, code):
        unit().rollback()  # its lock would keep the refusal from being recorded
        refused(proof.user_id, "", "factor_failed", origin, wait)
        raise Invalid(errors={"code": [factors.wrong(code)]})
    entered = _open(vault, proof, origin, token)
    forgive_after_commit(tried)
    return entered


def _refuse_elsewhere(user_id: int, origin: Origin) -> None:
    """Only after the first proof: before it, the answer would tell whose account there is (SEC-37)."""
    who = load_actor(unit().connection, user_id)
    if who is not None and not who.may_come_from(origin.address):
        unit().rollback()  # its lock would keep the refusal from being recorded
        refused(user_id, who.name, "network_refused", origin, 0)
        raise networks.no_entry()


def known_of(user_id: int, token: str) -> str:
    """The hash of the browser's token where it is known for this user."""
    return known_devices.known(token, device.c.user_id == user_id)


def refused(user_id: int | None, title: str, action: str, origin: Origin, wait: int) -> None:
    """Put a refusal on record, in a transaction of its own, and that it began to lock where it did."""

    def work(opened: Unit) -> None:
        named = title or _name(opened, user_id)
        with acting(ANONYMOUS, origin):
            listener.record("core.user", user_id, named, action, {})
            if wait:
                listener.record("core.user", user_id, named, "login_locked", {"seconds": [None, wait]})

    run_unit(unit().engine, work)


def forgive_after_commit(tried: Attempt) -> None:
    """Only once this unit's lock is released: the counters are written by another connection."""
    engine = unit().engine
    unit().after_commit(_forgiving(engine, tried))


def _forgiving(engine: Any, tried: Attempt) -> Callable[[], None]:
    return lambda: throttle.succeeded(engine, tried)


def _carried(through: Elsewhere | None) -> dict[str, Any] | None:
    if through is None:
        return None
    fits = len(through.id_token) <= LONGEST_CARRIED
    return asdict(through if fits else replace(through, id_token=""))


def _open(vault: Vault, proof: Proof, origin: Origin, token: str) -> Entered:
    actor = load_actor(unit().connection, proof.user_id)
    if actor is None:
        raise Unauthenticated(_("This account is switched off. Ask an administrator."))
    made = sessions.create(proof.user_id, None, origin, proof.remember, factor=proof.has_factor,
                           **_begun_elsewhere(vault, proof.through))  # fmt: skip
    mail_links.void(proof.user_id)
    had_devices = known_devices.has_any(proof.user_id)
    device_token, is_new = known_devices.remember(proof.user_id, token)
    how: dict[str, Any] = {"factor": [None, True]} if proof.has_factor else {}
    if proof.through is not None:
        how["provider"] = [None, proof.through.name]
    with acting(actor, origin):
        listener.record("core.user", actor.id, actor.name, "login", how)
    return Entered(made, actor, proof.target, device_token, is_new and had_devices)


def _begun_elsewhere(vault: Vault, through: Elsewhere | None) -> dict[str, Any]:
    """The columns of a session that began at a provider."""
    if through is None:
        return {}
    sealed = vault.seal(ID_TOKEN, through.id_token) if through.id_token else ""
    return {"provider_id": through.provider_id, "provider_session": through.session, "sealed_id_token": sealed}


def _name(opened: Unit, user_id: int | None) -> str:
    return opened.execute(sa.select(User.name).where(User.id == user_id)).scalar() or ""
