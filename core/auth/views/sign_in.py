"""`/login`, `/login/second-step` and `/logout`."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlencode

from flask import Response, g, redirect, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response as AnyResponse

from core.auth import entry, login, login_providers, oidc, sessions, single_sign_on
from core.auth.accounts import email_of
from core.auth.entry import Elsewhere, Proof
from core.auth.forms import LoginForm
from core.auth.views import door
from core.auth.views.blueprint import blueprint, config, errors_of, here, identity, vault
from core.db import unit
from core.errors import DiwanError, Invalid, TooMany, Unauthenticated
from core.language.i18n import _
from core.language.i18n import current as preferences
from core.ui.views_model import Action, LoggedOutScreen, LoginScreen, SecondStepScreen
from core.web import FACTOR_SET_UP, PUBLIC, route

SECOND_STEP = "/login/second-step"
NOTICES = {
    "password": _("The new password is saved. Log in with it."),
    "late": _("The log-in took too long. Begin again."),
}


@route(blueprint, "/login", access=PUBLIC)
def login_form() -> AnyResponse:
    """The form; whoever is signed in already goes on to where he wanted to go."""
    target = login.safe_next(request.args.get("next"))
    if g.identity is not None:
        return redirect(target, 303)
    notice = NOTICES.get(request.args.get("after", ""), "")
    return _page(LoginScreen(next=target, notice=str(notice)))


@route(blueprint, "/login", access=PUBLIC, methods=("POST",))
def log_in() -> AnyResponse:
    form = LoginForm(request.form)
    email, target = (form.email.data or "")[:254], login.safe_next(form.next.data)
    try:
        entered = login.sign_in(vault(), email, form.password.data or "", here(), remember=bool(form.remember.data),
                                device=door.device_token(), target=target)  # fmt: skip
    except (Unauthenticated, TooMany) as error:
        return login_page(target, error, email, is_of_inputs=isinstance(error, Unauthenticated))
    except SQLAlchemyError as error:
        return login_page(target, door.outage_at(error), email)
    return door.let_in(entered)


@route(blueprint, SECOND_STEP, access=PUBLIC)
def second_step_form() -> AnyResponse:
    proof = _proof()
    return _second_step(proof) if proof is not None else _begin_again()


@route(blueprint, SECOND_STEP, access=PUBLIC, methods=("POST",))
def second_step() -> AnyResponse:
    proof, code = _proof(), request.form.get("code", "")
    if proof is None:
        return _begin_again()
    try:
        entered = entry.second_step(vault(), _ticket(), code, here(), door.device_token())
    except Unauthenticated as error:
        return door.without_ticket(login_page(proof.target, error))
    except (Invalid, TooMany) as error:
        return _second_step(proof, error)
    except SQLAlchemyError as error:
        return _second_step(proof, door.outage_at(error))
    return door.let_in(entered)


@route(blueprint, "/logout", access=FACTOR_SET_UP, methods=("POST",))
def log_out() -> AnyResponse:
    who = identity()
    begun = single_sign_on.begun_at(vault(), who.session_id)
    login.sign_out(who.actor, who.session_id, here())
    answer = redirect("/login", 303) if begun is None else _on_to_provider(*begun)
    answer.delete_cookie(**sessions.no_cookie(config().base_url))
    return answer


def _on_to_provider(provider: oidc.Provider, begun: Elsewhere) -> AnyResponse:
    """Logged out here, on to the provider to log out there.

    By a page that leads on and no redirection: the policy lets no form lead to another site, not even at the end of
    several steps.
    """
    unit().commit()  # whatever the provider does, the session here has ended
    try:
        address = oidc.way_out(provider, begun.id_token, f"{config().base_url}/login", preferences().language)
    except oidc.Untrusted:
        address = ""
    if not address:
        return redirect("/login", 303)
    name = str(login_providers.find(begun.provider_id).name)
    answer = door.page("logged_out.html", _("Logged out"), LoggedOutScreen(name, address))
    answer.headers["Refresh"] = f"0; url={address}"
    return answer


def _ticket() -> str:
    return request.cookies.get(door.STEP_COOKIE, "")


def _proof() -> Proof | None:
    return entry.holder(vault(), _ticket())


def _begin_again() -> AnyResponse:
    return door.without_ticket(redirect("/login?after=late", 303))


def login_page(target: str, error: DiwanError, email: str = "", is_of_inputs: bool = False) -> Response:
    """The form again, with why nobody was let in."""
    return _page(LoginScreen(email=email, next=target, error=str(error.message), is_of_inputs=is_of_inputs), error)


def _page(screen: LoginScreen, error: DiwanError | None = None) -> Response:
    shown = replace(screen, organisation=door.organisation_name(), forgot_href="/login/forgot",
                    single_sign_on=_offered(screen.next))  # fmt: skip
    kept = {"next": screen.next if screen.next != login.HOME else ""}
    answer = door.page("login.html", _("Log in"), shown, error.status if error else 200, **kept)
    return door.refused(answer, error) if error else answer


def _offered(target: str) -> tuple[Action, ...]:
    query = f"?{urlencode({'next': target}, safe='/')}" if target not in ("", login.HOME) else ""
    return tuple(Action(str(one.name), f"/login/sso/{one.id}{query}", "building")
                 for one in login_providers.every() if one.active)


def _second_step(proof: Proof, error: DiwanError | None = None) -> Response:
    recovery = request.args.get("with") == "recovery"
    other = SECOND_STEP if recovery else f"{SECOND_STEP}?with=recovery"
    message = errors_of(error)[0].message if error else ""
    screen = SecondStepScreen(email_of(proof.user_id), recovery, other, message)
    answer = door.page("second_step.html", _("One more step"), screen, error.status if error else 200,
                       **({"with": "recovery"} if recovery else {}))  # fmt: skip
    return door.refused(answer, error) if error else answer
