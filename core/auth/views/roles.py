"""`/settings/roles`: what each role may do, as a table of entities and actions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa
from flask import Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from core import records
from core.actor import ALL, NONE, SCOPES, Actor, actor
from core.auth import networks, rights
from core.auth.defaults import shown_name, shown_note
from core.auth.explain import SCOPE_LABELS
from core.auth.models import Role, User, role_grant, user_role
from core.auth.views.blueprint import blueprint, errors_of, figure
from core.db import unit
from core.entity.spec import EntitySpec
from core.errors import Conflict, Invalid
from core.language.i18n import _, ngettext
from core.permissions import ACTION_LABELS, can, scoped
from core.registry import ENTITY_ACTIONS, Registry
from core.registry import current as registry
from core.ui import rendering
from core.ui.sent_once import sent_once
from core.ui.settings_frame import frame
from core.ui.views_model import (
    Action,
    Choice,
    Crumb,
    FormError,
    GrantCell,
    GrantGroup,
    GrantRow,
    RoleLine,
    RoleScreen,
    RolesScreen,
)
from core.web import route

ADDRESS = "/settings/roles"
# Nobody owns what does not exist yet.
_UNSCOPED = frozenset({"add", "import"})


@route(blueprint, ADDRESS, access="core.role.view")
def roles() -> Response:
    title = _("Roles")
    spec = registry().of(Role)
    table = spec.table
    statement = scoped(sa.select(table.c.id, table.c.key, table.c.name, table.c.note, table.c.is_admin), spec)
    found = unit().execute(statement.order_by(table.c.id)).all()
    users, grants = _user_counts(), _grant_counts()
    lines = tuple(
        RoleLine(
            shown_name(row.key, row.name), f"{ADDRESS}/{row.id}", shown_note(row.key, row.note),
            ngettext("{n} user", "{n} users", users.get(row.id, 0)),
            str(_("May do everything")) if row.is_admin else
            ngettext("{n} permission", "{n} permissions", grants.get(row.id, 0)), bool(row.is_admin),
        )
        for row in found
    )  # fmt: skip
    create = Action(str(_("New role")), f"{ADDRESS}/new", "plus") if can("core.role.add") else None
    screen = RolesScreen(lines, figure(len(lines)), create)
    return rendering.page("roles.html", title, current="settings", screen=screen,
                          settings=frame("roles", title))  # fmt: skip


@route(blueprint, f"{ADDRESS}/new", access="core.role.add")
def new_role() -> Response:
    return _page(None)


@route(blueprint, f"{ADDRESS}/new", access="core.role.add", methods=("POST",))
@sent_once()
def create_role() -> AnyResponse:
    try:
        made = records.create(Role, **_values())
        rights.set_role_grants(made.after["id"], _sent_grants())
    except Invalid as error:
        unit().rollback()
        return _page(None, error.status, errors_of(error))
    return rendering.say(redirect(ADDRESS, 303), _("Role created."))


@route(blueprint, f"{ADDRESS}/<int:role_id>", access="core.role.view")
def role(role_id: int) -> Response:
    return _page(role_id)


@route(blueprint, f"{ADDRESS}/<int:role_id>", access="core.role.change", methods=("POST",))
def change_role(role_id: int) -> AnyResponse:
    version = request.form.get("version", "")
    try:
        records.update(Role, role_id, _renaming(role_id), int(version) if version.isdecimal() else None)
        rights.set_role_grants(role_id, _sent_grants())
    except (Invalid, Conflict) as error:
        unit().rollback()
        return _page(role_id, error.status, errors_of(error))
    return rendering.say(redirect(ADDRESS, 303), _("Role saved."))


@route(blueprint, f"{ADDRESS}/<int:role_id>/delete", access="core.role.delete", methods=("POST",))
def delete_role(role_id: int) -> AnyResponse:
    """Who holds the role loses what only it granted."""
    try:
        records.delete(Role, [role_id])
    except Invalid as error:
        unit().rollback()
        return _page(role_id, error.status, errors_of(error))
    return rendering.say(redirect(ADDRESS, 303), _("Role deleted."))


@route(blueprint, f"{ADDRESS}/<int:role_id>/log-in", access="core.role.change", methods=("POST",))
def change_log_in(role_id: int) -> AnyResponse:
    """Whether this role's holders need a second factor, and from where they may work. Apart from the rights: those of
    administrators are fixed."""
    needed = bool(request.form.get("second_factor"))
    sent = {"networks": request.form["networks"].strip() or None} if "networks" in request.form else {}
    was_needed = records.get(Role, role_id, "change")["second_factor"]
    try:
        records.update(Role, role_id, {"second_factor": needed, **sent})
    except Invalid as error:
        unit().rollback()
        return _page(role_id, error.status, errors_of(error))
    message = _("Role saved.")
    if needed and not was_needed:
        message = _("This role's users need a second factor from their next click on.")
    return rendering.say(redirect(f"{ADDRESS}/{role_id}", 303), message)


def _values() -> dict[str, Any]:
    return {"name": request.form.get("name", ""), "note": request.form.get("description", "")}


def _renaming(role_id: int) -> dict[str, Any]:
    """The name and description sent, unless they are only the translations shown of unchanged ones."""
    stored = records.get(Role, role_id, "change")
    shown = {"name": shown_name(stored["key"], stored["name"]), "note": shown_note(stored["key"], stored["note"])}
    return {name: value for name, value in _values().items() if value != shown[name]}


def _sent_grants() -> dict[str, int]:
    """The scopes sent for permissions that exist; anything else is no scope."""
    known = registry().permissions
    sent = {name: request.form[name] for name in known if name in request.form}
    wrong = [name for name, scope in sent.items() if scope not in SCOPES]
    if wrong:
        raise Invalid(errors={"": [_("Choose none, own, team, sub-teams or all.")]})
    return {name: SCOPES.index(scope) for name, scope in sent.items()}


def _user_counts() -> dict[int, int]:
    living = user_role.join(User, User.id == user_role.c.user_id)
    statement = sa.select(user_role.c.role_id, sa.func.count().label("users")).select_from(living)
    rows = unit().execute(statement.where(User.deleted_at.is_(None)).group_by(user_role.c.role_id))
    return {row.role_id: row.users for row in rows}


def _grant_counts() -> dict[int, int]:
    granted = role_grant.c.permission.in_(list(registry().permissions))
    statement = sa.select(role_grant.c.role_id, sa.func.count().label("grants")).where(granted)
    return {row.role_id: row.grants for row in unit().execute(statement.group_by(role_grant.c.role_id))}


def _page(role_id: int | None, status: int = 200, errors: tuple[FormError, ...] = ()) -> Response:
    blank: dict[str, Any] = {"key": None, "name": "", "note": "", "is_admin": False, "version": 0}
    stored = records.get(Role, role_id) if role_id else blank
    name = shown_name(stored["key"], stored["name"])
    title = name if role_id else str(_("New role"))
    return rendering.page(
        "role.html", title, status, current="settings", screen=_screen(role_id, stored, name, errors),
        settings=frame("roles", title, Crumb(str(_("Roles")), ADDRESS)),
    )  # fmt: skip


def _screen(
    role_id: int | None, stored: Mapping[str, Any], name: str, errors: tuple[FormError, ...]
) -> RoleScreen:
    typed = request.form if request.method == "POST" and "name" in request.form else None
    grants = _shown_grants(role_id, typed)
    users = _user_counts().get(role_id or 0, 0)
    delete = None
    if role_id and can("core.role.delete"):
        delete = Action(
            str(_("Delete role")), f"{ADDRESS}/{role_id}/delete", "trash", "post", danger=True,
            confirm=str(_("Delete the role “{name}”?", name=name)),
            confirm_text=ngettext("{n} user loses what only this role grants.",
                                  "{n} users lose what only this role grants.", users),
        )  # fmt: skip
    return RoleScreen(
        post_href=f"{ADDRESS}/{role_id or 'new'}", name=typed["name"] if typed else name,
        description=typed.get("description", "") if typed else shown_note(stored["key"], stored["note"]),
        actions=tuple(str(label) for label in ACTION_LABELS.values()),
        groups=() if stored["is_admin"] else _groups(grants, actor(), role_id),
        new=role_id is None, locked=_locked(role_id, stored), version=stored["version"],
        users_text=ngettext("{n} user", "{n} users", users) if role_id else "", delete=delete, errors=errors,
        second_factor=bool(stored.get("second_factor")),
        networks=request.form.get("networks", stored.get("networks") or ""), networks_hint=networks.hint(),
        log_in_href=f"{ADDRESS}/{role_id}/log-in" if role_id and can("core.role.change") else "",
    )  # fmt: skip


def _shown_grants(role_id: int | None, typed: Any) -> dict[str, int]:
    stored = rights.grants_of(role_id) if role_id else {}
    if typed is None:
        return stored
    sent = {name: SCOPES.index(scope) for name, scope in typed.items() if scope in SCOPES}
    return {**stored, **sent}


def _locked(role_id: int | None, stored: Mapping[str, Any]) -> str:
    if stored["is_admin"]:
        return str(_("Administrators may do everything, so there is nothing to choose here."))
    if role_id and not can("core.role.change"):
        return str(_("You may look at this role, but not change it."))
    return ""


def _groups(grants: Mapping[str, int], who: Actor, role_id: int | None) -> tuple[GrantGroup, ...]:
    """The entities by plugin, those of the kernel last."""
    found = registry()
    groups = []
    for name, plugin in found.plugins.items():
        groups.append(GrantGroup(str(plugin.manifest.label), _rows(found, name, grants, who, role_id)))
    general = _general_row(found, grants, who)
    groups.append(GrantGroup(str(_("Administration")), (*_rows(found, "core", grants, who, role_id), *general)))
    return tuple(group for group in groups if group.rows)


def _rows(
    found: Registry, plugin: str, grants: Mapping[str, int], who: Actor, role_id: int | None
) -> tuple[GrantRow, ...]:
    specs = sorted((spec for spec in found.entities.values() if spec.plugin == plugin), key=lambda s: s.meta.order)
    restricted = rights.fields_of(role_id) if role_id else {}
    return tuple(_row(found, spec, grants, who, role_id, len(restricted.get(spec.name, ()))) for spec in specs)


def _row(
    found: Registry, spec: EntitySpec, grants: Mapping[str, int], who: Actor, role_id: int | None, restricted: int
) -> GrantRow:
    cells = tuple(_cell(f"{spec.name}.{action}", grants, who, action in _UNSCOPED) for action in ENTITY_ACTIONS)
    own = [name for name in found.permissions if name.rpartition(".")[0] == spec.name]
    extra = [name for name in own if name.rpartition(".")[2] not in ENTITY_ACTIONS]
    fields = str(_("Fields"))
    if restricted:
        fields = ngettext("{n} restricted field", "{n} restricted fields", restricted)
    return GrantRow(str(spec.meta.plural), cells, _extra(found, extra, grants, who),
                    f"{ADDRESS}/{role_id}/fields/{spec.name}" if role_id else "", fields)  # fmt: skip


def _general_row(found: Registry, grants: Mapping[str, int], who: Actor) -> tuple[GrantRow, ...]:
    """Rights that belong to no entity."""
    names = [name for name in found.permissions if name.rpartition(".")[0] not in found.entities]
    blank = tuple(GrantCell("") for _action in ENTITY_ACTIONS)
    return (GrantRow(str(_("General")), blank, _extra(found, names, grants, who)),) if names else ()


def _extra(
    found: Registry, names: Iterable[str], grants: Mapping[str, int], who: Actor
) -> tuple[tuple[str, GrantCell], ...]:
    return tuple((str(found.permissions[name].label), _cell(name, grants, who, True)) for name in names)


def _cell(permission: str, grants: Mapping[str, int], who: Actor, unscoped: bool) -> GrantCell:
    """The scopes to choose from: those the reader has himself, and the one the role has now."""
    present = grants.get(permission, NONE)
    offered = {NONE, ALL, present} if unscoped else set(range(ALL + 1))
    limit = max(who.scope(permission), present)
    listed = (Choice(SCOPES[n], str(SCOPE_LABELS[n]), n == present) for n in sorted(offered) if n <= limit)
    return GrantCell(permission, tuple(listed))
