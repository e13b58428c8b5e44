"""Dates and instants: stored Gregorian and in UTC, typed and shown in the user's calendar and zone (D1, D2)."""

from __future__ import annotations

import datetime as dt
import re
from contextlib import suppress
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from core.db import UtcDateTime
from core.entity.relative_day import day_of
from core.entity.spec import FieldSpec
from core.entity.types import RANGE_OPS, CleanContext, FieldError, FieldType
from core.entity.whole_day import is_day, takes_days
from core.language.calendars import format_date, format_datetime, format_time, parse_date
from core.language.date_parsing import OTHER_CALENDARS
from core.language.digits import to_latin
from core.language.errors import LanguageError
from core.language.i18n import Preferences, _, current

ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}\Z", re.ASCII)
ISO_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})\Z", re.ASCII)
CLOCK = re.compile(r"(.+?)[\sT,،]+(\d{1,2}:\d{2}(?::\d{2})?)\Z")
#: A time of day by itself: 14:30, 9, 9.30, 2:30 pm, ٢:٣٠ م, ۱۰ صبح.
SPOKEN = re.compile(r"(\d{1,2})(?:[:.٫](\d{2}))?(?::(\d{2}))?\s*(?:(am|a\.m\.|ص|صباح[ًا]{0,2}|ق\.?ظ\.?|صبح)|"
                    r"(pm|p\.m\.|م|مساء[ًا]{0,2}|ب\.?ظ\.?|بعد[\s\u200c]*از[\s\u200c]*ظهر|عصر))?\Z", re.IGNORECASE)
EARLIEST, LATEST = dt.date(1000, 1, 1), dt.date(2999, 12, 31)


def iso_moment(moment: dt.datetime) -> str:
    """An instant as programs read it: 2026-11-28T22:27:23.467699Z."""
    return moment.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")


def read_clock(text: str) -> dt.time:
    """A time of day as people type it, in any digits; FieldError for what is none."""
    match = SPOKEN.match(to_latin(text.strip()))
    if match:
        hour = int(match[1])
        if (match[4] or match[5]) and 1 <= hour <= 12:
            hour = hour % 12 + (12 if match[5] else 0)
        try:
            return dt.time(hour, int(match[2] or 0), int(match[3] or 0))
        except ValueError:
            pass
    raise FieldError(_("“{value}” is not a time of day. Example: {example}", value=text[:80],
                       example=format_time(dt.time(14, 30), current().formatting_locale)))


def day_and_clock(text: str) -> tuple[str, str]:
    """The two parts of a moment that was typed as one text; the second is empty where it is a day alone."""
    match = CLOCK.match(to_latin(text))
    return (match[1], match[2]) if match else (text, "")


def has_clock(text: str) -> bool:
    return bool(ISO_INSTANT.match(text) or day_and_clock(text)[1])


class DateType(FieldType):
    """A day. The API speaks ISO 8601 only; people may type any calendar's form with any digits (D8)."""

    name = "date"
    label = _("Date")
    icon = "calendar"
    ops = (*RANGE_OPS, "period", "older")
    widget = "date"
    json_schema = {"type": "string", "format": "date"}

    def column(self, f: FieldSpec) -> Any:
        return sa.Date()

    def erased(self, f: FieldSpec, record_id: int) -> Any:
        return EARLIEST if f.required else None

    def from_text(self, f: FieldSpec, text: str, preferences: Preferences) -> dt.date:
        if ISO_DATE.match(text) and text >= "1900":
            with suppress(ValueError):
                return dt.date.fromisoformat(text)
        try:
            return parse_date(text, preferences.calendar)
        except ValueError as error:
            raise FieldError(getattr(error, "message", str(error))) from None

    def from_json(self, f: FieldSpec, raw: Any) -> dt.date | None:
        if raw is None or raw == "":
            return None
        try:
            if isinstance(raw, str) and ISO_DATE.match(raw):
                day = dt.date.fromisoformat(raw)
                if day.year in OTHER_CALENDARS:
                    # A program that sends 1403-12-30 means Jalali; kept as it is, it would be a day six centuries ago.
                    parse_date(raw, "gregorian")
                return day
        except LanguageError as error:
            raise FieldError(error.message) from None
        except ValueError:
            pass
        raise FieldError(_("“{value}” is not a valid date. Example: {example}", value=str(raw)[:80],
                           example="2026-11-21"))

    def clean(self, f: FieldSpec, value: dt.date, context: CleanContext) -> dt.date:
        if not EARLIEST <= value <= LATEST:
            raise FieldError(_("This date is outside the years that can be stored."))
        if f.minimum is not None and value < (least := day_of(f.minimum)):
            raise FieldError(_("This must be {limit} or later.", limit=_Shown(least)))
        if f.maximum is not None and value > (most := day_of(f.maximum)):
            raise FieldError(_("This must be {limit} or earlier.", limit=_Shown(most)))
        return value

    def to_json(self, f: FieldSpec, value: dt.date | None) -> str | None:
        return value.isoformat() if value is not None else None

    def show(self, f: FieldSpec, value: dt.date | None, preferences: Preferences) -> str:
        return "" if value is None else format_date(value, preferences.formatting_locale, preferences.calendar)

    def search_text(self, f: FieldSpec, value: dt.date) -> str:
        return value.isoformat()


