"""The tour on the dashboard: offered until the reader has taken or refused it, and whenever he asks for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.help import tour
from core.ui.page_model import TourBlock, TourStop


def block(mine: Mapping[str, Any], is_asked: bool = False) -> TourBlock | None:
    """What the dashboard of the user with the record `mine` offers."""
    if not is_asked and mine.get("tour") is False:
        return None
    found = tuple(TourStop(stop.at, str(stop.title), str(stop.text)) for stop in tour.stops())
    return TourBlock(found, is_asked) if found else None
