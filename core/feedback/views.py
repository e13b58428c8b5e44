"""`/feedback`: sending feedback, from the help or the own menu of any page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, redirect, request

from core.errors import Invalid
from core.feedback.sending import KINDS, MAY_SEND, own_path, send
from core.language.i18n import _
from core.rest.problems import json_answer
from core.ui import rendering
from core.ui.shell_model import Choice
from core.web import PANEL_HEADER, route

blueprint = Blueprint("feedback", __name__)
ADDRESS = "/feedback"


@route(blueprint, ADDRESS, access=MAY_SEND)
def form() -> Response:
    """What it is, and the text; `from` is the page that it is about."""
    return _shown(own_path(request.args.get("from", "")))


@route(blueprint, ADDRESS, access=MAY_SEND, methods=("POST",))
def take() -> Any:
    """Keep it, and lead back to where the user was."""
    given, in_panel = request.form, bool(request.headers.get(PANEL_HEADER))
    page, text, kind = own_path(given.get("page", "")), given.get("text", ""), given.get("kind", "")
    try:
        send(text, kind, page, given.get("window", ""))
    except Invalid as error:
        if in_panel:
            raise
        return _shown(page, text, kind, [str(one) for found in error.errors.values() for one in found], 422)
    told = _("Thank you. Your feedback was sent.")
    if in_panel:
        return json_answer({"message": str(told)})
    return rendering.say(redirect(page or "/", 303), told)


def _shown(page: str, text: str = "", kind: str = "", errors: Sequence[str] = (), status: int = 200) -> Response:
    """The form, with what was typed and what is wrong with it."""
    chosen = kind if any(one.value == kind for one in KINDS) else KINDS[0].value
    context: dict[str, Any] = {
        "kinds": tuple(Choice(one.value, str(one.label), one.value == chosen) for one in KINDS),
        "from_page": page, "text": text, "errors": errors,
    }  # fmt: skip
    if request.headers.get(PANEL_HEADER):
        return Response(rendering.fragment("fragments/feedback.html", in_panel=True, **context))
    return rendering.page("feedback.html", _("Send feedback"), status, in_panel=False, **context)
