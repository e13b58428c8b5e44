"""The actor that a user is: what his roles grant, whose records his teams cover, where he works.

Loading takes a few queries, so each process keeps actors; they are valid as long as the stamp `rights` stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from core.actor import ALL, NONE, READ, WRITE, Actor
from core.auth import networks
from core.auth.models import (
    Organisation,
    Role,
    Team,
    User,
    role_field,
    role_grant,
    user_organisation,
    user_role,
    user_team,
)

_KEPT = 5000


@dataclass(frozen=True, slots=True)
class _Kept:
    actor: Actor
    rights_stamp: int


_kept: WeakKeyDictionary[Engine, dict[tuple[int, int | None, bool, str], _Kept]] = WeakKeyDictionary()


def load_actor(connection: Connection, user_id: int, organisation_id: int | None = None) -> Actor | None:
    """The user as an actor, with `organisation_id` alone where he belongs to it, else with all his organisations.

    None when he is switched off or deleted: jobs and webhooks that act for him stop as well (SEC-29).
    """
    statement = sa.select(User.name, User.email).where(User.id == user_id, User.active, User.deleted_at.is_(None))
    found = connection.execute(statement).first()
    if found is None:
        return None
    roles = load_roles(connection, user_id)
    organisations = _organisations(connection, user_id)
    all_ids = tuple(one for one, _name in organisations)
    is_narrowed = organisation_id in all_ids and len(all_ids) > 1
    chosen = tuple(one for one in all_ids if one == organisation_id) if is_narrowed else all_ids
    own_teams = _own_teams(connection, user_id)
    return Actor(
        id=user_id, name=found.name, email=found.email, is_admin=any(role.is_admin for role in roles),
        grants=merge_grants(grant for role in roles for grant in role.grants.items()), fields=merge_fields(roles),
        own_team_ids=own_teams, team_ids=_with_teams_below(connection, own_teams),
        organisation_id=chosen[0] if chosen else None, organisation_ids=chosen, organisations=organisations,
        is_narrowed=is_narrowed, is_everywhere=_are_all(connection, chosen),
        must_use_factor=any(role.must_use_factor for role in roles),
        networks=networks.lists_of(connection, user_id),
    )  # fmt: skip


def kept_actor(
    connection: Connection, user_id: int, organisation_id: int | None, rights_stamp: int,
    name: str, email: str, read_only: bool = False, entities: str = "",
) -> Actor | None:  # fmt: skip
    """The actor as kept by this process while nothing changed, else loaded anew.

    `entities` are those a token is narrowed to, separated by spaces.
    """
    actors = _kept.get(connection.engine)
    if actors is None:
        actors = _kept.setdefault(connection.engine, {})
    key = (user_id, organisation_id, read_only, entities)
    kept = actors.get(key)
    if kept is not None and kept.rights_stamp == rights_stamp:
        actor = kept.actor
        if actor.name == name and actor.email == email:
            return actor
    loaded = load_actor(connection, user_id, organisation_id)
    if loaded is None:
        return None
    if len(actors) >= _KEPT:
        actors.clear()
    actor = replace(loaded, read_only=read_only, only=frozenset(entities.split()) if entities else None)
    actors[key] = _Kept(actor, rights_stamp)
    return actor


@dataclass(frozen=True, slots=True)
class HeldRole:
    """A role that somebody holds: its grants by permission, and {entity: {field: level}} where it leaves less than
    WRITE."""

    id: int
    key: str | None
    name: str
    is_admin: bool
    grants: Mapping[str, int]
    fields: Mapping[str, Mapping[str, int]]
    must_use_factor: bool = False

    def reaches(self, entity: str, *actions: str) -> bool:
        """Whether the role grants one of these actions on the entity."""
        return self.is_admin or any(self.grants.get(f"{entity}.{action}") for action in actions)

    def field_level(self, entity: str, name: str) -> int:
        return WRITE if self.is_admin else self.fields.get(entity, {}).get(name, WRITE)


def load_roles(connection: Connection, user_id: int) -> tuple[HeldRole, ...]:
    """The roles a user holds, in the order of their making."""
    mine = user_role.c.user_id == user_id
    held = user_role.join(Role, sa.and_(Role.id == user_role.c.role_id, Role.deleted_at.is_(None)))
    return read_roles(connection, held, mine)


def read_roles(connection: Connection, source: Any, condition: Any) -> tuple[HeldRole, ...]:
    """Living roles of a source that has the table of roles in it."""
    granted = source.outerjoin(role_grant, role_grant.c.role_id == Role.id)
    columns = (Role.id, Role.key, Role.name, Role.is_admin, Role.second_factor, role_grant.c.permission,
               role_grant.c.scope)  # fmt: skip
    rows = connection.execute(sa.select(*columns).select_from(granted).where(condition).order_by(Role.id)).all()
    grants: dict[int, dict[str, int]] = {row.id: {} for row in rows}
    fields: dict[int, dict[str, dict[str, int]]] = {row.id: {} for row in rows}
    for row in rows:
        if row.permission:
            grants[row.id][row.permission] = min(row.scope, ALL)
    restricted = sa.select(role_field).where(role_field.c.role_id.in_(fields))
    for one in connection.execute(restricted) if fields else ():
        fields[one.role_id].setdefault(one.entity, {})[one.field] = one.level
    known = {row.id: row for row in rows}
    return tuple(HeldRole(row.id, row.key, row.name, row.is_admin, grants[row.id], fields[row.id],
                          bool(row.second_factor)) for row in known.values())  # fmt: skip


def merge_grants(rows: Iterable[tuple[str, int]]) -> Mapping[str, int]:
    """The widest scope of each permission over all roles; what grants nothing is left out."""
    merged: dict[str, int] = {}
    for permission, scope in rows:
        reach = min(scope, ALL)
        if reach > merged.get(permission, NONE):
            merged[permission] = reach
    return MappingProxyType(merged)


def merge_fields(roles: Sequence[HeldRole]) -> Mapping[str, Mapping[str, int]]:
    """{entity: {field: level}} where the roles together leave less than WRITE; see `field_level`."""
    named: dict[str, set[str]] = {}
    for role in roles:
        for entity, levels in role.fields.items():
            named.setdefault(entity, set()).update(levels)
    merged = {entity: {name: field_level(roles, entity, name) for name in names} for entity, names in named.items()}
    return MappingProxyType({
        entity: MappingProxyType({name: level for name, level in levels.items() if level < WRITE})
        for entity, levels in merged.items()
    })  # fmt: skip


def field_level(roles: Sequence[HeldRole], entity: str, name: str) -> int:
    """What roles leave of a field together: rights add up, as scopes do.

    Only a role that lets its holder see the entity opens a field for reading, and only one that lets him write it for
    writing: the right to export alone opens nothing that the role for viewing hides.
    """
    read = max((role.field_level(entity, name) for role in opening(roles, entity)), default=WRITE)
    writing = [role for role in roles if role.reaches(entity, "add", "change")] or roles
    write = max((role.field_level(entity, name) for role in writing), default=WRITE)
    return write if read and write == WRITE else min(read, READ)


def opening(roles: Sequence[HeldRole], entity: str) -> Sequence[HeldRole]:
    """The roles that decide what may be read of an entity's fields: those that grant viewing it, else all."""
    return [role for role in roles if role.reaches(entity, "view")] or roles


