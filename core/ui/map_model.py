"""A list as a map: the pins, and what stands beside them in words."""

from __future__ import annotations

from dataclasses import dataclass

from core.ui.list_model import ListScreen


@dataclass(frozen=True, slots=True)
class Pin:
    """A record: where it is, what it is called and what is told below its name."""

    href: str
    title: str
    latitude: str
    longitude: str
    note: str = ""
    hue: str = ""


@dataclass(frozen=True, slots=True)
class MapScreen:
    """`list` is the frame of every layout; `tiles` and `credit` are the address of the pictures below the pins."""

    list: ListScreen
    pins: tuple[Pin, ...]
    tiles: str = ""
    credit: str = ""
    notice: str = ""
