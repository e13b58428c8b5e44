"""`/settings/users`: who may sign in, and with which roles and teams."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from flask import Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from core import records
from core.actor import actor
from core.auth import accounts, factors, forms, login, networks, passwords, recovery, rights, throttle
from core.auth.defaults import shown_name, shown_note
from core.auth.models import KINDS, LANGUAGES, Organisation, Role, Team, User, user_role
from core.auth.views.blueprint import blueprint, choices, config, errors_of, figure
from core.auth.views.lines import session_lines, token_days, token_entities, token_lines
from core.db import unit
from core.entity.base import utc_now
from core.errors import Conflict, Invalid
from core.language.calendars import relative_time
from core.language.i18n import _, ngettext
from core.language.i18n import current as preferences
from core.language.text import search_key
from core.mass import belongings, handover
from core.permissions import can, scoped
from core.registry import current as registry
from core.ui import handover_build, rendering, shell
from core.ui.sent_once import sent_once
from core.ui.settings_frame import frame
from core.ui.views_model import Action, Choice, Crumb, EmptyState, FormError, UserLine, UserScreen, UsersScreen
from core.web import route

ADDRESS = "/settings/users"
MOST_SHOWN = 2000


@route(blueprint, ADDRESS, access="core.user.change")
def users() -> Response:
    """All users this reader may see, found by any part of name and email."""
    query = request.args.get("q", "").strip()[:100]
    lines = _lines(query)
    title = _("Users")
    create = Action(str(_("New user")), f"{ADDRESS}/new", "plus") if can("core.user.add") else None
    empty = None if lines else EmptyState("no_match", str(_("No user matches “{query}”.", query=query)), icon="users")
    screen = UsersScreen(lines, figure(len(lines)), create, query, empty)
    return rendering.page("users.html", title, current="settings", screen=screen,
                          settings=frame("users", title))  # fmt: skip


@route(blueprint, f"{ADDRESS}/new", access="core.user.add")
def new_user() -> Response:
    return page(None)


@route(blueprint, f"{ADDRESS}/new", access="core.user.add", methods=("POST",))
@sent_once()
def create_user() -> AnyResponse:
    """The password given here is known to two people, so it has to be changed at the first sign-in."""
    try:
        user_id = _create()
    except Invalid as error:
        unit().rollback()
        return page(None, error.status, errors_of(error))
    if request.form.get("kind") == "program":
        return rendering.say(redirect(f"{ADDRESS}/{user_id}#tokens", 303), _("User created. Create a token for it."))
    return rendering.say(redirect(ADDRESS, 303), _("User created."))


def _create() -> int:
    """The new user's id; Invalid on the form's inputs. Without a password, a link to choose one is mailed."""
    password, kind = request.form.get("password", ""), request.form.get("kind") or "person"
    is_invited = bool(request.form.get("invite")) and kind == "person" and not password
    values = forms.user_values(request.form)
    name, email = values.pop("name", None) or "", values.pop("email", None) or ""
    if kind == "person" and not is_invited:
        passwords.check_new(password, email)
    user_id = accounts.create_user(
        name, email, password if kind == "person" else "", role_ids=forms.chosen_ids(request.form, "roles"),
        team_ids=forms.chosen_ids(request.form, "teams"), organisation_ids=_chosen_organisations(), must_change=True,
        kind=kind, **values,
    )  # fmt: skip
    if is_invited:
        recovery.invite(user_id, config().base_url)
    return user_id


@route(blueprint, f"{ADDRESS}/<int:user_id>", access="core.user.change")
def user(user_id: int) -> Response:
    return page(user_id)


@route(blueprint, f"{ADDRESS}/<int:user_id>", access="core.user.change", methods=("POST",))
def change_user(user_id: int) -> AnyResponse:
    was_active = records.get(User, user_id, "change")["active"]
    try:
        _change(user_id)
    except (Invalid, Conflict) as error:
        unit().rollback()
        return page(user_id, error.status, errors_of(error))
    if was_active and not records.get(User, user_id, "change")["active"] and (
        handover.held(user_id) or belongings.held(user_id)
    ):
        message = _("User saved. Choose who takes over the records, or leave them as they are.")
        return rendering.say(redirect(f"{ADDRESS}/{user_id}/hand-over", 303), message)
    return rendering.say(redirect(ADDRESS, 303), _("User saved."))


def _change(user_id: int) -> None:
    version = request.form.get("version", "")
    password = request.form.get("password", "")
    if password and user_id == actor().id:
        raise Invalid(errors={"password": [_("Change your own password in your own settings.")]})
    accounts.change_user(
        user_id, forms.user_values(request.form), int(version) if version.isdecimal() else None,
        role_ids=forms.chosen_ids(request.form, "roles"), team_ids=forms.chosen_ids(request.form, "teams"),
        organisation_ids=_chosen_organisations(),
    )  # fmt: skip
    if password:
        accounts.set_user_password(user_id, password)


def _chosen_organisations() -> set[int] | None:
    """Where the user is to work; None where the form does not ask, since there is only one organisation."""
    if not request.form.get("asks_organisations"):
        return None
    chosen = forms.chosen_ids(request.form, "organisations")
    if not chosen:
        raise Invalid(errors={"organisations": [_("Choose at least one organisation.")]})
    return chosen


def _lines(query: str) -> tuple[UserLine, ...]:
    spec = registry().of(User)
    table = spec.table
    columns = (table.c.id, table.c.name, table.c.email, table.c.active, table.c.last_seen_at)
    order = table.c[f"name_sort_{preferences().language}"]
    statement = scoped(sa.select(*columns), spec, "change").order_by(order, table.c.id).limit(MOST_SHOWN)
    rows = unit().execute(statement).all()
    wanted = search_key(query).split()
    found = [row for row in rows if all(word in search_key(f"{row.name} {row.email}") for word in wanted)]
    roles = _role_names()
    return tuple(
        UserLine(
            shell.person(row.name, f"{ADDRESS}/{row.id}"), row.email, roles.get(row.id, ()), bool(row.active),
            relative_time(row.last_seen_at) if row.last_seen_at else "",
        )
        for row in found
    )  # fmt: skip


def _role_names() -> dict[int, tuple[str, ...]]:
    held = user_role.join(Role, Role.id == user_role.c.role_id)
    statement = sa.select(user_role.c.user_id, Role.key, Role.name).select_from(held).where(Role.deleted_at.is_(None))
    found: dict[int, tuple[str, ...]] = {}
    for row in unit().execute(statement.order_by(Role.id)):
        found[row.user_id] = (*found.get(row.user_id, ()), shown_name(row.key, row.name))
    return found


def page(
    user_id: int | None, status: int = 200, errors: tuple[FormError, ...] = (), new_token: str = ""
) -> Response:
    """The form; after a refusal with what was typed."""
    blank: dict[str, Any] = {"active": True, "name": "", "email": "", "version": 0}
    stored = records.get(User, user_id, "change") if user_id else blank
    screen = replace(_screen(user_id, stored, errors), new_token=new_token)
    title = stored["name"] if user_id else str(_("New user"))
    return rendering.page("user.html", title, status, current="settings", screen=screen,
                          settings=frame("users", title, Crumb(str(_("Users")), ADDRESS)))  # fmt: skip


def _screen(user_id: int | None, stored: dict[str, Any], errors: tuple[FormError, ...]) -> UserScreen:
    typed = request.form if request.method == "POST" and "name" in request.form else None
    roles = forms.chosen_ids(typed, "roles") if typed is not None else rights.roles_of(user_id or 0)
    teams = forms.chosen_ids(typed, "teams") if typed is not None else rights.teams_of(user_id or 0)
    organisations = (forms.chosen_ids(typed, "organisations") if typed is not None
                     else rights.organisations_of(user_id) if user_id else {actor().organisation_id or 0})
    shown = typed if typed is not None else stored
    screen = UserScreen(
        post_href=f"{ADDRESS}/{user_id or 'new'}", name=shown.get("name") or "", email=shown.get("email") or "",
        person=shell.person(stored["name"]) if user_id else None, roles=_roles(roles), teams=_teams(teams),
        organisations=_organisations(organisations),
        languages=choices(LANGUAGES, shown.get("language") or "", _("As the browser asks")),
        active=bool(shown.get("active")), networks=shown.get("networks") or "",
        networks_hint=networks.hint(), new=user_id is None, themself=user_id == actor().id,
        rights_href=f"{ADDRESS}/{user_id}/rights" if user_id else "",
        version=stored["version"], errors=errors, program=stored.get("kind") == "program",
        kinds=choices(KINDS, shown.get("kind") or "person") if user_id is None else (),
    )  # fmt: skip
    return _with_access(screen, user_id, stored["email"]) if user_id else screen


def _with_access(screen: UserScreen, user_id: int, email: str) -> UserScreen:
    """What there is of sessions, second factor, locks and tokens, with what can be done about each."""
    here = f"{ADDRESS}/{user_id}"
    open_sessions = session_lines(user_id, f"{here}/sign-out")
    locks = throttle.locks(login.attempts_of(user_id, email))
    has_factor = factors.is_on(user_id)
    return replace(
        screen, sessions=open_sessions, sign_out=_sign_out(here) if open_sessions else None,
        factor_text=str(_("Two-factor authentication is on.") if has_factor else _("No second factor is set up.")),
        factor_reset=_factor_reset(here) if has_factor and not screen.themself else None,
        locks=tuple(_lock_text(lock) for lock in locks),
        invite=None if screen.program or screen.themself else _invite(here),
        unlock=Action(str(_("Lift the lock")), f"{here}/unlock", "key", "post") if locks else None,
        tokens=token_lines(user_id, f"{here}/tokens"), token_href=f"{here}/tokens" if screen.program else "",
        token_days=token_days(), token_entities=token_entities(request.form.getlist("token_entities")),
        held=tuple(f"{one.label}: {one.count}" for one in handover_build.lines(
            user_id, handover.held(user_id), belongings.held(user_id))),
        hand_over_href=f"{here}/hand-over",
    )  # fmt: skip


def _sign_out(here: str) -> Action:
    return Action(str(_("End all sessions")), f"{here}/sign-out", "logout", "post", danger=True)


def _invite(here: str) -> Action:
    return Action(str(_("Mail a link for a new password")), f"{here}/invite", "mail", "post")


def _factor_reset(here: str) -> Action:
    return Action(
        str(_("Reset")), f"{here}/second-factor", "shield-lock", "post", danger=True,
        confirm=str(_("Reset the second factor of this user?")),
        confirm_text=str(_("For someone who lost the app and the recovery codes. "
                           "Make sure that it is this person who asks.")),
    )  # fmt: skip


def _lock_text(lock: throttle.Lock) -> str:
    """How a lock reads: `12 failed tries from 203.0.113.5, open again in 2 minutes`."""
    tries = ngettext("{n} failed try", "{n} failed tries", lock.attempts)
    is_near = (lock.until - utc_now()).total_seconds() < 60
    again = str(_("in less than a minute")) if is_near else relative_time(lock.until)
    if lock.source:
        return str(_("{tries} from {address}, open again {time}", tries=tries, address=lock.source, time=again))
    return str(_("{tries} from several addresses, open again {time}", tries=tries, time=again))


def _roles(selected: set[int]) -> tuple[Choice, ...]:
    statement = sa.select(Role.id, Role.key, Role.name, Role.note).where(Role.deleted_at.is_(None)).order_by(Role.id)
    return tuple(
        Choice(str(row.id), shown_name(row.key, row.name), row.id in selected, hint=shown_note(row.key, row.note))
        for row in unit().execute(statement)
    )


def _teams(selected: set[int]) -> tuple[Choice, ...]:
    statement = sa.select(Team.id, Team.name).where(Team.deleted_at.is_(None)).order_by(Team.name, Team.id)
    return tuple(Choice(str(row.id), row.name, row.id in selected) for row in unit().execute(statement))


def _organisations(selected: set[int]) -> tuple[Choice, ...]:
    """All organisations; none while there is only one, so that nobody has to choose."""
    statement = sa.select(Organisation.id, Organisation.name).where(Organisation.deleted_at.is_(None))
    rows = unit().execute(statement.order_by(Organisation.id)).all()
    if len(rows) < 2:
        return ()
    return tuple(Choice(str(row.id), row.name, row.id in selected) for row in rows)
