"""What administrators do about another's access: sessions, a lost second factor, a lock, tokens."""

from __future__ import annotations

from flask import Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from core.audit import listener
from core.auth import accounts, forms, login, recovery, sessions, throttle, tokens
from core.auth.throttle import Attempt
from core.auth.views.blueprint import blueprint, config, errors_of, here
from core.auth.views.own_settings import create_token
from core.auth.views.users import ADDRESS, page
from core.db import unit
from core.errors import Forbidden, Invalid, TooMany
from core.language.i18n import _
from core.ui import rendering
from core.ui.sent_once import sent_once
from core.web import route

NEEDED = "core.user.change"


@route(blueprint, f"{ADDRESS}/<int:user_id>/sign-out", access=NEEDED, methods=("POST",))
def sign_user_out(user_id: int) -> AnyResponse:
    """End one session of a user, or all; his tokens and his right to log in again stay."""
    stored, one = accounts.take_care_of(user_id), request.form.get("session", "")
    ended = sessions.revoke_public(user_id, one) if one else sessions.revoke_all(user_id)
    if ended:
        listener.record("core.user", user_id, stored["name"], "session_end" if one else "sessions_end", {})
    return _back(user_id, _("Session ended.") if one else _("All sessions of this user have ended."))


@route(blueprint, f"{ADDRESS}/<int:user_id>/second-factor", access=NEEDED, methods=("POST",))
def reset_user_factor(user_id: int) -> AnyResponse:
    """For whoever lost the app and the recovery codes."""
    accounts.reset_factor(user_id)
    return _back(user_id, _("The second factor is reset. It can be set up again after the next log-in."))


@route(blueprint, f"{ADDRESS}/<int:user_id>/unlock", access=NEEDED, methods=("POST",))
def unlock_user(user_id: int) -> AnyResponse:
    """Let somebody try again at once, who made (or suffered) too many wrong tries."""
    stored = accounts.take_care_of(user_id)
    if throttle.unlock(login.attempts_of(user_id, stored["email"])):
        listener.record("core.user", user_id, stored["name"], "login_unlocked", {})
    return _back(user_id, _("The lock is lifted."))


@route(blueprint, f"{ADDRESS}/<int:user_id>/invite", access=NEEDED, methods=("POST",))
def invite_user(user_id: int) -> AnyResponse:
    """Mail the link to a password of the user's own."""
    stored = accounts.take_care_of(user_id)
    try:
        throttle.attempt(unit().engine, Attempt("invite", stored["email"], here().address))
        recovery.invite(user_id, config().base_url)
    except (Invalid, TooMany) as error:
        unit().rollback()
        return page(user_id, error.status, errors_of(error))
    return _back(user_id, _("The invitation is on its way."))


@route(blueprint, f"{ADDRESS}/<int:user_id>/tokens", access=NEEDED, methods=("POST",))
@sent_once(f"{ADDRESS}/{{user_id}}#tokens")
def change_user_tokens(user_id: int) -> AnyResponse:
    """Revoke anybody's tokens; make them for programs only: a person's token would act in his name."""
    stored = accounts.take_care_of(user_id)
    if request.form.get("intent") == "revoke_token":
        for token_id in forms.chosen_ids(request.form, "token"):
            tokens.revoke(user_id, token_id)
        return _back(user_id, _("Token revoked."))
    if stored["kind"] != "program":
        raise Forbidden(_("People make their tokens themselves, in their own settings."))
    try:
        return page(user_id, new_token=create_token(user_id))
    except Invalid as error:
        unit().rollback()
        return page(user_id, error.status, errors_of(error))


def _back(user_id: int, message: object) -> Response:
    return rendering.say(redirect(f"{ADDRESS}/{user_id}", 303), message)
