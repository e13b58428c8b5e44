"""What stands where a plugin's part of a page should be, when that plugin has failed: the rest of the page lives."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from flask import g
from markupsafe import Markup

from core.db import unit
from core.declarations import Action, CardLine, TemplatePart
from core.errors import DiwanError
from core.plugin.containment import blamed
from core.registry import current as registry
from core.ui.templating import fragment


def placeholder(error: DiwanError) -> str:
    """A sentence that names the plugin, and the reference under which the log tells the rest."""
    return fragment("fragments/failed.html", text=str(error.message), reference=g.get("request_id", ""))


def drawn(plugin: str, phase: str, answer: Callable[[], Iterable[TemplatePart]]) -> Markup:
    """The pieces of a page that a plugin answers, or the note that it has failed.

    In a savepoint: what a failing statement leaves behind must not stop the statements of others.
    """
    try:
        with blamed(plugin, registry().label(plugin), phase), unit().savepoint():
            return Markup("").join(Markup(fragment(part.template, **part.values)) for part in answer())
    except DiwanError as error:
        return Markup(placeholder(error))


def answered(
    plugin: str, phase: str, answer: Callable[[], Mapping[int, CardLine]]
) -> tuple[Mapping[int, CardLine], Markup]:
    """What a plugin answers about records, by their ids, and the note that it has failed where it has."""
    try:
        with blamed(plugin, registry().label(plugin), phase), unit().savepoint():
            return answer() or {}, Markup("")
    except DiwanError as error:
        return {}, note(error)


def fits(verb: Action, record: Mapping[str, Any]) -> bool:
    """Whether a verb is offered on a record; one that fails to say so is not."""
    if verb.when is None:
        return True
    try:
        with registry().holding(verb.when, f"action {verb.name}"):
            return verb.when(record)
    except DiwanError:
        return False


def drawn_part(plugin: str, phase: str, part: TemplatePart) -> Markup:
    """One piece whose values have been read already, or the note that its plugin has failed."""
    try:
        with blamed(plugin, registry().label(plugin), phase):
            return Markup(fragment(part.template, **part.values))
    except DiwanError as error:
        return note(error)


def note(error: DiwanError) -> Markup:
    """The placeholder as a piece of a page."""
    return Markup(placeholder(error))
