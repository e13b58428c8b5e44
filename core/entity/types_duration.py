"""Lengths of time: whole seconds, written as hours and minutes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from core.entity.spec import FieldSpec
from core.entity.types import RANGE_OPS, CleanContext, FieldError, FieldType
from core.language.digits import to_family, to_latin
from core.language.i18n import Preferences, _, current
from core.language.number_symbols import split_locale
from core.language.text import search_key

MINUTE, HOUR, DAY = 60, 3600, 86_400
#: A little over three hundred years.
LONGEST = 10**10
CLOCK = re.compile(r"(\d{1,7}):([0-5]?\d)(?::([0-5]?\d))?\Z", re.ASCII)
ISO = re.compile(r"P(?:(\d{1,5})D)?(?:T(?:(\d{1,7})H)?(?:(\d{1,9})M)?(?:(\d{1,11})S)?)?\Z", re.ASCII)
PART = re.compile(r"(\d{1,9})(?:[.٫](\d{1,6}))?\s*([^\W\d_]+)")
UNITS: Mapping[str, int] = {
    search_key(word): seconds
    for seconds, words in (
        (7 * DAY, "w wk week weeks أسبوع أسابيع أسبوعا هفته"),
        (DAY, "d day days يوم أيام يوما ي روز"),
        (HOUR, "h hr hrs hour hours ساعة ساعات س ساعت"),
        (MINUTE, "m min mins minute minutes دقيقة دقائق د دقیقه"),
        (1, "s sec secs second seconds ثانية ثوان ثواني ث ثانیه"),
    )
    for word in words.split()
}
#: What may stand between the parts: 2 hours and 5 minutes, ٢ ساعة و٥ دقائق.
BETWEEN = re.compile(r"(?:[\s,،]|\band\b|و)*")


class DurationType(FieldType):
    """A length of time in whole seconds. People write 1:30 or "1 h 30 min", programs ISO 8601: PT1H30M."""

    name = "duration"
    label = _("Duration")
    icon = "hourglass"
    kind = "number"
    ops = RANGE_OPS
    widget = "duration"
    align = "end"
    json_schema = {"type": "string", "format": "duration"}

    def column(self, f: FieldSpec) -> Any:
        return sa.BigInteger()

    def from_text(self, f: FieldSpec, text: str, preferences: Preferences) -> int:
        """A number without a unit is refused: whether hours or minutes were meant would be guessed. Only where
        `options` has a `bare` unit, such as that of calls, are these seconds meant by one."""
        plain, bare = to_latin(text[:100]).strip(), f.options.get("bare")
        if bare and plain.isdecimal():
            return int(plain) * int(bare)
        found = _clock(plain) if CLOCK.match(plain) else _iso(plain.upper()) if plain[:1] in "Pp" else _parts(plain)
        if found is None:
            raise FieldError(_not_read(text))
        return found

    def from_json(self, f: FieldSpec, raw: Any) -> int | None:
        """ISO 8601, or whole seconds."""
        if raw is None or raw == "":
            return None
        if isinstance(raw, int) and not isinstance(raw, bool) and raw >= 0:
            return raw
        found = (_iso(raw) if raw[:1] == "P" else _clock(raw)) if isinstance(raw, str) else None
        if found is None:
            raise FieldError(_("“{value}” is not a duration. Example: {example}", value=str(raw)[:80],
                               example="PT1H30M"))  # fmt: skip
        return found

    def clean(self, f: FieldSpec, value: int, context: CleanContext) -> int:
        if not 0 <= value <= LONGEST:
            raise FieldError(_("This duration is too long."))
        if f.minimum is not None and value < f.minimum:
            raise FieldError(_("This must be at least {limit}.", limit=Told(f.minimum)))
        if f.maximum is not None and value > f.maximum:
            raise FieldError(_("This must be at most {limit}.", limit=Told(f.maximum)))
        return value

    def to_json(self, f: FieldSpec, value: Any) -> str | None:
        return None if value is None else iso_duration(value)

    def to_stored(self, f: FieldSpec, value: Any) -> int:
        return int(value)

    def from_stored(self, f: FieldSpec, raw: Any) -> int:
        return int(raw)

    def show(self, f: FieldSpec, value: Any, preferences: Preferences) -> str:
        if value is None:
            return ""
        return _told(value, preferences)

    def erased(self, f: FieldSpec, record_id: int) -> Any:
        return 0 if f.required else None


def iso_duration(seconds: int) -> str:
    """PT1H30M; hours are not folded into days, which are not always 24 hours."""
    hours, rest = divmod(int(seconds), HOUR)
    minutes, seconds = divmod(rest, MINUTE)
    parts = f"{hours}H" * bool(hours) + f"{minutes}M" * bool(minutes) + f"{seconds}S" * bool(seconds)
    return f"PT{parts or '0S'}"


class Told:
    """A duration in a message, in the digits of whoever reads it."""

    __slots__ = ("_seconds",)

    def __init__(self, seconds: Any) -> None:
        self._seconds = int(seconds)

    def __str__(self) -> str:
        return _told(self._seconds, current())


def _told(seconds: int, reader: Preferences) -> str:
    _base, digits = split_locale(reader.formatting_locale)
    return to_family(_written(seconds), digits)


def _written(seconds: int) -> str:
    """1:30, and 1:30:05 where there are seconds."""
    hours, rest = divmod(int(seconds), HOUR)
    minutes, left = divmod(rest, MINUTE)
    return f"{hours}:{minutes:02}" + (f":{left:02}" if left else "")


def _clock(text: str) -> int | None:
    match = CLOCK.match(text)
    return int(match[1]) * HOUR + int(match[2]) * MINUTE + int(match[3] or 0) if match else None


def _iso(text: str) -> int | None:
    match = ISO.match(text)
    if not match or not any(match.groups()):
        return None
    return sum(int(part or 0) * unit for part, unit in zip(match.groups(), (DAY, HOUR, MINUTE, 1), strict=True))


def _parts(text: str) -> int | None:
    """Numbers with units, each unit once, largest first: 1 h 30 min, ٢ ساعة و٥ دقائق, 1.5 h."""
    total, place, last = 0, 0, LONGEST
    for match in PART.finditer(text):
        unit = UNITS.get(search_key(match[3]))
        if unit is None or unit >= last or not BETWEEN.fullmatch(text[place : match.start()]):
            return None
        decimals = match[2] or ""
        exact = int(match[1] + decimals) * unit
        total, place, last = total + exact // 10 ** len(decimals), match.end(), unit
    return total if last < LONGEST and BETWEEN.fullmatch(text[place:]) else None


def _not_read(text: str) -> Any:
    return _("“{value}” is not a duration. Write hours and minutes, such as {example}, or name the units.",
             value=text[:80], example=Told(HOUR + 30 * MINUTE))  # fmt: skip
