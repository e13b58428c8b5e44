"""Errors as pages, fragments or problem documents, in the reader's language."""

from __future__ import annotations

import logging
from typing import Any

import sqlalchemy as sa
from flask import Response, g, redirect, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.exceptions import NotFound as NoRoute
from werkzeug.wrappers import Response as BaseResponse

from core import outages, web
from core import registry as registries
from core.actor import ANONYMOUS, acting
from core.audit.refusals import Refusals
from core.auth import networks
from core.errors import DiwanError, Forbidden, Malformed, NotFound, TooLarge, TooMany, Unauthenticated, Unavailable
from core.language.i18n import DEFAULT, LazyString, _, use
from core.permissions import permission_label
from core.plugin.containment import PluginFailed, failed
from core.rest.problems import problem
from core.ui import rendering
from core.ui.views_model import Action, ErrorScreen
from core.web import PANEL_HEADER

log = logging.getLogger("diwan")

TITLES: dict[int, LazyString] = {
    400: _("This request cannot be read"), 403: _("You do not have permission"), 404: _("There is nothing here"),
    409: _("Someone else changed this in the meantime"), 413: _("This is too large"),
    422: _("Some values need a correction"), 429: _("Too many tries"), 503: _("Not available now"),
    507: _("The disk is full"),
}

# Where to go for what has to be done before anything else.
#: Where an address holds conditions that somebody may have written by hand.
_LISTS = frozenset({"boards", "calendars", "lists", "maps", "reports"})
_REMEDIES = {"password_due": "/settings/me", "factor_due": "/settings/me/second-factor"}


def set_up(app: web.Application) -> None:
    """Answer every error of every route in one way; what was refused to somebody is on record as well."""
    refusals = Refusals()

    def refused(error: DiwanError) -> BaseResponse:
        identity = g.get("identity")
        # Whoever comes from a wrong network is shown nothing of his, but the refusal is his.
        who = g.get("turned_away") or (identity.actor if identity else ANONYMOUS)
        with acting(who, web.origin()):
            refusals.note(app.engine, error, f"{request.method} {request.path}")
        return answer(error)

    app.register_error_handler(DiwanError, answer)
    app.register_error_handler(Forbidden, refused)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unexpected)


def answer(error: DiwanError) -> BaseResponse:
    """The right answer for whoever asked: a program, the side panel or a page."""
    identity = g.get("identity")
    if isinstance(error, PluginFailed):
        log.error("request %s: plugin %s failed in %s", g.get("request_id", ""), error.plugin, error.phase)
    with use(g.get("preferences", DEFAULT)), acting(identity.actor if identity else ANONYMOUS):
        if request.path.startswith(web.FOR_PROGRAMS) or _wants_json():
            return problem(error, g.get("request_id", ""))
        if isinstance(error, Unauthenticated):
            return _to_login()
        if error.code in _REMEDIES:
            return redirect(_REMEDIES[error.code], 303)
        told = _page(error)
        if isinstance(error, (TooMany, Unavailable)):
            told.headers["Retry-After"] = str(error.retry_after)
        return told


def _wants_json() -> bool:
    if PANEL_HEADER in request.headers and request.method == "POST":
        # The panel shows the sentence above what was typed, which is kept.
        return True
    accepted = request.accept_mimetypes
    return accepted.best == "application/json" and not accepted.accept_html


def _to_login() -> BaseResponse:
    """To the log-in, and from there to the page that was asked for (S01)."""
    from urllib.parse import quote

    asked = request.full_path.rstrip("?") if request.method == "GET" else "/"
    return redirect("/login" if asked == "/" else f"/login?next={quote(asked)}", 303)


def _page(error: DiwanError) -> Response:
    title = TITLES.get(error.status, _("Something went wrong"))
    screen = ErrorScreen(
        status=error.status, title=str(title), text=str(error.message),
        missing=permission_label(error.permission) or error.permission if isinstance(error, Forbidden) else "",
        reference=g.get("request_id", "") if error.status >= 500 else "",
        actions=_ways_on(error))
    template = "error.html" if g.get("identity") is not None else "error_plain.html"
    return rendering.page(template, title, error.status, screen=screen)


def _ways_on(error: DiwanError) -> tuple[Action, ...]:
    home = Action(str(_("Go to the dashboard")), "/", "home")
    if error.code == networks.CODE:
        return (Action(str(_("Log in")), "/login", "key"),)  # every other page is refused as well
    if isinstance(error, Malformed) and request.blueprint in _LISTS and request.method == "GET" and request.args:
        return (Action(str(_("Clear the filters")), request.path, "x"), home)
    if isinstance(error, Unavailable) and request.method == "GET":
        return (Action(str(_("Try again")), request.full_path.rstrip("?"), "refresh"), home)
    return (home,)


def _http(error: HTTPException) -> Any:
    if isinstance(error, NoRoute):
        return answer(NotFound(_("There is no such page.")))
    if isinstance(error, MethodNotAllowed):
        refused = Malformed(_("This address does not answer to this method."))
        refused.status, refused.code = 405, "method_not_allowed"
        told = answer(refused)
        told.headers["Allow"] = ", ".join(sorted(error.valid_methods or ()))
        return told
    if error.code == 413:
        return answer(TooLarge(_("The request is too large.")))
    if error.code is not None and 300 <= error.code < 400:
        return error.get_response()
    known = Malformed(_("The request cannot be read."))
    known.status = error.code or 400
    return answer(known)


def _unexpected(error: Exception) -> BaseResponse:
    outage = outages.told(error) or (outages.away() if isinstance(error, sa.exc.OperationalError) else None)
    if outage is not None:
        outages.notice(outage)
        log.error("outage: %s", getattr(error, "orig", None) or error, extra={"request_id": g.get("request_id", "")})
        return answer(outage)
    log.exception("request %s failed", g.get("request_id", ""), exc_info=error)
    registry = registries.current()
    plugin = registry.culprit(error)
    if plugin:
        return answer(failed(plugin, registry.label(plugin), f"{request.method} {request.path}"[:120], error))
    return answer(DiwanError(_("An unexpected error occurred. Reference: {code}", code=g.get("request_id", ""))))
