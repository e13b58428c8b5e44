"""`/feedback`: sending feedback, from the help or the own menu of any page."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, redirect, request

from core.feedback.sending import KINDS, MAY_SEND, own_path, send
from core.language.i18n import _
from core.rest.problems import json_answer
from core.ui import rendering
from core.ui.shell_model import Choice
from core.web import route

blueprint = Blueprint("feedback", __name__)
ADDRESS = "/feedback"
PANEL = "X-Diwan-Panel"


@route(blueprint, ADDRESS, access=MAY_SEND)
def form() -> Response:
    """What it is, and the text; `from` is the page that it is about."""
    context: dict[str, Any] = {
        "kinds": tuple(Choice(kind.value, str(kind.label)) for kind in KINDS),
        "from_page": own_path(request.args.get("from", "")),
    }
    if request.headers.get(PANEL):
        return Response(rendering.fragment("fragments/feedback.html", in_panel=True, **context))
    return rendering.page("feedback.html", _("Send feedback"), in_panel=False, **context)


@route(blueprint, ADDRESS, access=MAY_SEND, methods=("POST",))
def take() -> Any:
    """Keep it, and lead back to where the user was."""
    given = request.form
    page = own_path(given.get("page", ""))
    send(given.get("text", ""), given.get("kind", ""), page, given.get("window", ""))
    told = _("Thank you. Your feedback was sent.")
    if request.headers.get(PANEL):
        return json_answer({"message": str(told)})
    return rendering.say(redirect(page or "/", 303), told)
