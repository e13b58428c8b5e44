"""By which dates the records of an entity can stand in a calendar, and how they are moved there and made longer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from core.entity.spec import CalendarDates, EntitySpec, FieldSpec
from core.entity.whole_day import is_day, takes_days
from core.language.timezones import zone
from core.permissions import can, may_write, readable

TYPES = ("date", "datetime")
#: What stands behind a day that is meant as a whole, such as one above the hours.
WHOLE = "W"


def date_fields(spec: EntitySpec) -> tuple[FieldSpec, ...]:
    """The dates of a record that the reader may see; not those that the kernel writes."""
    return tuple(
        f for f in readable(spec).values() if f.type.name in TYPES and not f.system and not f.secret and f.stores_column
    )


def dates_of(spec: EntitySpec, chosen: str = "") -> CalendarDates | None:
    """The dates asked for by a field's name, else the declared ones, else the first there is; None without any."""
    known = [f.name for f in date_fields(spec)]
    declared = spec.meta.calendar
    if chosen in known:
        return _seen(spec, CalendarDates((chosen,), *_ends(declared, chosen)))
    if declared and (at := tuple(name for name in declared.at if name in known)):
        return _seen(spec, replace(declared, at=at))
    return CalendarDates((known[0],)) if known else None


def _ends(declared: CalendarDates | None, chosen: str) -> tuple[str, str]:
    return (declared.until, declared.done) if declared and chosen in declared.at else ("", "")


def _seen(spec: EntitySpec, dates: CalendarDates) -> CalendarDates:
    """Without what the reader may not see."""
    allowed = readable(spec)
    return CalendarDates(
        dates.at,
        dates.until if dates.until in allowed else "",
        dates.done if dates.done in allowed else "",
        tuple(name for name in dates.people if name in allowed),
        dates.place if dates.place in allowed else "",
    )


def may_move(spec: EntitySpec, name: str) -> bool:
    f = spec.fields[name]
    return not f.readonly and may_write(f) and can(f"{spec.name}.change")


def moved(f: FieldSpec, old: Any, target: str, timezone: str) -> Any:
    """The value of a date after its record was put on `target`: a day (its time of day stays), a whole day (with
    `WHOLE` behind it, where the field takes such), an hour of a day (its minutes stay), or an instant. ValueError for
    anything else."""
    is_whole = takes_days(f) and (target.endswith(WHOLE) or (is_day(old) and "T" not in target))
    if f.type.name == "date" or is_whole:
        return dt.date.fromisoformat(target[:10])
    target = target.removesuffix(WHOLE)
    if len(target) > len("2026-11-28T09"):
        found = dt.datetime.fromisoformat(target)
        if found.tzinfo is None:
            raise ValueError(f"an instant without its zone: {target!r}")
        return found
    here = zone(timezone)
    clock = old.astimezone(here).time() if isinstance(old, dt.datetime) else dt.time()
    day, _mark, hour = target.partition("T")
    if hour:
        clock = clock.replace(hour=int(hour))
    return dt.datetime.combine(dt.date.fromisoformat(day), clock, here)


def shifted(begin_before: Any, begin: Any, end: Any) -> Any:
    """An end that moves along with its beginning; None where there is none or it is of another kind."""
    if end is None or begin_before is None or type(end) is not type(begin):
        return None
    return end + (begin - begin_before)


def lasting(record: Mapping[str, Any], begin: str, until: str) -> int:
    """The minutes that a record takes; 0 where it has no end."""
    end = record.get(until)
    if end is None or record.get(begin) is None:
        return 0
    return end // 60 if isinstance(end, int) else int((end - record[begin]) / dt.timedelta(minutes=1))


def end_after(f: FieldSpec, begin: Any, minutes: int) -> Any:
    """The value of an end or a duration so many minutes after the beginning; None for no minutes."""
    if not minutes or begin is None:
        return None
    return minutes * 60 if f.type.name == "duration" else begin + dt.timedelta(minutes=minutes)
