"""Changing what users may do: grants of roles, and the roles, teams and organisations of users.

Every change is on record and raises the stamp `rights` in the same transaction, so that all processes load
the actors anew at their next request. Nobody gives more than he has, and one administrator always remains.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from core.actor import ALL, FIELD_LEVELS, HIDDEN, NONE, SCOPES, WRITE, Actor, actor
from core.audit import listener
from core.auth import networks, sessions, tokens
from core.auth.actors import HeldRole, field_level, load_roles, merge_grants, read_roles
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
from core.db import unit
from core.entity.spec import EntitySpec
from core.errors import Forbidden, Invalid
from core.language.i18n import _
from core.permissions import not_found, require, scoped
from core.plugin.models import stamp
from core.registry import current
from core.signals import emit

RIGHTS = "rights"


def set_role_grants(role_id: int, grants: Mapping[str, int]) -> None:
    """Give the role these permissions with these scopes; NONE takes one away, what is not named stays.

    Permissions of plugins that are switched off are kept so. Forbidden for more than the actor has himself.
    """
    require("core.role.change")
    _check_scopes(grants)
    bump()
    before, name = grants_of(role_id), _title(Role, role_id)
    changed = {key: scope for key, scope in grants.items() if scope != before.get(key, NONE)}
    _refuse_more_than_own({key: max(scope, before.get(key, NONE)) for key, scope in changed.items()})
    if not changed:
        return
    mine = role_grant.c.role_id == role_id
    unit().execute(sa.delete(role_grant).where(mine, role_grant.c.permission.in_(changed)))
    given = [{"role_id": role_id, "permission": key, "scope": scope} for key, scope in changed.items() if scope]
    if given:
        unit().execute(sa.insert(role_grant), given)
    changes = {key: [SCOPES[before.get(key, NONE)], SCOPES[scope]] for key, scope in changed.items()}
    listener.record("core.role", role_id, name, "rights_change", changes)
    renew_sessions([role_id])
    for entity in {key.rpartition(".")[0] for key, scope in changed.items() if scope}:
        _refuse_fields_beyond_own(role_of(role_id), entity)


def set_role_fields(role_id: int, entity: str, levels: Mapping[str, int]) -> None:
    """Hide fields of one entity from the role, let them only be read, or open them; what is not named stays.

    Invalid for the field that names a record, which stands in lists, links and history. Forbidden for a field that
    the actor may not use so far himself.
    """
    require("core.role.change")
    spec = current().entity(entity)
    _check_levels(spec, levels)
    bump()
    name = _title(Role, role_id)
    before = fields_of(role_id).get(entity, {})
    changed = {key: level for key, level in levels.items() if level != before.get(key, WRITE)}
    for key, level in changed.items():
        _refuse_field_beyond_own(spec, key, max(level, before.get(key, WRITE)))
    if not changed:
        return
    mine = sa.and_(role_field.c.role_id == role_id, role_field.c.entity == entity)
    unit().execute(sa.delete(role_field).where(mine, role_field.c.field.in_(changed)))
    kept = [{"role_id": role_id, "entity": entity, "field": key, "level": level}
            for key, level in changed.items() if level < WRITE]
    if kept:
        unit().execute(sa.insert(role_field), kept)
    changes = {f"{entity}.{key}": [FIELD_LEVELS[before.get(key, WRITE)], FIELD_LEVELS[level]]
               for key, level in changed.items()}
    listener.record("core.role", role_id, name, "rights_change", changes)
    renew_sessions([role_id])


def set_user_roles(user_id: int, role_ids: Iterable[int]) -> None:
    """Let the user hold exactly these roles."""
    require("core.user.change")
    gone, new = _replace(user_role, "role", Role, user_id, role_ids)
    for role_id in gone | new:
        _refuse_role_beyond_own(role_id)
    if gone:
        keep_an_administrator()
    if new:
        _keep_oneself_in()


def _keep_oneself_in() -> None:
    """The list of a role that one gives oneself holds as well."""
    try:
        networks.keep_oneself_in()
    except Invalid as error:
        raise Invalid(errors={"roles": error.errors["networks"]}) from error


def set_user_teams(user_id: int, team_ids: Iterable[int]) -> None:
    """Let the user belong to exactly these teams; only administrators move people into others' teams."""
    require("core.user.change")
    gone, new = _replace(user_team, "team", Team, user_id, team_ids)
    _refuse_outside(gone | new, actor().team_ids)
    _tell_of_hours(user_id, gone | new)


