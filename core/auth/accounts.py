"""People's accounts: made, changed and switched off by their managers; own settings by everybody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from core import records
from core.actor import acting, actor
from core.audit import listener
from core.auth import factors, notices, passwords, rights, sessions
from core.auth.guards import BEYOND
from core.auth.models import OWN_SETTINGS, User
from core.db import unit
from core.errors import Forbidden, Unauthenticated
from core.language.i18n import _


def create_user(
    name: str, email: str, password: str = "", *, role_ids: Iterable[int] = (), team_ids: Iterable[int] = (),
    organisation_ids: Iterable[int] | None = None, must_change: bool = False, **values: Any,
) -> int:  # fmt: skip
    """A new user, working where the actor works unless `organisation_ids` says otherwise; his id.

    Without a password nobody can sign in with the account until it gets one.
    """
    if password:
        passwords.check_new(password, email)
    made = records.create(User, name=name, email=email, **values)
    user_id: int = made.after["id"]
    rights.set_user_roles(user_id, role_ids)
    rights.set_user_teams(user_id, team_ids)
    if organisation_ids is not None:
        rights.set_user_organisations(user_id, organisation_ids)
    if password:
        _give_password(user_id, made.after["name"], password, must_change)
    return user_id


def change_user(
    user_id: int, values: Mapping[str, Any], version: int | None = None, *,
    role_ids: Iterable[int] | None = None, team_ids: Iterable[int] | None = None,
    organisation_ids: Iterable[int] | None = None,
) -> None:  # fmt: skip
    """Change a user's fields, and his roles, teams and organisations where given.

    `active` False shuts him out at once.
    """
    records.update(User, user_id, dict(values), version)
    if role_ids is not None and set(role_ids) != rights.roles_of(user_id):
        rights.set_user_roles(user_id, role_ids)
    if team_ids is not None and set(team_ids) != rights.teams_of(user_id):
        rights.set_user_teams(user_id, team_ids)
    if organisation_ids is not None and set(organisation_ids) != rights.organisations_of(user_id):
        rights.set_user_organisations(user_id, organisation_ids)


def disable_user(user_id: int) -> None:
    """Switch a user off: sessions and tokens end with the commit, his records stay (SEC-29)."""
    records.update(User, user_id, {"active": False})


def set_user_password(user_id: int, password: str, must_change: bool = True) -> None:
    """Give somebody a password, by default one to be replaced at the first sign-in; all his sessions end."""
    stored = take_care_of(user_id)
    _give_password(user_id, stored["name"], password, must_change)
    notices.password_changed(user_id)


def _give_password(user_id: int, name: str, password: str, must_change: bool) -> None:
    passwords.set_password(user_id, password, must_change)
    listener.record("core.user", user_id, name, "password_set", {})


def change_own_settings(values: Mapping[str, Any]) -> None:
    """Change how things are shown to oneself, which needs no permission; other fields are refused.

    The change is on record in one's own name.
    """
    who = actor()
    if who.id is None:
        raise Unauthenticated(_("Log in to continue."))
    if set(values) - set(OWN_SETTINGS):
        raise Forbidden(_("You may not change this field."))
    with acting(replace(who, is_system=True)):
        records.update(User, who.id, dict(values))


def change_own_email(email: str) -> None:
    """Change the address one logs in with. Ask for the password first (`login.check_password`)."""
    who = actor()
    if who.id is None:
        raise Unauthenticated(_("Log in to continue."))
    with acting(replace(who, is_system=True)):
        records.update(User, who.id, {"email": email})


def take_care_of(user_id: int) -> dict[str, Any]:
    """The stored values of a user whose access the actor may change; NotFound or Forbidden for all others."""
    stored: dict[str, Any] = records.get(User, user_id, "change")
    if rights.is_beyond(user_id):
        raise Forbidden(BEYOND)
    return stored


def reset_factor(user_id: int) -> bool:
    """Turn off another's second factor, who lost it; all his sessions end. Whether there was one."""
    take_care_of(user_id)
    if user_id == actor().id:
        raise Forbidden(_("Turn off your own second factor in your own settings."))
    if not factors.remove(user_id, "factor_reset"):
        return False
    sessions.revoke_all(user_id)
    notices.factor_changed(user_id, False)
    return True


def own_record() -> dict[str, Any]:
    """The stored values of one's own user record, which needs no permission either."""
    who = actor()
    if who.id is None:
        raise Unauthenticated(_("Log in to continue."))
    with acting(replace(who, is_system=True)):
        return records.get(User, who.id)


def email_of(user_id: int) -> str:
    """The address of a user who showed a proof of who he is."""
    found = unit().execute(sa.select(User.email).where(User.id == user_id)).scalar()
    return found or ""
