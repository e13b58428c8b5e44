"""Single sign-on: which user here somebody is who has logged in at a provider, and the end of his session there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from core.actor import SYSTEM, Origin, acting
from core.audit import listener
from core.auth import accounts, login_providers, oidc
from core.auth.entry import ID_TOKEN, Elsewhere
from core.auth.login_providers import Settings
from core.auth.models import Organisation, User, login_link, session
from core.db import unit
from core.entity.base import utc_now
from core.errors import Unauthenticated
from core.language.i18n import _
from core.vault import Vault

NOBODY = _("There is no account here for you yet. Ask an administrator.")


def user_of(chosen: Settings, person: oidc.Person, origin: Origin) -> int:
    """The user that somebody is here: by an earlier log-in, by the verified address, or made now, as the settings say.

    Unauthenticated where he is none. Whether the account is switched off is for `entry.enter` to find.
    """
    if chosen.domains:
        _refuse_other_domains(chosen, person)
    mine = sa.and_(login_link.c.issuer == chosen.issuer, login_link.c.subject == person.subject)
    found = unit().execute(sa.select(login_link.c.user_id).where(mine)).scalar()
    if found is not None:
        return int(found)
    if not person.is_verified or not person.email:
        raise Unauthenticated(UNVERIFIED)
    same = sa.select(User.id, User.kind, User.active, User.deleted_at).where(User.email == person.email)
    known = unit().execute(same).all()
    if known:
        row = known[0]
        if not chosen.link_by_email or len(known) > 1 or row.kind == "program" or not row.active or row.deleted_at:
            raise Unauthenticated(NOBODY)
        return _linked(chosen, person, row.id, origin)
    if chosen.role_id is None:
        raise Unauthenticated(NOBODY)
    return _linked(chosen, person, _new_user(chosen, person, origin), origin)


UNVERIFIED = _("Your account there has no verified email address. Ask an administrator.")


def forget(user_id: int) -> None:
    """Take out which accounts elsewhere are this user's."""
    unit().begin_write()
    unit().execute(sa.delete(login_link).where(login_link.c.user_id == user_id))


def begun_at(vault: Vault, session_id: str) -> tuple[oidc.Provider, Elsewhere] | None:
    """The provider to log out at when this session ends, and what to show there; None where there is none to."""
    columns = (session.c.provider_id, session.c.provider_session, session.c.sealed_id_token)
    found = unit().execute(sa.select(*columns).where(session.c.token_hash == session_id)).first()
    if found is None or found.provider_id is None:
        return None
    provider = login_providers.asked(vault, found.provider_id)
    if provider is None or not login_providers.find(found.provider_id).log_out_there:
        return None
    hint = vault.unseal(ID_TOKEN, found.sealed_id_token) if found.sealed_id_token else ""
    return provider, Elsewhere(found.provider_id, "", found.provider_session, hint or "")


def end(chosen: Settings, ended: oidc.Ended, origin: Origin) -> int:
    """End the sessions that began at a provider, since it says that they have ended there; the number of them."""
    theirs = session.c.provider_id == chosen.id
    if ended.session:
        theirs = sa.and_(theirs, session.c.provider_session == ended.session)
    if ended.subject:
        linked = sa.select(login_link.c.user_id).where(
            login_link.c.issuer == chosen.issuer, login_link.c.subject == ended.subject)  # fmt: skip
        theirs = sa.and_(theirs, session.c.user_id.in_(linked))
    unit().begin_write()
    gone = unit().execute(sa.delete(session).where(theirs).returning(session.c.user_id)).scalars().all()
    names: Mapping[int, str] = {row.id: row.name for row in unit().execute(
        sa.select(User.id, User.name).where(User.id.in_(set(gone))))}  # fmt: skip
    with acting(SYSTEM, origin):
        for user_id, name in names.items():
            listener.record("core.user", user_id, name, "logout", {"provider": [None, chosen.log_name]})
    return len(gone)


def _refuse_other_domains(chosen: Settings, person: oidc.Person) -> None:
    """Also for those who are known: whoever has left the organisation keeps his number at a public provider."""
    if not person.is_verified or not person.email:
        raise Unauthenticated(UNVERIFIED)
    if login_providers.as_ascii(person.email.rpartition("@")[2]) not in chosen.domains:
        raise Unauthenticated(_("Accounts with this email address are not let in. Ask an administrator."))


def _linked(chosen: Settings, person: oidc.Person, user_id: int, origin: Origin) -> int:
    unit().begin_write()
    unit().execute(sa.insert(login_link).values(
        issuer=chosen.issuer, subject=person.subject, user_id=user_id, created_at=utc_now()))
    with acting(SYSTEM, origin):
        listener.record("core.user", user_id, person.name, "login_linked", {"provider": [None, chosen.log_name]})
    return user_id


def _new_user(chosen: Settings, person: oidc.Person, origin: Origin) -> int:
    """Without a password: whoever is switched off there cannot come in here by another way."""
    first: Any = unit().execute(
        sa.select(sa.func.min(Organisation.id)).where(Organisation.deleted_at.is_(None))).scalar()
    with acting(SYSTEM, origin):
        return accounts.create_user(person.name, person.email, role_ids=[chosen.role_id or 0],
                                    organisation_ids=[first] if first else [])