def set_user_organisations(user_id: int, organisation_ids: Iterable[int]) -> None:
    """Let the user work in exactly these organisations; the actor must belong to those that change."""
    require("core.user.change")
    gone, new = _replace(user_organisation, "organisation", Organisation, user_id, organisation_ids)
    _refuse_outside(gone | new, actor().organisation_ids)
    _tell_of_hours(user_id, gone | new)


def join_organisation(user_ids: Iterable[int]) -> None:
    """Let new users work where whoever made them works, until told otherwise."""
    organisation_id = actor().organisation_id
    rows = [{"user_id": user_id, "organisation_id": organisation_id} for user_id in user_ids]
    if organisation_id and rows:
        unit().execute(sa.insert(user_organisation), rows)


def work_in(organisation_ids: Iterable[int]) -> None:
    """Let whoever made new organisations work there: he could fill them with nothing otherwise."""
    user_id = actor().id
    rows = [{"user_id": user_id, "organisation_id": organisation_id} for organisation_id in organisation_ids]
    if user_id and rows:
        unit().execute(sa.insert(user_organisation), rows)


def shut_out(user_ids: Collection[int]) -> None:
    """End all sessions and tokens of users who were switched off or deleted (SEC-29)."""
    for user_id in user_ids:
        sessions.revoke_all(user_id)
        tokens.revoke_all(user_id)


def renew_sessions(role_ids: Collection[int]) -> None:
    """What the holders of these roles may do has changed, so their sessions go on under new ids (SEC-40)."""
    sessions.call_for_renewal(sa.select(user_role.c.user_id).where(user_role.c.role_id.in_(role_ids)))


def bump() -> None:
    """Raise the stamp `rights`. Its row also lets only one change of rights happen at a time."""
    unit().begin_write()
    raised = sa.update(stamp).where(stamp.c.name == RIGHTS).values(value=stamp.c.value + 1)
    if unit().execute(raised).rowcount == 0:
        unit().execute(sa.insert(stamp).values(name=RIGHTS, value=1))


def keep_an_administrator() -> None:
    """Invalid when nobody would be left who may do everything."""
    holders = user_role.join(Role, Role.id == user_role.c.role_id).join(User, User.id == user_role.c.user_id)
    living = sa.and_(Role.is_admin, Role.deleted_at.is_(None), User.active, User.deleted_at.is_(None))
    if unit().execute(sa.select(sa.func.count()).select_from(holders).where(living)).scalar() == 0:
        raise Invalid(_("At least one active administrator must remain."))


def grants_of(role_id: int) -> dict[str, int]:
    """The scopes a role grants, by permission."""
    statement = sa.select(role_grant.c.permission, role_grant.c.scope).where(role_grant.c.role_id == role_id)
    return {row.permission: row.scope for row in unit().execute(statement)}


def fields_of(role_id: int) -> dict[str, dict[str, int]]:
    """{entity: {field: level}} where a role leaves less than WRITE."""
    found: dict[str, dict[str, int]] = {}
    for row in unit().execute(sa.select(role_field).where(role_field.c.role_id == role_id)):
        found.setdefault(row.entity, {})[row.field] = row.level
    return found


def role_of(role_id: int) -> HeldRole:
    """A living role with all it grants; NotFound otherwise."""
    found = read_roles(unit().connection, Role.__table__, sa.and_(Role.id == role_id, Role.deleted_at.is_(None)))
    if not found:
        raise not_found()
    return found[0]


def roles_of(user_id: int) -> set[int]:
    return _linked(user_role, "role", user_id)


def teams_of(user_id: int) -> set[int]:
    return _linked(user_team, "team", user_id)


def organisations_of(user_id: int) -> set[int]:
    return _linked(user_organisation, "organisation", user_id)


def is_beyond(user_id: int, who: Actor | None = None) -> bool:
    """Whether the user may do something that `who` may not: then `who` must not take over his account."""
    who = who or actor()
    if who.is_system or who.is_admin or who.id == user_id:
        return False
    roles = load_roles(unit().connection, user_id)
    grants = merge_grants(grant for role in roles for grant in role.grants.items())
    if any(role.is_admin for role in roles) or any(who.scope(key) < reach for key, reach in grants.items()):
        return True
    return any(field_level(roles, entity, name) > level for entity, levels in who.fields.items()
               if any(role.reaches(entity, "view", "add", "change") for role in roles)
               for name, level in levels.items())


