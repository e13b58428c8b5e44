"""Time zones by name. The data come from the pinned tzdata package, not from the system (D13)."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from importlib import resources
from zoneinfo import ZoneInfo, available_timezones

from core.language.preferences import ZONE_NAME


@lru_cache(maxsize=1024)
def zone(name: str) -> ZoneInfo:
    """The time zone `name`; ValueError when there is none. The name is checked before it becomes a path."""
    if not ZONE_NAME.match(name):
        raise ValueError(f"no such time zone: {name!r}")
    folder, __, file = name.rpartition("/")
    package = ".".join(["tzdata.zoneinfo", *folder.split("/")] if folder else ["tzdata.zoneinfo"])
    try:
        with resources.files(package).joinpath(file).open("rb") as data:
            return ZoneInfo.from_file(data, key=name)
    except (OSError, ModuleNotFoundError, ValueError) as error:
        raise ValueError(f"no such time zone: {name!r}") from error


def is_zone(name: str) -> bool:
    """Whether there is a time zone of this name."""
    try:
        zone(name)
    except ValueError:
        return False
    return True


@lru_cache(maxsize=1)
def zone_names() -> tuple[str, ...]:
    """Names to choose from: Continent/City and UTC."""
    cities = (name for name in available_timezones() if "/" in name and not name.startswith("Etc/"))
    return (*sorted(cities), "UTC")


def local(instant: dt.datetime, timezone: str) -> dt.datetime:
    """An aware instant on the clocks of `timezone`."""
    return instant.astimezone(zone(timezone))
