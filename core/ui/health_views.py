"""`/settings/health`: how the installation stands, by the same checks as `diwan check`."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from flask import Blueprint, Response, current_app

from core.language.i18n import _
from core.ui import rendering
from core.ui.settings_frame import frame
from core.ui.views_model import HealthLine, HealthScreen
from core.web import route

blueprint = Blueprint("health", __name__)
#: Where the application keeps the function that looks at it; it stands in a higher layer.
LOOK = "diwan_look"
#: What is typed on the server, as it stands, rather than read as a sentence.
COMMAND = re.compile(r"(diwan|chmod|\S*python[\d.]*) ")


class Finding(Protocol):
    """What `core.ops.check` finds, as far as it is shown."""

    @property
    def label(self) -> Any: ...
    @property
    def ok(self) -> bool: ...
    @property
    def is_advice(self) -> bool: ...
    @property
    def text(self) -> Any: ...
    @property
    def remedy(self) -> Any: ...


@route(blueprint, "/settings/health", access="core.settings.change")
def show() -> Response:
    """What is wrong comes first, then advice, then what is in order."""
    look: Callable[[], Sequence[Finding]] = current_app.extensions[LOOK]
    found = sorted(look(), key=lambda one: (one.ok, not one.is_advice))
    wrong = sum(not one.ok for one in found)
    screen = HealthScreen(tuple(_line(one) for one in found), wrong == 0)
    return rendering.page("health.html", _("Health"), current="settings.health", screen=screen,
                          settings=frame("health", _("Health")))


def _line(one: Finding) -> HealthLine:
    state, hue = (_("Needs attention"), "red") if not one.ok else (_("In order"), "green")
    if one.is_advice:
        state, hue = _("To do"), "amber"
    command = str(one.remedy) if COMMAND.match(str(one.remedy)) else ""
    return HealthLine(str(one.label), str(state), hue, str(one.text), "" if command else str(one.remedy), command)
