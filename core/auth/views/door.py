"""What the pages before log-in have in common: their frame, and the cookies a log-in leaves behind."""

from __future__ import annotations

import logging
from typing import Any
from urllib.parse import urlencode

import sqlalchemy as sa
from flask import Response, g, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from core import outages
from core.auth import known_devices, notices, sessions
from core.auth.defaults import shown_organisation
from core.auth.entry import SECONDS, Entered, Pending
from core.auth.login import HOME
from core.auth.models import Organisation
from core.auth.views.blueprint import config, here
from core.auth.views.devices import device_name
from core.db import unit
from core.errors import DiwanError, NoSpace, ReadOnly, TooMany
from core.firstrun.state import is_due
from core.language.i18n import LANGUAGE_NAMES, LANGUAGES, LazyString, _
from core.language.i18n import current as preferences
from core.ui import rendering
from core.ui.views_model import DoorFrame, LanguageChoice

log = logging.getLogger("diwan")

LANGUAGE_COOKIE = "diwan_lang"
STEP_COOKIE = "diwan_step"
YEAR = 365 * 86400
SETUP = "/settings/setup"
_NO_ENTRY: dict[type[DiwanError] | type[None], LazyString] = {
    NoSpace: _("The disk of the server is full, so nobody can log in. Tell your administrator; once there is space, "
               "log in again."),
    ReadOnly: _("The database can only be read at this moment, so nobody can log in. Try again later."),
}  # fmt: skip


def page(template: str, title: Any, screen: Any, status: int = 200, **kept: str) -> Response:
    """A page before log-in; `kept` is what the links to other languages carry on."""
    answer = rendering.page(template, title, status, screen=screen, door=_frame(kept))
    asked = request.args.get("lang", "")
    return keep_language(answer, asked) if asked in LANGUAGES else answer


def refused(answer: Response, error: DiwanError) -> Response:
    """Tell programs, too, how long to wait."""
    if isinstance(error, TooMany):
        answer.headers["Retry-After"] = str(error.retry_after)
    return answer


def outage_at(error: Exception) -> DiwanError:
    """Why nobody can log in while nothing can be stored, a session neither; any other error is raised again."""
    found = outages.told(error)
    words = _NO_ENTRY.get(type(found))
    if found is None or words is None:
        raise error
    outages.notice(found)
    unit().rollback()
    log.error("nobody can log in: %s", getattr(error, "orig", None) or error)
    return type(found)(words)


def let_in(entered: Entered | Pending) -> AnyResponse:
    """Into Diwan, or to the second step."""
    if isinstance(entered, Pending):
        waiting = redirect("/login/second-step", 303)
        waiting.set_cookie(STEP_COOKIE, entered.ticket, max_age=SECONDS, **_step_flags())
        return waiting
    if entered.is_new_device and entered.actor.id is not None:
        notices.new_device(entered.actor.id, device_name(here().user_agent), here().address)
    if g.identity is not None:
        sessions.revoke(g.identity.session_id)
    answer = redirect(_way_in(entered), 303)
    answer.set_cookie(**sessions.cookie(entered.session, config().base_url))
    answer.set_cookie(**known_devices.cookie(entered.device, config().base_url))
    return without_ticket(answer)


def _way_in(entered: Entered) -> str:
    """Where he wanted to go; who may set up a new organisation and wanted nothing in particular is led there."""
    return SETUP if entered.target == HOME and is_due(entered.actor) else entered.target


def without_ticket(answer: AnyResponse) -> AnyResponse:
    if STEP_COOKIE in request.cookies:
        answer.delete_cookie(STEP_COOKIE, **_step_flags())
    return answer


def device_token() -> str:
    """What this browser is known by, if it is."""
    return request.cookies.get(known_devices.COOKIE, "")


def keep_language(answer: Any, language: str) -> Any:
    """Let this browser come back in the language chosen, also when nobody is signed in."""
    answer.set_cookie(LANGUAGE_COOKIE, language, max_age=YEAR, **sessions.cookie_flags(config().base_url))
    return answer


def organisation_name() -> str:
    """The name of the organisation, where there is only one: visitors see whose Diwan it is."""
    living = sa.select(Organisation.name).where(Organisation.deleted_at.is_(None)).limit(2)
    names = list(unit().execute(living).scalars())
    return shown_organisation(names[0]) if len(names) == 1 else ""


def _step_flags() -> dict[str, Any]:
    return {**sessions.cookie_flags(config().base_url), "path": "/login"}


def _frame(kept: dict[str, str]) -> DoorFrame:
    shown = preferences().language
    following = {name: value for name, value in kept.items() if value}
    languages = tuple(
        LanguageChoice(code, LANGUAGE_NAMES[code], "ltr" if code == "en" else "rtl",
                       f"{request.path}?{urlencode({'lang': code, **following})}", code == shown)
        for code in LANGUAGES
    )  # fmt: skip
    return DoorFrame(languages)
