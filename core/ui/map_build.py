"""A list's map: from the query to the view model that the template prints."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup

from core import maps, query
from core.entity.spec import EntitySpec
from core.language.i18n import _
from core.language.i18n import current as preferences
from core.language.numbers import format_number
from core.permissions import readable
from core.query.placed import MOST_PLACED, placed
from core.ui import list_build, list_filters
from core.ui.list_address import ListAddress
from core.ui.map_model import MapScreen, Pin
from core.ui.views_model import Crumb, ListScreen

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
        notice = str(_("Of {total} places only {count} are shown. Add a condition.", total=_number(total),
                       count=_number(MOST_PLACED)))
    shown = tuple(pin for pin in pins if pin)
    return MapScreen(_list(asked, address, total), shown, maps.tiles(), maps.credit(), notice)


def _pin(spec: EntitySpec, row: Mapping[str, Any], place: tuple[str, ...], hue: str, told: str) -> Pin | None:
    point = maps.point(place, row)
    if point is None:
        return None
    choice = spec.fields[hue].choice(row[hue]) if hue else None
    note = spec.fields[told].type.show(spec.fields[told], row[told], preferences()) if told and row[told] else ""
    return Pin(f"{spec.path}/{row['id']}", spec.title_of(row), *point, note, choice.hue if choice else "")


def _list(asked: query.ListQuery, address: ListAddress, total: int) -> ListScreen:
    """Head, toolbar and conditions are the list's own, and lead back here."""
    spec = asked.spec
    kept = [(name, value) for name, value in address.args if name in ("view", "sort")]
    return ListScreen(
        entity=spec.name,
        base_href=address.path,
        title=str(spec.meta.plural),
        total=_number(total),
        columns=(),
        rows=Markup(""),
        crumbs=list_build.crumbs(spec, Crumb(str(_("Map")))),
        create=list_build.create_action(spec),
        filter_panel=list_build.filter_panel(spec),
        filter_count=_number(len(asked.given)) if asked.given else "",
        chips=list_filters.chips(asked, address),
        clear_href=f"{address.path}?{urlencode(kept)}" if asked.given else "",
        query=asked.q,
        keep=tuple((name, value) for name, value in address.args if name != "q"),
        shapes=list_build.shapes(spec, ListAddress(spec.path, address.args), "map"),
    )


def _number(value: int) -> str:
    return format_number(value, preferences().formatting_locale)
