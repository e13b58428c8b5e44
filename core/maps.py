"""Maps: where records stand on Earth, and where the pictures under the pins come from.

Without an address of tiles nothing is fetched from anywhere: the page draws a coarse outline of the land, and close by
lines of latitude and longitude.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from core.declarations import Setting
from core.derive.settings import setting_text
from core.entity.spec import EntitySpec, FieldSpec
from core.entity.types import CleanContext, FieldError, NoteType
from core.entity.types_several import place_of as place_of_main
from core.language.i18n import _
from core.permissions import readable
from core.plugin.hookspecs import hookimpl
from core.registry import settings

TILES, CREDIT = "core.map_tiles", "core.map_credit"
_TILES = re.compile(r"(https?://)(\{s\}\.)?([a-z0-9-]+(?:\.[a-z0-9-]+)*(?::\d{1,5})?)/[^\s\"'<>;,]*\Z")


_EXAMPLE = "https://tiles.example.org/{z}/{x}/{y}.png"


class TilesType(NoteType):
    """An address that is refused unless maps can use it: an ignored one would be looked for in vain."""

    def clean(self, f: FieldSpec, value: str, context: CleanContext) -> str | None:
        address = super().clean(f, value, context)
        if address and not _usable(address):
            raise FieldError(_("This is not an address of map tiles. Example: {example}", example=_EXAMPLE))
        return address


@hookimpl
def register_settings() -> list[Setting]:
    return [
        Setting(TILES, FieldSpec(type=TilesType(), name=TILES, label=_("Address of map tiles"), help=_(
            "Such as {example}. All browsers fetch the pictures there. Left empty, maps show the outline of "
            "the land, and nothing is fetched.", example=_EXAMPLE)), ""),
        setting_text(CREDIT, _("Credit under maps"), help=_("What whoever offers the tiles asks to be named.")),
    ]


def tiles() -> str:
    """The address with {z}, {x} and {y}; empty when there is none that can be used."""
    address = str(settings(TILES) or "").strip()
    return address if _usable(address) else ""


def _usable(address: str) -> bool:
    return bool(_TILES.match(address)) and all(part in address for part in ("{z}", "{x}", "{y}"))


def credit() -> str:
    return str(settings(CREDIT) or "").strip()[:200]


def origin() -> str:
    """What the policy of pages has to let pictures come from; empty without tiles."""
    found = _TILES.match(tiles())
    return f"{found[1]}{'*.' if found[2] else ''}{found[3]}" if found else ""


def place_of(spec: EntitySpec) -> tuple[str, ...]:
    """The fields that say where a record is, as far as the reader may see them: one of both, or one for each."""
    allowed = readable(spec)
    if spec.meta.place:
        return spec.meta.place if all(name in allowed for name in spec.meta.place) else ()
    return next(((name,) for name, f in allowed.items() if f.type.name == "geo"), ())


def addresses_of(spec: EntitySpec) -> FieldSpec | None:
    """The field with further addresses, each with a pin of its own, where there is one that the reader may see."""
    return next((f for f in readable(spec).values() if place_of_main(f)), None)


def point(place: tuple[str, ...], record: Mapping[str, Any]) -> tuple[str, str] | None:
    """Latitude and longitude of a record in plain digits; None where it has no pin."""
    values = [record.get(name) for name in place]
    if not values or any(value is None or value == "" for value in values):
        return None
    parts = str(values[0]).split(",") if len(values) == 1 else [str(value) for value in values]
    return (parts[0], parts[1]) if len(parts) == 2 else None
