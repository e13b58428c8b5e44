"""`/tour`: whoever has taken the tour, or does not want it, is not offered it again."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect

from core.auth import accounts
from core.web import SIGNED_IN, route

blueprint = Blueprint("tour", __name__)


@route(blueprint, "/tour", access=SIGNED_IN, methods=("POST",))
def end_tour() -> Any:
    """The help starts it again."""
    accounts.change_own_settings({"tour": False})
    return redirect("/", 303)
