"""`/settings/modules`: which modules there are, what each brings, and turning them on and off."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, current_app, redirect, request

from core.db import unit
from core.errors import DeclarationError, DiwanError, NotFound
from core.language.i18n import _
from core.plugin import loader, sentences
from core.plugin.containment import PluginFailed
from core.ui import modules_build, rendering
from core.ui.settings_frame import frame
from core.web import route

blueprint = Blueprint("modules", __name__)
NEEDED = "core.module.change"
#: Where the application keeps its `Switchboard`; what turns modules on stands in a higher layer.
SWITCHBOARD = "diwan_modules"


@dataclass(frozen=True, slots=True)
class Switchboard:
    """Turning modules on, with those they require (answers all that are new), and one off."""

    turn_on: Callable[[Sequence[str]], list[str]]
    turn_off: Callable[[str], str]


@route(blueprint, "/settings/modules", access=NEEDED)
def show() -> Response:
    """All modules, or those that match `q`, and the first one's details."""
    return _page()


@route(blueprint, "/settings/modules/<name>", access=NEEDED)
def details(name: str) -> Response:
    """All modules, and this one's details."""
    return _page(name)


@route(blueprint, "/settings/modules/<name>/enable", access=NEEDED, methods=("POST",))
def enable(name: str) -> Any:
    """Turn a module on, or try a failed one again; every process follows at its next request."""
    return _turned(name, lambda board: _("Turned on: {names}", names=_labels(board.turn_on([name]) or [name])))


@route(blueprint, "/settings/modules/<name>/disable", access=NEEDED, methods=("POST",))
def disable(name: str) -> Any:
    """Turn a module off; its data stay."""

    def turn_off(board: Switchboard) -> Any:
        label = _labels([name])
        board.turn_off(name)
        return _("Turned off: {names}", names=label)

    return _turned(name, turn_off)


def _turned(name: str, turn: Callable[[Switchboard], Any]) -> Any:
    """Tables are made and states written in units of their own, so this request's must hold nothing open."""
    unit().commit()
    try:
        said = turn(current_app.extensions[SWITCHBOARD])
    except NotFound:
        raise
    except PluginFailed:
        return _page(name, str(_("The module has failed while it was turned on, and is off. The cause is below.")), 409)
    except (DiwanError, DeclarationError) as error:
        return _page(name, sentences.told(str(error)), 409)
    return rendering.say(redirect(f"{modules_build.ADDRESS}/{name}", 303), said)


def _labels(names: Sequence[str]) -> str:
    plugins = loader.installed().plugins
    return modules_build.listed(plugins[name].manifest.label if name in plugins else name for name in names)


def _page(name: str = "", error: str = "", status: int = 200) -> Response:
    screen = modules_build.screen(name, error, request.args.get("q", "").strip()[:100])
    if screen is None:
        raise NotFound(_("There is no module “{name}” here.", name=name))
    return rendering.page("modules.html", _("Modules"), status, current="settings.modules", screen=screen,
                          settings=frame("modules", _("Modules")))
