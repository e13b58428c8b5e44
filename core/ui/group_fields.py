"""By what the rows of a list can be grouped, which groups there are, and which records stand in one of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from core.entity.spec import EntitySpec, FieldSpec
from core.errors import NotFound
from core.language.calendars import calendar_named, format_date, format_date_range, format_month, format_year
from core.language.i18n import Preferences, _
from core.language.i18n import current as preferences
from core.language.sorting import sort_key
from core.permissions import readable
from core.query import days_of, in_days, titles

TYPES = frozenset({"choice", "country", "currency", "ref", "user", "bool", "date", "datetime"})
DATES = frozenset({"date", "datetime"})
#: The key of the group of records without a value.
EMPTY = ""


def group_fields(spec: EntitySpec) -> tuple[FieldSpec, ...]:
    """The fields that the reader may see and whose values many records share."""
    return tuple(f for f in readable(spec).values() if f.type.name in TYPES and not f.secret and f.stores_column)


def options(spec: EntitySpec) -> tuple[tuple[str, str], ...]:
    """What a list can be grouped by, as it stands in the address, with its name."""
    found: list[tuple[str, str]] = []
    for f in group_fields(spec):
        if f.type.name in DATES:
            found += [(f"{f.name}:{step}", label) for step, label in _steps(f)]
        else:
            found.append((f.name, str(f.label)))
    return tuple(found)


def _steps(f: FieldSpec) -> tuple[tuple[str, str], ...]:
    return (
        ("day", str(_("{field} by day", field=f.label))),
        ("month", str(_("{field} by month", field=f.label))),
        ("year", str(_("{field} by year", field=f.label))),
    )


def labels(spec: EntitySpec, group: str, values: Iterable[Any]) -> dict[Any, str]:
    """What the groups are called: referenced records by their title, as far as the reader may see them."""
    name, _colon, step = group.partition(":")
    f, reader, values = spec.fields[name], preferences(), list(values)
    if f.target:
        known = titles({f.target: [value for value in values if value]})[f.target]
        found = {value: known.get(value, "–") for value in values}
    elif f.type.name in DATES:
        found = {value: period_label(value, step, reader) for value in values if value is not None}
    else:
        found = {value: f.type.show(f, value, reader) for value in values}
    return {**found, **({None: str(_("Not set"))} if None in values else {})}


def period_label(value: str, step: str, reader: Preferences) -> str:
    """What a part of time is called, by its key."""
    locale = reader.formatting_locale
    year, _dash, rest = value.partition("-")
    if step == "month":
        return format_month(int(year), int(rest), locale, reader.calendar)
    if step == "week":
        return format_date_range(*days_of(value, step, reader), locale, reader.calendar, "medium")
    if step in ("quarter", "year"):
        shown = format_year(int(year), locale)
        return shown if step == "year" else str(_("Quarter {quarter} of {year}", quarter=int(rest[1:]), year=shown))
    return format_date(calendar_named(reader.calendar).day(*map(int, value.split("-"))), locale, reader.calendar)


def in_order(spec: EntitySpec, group: str, names: Mapping[Any, str]) -> list[Any]:
    """The groups as they follow each other: choices as in their list, the newest dates first, others by their name; at
    the end what has no value."""
    f, reader = spec.fields[group.partition(":")[0]], preferences()
    values = [value for value in names if value is not None]
    if f.type.name in DATES:
        values.sort(reverse=True)
    elif f.choices:
        places = {choice.value: place for place, choice in enumerate(f.choices)}
        values.sort(key=lambda value: (places.get(value, len(places)), str(value)))
    else:
        values.sort(key=lambda value: sort_key(names[value], reader.language))
    return [*values, *([None] if None in names else [])]


def key_of(value: Any) -> str:
    """How a group stands in an address."""
    return EMPTY if value is None else str(int(value)) if isinstance(value, bool) else str(value)


def condition(spec: EntitySpec, group: str, key: str) -> Any:
    """The records of one group, by its key; NotFound for one that cannot be."""
    name, _colon, step = group.partition(":")
    f = spec.fields[name]
    column = spec.column(name)
    if key == EMPTY:
        return column.is_(None)
    try:
        if f.type.name in DATES:
            return in_days(spec, name, *days_of(key, step, preferences()), preferences())
        if f.type.is_reference:
            return column == int(key)
        return column == (key == "1" if f.type.name == "bool" else key)
    except (ValueError, OverflowError):
        raise NotFound(_("There is no such page.")) from None
