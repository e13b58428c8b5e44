"""The routes of installed plugins: all are registered at the start, and each is there while its plugin runs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import wraps
from typing import Any

from flask import Response, redirect, request
from werkzeug.exceptions import HTTPException

from core.declarations import GoTo, TemplatePage, TemplatePart
from core.plugin import containment, routes
from core.plugin.containment import FAULTS, cause_of
from core.registry import Plugin
from core.ui import rendering
from core.ui.sent_once import sent_once
from core.web import Application


def register(app: Application, plugins: Iterable[Plugin]) -> None:
    """Add the routes of these plugins. The registry keeps out one whose routes cannot be taken, and tells why."""
    for plugin in plugins:
        name, label = plugin.manifest.name, plugin.manifest.label
        answer = getattr(plugin.module, "register_blueprints", None)
        try:
            found = routes.declared(name, (answer() if answer else None) or ())
        except FAULTS as error:
            containment.note(name, "register_blueprints", cause_of(error))
            continue
        for one in found:
            view = sent_once()(_held(name, label, one.view))
            view.access = replace(one.access, plugin=name)  # type: ignore[attr-defined]
            app.add_url_rule(one.rule, one.endpoint, view, **one.options)


def _held(name: str, label: Any, view: Callable[..., Any]) -> Callable[..., Any]:
    """The view, whose failures carry its plugin's name."""

    @wraps(view)
    def call(**arguments: Any) -> Any:
        try:
            answer = view(**arguments)
            if isinstance(answer, TemplatePage):
                return rendering.page(answer.template, answer.title, current=answer.current, **answer.values)
            if isinstance(answer, GoTo):
                return rendering.say(redirect(answer.href, 303), answer.message)
            if isinstance(answer, TemplatePart):
                return Response(rendering.fragment(answer.template, **answer.values))
        except HTTPException:
            raise
        except FAULTS as error:
            if containment.passes(error):
                raise
            raise containment.failed(name, label, f"{request.method} {request.url_rule}", error) from error
        return answer

    return call
