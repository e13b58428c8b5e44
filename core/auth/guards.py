"""What the write path asks before users, roles and teams are saved, and what follows from it.

Whoever may change users must not become more than he is: by another's e-mail address, an administrator's
role, or a team put below his own. Implementations of the kernel's own hooks: the API passes here as well.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from core.actor import actor
from core.auth import networks, rights
from core.auth.models import Team
from core.db import unit
from core.language.i18n import _
from core.language.timezones import is_zone
from core.plugin.hookspecs import hookimpl
from core.signals import on

# What somebody may do or see hangs on these fields.
_RIGHTS_FIELDS = {
    "core.user": ("active", "networks"), "core.role": ("is_admin", "second_factor", "networks"),
    "core.team": ("parent_id", "head_id"),
}  # fmt: skip
_RIGHTS_ENTITIES = frozenset({*_RIGHTS_FIELDS, "core.organisation"})


@hookimpl
def validate(entity: Any, changes: Any) -> None:
    check = _CHECKS.get(entity.name)
    if check is not None:
        for change in changes:
            check(change)


@hookimpl
def before_delete(entity: Any, records: Any) -> list[Any]:
    """Nobody deletes himself, or somebody who may do more."""
    if entity.name == "core.role" and not _is_almighty() and any(record["is_admin"] for record in records):
        return [_("Only an administrator can make or remove an administrator.")]
    if entity.name != "core.user":
        return []
    ids = [record["id"] for record in records]
    if actor().id in ids:
        return [_("You cannot delete your own account.")]
    return [BEYOND] if any(rights.is_beyond(user_id) for user_id in ids) else []


@on("core.records_saved")
def follow_changes(entity: Any, changes: Iterable[Any]) -> None:
    """New rights from the next request on; who was switched off is out at once."""
    fields = _RIGHTS_FIELDS.get(entity.name, ())
    weighty = [change for change in changes if any(change.changed(name) for name in fields)]
    if entity.name == "core.organisation" and any(change.is_new or change.changed("name") for change in changes):
        rights.bump()  # those who worked in all organisations do not any more, and actors know the names of theirs
        rights.work_in(change.id for change in changes if change.is_new)
    if not weighty:
        return
    rights.bump()
    lost = [change.id for change in weighty
            if not change.is_new and change.changed(fields[0]) and not change.after.get(fields[0])]  # fmt: skip
    if entity.name == "core.role":
        rights.renew_sessions([change.id for change in weighty if not change.is_new])
    if entity.name == "core.user":
        rights.join_organisation(change.id for change in weighty if change.is_new)
        rights.shut_out(lost)
    networks.keep_oneself_in()
    if lost and entity.name != "core.team":
        rights.keep_an_administrator()


@on("core.records_deleted")
def follow_deletions(entity: Any, ids: Iterable[int]) -> None:
    if entity.name not in _RIGHTS_ENTITIES:
        return
    rights.bump()
    if entity.name == "core.user":
        rights.shut_out(list(ids))
    rights.keep_an_administrator()


@on("core.records_restored")
def follow_restores(entity: Any, ids: Iterable[int]) -> None:
    if entity.name in _RIGHTS_ENTITIES:
        rights.bump()
        networks.keep_oneself_in()


BEYOND = _("Only someone with at least the same rights can change this user.")


def _check_user(change: Any) -> None:
    _check_zone(change)
    networks.check(change)
    if change.is_new:
        return
    if change.changed("active") and change.id == actor().id:
        change.error("active", _("You cannot switch off your own account."))
    if change.changed("email") and change.id == actor().id and not actor().is_system:
        # There the password is asked for (SEC-41).
        change.error("email", _("Change your own email in your own settings."))
    if change.changed("kind"):
        change.error("kind", _("A person cannot become a program, nor a program a person. Add another user."))
    if (change.changed("email") or change.changed("active")) and rights.is_beyond(change.id):
        change.error("email" if change.changed("email") else "active", BEYOND)


def _check_role(change: Any) -> None:
    networks.check(change)
    if change.changed("second_factor") and not _is_almighty() and not change.after.get("second_factor"):
        change.error("second_factor", _("Only an administrator can let a role do without a second factor."))
    if change.changed("is_admin") and not _is_almighty() and (change.after.get("is_admin") or not change.is_new):
        change.error("is_admin", _("Only an administrator can make or remove an administrator."))


def _check_team(change: Any) -> None:
    """A team must not stand below itself, and only below a team whose head could see its records anyway."""
    changed = [name for name in _RIGHTS_FIELDS["core.team"] if change.changed(name)]
    if "parent_id" in changed and change.id is not None and change.after.get("parent_id") in _teams_below(change.id):
        change.error("parent_id", _("A team cannot be part of itself or of a team below it."))
    if changed and not change.is_new and not _is_almighty() and change.id not in actor().team_ids:
        change.error(changed[0], _("You can only change this for teams and organisations of your own."))


def _check_zone(change: Any) -> None:
    name = change.after.get("timezone")
    if name and change.changed("timezone") and not is_zone(name):
        change.error("timezone", _("There is no time zone “{name}”. Example: {example}", name=name[:60],
                                   example="Asia/Riyadh"))  # fmt: skip


def _teams_below(team_id: int) -> set[int]:
    """The team and all below it, at any depth."""
    below = sa.select(Team.id).where(Team.id == team_id).cte("below", recursive=True)
    below = below.union(sa.select(Team.id).join(below, Team.parent_id == below.c.id))
    return set(unit().execute(sa.select(below.c.id)).scalars())


def _is_almighty() -> bool:
    return actor().is_system or actor().is_admin


_CHECKS = {
    "core.user": _check_user,
    "core.role": _check_role,
    "core.team": _check_team,
    "core.organisation": _check_zone,
}