def _own_teams(connection: Connection, user_id: int) -> tuple[int, ...]:
    """The living teams that the user belongs to or heads."""
    belongs = Team.id.in_(sa.select(user_team.c.team_id).where(user_team.c.user_id == user_id))
    statement = sa.select(Team.id).where(sa.or_(belongs, Team.head_id == user_id), Team.deleted_at.is_(None))
    return tuple(sorted(connection.execute(statement).scalars()))


def _with_teams_below(connection: Connection, team_ids: tuple[int, ...]) -> tuple[int, ...]:
    """These teams and all below them; UNION drops repeats, so a circle of teams ends too."""
    if not team_ids:
        return ()
    covered = sa.select(Team.id.label("team_id")).where(Team.id.in_(team_ids)).cte("covered", recursive=True)
    below = sa.select(Team.id).join(covered, Team.parent_id == covered.c.team_id).where(Team.deleted_at.is_(None))
    covered = covered.union(below)
    return tuple(sorted(connection.execute(sa.select(covered.c.team_id)).scalars()))


def _are_all(connection: Connection, organisations: tuple[int, ...]) -> bool:
    """Whether there is no other organisation, those in the trash included: their records are still there."""
    return (
        connection.execute(sa.select(Organisation.id).where(Organisation.id.not_in(organisations)).limit(1)).first()
        is None
    )


def _organisations(connection: Connection, user_id: int) -> tuple[tuple[int, str], ...]:
    """(id, name) of the living organisations that the user belongs to."""
    statement = sa.select(Organisation.id, Organisation.name).join(
        user_organisation, user_organisation.c.organisation_id == Organisation.id)  # fmt: skip
    statement = statement.where(user_organisation.c.user_id == user_id, Organisation.deleted_at.is_(None))
    return tuple((row.id, row.name) for row in connection.execute(statement.order_by(Organisation.id)))
