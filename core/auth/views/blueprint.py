"""The blueprint that all account pages belong to, and what their views share."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from flask import Blueprint, Response, current_app, g, request
from sqlalchemy.engine import Engine
from sqlalchemy.exc import SQLAlchemyError

from core.actor import Origin, origin
from core.auth import gate, sessions
from core.auth.gate import Identity
from core.config import Config
from core.db import run_unit
from core.errors import DiwanError, Forbidden, Invalid
from core.language.digits import to_family
from core.language.i18n import _
from core.language.i18n import current as preferences
from core.ui.views_model import Choice, FormError
from core.vault import Vault
from core.web import PANEL_HEADER

blueprint = Blueprint("auth", __name__)
#: Headers of requests for a part of a page.
FOR_PARTS = ("HX-Request", PANEL_HEADER)


@blueprint.after_app_request
def note_use(answer: Response) -> Response:
    """Note when session and user were last active, once the answer is on its way; a page that asks by itself is no
    sign that somebody is there."""
    seen: Identity | None = g.get("identity")
    if seen is not None and not g.get("asks_by_itself", False) and gate.is_due(seen):
        engine = current_app.engine  # type: ignore[attr-defined]
        address = here().address
        answer.call_on_close(lambda: _note(engine, seen, address))
    return answer


@blueprint.after_app_request
def renew_session(answer: Response) -> Response:
    """A new id with the first whole page after a change of the user's rights: one stolen before is worth nothing
    (SEC-40). Not with the parts of pages, of which several are on their way at once under the old id.
    """
    seen: Identity | None = g.get("identity")
    is_page = request.method == "GET" and answer.status_code == 200 and answer.mimetype == "text/html"
    if seen is None or not seen.renewal_due or not is_page or any(name in request.headers for name in FOR_PARTS):
        return answer
    engine = current_app.engine  # type: ignore[attr-defined]
    with suppress(SQLAlchemyError):
        renewed = run_unit(engine, lambda _unit: sessions.renew(seen.session_id, keep_forms=True))
        if renewed is not None:
            answer.set_cookie(**sessions.cookie(renewed, config().base_url))
    return answer


def _note(engine: Engine, seen: Identity, address: str) -> None:
    """A database that is busy, full or away is no reason to fail: the next request notes it."""
    with suppress(SQLAlchemyError):
        gate.touch(engine, seen, address)


def identity() -> Identity:
    """Who is signed in with a browser. A token must not reach one's account: it could make stronger ones."""
    found: Identity = g.identity
    if not found.session_id:
        raise Forbidden(_("A token cannot do this. Log in with a browser."))
    return found


def here() -> Origin:
    return origin()


def vault() -> Vault:
    """What opens this installation's sealed secrets."""
    return Vault(config().secret_key)


def config() -> Config:
    settings: Config = current_app.settings  # type: ignore[attr-defined]
    return settings


def errors_of(error: DiwanError) -> tuple[FormError, ...]:
    """The messages of a refused form, for its inputs; what concerns none of them stands above."""
    if not isinstance(error, Invalid) or not error.errors:
        return (FormError("", str(error.message)),)
    return tuple(FormError(name, str(messages[0])) for name, messages in error.errors.items() if messages)


def choices(listed: Any, selected: Any, first: Any = None) -> tuple[Choice, ...]:
    """A field's choices as a menu or segments; `first` is the label of having none."""
    none = (Choice("", str(first), selected=not selected),) if first is not None else ()
    return (*none, *(Choice(one.value, str(one.label), one.value == selected) for one in listed))


def figure(number: int) -> str:
    """A count in the reader's digits."""
    return to_family(str(number), preferences().digits)
