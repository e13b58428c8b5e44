"""When something is as seen from now: how long ago or in how long, and the days next to today by their names."""

from __future__ import annotations

import datetime as dt

from core.language.date_format import format_date, format_datetime, format_time
from core.language.i18n import _, current, ngettext
from core.language.periods import PERIODS
from core.language.timezones import local

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400
_LIMIT = 7 * _DAY
_NEAR = {-1: "yesterday", 0: "today", 1: "tomorrow"}


def relative_time(instant: dt.datetime, now: dt.datetime | None = None) -> str:
    """`instant` as seen from `now` by the current reader: `3 minutes ago`, `in 2 days`, or its date."""
    seconds = int(((now or dt.datetime.now(dt.UTC)) - instant).total_seconds())
    if abs(seconds) >= _LIMIT:
        reader = current()
        return format_date(
            local(instant, reader.timezone).date(), reader.formatting_locale, reader.calendar, "medium"
        )
    if abs(seconds) < _MINUTE:
        return str(_("just now"))
    return _past(seconds) if seconds > 0 else _future(-seconds)


def _past(seconds: int) -> str:
    if seconds < _HOUR:
        return ngettext("{n} minute ago", "{n} minutes ago", seconds // _MINUTE)
    if seconds < _DAY:
        return ngettext("{n} hour ago", "{n} hours ago", seconds // _HOUR)
    return ngettext("{n} day ago", "{n} days ago", seconds // _DAY)


def _future(seconds: int) -> str:
    if seconds < _HOUR:
        return ngettext("in {n} minute", "in {n} minutes", seconds // _MINUTE)
    if seconds < _DAY:
        return ngettext("in {n} hour", "in {n} hours", seconds // _HOUR)
    return ngettext("in {n} day", "in {n} days", seconds // _DAY)


def near_time(at: dt.date, now: dt.datetime | None = None) -> str:
    """A day, or an aware instant, as a diary says it: `Tomorrow 10:00`; its date, where it is further from today.

    For what is planned, of which the time of day counts: `in 14 hours` would have to be reckoned.
    """
    reader = current()
    today = local(now or dt.datetime.now(dt.UTC), reader.timezone).date()
    there = local(at, reader.timezone) if isinstance(at, dt.datetime) else None
    day = there.date() if there else at
    name = _NEAR.get((day - today).days)
    told = str(PERIODS[name]) if name else format_date(day, reader.formatting_locale, reader.calendar)
    return f"{told} {format_time(there, reader.formatting_locale)}" if there else told


def exact_time(at: dt.date) -> str:
    """The full date, and of an instant its time, that stands behind a relative one."""
    reader = current()
    if isinstance(at, dt.datetime):
        return format_datetime(at, reader, "full")
    return format_date(at, reader.formatting_locale, reader.calendar, "full")
