"""Templates: the environment, and the facts that every page carries."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, cast

from flask import Flask, Response, current_app, g, make_response, request
from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined

from core.language import i18n
from core.ui import shell
from core.ui.assets import asset
from core.ui.client_locale import client_locale_json
from core.ui.views_model import Action, Page, Toast
from core.web import csrf_token

TEMPLATES = Path(__file__).parent / "templates"
TOAST_COOKIE = "diwan_toast"


def make_environment(folders: Iterable[str] = ()) -> Environment:
    """The kernel's templates, then those of plugins under their own names."""
    loaders = [FileSystemLoader(TEMPLATES), *(FileSystemLoader(Path(folder) / "templates") for folder in folders)]
    made = Environment(loader=ChoiceLoader(loaders), autoescape=True, undefined=StrictUndefined)
    made.globals.update(
        _=i18n._, ngettext=i18n.ngettext, asset=asset, csrf_token=csrf_token, client_locale_json=client_locale_json
    )
    return made


def set_up(app: Flask, folders: Iterable[str]) -> None:
    app.extensions["diwan_templates"] = make_environment(folders)


def fragment(template: str, **context: Any) -> str:
    """A piece of a page."""
    environment: Environment = current_app.extensions["diwan_templates"]
    return environment.get_template(template).render({"csp_nonce": g.csp_nonce, **context})


def page(template: str, title: Any, status: int = 200, current: str = "", **context: Any) -> Response:
    """A whole page; `current` is the key of the menu entry it belongs to."""
    frame = shell.build(current) if g.get("identity") is not None else None
    facts = {"page": page_facts(str(title)), "toasts": _toasts(), "bar_note": "", "bar_back": "", "bar_title": ""}
    facts["shell"] = frame
    answer = make_response(fragment(template, **{**facts, **context}), status)
    if TOAST_COOKIE in request.cookies:
        answer.delete_cookie(TOAST_COOKIE, path="/")
    return answer


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
    )


def say(answer: Any, message: Any, undo: str = "") -> Response:
    """Show `message` on the next page, with a way back: it travels in a cookie, as sessions hold only the user."""
    told, given = _encode(f"{undo}\n{message}"), cast(Response, answer)
    given.set_cookie(TOAST_COOKIE, told, max_age=60, httponly=True, samesite="Lax", path="/")
    return given


def _toasts() -> tuple[Toast, ...]:
    undo, _break, text = _decode(request.cookies.get(TOAST_COOKIE, "")).partition("\n")
    if not text:
        return ()
    # Only an address of our own may be offered for undoing, whatever the cookie says.
    act = (
        Action(str(i18n._("Undo")), undo, "arrow-back-up", "post")
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
