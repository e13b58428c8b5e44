"""Single sign-on: which provider keeps the accounts of our people, and which user somebody there is here.

Nobody is let in by an address alone unless an administrator has said so: whoever can make addresses at the provider
could become anybody here. Only administrators decide, since by this way in anybody could become one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from core.actor import SYSTEM, Origin, acting
from core.audit import listener
from core.audit.canonical import MASK
from core.auth import accounts, oidc
from core.auth.models import Organisation, Role, User, login_link, login_provider
from core.db import unit
from core.entity.base import utc_now
from core.errors import Invalid, Unauthenticated
from core.language.i18n import _
from core.language.text import clean
from core.permissions import require
from core.vault import Vault

#: Not among the permissions that roles can grant: administrators have it, and nobody else.
NEEDED = "core.login.change"
PURPOSE = "login provider"
LONGEST_NAME, LONGEST_ISSUER, LONGEST_CLIENT = 60, 300, 300
ONLY = 1


@dataclass(frozen=True, slots=True)
class Settings:
    """How the accounts there are used. `role_id` is for people who come the first time; None lets in nobody new."""

    name: str = ""
    issuer: str = ""
    client_id: str = ""
    active: bool = False
    link_by_email: bool = False
    role_id: int | None = None
    has_secret: bool = False


def present() -> Settings:
    row = _row()
    if row is None:
        return Settings()
    return Settings(row["name"], row["issuer"], row["client_id"], row["active"], row["link_by_email"], row["role_id"],
                    bool(row["sealed_secret"]))  # fmt: skip


def save(vault: Vault, given: Settings, secret: str) -> None:
    """Keep the settings, checked, on record. An empty secret leaves the stored one, unless the provider is another."""
    require(NEEDED)
    before = present()
    after = _checked(given)
    keeps = not secret and before.has_secret and (before.issuer, before.client_id) == (after.issuer, after.client_id)
    values = {"name": after.name, "issuer": after.issuer, "client_id": after.client_id, "active": after.active,
              "link_by_email": after.link_by_email, "role_id": after.role_id}  # fmt: skip
    changes = {f"login.{key}": [getattr(before, key), value] for key, value in values.items()
               if getattr(before, key) != value}  # fmt: skip
    if not keeps:
        values["sealed_secret"] = vault.seal(PURPOSE, secret) if secret else ""
        if secret or before.has_secret:
            changes["login.client_secret"] = [MASK if before.has_secret else None, MASK if secret else None]
    unit().begin_write()
    if unit().execute(sa.update(login_provider).where(login_provider.c.id == ONLY).values(**values)).rowcount == 0:
        unit().execute(sa.insert(login_provider).values(id=ONLY, **{"sealed_secret": "", **values}))
    if changes:
        listener.record("core.setting", None, "", "setting", changes)


def provider(vault: Vault) -> oidc.Provider | None:
    """Whom to ask; None while this way in is closed."""
    row = _row()
    if row is None or not row["active"]:
        return None
    secret = vault.unseal(PURPOSE, row["sealed_secret"]) if row["sealed_secret"] else ""
    return oidc.Provider(row["issuer"], row["client_id"], secret or "")


def user_of(person: oidc.Person, origin: Origin) -> int:
    """The user that somebody is here: by an earlier log-in, by the verified address, or made now, as the settings say.

    Unauthenticated where he is none. Whether the account is switched off is for `entry.enter` to find.
    """
    chosen = present()
    mine = sa.and_(login_link.c.issuer == chosen.issuer, login_link.c.subject == person.subject)
    found = unit().execute(sa.select(login_link.c.user_id).where(mine)).scalar()
    if found is not None:
        return int(found)
    if not person.is_verified or not person.email:
        raise Unauthenticated(_("Your account there has no verified email address. Ask an administrator."))
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


NOBODY = _("There is no account here for you yet. Ask an administrator.")


def forget(user_id: int) -> None:
    """Take out which accounts elsewhere are this user's."""
    unit().begin_write()
    unit().execute(sa.delete(login_link).where(login_link.c.user_id == user_id))


def _linked(chosen: Settings, person: oidc.Person, user_id: int, origin: Origin) -> int:
    unit().begin_write()
    unit().execute(sa.insert(login_link).values(
        issuer=chosen.issuer, subject=person.subject, user_id=user_id, created_at=utc_now()))
    with acting(SYSTEM, origin):
        listener.record("core.user", user_id, person.name, "login_linked", {"provider": [None, chosen.name]})
    return user_id


def _new_user(chosen: Settings, person: oidc.Person, origin: Origin) -> int:
    """Without a password: whoever is switched off there cannot come in here by another way."""
    first = unit().execute(sa.select(sa.func.min(Organisation.id)).where(Organisation.deleted_at.is_(None))).scalar()
    with acting(SYSTEM, origin):
        return accounts.create_user(person.name, person.email, role_ids=[chosen.role_id or 0],
                                    organisation_ids=[first] if first else [])


def _row() -> dict[str, Any] | None:
    found = unit().execute(sa.select(login_provider).where(login_provider.c.id == ONLY)).mappings().first()
    return dict(found) if found is not None else None


def _checked(given: Settings) -> Settings:
    """Invalid with everything that is wrong; what is switched off may be unfinished."""
    errors: dict[str, list[Any]] = {}
    name, client_id, issuer = clean(given.name), given.client_id.strip(), given.issuer.strip().rstrip("/")
    for key, label, text, longest in (("name", _("Name on the log-in page"), name, LONGEST_NAME),
                                      ("issuer", _("Address of the provider"), issuer, LONGEST_ISSUER),
                                      ("client_id", _("Client ID"), client_id, LONGEST_CLIENT)):  # fmt: skip
        if given.active and not text:
            errors[key] = [_("{field} is required.", field=label)]
        if len(text) > longest:
            errors[key] = [_("This is longer than {limit} characters. Shorten it.", limit=longest)]
    if issuer and "issuer" not in errors:
        try:
            issuer = oidc.check_issuer(issuer)
            if given.active:
                oidc.discover(issuer)
        except (Invalid, oidc.Untrusted) as error:
            errors["issuer"] = [error.message]
    if given.role_id is not None and not _is_role(given.role_id):
        errors["role"] = [_("Choose from the list.")]
    if errors:
        raise Invalid(_("Some values need a correction."), errors=errors)
    return Settings(name, issuer, client_id, given.active, given.link_by_email, given.role_id)


def _is_role(role_id: int) -> bool:
    """Administrators are made by administrators, one by one, and not by whoever comes through a door."""
    found = sa.select(Role.id).where(Role.id == role_id, Role.deleted_at.is_(None), sa.not_(Role.is_admin))
    return unit().execute(found).first() is not None
