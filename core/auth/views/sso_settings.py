"""`/settings/sign-in`: single sign-on as a way in. For administrators alone."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from core.auth import oidc, single_sign_on
from core.auth.defaults import shown_name
from core.auth.models import Role
from core.auth.single_sign_on import NEEDED, Settings
from core.auth.views.blueprint import blueprint, config, errors_of, vault
from core.db import unit
from core.errors import Invalid
from core.language.i18n import _
from core.ui import rendering
from core.ui.settings_frame import frame
from core.ui.single_sign_on_model import SingleSignOnScreen
from core.ui.views_model import Choice, FormError
from core.web import route

ADDRESS = "/settings/sign-in"


@route(blueprint, ADDRESS, access=NEEDED)
def single_sign_on_settings() -> Response:
    return _page(single_sign_on.present())


@route(blueprint, ADDRESS, access=NEEDED, methods=("POST",))
def save_single_sign_on() -> AnyResponse:
    form, role = request.form, request.form.get("role", "")
    given = Settings(
        form.get("name", ""), form.get("issuer", ""), form.get("client_id", ""), bool(form.get("active")),
        bool(form.get("link_by_email")), int(role) if role.isascii() and role.isdigit() and len(role) < 18 else None,
        single_sign_on.present().has_secret)  # fmt: skip
    try:
        single_sign_on.save(vault(), given, form.get("client_secret", "").strip())
    except Invalid as error:
        unit().rollback()
        return _page(given, error.status, errors_of(error))
    return rendering.say(redirect(ADDRESS, 303), _("Settings saved."))


def _page(shown: Settings, status: int = 200, errors: tuple[FormError, ...] = ()) -> Response:
    title: Any = _("Single sign-on")
    screen = SingleSignOnScreen(
        name=shown.name, issuer=shown.issuer, client_id=shown.client_id, has_secret=shown.has_secret,
        active=shown.active, link_by_email=shown.link_by_email, roles=_roles(shown.role_id),
        return_address=f"{config().base_url}/login/sso/return",
        published_at=oidc.PUBLISHED_AT, errors=errors)  # fmt: skip
    return rendering.page("single_sign_on.html", title, status, current="settings.sign-in", screen=screen,
                          settings=frame("sign-in", title))  # fmt: skip


def _roles(chosen: int | None) -> tuple[Choice, ...]:
    """Those that somebody new may get by himself."""
    living = sa.select(Role.id, Role.key, Role.name).where(Role.deleted_at.is_(None), sa.not_(Role.is_admin))
    nobody = Choice("", str(_("Let in nobody new")), chosen is None)
    return (nobody, *(Choice(str(row.id), shown_name(row.key, row.name), row.id == chosen)
                      for row in unit().execute(living.order_by(Role.id))))
