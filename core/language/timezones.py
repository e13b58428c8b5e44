"""Time zones by name. The data come from the pinned tzdata package, not from the system (D13)."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from importlib import resources
from zoneinfo import ZoneInfo, available_timezones

from core.language.number_symbols import babel_locale, split_locale
from core.language.preferences import ZONE_NAME
from core.language.sorting import sort_key


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


def zone_titles(locale: str, now: dt.datetime) -> tuple[tuple[str, str], ...]:
    """(name, what a reader of `locale` calls it, such as `الرياض (UTC+03:00)`) of all zones in the language's order.

    The offset has the digits of its Latin letters: others would turn it round in a line from right to left.
    """
    cities = _cities(split_locale(locale)[0])
    return tuple((name, f"{city} ({_shift(_offset(zone(name), now))})") for name, city in cities.items())


@lru_cache(maxsize=16)
def _cities(base: str) -> dict[str, str]:
    """The city of each zone in a language, in its order (CLDR)."""
    from babel.dates import get_timezone_location  # Only where zones are chosen: each start would take longer.

    locale = babel_locale(base)
    named = {name: get_timezone_location(zone(name), locale=locale, return_city=True) for name in zone_names()}
    return dict(sorted(named.items(), key=lambda one: (sort_key(one[1], locale.language), one[0])))


def _shift(seconds: int) -> str:
    hours, minutes = divmod(abs(seconds) // 60, 60)
    return f"UTC{'-' if seconds < 0 else '+'}{hours:02}:{minutes:02}"


@lru_cache(maxsize=64)
def offset_changes(name: str, until_year: int) -> tuple[tuple[dt.datetime, int], ...]:
    """(instant, seconds east of UTC from then on), newest first, from 1970 to the end of `until_year`.

    For databases that know no zones: summer time, and the laws that end it, are in what they are told.
    """
    here, week = zone(name), dt.timedelta(days=7)
    instant, end = dt.datetime(1970, 1, 1, tzinfo=dt.UTC), dt.datetime(until_year + 1, 1, 1, tzinfo=dt.UTC)
    changes = [(instant, _offset(here, instant))]
    while instant < end:
        after = instant + week
        if _offset(here, after) != changes[-1][1]:
            changes.append(_change(here, instant, after))
        instant = after
    return tuple(reversed(changes))


def _change(here: ZoneInfo, before: dt.datetime, after: dt.datetime) -> tuple[dt.datetime, int]:
    """The moment between two at which the clocks are changed, to the second."""
    old = _offset(here, before)
    while after - before > dt.timedelta(seconds=1):
        middle = (before + (after - before) / 2).replace(microsecond=0)
        before, after = (middle, after) if _offset(here, middle) == old else (before, middle)
    return after, _offset(here, after)


def _offset(here: ZoneInfo, instant: dt.datetime) -> int:
    return int((instant.astimezone(here).utcoffset() or dt.timedelta()).total_seconds())


def local(instant: dt.datetime, timezone: str) -> dt.datetime:
    """An aware instant on the clocks of `timezone`."""
    return instant.astimezone(zone(timezone))
