"""Pins on a record's page and in its form; the maps around them are drawn by the script (js/map.js)."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from core import maps
from core.language.i18n import _
from core.ui import cells


@dataclass(frozen=True, slots=True)
class PinView:
    """The names of the fields that a pin fills: one for both, or latitude and longitude; and what lies under it."""

    fields: tuple[str, ...]
    tiles: str = ""
    credit: str = ""


def picked(fields: tuple[str, ...]) -> PinView:
    return PinView(fields, maps.tiles(), maps.credit())


def small_map(latitude: str, longitude: str) -> Markup:
    """Drawn once it is in sight."""
    return Markup(
        '<div class="dw-map dw-map-small" dir="ltr" data-pin-shown data-latitude="{}" data-longitude="{}" '
        'data-tiles="{}" data-credit="{}" role="img" aria-label="{}: {}, {}"></div>'
    ).format(latitude, longitude, maps.tiles(), maps.credit(), str(_("Map")), latitude, longitude)


def folded_map(latitude: str, longitude: str) -> Markup:
    """The map below a line of text, behind its heading until somebody asks for it."""
    return Markup('<details class="dw-on-map"><summary>{}<span>{}</span></summary>{}</details>').format(
        cells.finished(cells.icon("map-pin")), str(_("On the map")), small_map(latitude, longitude))
