"""A list's map: from the query to the view model that the template prints."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from core import maps, query
from core.entity.spec import EntitySpec
from core.language.i18n import _
from core.language.i18n import current as preferences
from core.permissions import readable
from core.query.placed import MOST_PLACED, placed
from core.ui import list_build
from core.ui.list_address import ListAddress
from core.ui.list_build import figure
from core.ui.map_model import MapScreen, Pin

#: What is told below a name, of what the list shows.
TOLD = ("text", "code", "phone")


def build(asked: query.ListQuery, address: ListAddress, place: tuple[str, ...]) -> MapScreen:
    """The whole screen, by one question, or two where there are more pins than are shown."""
    spec = asked.spec
    allowed = readable(spec)
    hue = next((name for name in spec.meta.list
                if name in allowed and any(one.hue for one in spec.fields[name].choices)), "")
    told = next((name for name in ("address", "city", *spec.meta.list)
                 if name in allowed and name not in spec.title_fields and spec.fields[name].type.name in TOLD), "")
    names = (*spec.title_fields, *place, hue, told)
    rows, total = placed(replace(asked, fields=tuple(dict.fromkeys(name for name in names if name in allowed))), place)
    pins = (_pin(spec, row, place, hue, told) for row in rows)
    notice = ""
    if total > len(rows):
        notice = str(_("Of {total} places only {count} are shown. Add a condition.", total=figure(total),
                       count=figure(MOST_PLACED)))
    shown = tuple(pin for pin in pins if pin)
    frame = list_build.laid_out(asked, address, total, "map", str(_("Map")))
    return MapScreen(frame, shown, maps.tiles(), maps.credit(), notice)


def _pin(spec: EntitySpec, row: Mapping[str, Any], place: tuple[str, ...], hue: str, told: str) -> Pin | None:
    point = maps.point(place, row)
    if point is None:
        return None
    choice = spec.fields[hue].choice(row[hue]) if hue else None
    note = spec.fields[told].type.show(spec.fields[told], row[told], preferences()) if told and row[told] else ""
    return Pin(f"{spec.path}/{row['id']}", spec.title_of(row), *point, note, choice.hue if choice else "")