def _replace(
    table: sa.Table, noun: str, entity: Any, user_id: int, wanted_ids: Iterable[int]
) -> tuple[set[int], set[int]]:
    """Make the user's links exactly those wanted; the ids taken away and those added."""
    bump()
    name = _title(User, user_id)
    wanted, before = set(wanted_ids), _linked(table, noun, user_id)
    gone, new = before - wanted, wanted - before
    titles = _titles(entity, before | wanted)
    if missing := new - titles.keys():
        raise Invalid(errors={f"{noun}s": [_("There is no record with the number {id}.", id=min(missing))]})
    column = table.c[f"{noun}_id"]
    if gone:
        unit().execute(sa.delete(table).where(table.c.user_id == user_id, column.in_(gone)))
    if new:
        unit().execute(sa.insert(table), [{"user_id": user_id, f"{noun}_id": one} for one in sorted(new)])
    if gone or new:
        changes = {f"{noun}s": [_names(titles, before), _names(titles, wanted)]}
        listener.record("core.user", user_id, name, "rights_change", changes)
        sessions.call_for_renewal([user_id])
    return gone, new


def _tell_of_hours(user_id: int, moved: set[int]) -> None:
    """He works when his team or his organisation does."""
    if moved:
        emit("core.working_time_moved", user_ids=[user_id])


def _linked(table: sa.Table, noun: str, user_id: int) -> set[int]:
    statement = sa.select(table.c[f"{noun}_id"]).where(table.c.user_id == user_id)
    return set(unit().execute(statement).scalars())


def _title(entity: Any, record_id: int) -> str:
    """The name of a record the actor may change; NotFound for all others."""
    spec = current().of(entity)
    statement = scoped(sa.select(spec.table.c.name).where(spec.table.c.id == record_id), spec, "change")
    found: str | None = unit().execute(statement).scalar()
    if found is None:
        raise not_found()
    return found


def _titles(entity: Any, record_ids: set[int]) -> dict[int, str]:
    statement = sa.select(entity.id, entity.name).where(entity.id.in_(record_ids), entity.deleted_at.is_(None))
    return {row.id: row.name for row in unit().execute(statement)}


def _names(titles: Mapping[int, str], ids: set[int]) -> list[str]:
    return sorted(titles.get(one, str(one)) for one in ids)


def _check_scopes(grants: Mapping[str, int]) -> None:
    wrong = sorted(key for key, scope in grants.items() if scope not in range(ALL + 1))
    if wrong:
        raise Invalid(errors={wrong[0]: [_("Choose none, own, team, sub-teams or all.")]})


def _refuse_more_than_own(reaches: Mapping[str, int]) -> None:
    who = actor()
    beyond = sorted(key for key, reach in reaches.items() if who.scope(key) < reach)
    if beyond:
        raise Forbidden(
            _("You cannot give or take a permission that you do not have yourself: {permission}.",
              permission=beyond[0]), permission=beyond[0])  # fmt: skip


def _refuse_role_beyond_own(role_id: int) -> None:
    who = actor()
    if who.is_system or who.is_admin:
        return
    if unit().execute(sa.select(Role.is_admin).where(Role.id == role_id)).scalar():
        raise Forbidden(_("Only an administrator can make or remove an administrator."))
    role = role_of(role_id)
    _refuse_more_than_own(role.grants)
    for entity in who.fields:
        _refuse_fields_beyond_own(role, entity)


def always_shown(spec: EntitySpec) -> frozenset[str]:
    """Fields that cannot be hidden: a record's number and version, and what names it in lists, links and history."""
    return frozenset({"id", "version", *spec.title_fields})


def _check_levels(spec: EntitySpec, levels: Mapping[str, int]) -> None:
    for name, level in levels.items():
        f = spec.fields.get(name)
        if f is None or level not in range(WRITE + 1):
            raise Invalid(errors={name: [_("Choose hidden, read only or editable for a field of this record type.")]})
        if name in always_shown(spec) and level == HIDDEN:
            raise Invalid(errors={name: [_("“{field}” names the record everywhere, so it cannot be hidden.",
                                           field=f.label)]})


def _refuse_field_beyond_own(spec: EntitySpec, name: str, level: int) -> None:
    who = actor()
    if who.field_level(spec.name, name) < level:
        raise Forbidden(_("You cannot give or take a right to a field that you do not have yourself: {field}.",
                          field=spec.fields[name].label))  # fmt: skip


def _refuse_fields_beyond_own(role: HeldRole, entity: str) -> None:
    """A role that lets its holders see an entity must not open fields of it that the actor himself may not use."""
    spec = current().entities.get(entity)
    if spec is None or not role.reaches(entity, "view", "add", "change"):
        return
    for name in actor().fields.get(entity, {}):
        if name in spec.fields:
            _refuse_field_beyond_own(spec, name, role.field_level(entity, name))


def _refuse_outside(ids: set[int], own: Collection[int]) -> None:
    who = actor()
    if not (who.is_system or who.is_admin) and not ids <= set(own):
        raise Forbidden(_("You can only change this for teams and organisations of your own."))
