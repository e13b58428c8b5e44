"""`POST /api/hooks/<key>`: where other programs send their signed messages."""

from __future__ import annotations

import time

from flask import Blueprint, Response, current_app, request

from core.errors import TooLarge
from core.language.i18n import _
from core.rest.problems import json_answer
from core.vault import Vault
from core.web import SIGNED_MESSAGE, route
from core.webhooks import receiving

blueprint = Blueprint("hooks", __name__)


@route(blueprint, "/api/hooks/<key>", access=SIGNED_MESSAGE, methods=("POST",))
def receive(key: str) -> Response:
    """202 once the message is kept; 200 for one that was sent before."""
    if request.content_length is None or request.content_length > receiving.MOST:
        raise TooLarge(_("Send at most {limit} MB at once.", limit=receiving.MOST // 1024 // 1024))
    vault = Vault(current_app.settings.secret_key)  # type: ignore[attr-defined]
    outcome = receiving.take(vault, key, request.headers, request.get_data(cache=False), time.time())
    return json_answer({"status": outcome}, 202 if outcome == "new" else 200)