class _Shown:
    """A day inside a message: written when the message is shown, hence in the reader's calendar."""

    def __init__(self, day: dt.date) -> None:
        self.day = day

    def __str__(self) -> str:
        reader = current()
        return format_date(self.day, reader.formatting_locale, reader.calendar)


class DateTimeType(FieldType):
    """An instant, kept in UTC; typed and shown in the user's zone. Some fields take whole days too (`whole_day`)."""

    name = "datetime"
    label = _("Date and time")
    icon = "clock"
    ops = (*RANGE_OPS, "period", "older")
    widget = "datetime"
    json_schema = {"type": "string", "format": "date-time"}

    def column(self, f: FieldSpec) -> Any:
        return UtcDateTime()

    def erased(self, f: FieldSpec, record_id: int) -> Any:
        return dt.datetime.combine(EARLIEST, dt.time(), dt.UTC) if f.required else None

    def from_text(self, f: FieldSpec, text: str, preferences: Preferences) -> dt.date:
        if ISO_INSTANT.match(text):
            with suppress(FieldError):
                return self.from_json(f, text)  # type: ignore[return-value]
        day, clock = day_and_clock(text)
        if not clock and takes_days(f):
            return DateType().from_text(f, day, preferences)
        at = read_clock(clock) if clock else dt.time()
        return dt.datetime.combine(DateType().from_text(f, day, preferences), at, ZoneInfo(preferences.timezone))

    def from_json(self, f: FieldSpec, raw: Any) -> dt.date | None:
        if raw is None or raw == "":
            return None
        if takes_days(f) and isinstance(raw, str) and ISO_DATE.match(raw):
            return DateType().from_json(f, raw)
        try:
            if isinstance(raw, str) and ISO_INSTANT.match(raw):
                return dt.datetime.fromisoformat(raw).astimezone(dt.UTC)
        except (ValueError, OverflowError):
            pass
        raise FieldError(_("“{value}” is not a valid time. Example: {example}", value=str(raw)[:80],
                           example="2026-11-21T14:30:00Z"))

    def clean(self, f: FieldSpec, value: dt.date, context: CleanContext) -> dt.date:
        return DateType().clean(f, value, context) if is_day(value) else value

    def to_json(self, f: FieldSpec, value: dt.date | None) -> str | None:
        if value is None:
            return None
        return iso_moment(value) if isinstance(value, dt.datetime) else value.isoformat()

    def to_stored(self, f: FieldSpec, value: dt.datetime) -> str:
        """Always with microseconds, so that texts sort as the instants do."""
        return value.astimezone(dt.UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")

    def show(self, f: FieldSpec, value: dt.date | None, preferences: Preferences) -> str:
        if value is None or isinstance(value, dt.datetime):
            return "" if value is None else format_datetime(value, preferences)
        return format_date(value, preferences.formatting_locale, preferences.calendar)

    def schema(self, f: FieldSpec) -> dict[str, Any]:
        shape = super().schema(f)
        if takes_days(f):
            del shape["format"]
            shape["anyOf"] = [{"format": "date-time"}, {"format": "date"}]
        return shape


def day_alone(f: FieldSpec, given: Any, preferences: Preferences) -> dt.date | None:
    """The day that a text names without a time of day; None where it names a moment."""
    if not isinstance(given, str) or not given.strip() or has_clock(given.strip()):
        return None
    kind, unlimited = DateType(), replace(f, minimum=None, maximum=None)
    return kind.clean(unlimited, kind.parse(unlimited, given, preferences), CleanContext())
