"""What a new database begins with: an organisation, four roles, and the first administrator.

A role's grants follow from the permissions that exist; a plugin that is enabled later brings its own to them.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from core import records
from core.actor import ALL, NONE, OWN, SUBTEAMS
from core.auth import accounts, rights
from core.auth.models import Organisation, Role, role_grant, user_role
from core.db import unit
from core.language.i18n import LazyString, _
from core.language.region_defaults import currency_of
from core.permissions import MASS_CHANGE
from core.registry import Registry, current

# Look-ups like these are named in other people's records, so everybody has to see them.
_SHARED = ("core.user.view", "core.team.view", "core.organisation.view", "core.chat.use",
           "core.feedback.add")
#: What an organisation is called until somebody names it.
UNNAMED = _("My organisation")
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True, slots=True)
class DefaultRole:
    """A role every database begins with. `reach(action, owned)` tells how far it goes with an entity, `also` names
    rights of the kernel that it grants."""

    key: str
    name: LazyString
    note: LazyString
    reach: Callable[[str, bool], int]
    is_admin: bool = False
    also: tuple[str, ...] = ()


def _everything(_action: str, _owned: bool) -> int:
    return NONE  # being administrator needs no single grants


def _lead(action: str, owned: bool) -> int:
    return SUBTEAMS if owned and action in ("view", "change", "delete", "export", "assign") else ALL


def _represent(action: str, owned: bool) -> int:
    if action in ("add", "view") and not owned:
        return ALL
    return {"view": OWN, "add": ALL, "change": OWN, "delete": OWN if owned else NONE}.get(action, NONE)


def _look(action: str, _owned: bool) -> int:
    return ALL if action == "view" else NONE


DEFAULT_ROLES = (
    DefaultRole("administrator", _("Administrator"), _("May do everything."), _everything, is_admin=True),
    DefaultRole(
        "sales_manager", _("Sales manager"), _("Sees and changes the records of the team."), _lead,
        also=(MASS_CHANGE,),
    ),
    DefaultRole(
        "sales_representative", _("Sales representative"), _("Sees and changes own records."), _represent
    ),
    DefaultRole("read_only", _("Read-only"), _("Sees all records and changes nothing."), _look),
)  # fmt: skip
_BY_KEY = {role.key: role for role in DEFAULT_ROLES}


def first_organisation() -> int | None:
    """The id of the first organisation, if there is one."""
    found = unit().execute(sa.select(sa.func.min(Organisation.id))).scalar()
    return None if found is None else int(found)


def ensure_organisation(name: str = "", **values: Any) -> int:
    """The id of the first organisation, made when there is none."""
    found = first_organisation()
    if found is not None:
        return found
    made = records.create(Organisation, name=name or str(UNNAMED), **values)
    return int(made.after["id"])


def complete_organisation(values: Mapping[str, Any]) -> None:
    """Give the first organisation what it does not have yet; with its country the money in use there."""
    organisation = ensure_organisation()
    found = records.get(Organisation, organisation)
    missing = {name: value for name, value in values.items() if value and not found[name]}
    if "country" in missing and not found["currency"]:
        missing.setdefault("currency", currency_of(missing["country"]) or None)
    if missing:
        records.update(Organisation, organisation, missing)


def ensure_roles() -> dict[str, int]:
    """Ids of the default roles by key; those missing are made, with names in the current language."""
    rows = unit().execute(sa.select(Role.key, Role.id).where(Role.key.is_not(None)))
    found = {row.key: row.id for row in rows}
    for role in DEFAULT_ROLES:
        if role.key not in found:
            found[role.key] = _make_role(role)
    return found


def has_admin() -> bool:
    """Whether anybody holds a role of administrators."""
    holders = user_role.join(Role, Role.id == user_role.c.role_id)
    asked = sa.select(user_role.c.user_id).select_from(holders).where(Role.is_admin).limit(1)
    return unit().execute(asked).first() is not None


def ensure_first_admin(email: str, password: str | None = None, name: str = "") -> str | None:
    """Make the first administrator unless there is one. Answers the password when it had to be made up."""
    if has_admin():
        return None
    chosen = password or make_password()
    accounts.create_user(
        name or email.partition("@")[0], email, chosen,
        role_ids=[ensure_roles()["administrator"]], organisation_ids=[ensure_organisation()],
    )  # fmt: skip
    return None if password else chosen


def add_missing_grants(permissions: Iterable[str], registry: Registry | None = None) -> None:
    """Grant permissions that are new, such as those of a plugin just enabled, to the default roles.

    What an administrator changed stays: a permission that any role already grants is not new.
    """
    registry = registry or current()
    wanted = set(permissions)
    known = set(unit().execute(sa.select(role_grant.c.permission).distinct()).scalars())
    roles = unit().execute(sa.select(Role.key, Role.id).where(Role.key.in_(_BY_KEY), Role.deleted_at.is_(None)))
    for row in roles.all():
        grants = default_grants(_BY_KEY[row.key or ""], wanted - known, registry)
        if grants:
            rights.set_role_grants(row.id, grants)


def default_grants(role: DefaultRole, permissions: Iterable[str], registry: Registry) -> dict[str, int]:
    """What a default role grants of these permissions; the kernel's own stay with administrators."""
    if role.is_admin:
        return {}
    grants = {name: _reach(role, name, registry) for name in permissions if not name.startswith("core.")}
    grants |= {name: ALL for name in (*_SHARED, *role.also) if name in permissions}
    return {name: reach for name, reach in grants.items() if reach}


def shown_name(key: str | None, name: str) -> str:
    """A default role's name in the reader's language, as long as nobody renamed it."""
    role = _BY_KEY.get(key or "")
    return _in_readers_language(role.name, name) if role is not None else name


def every_name(key: str | None, name: str) -> tuple[str, ...]:
    """All that a role is called in some language: a default role that nobody renamed has its name in each."""
    role = _BY_KEY.get(key or "")
    known = (role.name.source, *role.name.in_every_language()) if role is not None else ()
    return known if name in known else (name,)


def shown_note(key: str | None, note: str | None) -> str:
    """The same for its description."""
    role = _BY_KEY.get(key or "")
    return _in_readers_language(role.note, note or "") if role is not None else note or ""


def shown_organisation(name: str) -> str:
    """The organisation's name; until somebody names it, what it is called meanwhile, in the reader's language."""
    return _in_readers_language(UNNAMED, name)


def _in_readers_language(given: LazyString, stored: str) -> str:
    return str(given) if stored in (given.source, *given.in_every_language()) else stored


def make_password() -> str:
    """A password to be read from a screen and typed: 20 letters and figures that cannot be mistaken."""
    text = "".join(secrets.choice(_LETTERS) for _position in range(20))
    return "-".join(text[start : start + 5] for start in range(0, 20, 5))


def _reach(role: DefaultRole, permission: str, registry: Registry) -> int:
    entity, _dot, action = permission.rpartition(".")
    spec = registry.entities.get(entity)
    reach = role.reach(action, spec is not None and spec.meta.owned)
    if spec is not None and spec.meta.seen_with and action == "delete":
        return max(reach, min(role.reach("change", False), OWN))  # what somebody wrote he may take back
    return reach


def _make_role(role: DefaultRole) -> int:
    made = records.create(Role, name=str(role.name), note=str(role.note), is_admin=role.is_admin)
    role_id = int(made.after["id"])
    unit().execute(sa.update(Role.__table__).where(Role.id == role_id).values(key=role.key))
    grants = default_grants(role, list(current().permissions), current())
    if grants:
        rights.set_role_grants(role_id, grants)
    return role_id
