"""`/login/sso`: the ways in by single sign-on; out to a provider, and back, and the end of a session there."""

from __future__ import annotations

import logging
from typing import Any

from flask import Response, redirect, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response as AnyResponse

from core.auth import entry, login, login_providers, oidc, sessions, single_sign_on
from core.auth.entry import SECONDS, Elsewhere, Proof
from core.auth.oidc import Begun
from core.auth.views import door
from core.auth.views.blueprint import blueprint, config, here, vault
from core.auth.views.sign_in import login_page
from core.db import unit
from core.errors import Malformed, NotFound, TooLarge, Unauthenticated
from core.language.i18n import _
from core.language.i18n import current as preferences
from core.web import PUBLIC, SIGNED_MESSAGE, route

log = logging.getLogger("diwan")

ADDRESS = "/login/sso"
COOKIE = "diwan_sso"
_TICKET = "single sign-on"
#: Its address on our side was made before there could be others.
FIRST = 1
#: Bytes of a provider's message.
MOST = 1024 * 1024


def return_address(provider_id: int) -> str:
    """Where a provider sends people back: each has an address of its own, so that no other's answer passes for it."""
    return f"{config().base_url}{ADDRESS}/return" + ("" if provider_id == FIRST else f"/{provider_id}")


def ended_address(provider_id: int) -> str:
    """Where a provider tells that a session there has ended."""
    return f"{config().base_url}{ADDRESS}/{provider_id}/ended"


@route(blueprint, f"{ADDRESS}/<int:provider_id>", access=PUBLIC)
def leave_for_provider(provider_id: int) -> AnyResponse:
    """To the provider's own page, with what has to come back sealed in a cookie: only this browser can end it."""
    target = login.safe_next(request.args.get("next"))
    try:
        address, begun = oidc.begin(_provider(provider_id), return_address(provider_id), preferences().language)
    except oidc.Untrusted as error:
        return login_page(target, _unanswered(provider_id, error))
    answer = redirect(address, 303)
    facts = {**begun.as_facts(), "target": target}
    answer.set_cookie(COOKIE, vault().ticket(_TICKET, facts), max_age=SECONDS, **_flags())
    return answer


@route(blueprint, f"{ADDRESS}/return", access=PUBLIC)
def come_back_from_first() -> AnyResponse:
    return come_back(FIRST)


@route(blueprint, f"{ADDRESS}/return/<int:provider_id>", access=PUBLIC)
def come_back(provider_id: int) -> AnyResponse:
    """From the provider. It is a GET because that is how browsers are sent back; the sealed state stands for a form's
    token, and without it nothing happens."""
    facts = vault().facts(_TICKET, request.cookies.get(COOKIE, ""), SECONDS)
    if facts is None:
        return redirect("/login?after=late", 303)
    target = facts.pop("target")
    person: oidc.Person | None = None
    try:
        person = oidc.finish(_provider(provider_id), Begun(**facts), return_address(provider_id), request.args)
        chosen = login_providers.find(provider_id)
        through = Elsewhere(provider_id, chosen.log_name, person.session, person.id_token)
        proof = Proof(single_sign_on.user_of(chosen, person, here()), target=target, through=through)
        answer = door.let_in(entry.enter(vault(), proof, here(), door.device_token()))
    except (oidc.Untrusted, Unauthenticated) as error:
        unit().rollback()  # its lock would keep the refusal from being recorded
        entry.refused(None, person.email if person else "", "login_failed", here(), 0)
        told = _unanswered(provider_id, error) if isinstance(error, oidc.Silent) else error
        answer = login_page(target, told)
    except SQLAlchemyError as error:
        answer = login_page(target, door.outage_at(error))
    answer.delete_cookie(COOKIE, **_flags())
    return answer


@route(blueprint, f"{ADDRESS}/<int:provider_id>/ended", access=SIGNED_MESSAGE, methods=("POST",))
def ended_there(provider_id: int) -> Response:
    """The provider says, by a token it has signed, whose session has ended there; it ends here as well."""
    if (request.content_length or 0) > MOST:
        raise TooLarge(_("Send at most {limit} MB at once.", limit=MOST // 1024 // 1024))
    try:
        ended = oidc.read_ended(_provider(provider_id), request.form.get("logout_token", ""))
    except oidc.Untrusted as error:
        raise Malformed(error.message) from error
    single_sign_on.end(login_providers.find(provider_id), ended, here())
    return Response(status=200)


def _provider(provider_id: int) -> oidc.Provider:
    """Whom to ask; nothing of the database is held while it answers."""
    found = login_providers.asked(vault(), provider_id)
    if found is None:
        raise NotFound(_("There is no such page."))
    unit().commit()
    return found


def _unanswered(provider_id: int, error: oidc.Untrusted) -> oidc.Untrusted:
    """What a visitor is told; why it is so is for whoever reads the server's log."""
    log.warning("provider of accounts %s: %s", provider_id, error.message)
    name = str(login_providers.find(provider_id).name)
    return oidc.Untrusted(_("“{name}” does not answer now. Try again later, or log in with your password if you have "
                            "one.", name=name))


def _flags() -> dict[str, Any]:
    return {**sessions.cookie_flags(config().base_url), "path": ADDRESS}
