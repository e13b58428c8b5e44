"""`/{plugin}/{noun}/map`: the records of a list where they are on Earth (P04)."""

from __future__ import annotations

from flask import Blueprint, Response, request

from core import maps, query
from core.errors import NotFound
from core.language.i18n import _
from core.language.i18n import current as preferences
from core.ui import map_build, rendering
from core.ui.list_address import ListAddress
from core.ui.list_build import OWN_TO_LAYOUT
from core.ui.list_views import spec_of
from core.web import entity_action, route

blueprint = Blueprint("maps", __name__)
#: What belongs to other layouts, and is no condition.
CONTROLS = OWN_TO_LAYOUT | {"view", "fields", "lang", "sort", "key"}


@route(blueprint, "/<plugin>/<noun>/map", access=entity_action("view"))
def show(plugin: str, noun: str) -> Response:
    """A list's records as pins; the list's conditions hold."""
    spec = spec_of(plugin, noun)
    place = maps.place_of(spec)
    if not place:
        raise NotFound(_("There is no such page."))
    args = tuple((name, value) for name, value in request.args.items(multi=True) if name not in CONTROLS and value)
    asked = query.parse_args(spec, args, preferences())
    screen = map_build.build(asked, ListAddress(f"{spec.path}/map", args), place)
    title = f"{spec.meta.plural} · {_('Map')}"
    return rendering.page("map.html", title, current=spec.name, screen=screen.list, map=screen)
