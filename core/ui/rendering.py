"""Pages: the facts that every one of them carries."""

from __future__ import annotations

from typing import Any, cast

from flask import Response, g, make_response, request
from markupsafe import Markup

from core.language import i18n
from core.language.i18n import _
from core.ui import shell, slots
from core.ui.shell_model import NO_MARKUP
from core.ui.templating import fragment, set_up
from core.ui.views_model import Action, Page, Toast
from core.web import PANEL_HEADER

#: What the header for a panel says of a form that is a page of its own.
ON_PAGE = "page"
TOAST_COOKIE = "diwan_toast"


def page(template: str, title: Any, status: int = 200, current: str = "", top: Markup = NO_MARKUP, **context: Any
         ) -> Response:  # fmt: skip
    """A whole page; `current` is the key of the menu entry it belongs to, `top` what plugins add to this page."""
    frame = shell.build(current) if g.get("identity") is not None else None
    facts = {"page": page_facts(str(title)), "toasts": _toasts(), "bar_note": "", "bar_back": "", "bar_name": "",
             "bar_title": "", "bar_is_full": False}
    facts["shell"] = frame
    facts["page_top"] = slots.fill("page.top") + top if frame is not None else ""
    answer = make_response(fragment(template, **{**facts, **context}), status)
    if TOAST_COOKIE in request.cookies:
        answer.delete_cookie(TOAST_COOKIE, path="/")
    return answer


def in_host(template: str, status: int = 200, **context: Any) -> Response:
    """A form for the script that asked for it, as it looks where it will stand: in the panel or on its own page."""
    return Response(fragment(template, **context, in_panel=request.headers.get(PANEL_HEADER) != ON_PAGE), status)


def page_facts(title: str) -> Page:
    """What stands on <html>."""
    preferences = i18n.current()
    identity = g.get("identity")
    return Page(
        title=title,
        language=preferences.language,
        direction=preferences.direction,  # type: ignore[arg-type]
        theme=identity.theme if identity else "auto",
        density=identity.density if identity else "comfortable",
        digits=preferences.digits,
        shortcuts=identity.shortcuts if identity else True,
    )


def say(answer: Any, message: Any, undo: str = "") -> Response:
    """Show `message` on the next page, with a way back: it travels in a cookie, as sessions hold only the user."""
    g.said, given = str(message), cast(Response, answer)
    told = _encode(f"{undo}\n{message}")
    given.set_cookie(TOAST_COOKIE, told, max_age=60, httponly=True, samesite="Lax", path="/")
    return given


def said() -> str:
    """What this answer had `say` show on the next page."""
    told: str = g.get("said", "")
    return told


def _toasts() -> tuple[Toast, ...]:
    undo, _break, text = _decode(request.cookies.get(TOAST_COOKIE, "")).partition("\n")
    if not text:
        return ()
    # Only an address of our own may be offered for undoing, whatever the cookie says.
    act = (
        Action(str(_("Undo")), undo, "arrow-back-up", "post")
        if undo.startswith("/") and undo[1:2] != "/"
        else None
    )
    return (Toast(text, undo=act),)


def _encode(text: str) -> str:
    return text[:300].encode("utf-8").hex()


def _decode(value: str) -> str:
    try:
        return bytes.fromhex(value[:2400]).decode("utf-8")
    except ValueError:
        return ""


__all__ = ["fragment", "page", "page_facts", "say", "set_up"]
