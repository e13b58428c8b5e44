"""`/login/sso`: the way in by single sign-on; out to the provider, and back."""

from __future__ import annotations

from typing import Any

from flask import redirect, request
from werkzeug.wrappers import Response as AnyResponse

from core.auth import entry, login, oidc, sessions, single_sign_on
from core.auth.entry import SECONDS, Proof
from core.auth.oidc import Begun
from core.auth.views import door
from core.auth.views.blueprint import blueprint, config, here, vault
from core.auth.views.sign_in import login_page
from core.db import unit
from core.errors import NotFound, Unauthenticated
from core.language.i18n import _
from core.language.i18n import current as preferences
from core.web import PUBLIC, route

ADDRESS = "/login/sso"
COOKIE = "diwan_sso"
_TICKET = "single sign-on"


@route(blueprint, ADDRESS, access=PUBLIC)
def leave_for_provider() -> AnyResponse:
    """To the provider's own page, with what has to come back sealed in a cookie: only this browser can end it."""
    target = login.safe_next(request.args.get("next"))
    try:
        address, begun = oidc.begin(_provider(), _return_address(), preferences().language)
    except oidc.Untrusted as error:
        return login_page(target, error)
    answer = redirect(address, 303)
    facts = {**begun.as_facts(), "target": target}
    answer.set_cookie(COOKIE, vault().ticket(_TICKET, facts), max_age=SECONDS, **_flags())
    return answer


@route(blueprint, f"{ADDRESS}/return", access=PUBLIC)
def come_back() -> AnyResponse:
    """From the provider. It is a GET because that is how browsers are sent back; the sealed state stands for a form's
    token, and without it nothing happens."""
    facts = vault().facts(_TICKET, request.cookies.get(COOKIE, ""), SECONDS)
    if facts is None:
        return redirect("/login?after=late", 303)
    target = facts.pop("target")
    person: oidc.Person | None = None
    try:
        person = oidc.finish(_provider(), Begun(**facts), _return_address(), request.args)
        proof = Proof(single_sign_on.user_of(person, here()), target=target, through=single_sign_on.present().name)
        answer = door.let_in(entry.enter(vault(), proof, here(), door.device_token()))
    except (oidc.Untrusted, Unauthenticated) as error:
        unit().rollback()  # its lock would keep the refusal from being recorded
        entry.refused(None, person.email if person else "", "login_failed", here(), 0)
        answer = login_page(target, error)
    answer.delete_cookie(COOKIE, **_flags())
    return answer


def _provider() -> oidc.Provider:
    """Whom to ask; nothing of the database is held while it answers."""
    found = single_sign_on.provider(vault())
    if found is None:
        raise NotFound(_("There is no such page."))
    unit().commit()
    return found


def _return_address() -> str:
    return f"{config().base_url}{ADDRESS}/return"


def _flags() -> dict[str, Any]:
    return {**sessions.cookie_flags(config().base_url), "path": ADDRESS}
