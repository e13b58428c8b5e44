"""How long ago or in how long, in words, for less than seven days; after that a date."""

from __future__ import annotations

import datetime as dt

from core.language.date_format import format_date, format_datetime
from core.language.i18n import _, current, ngettext
from core.language.timezones import local

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400
_LIMIT = 7 * _DAY


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


def exact_time(instant: dt.datetime) -> str:
    """The full date and time that stands behind a relative one."""
    return format_datetime(instant, current(), "full")
