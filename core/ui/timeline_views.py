"""`/{plugin}/{noun}/{id}/timeline`: a piece of the record's page, asked for when it comes into sight."""

from __future__ import annotations

from flask import Blueprint, Response, request

from core.permissions import without_hidden
from core.ui import rendering, slots, timeline_build
from core.ui.list_views import spec_of
from core.ui.record_views import RECORD, living_or_trashed
from core.ui.shell_model import NO_MARKUP
from core.web import entity_action, route

blueprint = Blueprint("timeline", __name__)


@route(blueprint, f"{RECORD}/timeline", access=entity_action("view"))
def show(plugin: str, noun: str, record_id: int) -> Response:
    """The newest entries below what plugins put at the head, or with `before` the entries after that place alone."""
    spec = spec_of(plugin, noun)
    record = living_or_trashed(spec, record_id)
    kind, place = request.args.get("kind", ""), timeline_build.place_of(request.args.get("before", ""))
    if place is not None:
        screen = timeline_build.build(spec, record, kind, place)
        return Response(rendering.fragment("fragments/timeline_days.html", timeline=screen))
    has_top = timeline_build.sources(spec) != ()
    top = slots.fill("timeline.top", spec, without_hidden(spec, record)) if has_top else NO_MARKUP
    screen = timeline_build.build(spec, record, kind, top=top)
    return Response(rendering.fragment("fragments/timeline.html", timeline=screen))
