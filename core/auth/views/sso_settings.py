"""`/settings/sign-in`: single sign-on as a way in, with any number of providers. For administrators alone."""

from __future__ import annotations

import re
from typing import Any

import sqlalchemy as sa
from flask import Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from core.auth import login_providers, oidc
from core.auth.defaults import shown_name
from core.auth.login_providers import LONGEST_NAME, NEEDED, Settings
from core.auth.models import Role
from core.auth.views import sso
from core.auth.views.blueprint import blueprint, config, errors_of, vault
from core.db import unit
from core.errors import Invalid
from core.language.i18n import LANGUAGES, _
from core.ui import language_inputs, rendering
from core.ui.sent_once import sent_once
from core.ui.settings_frame import frame
from core.ui.single_sign_on_model import ProviderLine, ProviderScreen, ProvidersScreen
from core.ui.views_model import Action, Choice, Crumb, EmptyState, FormError
from core.web import route

ADDRESS = "/settings/sign-in"
TITLE = _("Single sign-on")
#: Between domains, also as they are written in Arabic and Persian.
BETWEEN = re.compile(r"[\s,;،؛]+")


@route(blueprint, ADDRESS, access=NEEDED)
def login_providers_page() -> Response:
    found = login_providers.every()
    create = Action(str(_("New provider")), f"{ADDRESS}/new", "plus")
    lines = tuple(ProviderLine(
        str(one.name), f"{ADDRESS}/{one.id}",
        str(_("On the log-in page") if one.active else _("Off", context="log-in provider")),
        "green" if one.active else "grey", one.issuer) for one in found)  # fmt: skip
    empty = EmptyState(
        "nothing", str(_("No providers yet")),
        str(_("People log in with the accounts that the organisation has given them already, at any provider that "
              "speaks OpenID Connect.")), "key", create)  # fmt: skip
    screen = ProvidersScreen(lines, create, None if lines else empty)
    return rendering.page("login_providers.html", TITLE, current="settings.sign-in", screen=screen,
                          settings=frame("sign-in", TITLE))  # fmt: skip


@route(blueprint, f"{ADDRESS}/new", access=NEEDED)
def new_login_provider() -> Response:
    return _page(Settings())


@route(blueprint, f"{ADDRESS}/new", access=NEEDED, methods=("POST",))
@sent_once()
def create_login_provider() -> AnyResponse:
    return _save(_typed(Settings()), _("Provider saved. Enter the addresses below in its own settings."))


@route(blueprint, f"{ADDRESS}/<int:provider_id>", access=NEEDED)
def login_provider_page(provider_id: int) -> Response:
    return _page(login_providers.find(provider_id))


@route(blueprint, f"{ADDRESS}/<int:provider_id>", access=NEEDED, methods=("POST",))
def save_login_provider(provider_id: int) -> AnyResponse:
    return _save(_typed(login_providers.find(provider_id)), _("Provider saved."))


@route(blueprint, f"{ADDRESS}/<int:provider_id>/delete", access=NEEDED, methods=("POST",))
def delete_login_provider(provider_id: int) -> AnyResponse:
    login_providers.remove(provider_id)
    return rendering.say(redirect(ADDRESS, 303), _("Provider deleted."))


def _save(given: Settings, done: Any) -> AnyResponse:
    try:
        saved = login_providers.save(vault(), given, request.form.get("client_secret", "").strip())
    except Invalid as error:
        unit().rollback()
        return _page(given, error.status, errors_of(error))
    return rendering.say(redirect(f"{ADDRESS}/{saved}", 303), done)


def _typed(stored: Settings) -> Settings:
    form, role = request.form, request.form.get("role", "")
    return Settings(
        {one: form.get(f"label_{one}", "") for one in LANGUAGES}, form.get("issuer", ""), form.get("client_id", ""),
        bool(form.get("active")), bool(form.get("link_by_email")),
        int(role) if role.isascii() and role.isdigit() and len(role) < 18 else None,
        tuple(filter(None, BETWEEN.split(form.get("domains", "")))), bool(form.get("log_out_there")),
        stored.id, stored.has_secret)  # fmt: skip


def _page(shown: Settings, status: int = 200, errors: tuple[FormError, ...] = ()) -> Response:
    title: Any = str(shown.name) if shown.id is not None else _("New provider")
    told = {one.field: (one.message,) for one in errors}
    screen = ProviderScreen(
        post_href=f"{ADDRESS}/{shown.id or 'new'}", names=language_inputs.inputs(shown.label, "label", told),
        longest_name=LONGEST_NAME, issuer=shown.issuer, client_id=shown.client_id, has_secret=shown.has_secret,
        active=shown.active, link_by_email=shown.link_by_email, domains=" ".join(shown.domains),
        roles=_roles(shown.role_id), log_out_there=shown.log_out_there, addresses=_addresses(shown.id),
        published_at=oidc.PUBLISHED_AT, remove=_removal(shown), errors=errors)  # fmt: skip
    return rendering.page("login_provider.html", title, status, current="settings.sign-in", screen=screen,
                          settings=frame("sign-in", title, Crumb(str(TITLE), ADDRESS)))  # fmt: skip


def _addresses(provider_id: int | None) -> tuple[tuple[str, str], ...]:
    if provider_id is None:
        return ()
    return (
        (str(_("Where people are sent back after log-in")), sso.return_address(provider_id)),
        (str(_("Where people are sent back after log-out")), f"{config().base_url}/login"),
        (str(_("Where it tells that a session has ended (back-channel log-out)")), sso.ended_address(provider_id)),
    )  # fmt: skip


def _removal(shown: Settings) -> Action | None:
    if shown.id is None:
        return None
    return Action(
        str(_("Delete provider")), f"{ADDRESS}/{shown.id}/delete", "trash", "post", danger=True,
        confirm=str(_("Delete the provider “{name}”?", name=str(shown.name))),
        confirm_text=str(_("Nobody can log in by it any more. The accounts here stay.")))  # fmt: skip


def _roles(chosen: int | None) -> tuple[Choice, ...]:
    """Those that somebody new may get by himself."""
    living = sa.select(Role.id, Role.key, Role.name).where(Role.deleted_at.is_(None), sa.not_(Role.is_admin))
    nobody = Choice("", str(_("Let in nobody new")), chosen is None)
    return (nobody, *(Choice(str(row.id), shown_name(row.key, row.name), row.id == chosen)
                      for row in unit().execute(living.order_by(Role.id))))
