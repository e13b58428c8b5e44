"""`/live`: what is new since a page was drawn, for pages that have no stream.

Asked for every few seconds while somebody looks at the page. As long as nothing was changed it costs the one query
that every request begins with.
"""

from __future__ import annotations

from flask import Blueprint, Response, g, request

from core.notify.news import news, number
from core.rest.problems import json_answer
from core.web import SIGNED_IN, route

blueprint = Blueprint("live", __name__)
ADDRESS = "/live"


@route(blueprint, ADDRESS, access=SIGNED_IN)
def live() -> Response:
    """The number of the last change, the figure at the bell, and what others changed on the page at `at` since change
    `since`: a sentence, empty for nothing."""
    g.asks_by_itself = True
    return json_answer(news(g.identity, request.args.get("at", ""), number(request.args.get("since", ""))))
