"""A list's map: from the query to the view model that the template prints."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from core import maps, query
from core.entity.spec import EntitySpec, FieldSpec
from core.entity.types_place import address_lines
from core.entity.types_several import entries, primary_of, words_of
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
#: What is told of a main address whose parts are fields of their own, as far as it is there at all.
TOLD_PARTS = ("street", "city")


def build(asked: query.ListQuery, address: ListAddress, place: tuple[str, ...]) -> MapScreen:
    """The whole screen, by one question, or two where there are more pins than are shown."""
    spec = asked.spec
    allowed = readable(spec)
    hue = next((name for name in spec.meta.list
                if name in allowed and any(one.hue for one in spec.fields[name].choices)), "")
    addresses = maps.addresses_of(spec)
    parts = primary_of(addresses) if addresses else {}
    told = next((name for name in (*(parts[part] for part in TOLD_PARTS if part in parts), *spec.meta.list)
                 if name in allowed and name not in spec.title_fields and spec.fields[name].type.name in TOLD), "")
    names = (*spec.title_fields, *place, hue, told, addresses.name if addresses else "")
    fields = tuple(dict.fromkeys(name for name in names if name in allowed))
    rows, total = placed(replace(asked, fields=fields), place, addresses)
    shown = tuple(pin for row in rows for pin in _pins(spec, row, place, addresses, hue, told))
    notice = ""
    if total > len(rows):
        notice = str(_("Of {total} places only {count} are shown. Add a condition.", total=figure(total),
                       count=figure(MOST_PLACED)))
    frame = list_build.laid_out(asked, address, total, "map", str(_("Map")))
    return MapScreen(frame, shown, maps.tiles(), maps.credit(), notice)


def _pins(
    spec: EntitySpec,
    row: Mapping[str, Any],
    place: tuple[str, ...],
    addresses: FieldSpec | None,
    hue: str,
    told: str,
) -> Iterator[Pin]:
    """A record stands at its main address and at each further one that has a pin."""
    reader = preferences()
    choice = spec.fields[hue].choice(row[hue]) if hue else None
    pin = Pin(f"{spec.path}/{row['id']}", spec.title_of(row), "", "", hue=choice.hue if choice else "")
    if point := maps.point(place, row):
        note = spec.fields[told].type.show(spec.fields[told], row[told], reader) if told and row[told] else ""
        yield replace(pin, latitude=point[0], longitude=point[1], note=note)
    for entry in entries(row[addresses.name])[1:] if addresses else ():
        if addresses and entry.point:
            latitude, longitude = entry.point.split(",")
            note = reader.comma.join((*address_lines(entry.value, reader), *words_of(addresses, entry)))
            yield replace(pin, latitude=latitude, longitude=longitude, note=note)
