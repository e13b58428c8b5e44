"""`/settings/me/second-factor`: setting up one's second factor, its recovery codes, and turning it off.

Whoever's role asks for a factor and has none can open this page and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import segno
from flask import Response, g, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from core.auth import factors, login, notices, passwords, sessions, throttle
from core.auth.accounts import email_of
from core.auth.entry import FACTOR, forgive_after_commit
from core.auth.forms import FactorForm
from core.auth.sessions import Session
from core.auth.throttle import Attempt
from core.auth.views import door
from core.auth.views.blueprint import blueprint, config, errors_of, here, identity, vault
from core.db import unit
from core.errors import Invalid, TooMany
from core.language.i18n import _, ngettext
from core.ui import rendering
from core.ui.settings_frame import frame
from core.ui.views_model import Crumb, FactorScreen, FormError
from core.web import FACTOR_SET_UP, factor_due, route

ADDRESS = "/settings/me/second-factor"
FEW = 3


@route(blueprint, ADDRESS, access=FACTOR_SET_UP)
def second_factor() -> Response:
    return _page()


@route(blueprint, ADDRESS, access=FACTOR_SET_UP, methods=("POST",))
def change_second_factor() -> AnyResponse:
    """One address for all forms of the page; `intent` says which one was sent."""
    identity()  # refuses tokens, whatever was sent
    try:
        return _ACTS.get(request.form.get("intent", ""), _set_up)()
    except (Invalid, TooMany) as error:
        unit().rollback()
        return door.refused(_page(error.status, errors_of(error)), error)


def _set_up() -> AnyResponse:
    """On from here: this session goes on under a new id, all others end, the recovery codes are shown once."""
    form, user_id = FactorForm(request.form), identity().actor.id or 0
    _check_password(form)
    codes = factors.confirm(vault(), user_id, form.ticket.data or "", form.code.data or "")
    notices.factor_changed(user_id, True)
    return _with_new_session(lambda: _page(codes=tuple(codes)), factor=True)


def _renew() -> AnyResponse:
    _check_both()
    codes = factors.renew_recovery_codes(vault(), identity().actor.id or 0)
    return _page(codes=tuple(codes))


def _turn_off() -> AnyResponse:
    _check_both()
    user_id = identity().actor.id or 0
    factors.remove(user_id)
    notices.factor_changed(user_id, False)
    return _with_new_session(
        lambda: rendering.say(redirect(ADDRESS, 303), _("Two-factor authentication is off.")), factor=False)


_ACTS: dict[str, Callable[[], AnyResponse]] = {"renew": _renew, "off": _turn_off}


def _check_password(form: FactorForm) -> None:
    """Where there is one: whoever found a browser open must not lock its owner out."""
    who = identity().actor
    if passwords.has_one(who.id or 0):
        login.check_password(who, form.current_password.data or "", here())


def _check_both() -> None:
    form, user_id = FactorForm(request.form), identity().actor.id or 0
    _check_password(form)
    tried = Attempt(FACTOR, str(user_id), here().address)
    throttle.attempt(unit().engine, tried)
    if not factors.passes(vault(), user_id, form.code.data or ""):
        raise Invalid(errors={"code": [factors.wrong(form.code.data or "")]})
    forgive_after_commit(tried)


def _with_new_session(answer: Callable[[], Any], factor: bool) -> AnyResponse:
    """What a session may do changes with its factor, so it gets a new id (SEC-40)."""
    who = identity()
    renewed = sessions.renew(who.session_id, factor=factor)
    if renewed is None:
        raise factor_due()
    sessions.revoke_all(who.actor.id or 0, keep=renewed.id)
    _go_on_as(renewed, factor)
    made: AnyResponse = answer()
    made.set_cookie(**sessions.cookie(renewed, config().base_url))
    return made


def _go_on_as(renewed: Session, factor: bool) -> None:
    """Forms of this very answer carry the new session's token."""
    g.identity = replace(identity(), session_id=renewed.id, csrf_token=renewed.csrf_token,
                         must_set_up_factor=identity().actor.must_use_factor and not factor)  # fmt: skip


def _page(status: int = 200, errors: tuple[FormError, ...] = (), codes: tuple[str, ...] = ()) -> Response:
    title = _("Two-factor authentication")
    screen = replace(_screen(), errors=errors, codes=codes, intent=request.form.get("intent", ""))
    steps = frame("me", title, Crumb(str(_("Personal settings")), "/settings/me"))
    return rendering.page("second_factor.html", title, status, current="settings", screen=screen, settings=steps)


def _screen() -> FactorScreen:
    who = identity()
    user_id = who.actor.id or 0
    asks_password = passwords.has_one(user_id)
    if factors.is_on(user_id):
        left = factors.recovery_codes_left(user_id)
        text = ngettext("{n} recovery code left", "{n} recovery codes left", left)
        return FactorScreen(True, asks_password=asks_password, left_text=text, few_left=left < FEW, none_left=not left)
    set_up = factors.begin(vault(), user_id, request.form.get("ticket", ""))
    forced = str(factor_due().message) if who.must_set_up_factor else ""
    return FactorScreen(
        False, forced, segno.make(set_up.address, error="m").svg_data_uri(scale=5, border=3, light="#fff"),
        set_up.groups, set_up.ticket, email_of(user_id), asks_password,
    )  # fmt: skip
