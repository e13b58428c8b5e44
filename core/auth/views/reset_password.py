"""`/login/forgot` and `/login/new-password`: a new password by a mailed link."""

from __future__ import annotations

from flask import Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from core.auth import mail_links, passwords, recovery
from core.auth.forms import NewPasswordForm, check
from core.auth.mail_links import INVITE
from core.auth.views import door
from core.auth.views.blueprint import blueprint, errors_of, here
from core.db import unit
from core.errors import Invalid, NotFound, TooMany
from core.language.i18n import _
from core.ui.views_model import ForgotScreen, FormError, NewPasswordScreen
from core.web import PUBLIC, route

SENT = _("If this address belongs to an account with a password, a link is on its way. It works for half an hour.")


@route(blueprint, "/login/forgot", access=PUBLIC)
def forgot_form() -> Response:
    return _forgot(ForgotScreen())


@route(blueprint, "/login/forgot", access=PUBLIC, methods=("POST",))
def forgot() -> Response:
    """The same answer whoever asks for whomever."""
    email = request.form.get("email", "")[:254]
    try:
        recovery.ask(email, here())
    except TooMany as error:
        answer = _forgot(ForgotScreen(email, error=str(error.message)), error.status)
        return door.refused(answer, error)
    return _forgot(ForgotScreen(email, str(SENT)))


@route(blueprint, mail_links.PATH, access=PUBLIC)
def new_password_form() -> Response:
    """Looking at a link does not use it up: mail programs look at links before their readers do."""
    return _page(request.args.get("token", ""))


@route(blueprint, mail_links.PATH, access=PUBLIC, methods=("POST",))
def choose_password() -> AnyResponse:
    form, token = NewPasswordForm(request.form), request.form.get("token", "")
    try:
        check(form)
        recovery.choose_password(token, form.new_password.data or "", here())
    except Invalid as error:
        unit().rollback()
        return _page(token, error.status, errors_of(error))
    except NotFound:
        unit().rollback()
        return _page(token, 404)
    return redirect("/login?after=password", 303)


def _forgot(screen: ForgotScreen, status: int = 200) -> Response:
    return door.page("forgot.html", _("Forgot your password?"), screen, status)


def _page(token: str, status: int = 200, errors: tuple[FormError, ...] = ()) -> Response:
    found = mail_links.holder(token)
    heading = _("Welcome to Diwan") if found is not None and found.purpose == INVITE else _("A new password")
    if found is None:
        screen = NewPasswordScreen("", heading=str(heading), void=str(recovery.VOID))
        return door.page("new_password.html", heading, screen, 404)
    screen = NewPasswordScreen(token, found.email, str(heading), str(passwords.rule()), errors=errors)
    return door.page("new_password.html", heading, screen, status, token=token)
