"""`/{plugin}/{noun}/{id}/neighbours`: where a record stands in the list it was opened from, as a piece of its page.

The list's address is known to the browser's tab alone, so the page asks for this when it is there.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, g, request

from core import query
from core.language.i18n import _
from core.language.i18n import current as preferences
from core.language.numbers import format_number
from core.query.page import COUNT_CAP
from core.ui import rendering
from core.ui.list_views import spec_of
from core.web import entity_action, route

blueprint = Blueprint("neighbours", __name__)
# What shows a list in another way and changes neither its rows nor their order.
IRRELEVANT = frozenset({"lang", "limit", "page", "cursor", "fields", "columns"})


@dataclass(frozen=True, slots=True)
class Place:
    """`position` is "3 of 316", formatted; an address is empty at either end of the list."""

    position: str
    previous_href: str
    next_href: str


@route(blueprint, "/<plugin>/<noun>/<int:record_id>/neighbours", access=entity_action("view"))
def show(plugin: str, noun: str, record_id: int) -> Response:
    """The record's number and both neighbours in the list whose conditions and order the query string holds."""
    spec = spec_of(plugin, noun)
    args = tuple((name, value) for name, value in request.args.items(multi=True) if name not in IRRELEVANT and value)
    found = query.neighbours(query.parse_args(spec, args, preferences()), record_id, g.identity.change_number)
    if found is None:
        return Response("")
    previous, following = (f"{spec.path}/{other}" if other else "" for other in (found.previous, found.next))
    return Response(
        rendering.fragment("fragments/neighbours.html", screen=Place(_position(found), previous, following))
    )


def _position(found: query.Neighbours) -> str:
    if not found.position:
        return ""
    total = _number(found.total) if found.total_is_exact else f"{_number(COUNT_CAP)}+"
    return str(_("{done} of {total}", done=_number(found.position), total=total))


def _number(value: int) -> str:
    return format_number(value, preferences().formatting_locale)
