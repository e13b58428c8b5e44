"""One condition of a filter as SQL: (field, operator, text) → a typed, parametrised expression.

Field names come from the registry and values are bound, so no text of a request ever becomes SQL (SEC-01, SEC-02).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from core.actor import actor
from core.entity.base import utc_now
from core.entity.spec import EntitySpec, FieldSpec
from core.entity.types import CleanContext, FieldError
from core.entity.types_link import pointed
from core.entity.types_several import entries, item_of
from core.entity.types_time import day_alone
from core.errors import Malformed
from core.home import home_country
from core.language import calendars
from core.language.digits import to_latin
from core.language.i18n import Preferences, _
from core.language.numbers import format_number
from core.language.text import search_key
from core.language.timezones import zone
from core.permissions import readable, scope_conditions
from core.query import lists
from core.registry import current
from core.search import like_pattern

COMPARISONS = {
    "gt": lambda column, value: column > value, "gte": lambda column, value: column >= value,
    "lt": lambda column, value: column < value, "lte": lambda column, value: column <= value,
}
MAX_LIST = 500
_TRUTH = {**dict.fromkeys(("1", "true", "yes", "on"), True), **dict.fromkeys(("0", "false", "no", "off"), False)}


def condition(spec: EntitySpec, path: str, op: str, raw: Any, preferences: Preferences) -> Any:
    """SQL for one condition; Malformed for an unknown field or operator or a value of the wrong type."""
    name, rest = spec.split(path)
    f = readable(spec).get(name)
    if f is None or f.secret:
        raise Malformed(_("Unknown filter “{name}”.", name=path[:80]), field=path[:80])
    if rest:
        return _through(spec, f, rest, op, raw, preferences)
    if op not in f.ops:
        raise Malformed(_("The filter “{name}” does not know “{op}”.", name=path[:80], op=op[:20]), field=path[:80])
    try:
        return _with_alongside(spec, f, op, raw, _condition(spec, f, op, raw, preferences))
    except FieldError as error:
        raise Malformed(_("The filter “{name}”: {message}", name=f.label, message=error.message), field=name) from None


def further(spec: EntitySpec, f: FieldSpec) -> FieldSpec | None:
    """The field of further values that stands beside this one, where the actor may see it."""
    return readable(spec).get(f.options.get("alongside", ""))


def _with_alongside(spec: EntitySpec, f: FieldSpec, op: str, raw: Any, own: Any) -> Any:
    """A record is also found by the further values that stand beside this one, such as its other categories."""
    more = further(spec, f)
    if more is None or op not in ("eq", "in", "ne"):
        return own
    linked = _linked(spec, more, op, raw)
    return sa.and_(own, linked) if op == "ne" else sa.or_(own, linked)


def _through(spec: EntitySpec, f: FieldSpec, rest: str, op: str, raw: Any, preferences: Preferences) -> Any:
    """Follow a reference: only through records of the target that the actor may view."""
    if not f.type.is_reference or rest.count(".") > 1 or (f.target == "core.user" and rest not in ("name", "email")):
        raise Malformed(_("Unknown filter “{name}”.", name=f"{f.name}.{rest}"[:80]))
    target = current().entity(f.target)
    inner = sa.select(target.table.c.id).where(
        condition(target, rest, op, raw, preferences), *scope_conditions(target, "view"))
    if f.type.is_many:
        link = spec.links[f.name]
        return spec.table.c.id.in_(sa.select(link.c.record_id).where(link.c.target_id.in_(inner)))
    return spec.column(f.name).in_(inner)


def _condition(spec: EntitySpec, f: FieldSpec, op: str, raw: Any, preferences: Preferences) -> Any:
    if op == "empty":
        return _empty(spec, f, is_true(raw))
    if f.type.is_many:
        return _linked(spec, f, op, raw)
    if f.type.kind == "list":
        return lists.holding(spec, f, op, _value(spec, f, raw, preferences))
    if f.name in spec.lookups:
        return _among_several(spec, f, op, raw, preferences)
    if f.type.name == "any_record" and ":" in str(raw):
        return _pointing(spec, f, op, raw)
    column = spec.column(f.name)
    if op == "period":
        return _period(spec, f, str(raw), preferences)
    if op == "older":
        return _older(f, column, str(raw), preferences)
    if op in ("contains", "startswith"):
        return _text(spec, f, op, str(raw))
    if f.type.name == "datetime" and (days := _days(f, op, raw, preferences)):
        found = [_of_day(spec, f, op, day, preferences) for day in days]
        return found[0] if len(found) == 1 else sa.or_(*found)
    if op in COMPARISONS:
        return COMPARISONS[op](column, _value(spec, f, raw, preferences))
    folded = spec.folded(f.name)
    column = column if folded is None else folded
    values = [_value(spec, f, item, preferences) for item in (_items(raw) if op == "in" else [raw])]
    if f.type.is_code:
        values = [spelling for value in values for spelling in (_spellings(value) if value else (value,))]
    same = column.in_(values) if op == "in" or len(values) > 1 else column == values[0]
    if op != "ne":
        return same
    return sa.or_(sa.not_(same), column.is_(None)) if f.is_computed or column.nullable else sa.not_(same)


def _spellings(code: str) -> tuple[str, ...]:
    """An identifier as it may have been stored: its digits are those of any script, its letters of either size."""
    latin = to_latin(code)
    return tuple(dict.fromkeys((code, latin, latin.upper(), latin.lower())))


def _pointing(spec: EntitySpec, f: FieldSpec, op: str, raw: Any) -> Any:
    """Records about this one, or one of these, of whatever kind."""
    found = [pointed(str(item)) for item in (_items(raw) if op == "in" else [raw])]
    if None in found:
        raise FieldError(_("Choose a record from the list."))
    entity, record_id = spec.column(f.options["entity_field"]), spec.column(f.name)
    same = sa.or_(*(sa.and_(entity == one[0], record_id == one[1]) for one in found if one))
    return sa.or_(sa.not_(same), record_id.is_(None)) if op == "ne" else same


def _items(raw: Any) -> list[Any]:
    items = raw if isinstance(raw, list) else str(raw).split(",")
    if len(items) > MAX_LIST:
        raise Malformed(_("At most {limit} values at once.", limit=MAX_LIST))
    return items


def _value(spec: EntitySpec, f: FieldSpec, raw: Any, preferences: Preferences) -> Any:
    """The typed value of one filter value, from a query string or from JSON."""
    if isinstance(raw, str):
        if f.type.name == "user" and raw == "me":
            return actor().id
        value = f.type.parse(f, raw, preferences)
    else:
        value = f.type.from_json(f, raw)
    if value is None:
        raise FieldError(_("A value is missing."))
    if f.minimum is not None or f.maximum is not None:
        f = replace(f, minimum=None, maximum=None)  # one may look for older values that a limit would refuse today
    value = f.type.clean(f, value, CleanContext(country=home_country()))
    if spec.folded(f.name) is not None:
        return f.type.search_text(f, value)
    return value


def is_true(raw: Any) -> bool:
    found = _TRUTH.get(str(raw).lower())
    if found is None:
        raise FieldError(_("This must be true or false."))
    return found


def _empty(spec: EntitySpec, f: FieldSpec, wanted: bool) -> Any:
    if f.type.is_many:
        filled = spec.table.c.id.in_(sa.select(spec.links[f.name].c.record_id))
        return sa.not_(filled) if wanted else filled
    column = spec.column(f.name)
    return column.is_(None) if wanted else column.is_not(None)


def _linked(spec: EntitySpec, f: FieldSpec, op: str, raw: Any) -> Any:
    """Records linked to a target given by id or by name; `in` = to any of them."""
    items = _items(raw) if op == "in" or isinstance(raw, list) else [raw]
    target, link = current().entity(f.target), spec.links[f.name]
    ids = [int(item) for item in items if str(item).isascii() and str(item).isdigit() and len(str(item)) < 18]
    if f.target == "core.user" and "me" in items:
        ids.append(actor().id or 0)
    keys = [search_key(str(item)) for item in items]
    named = sa.select(target.table.c.id).where(
        target.is_called(keys), *scope_conditions(target, "view"))
    records = sa.select(link.c.record_id).where(sa.or_(link.c.target_id.in_(ids), link.c.target_id.in_(named)))
    return spec.table.c.id.not_in(records) if op == "ne" else spec.table.c.id.in_(records)


def _among_several(spec: EntitySpec, f: FieldSpec, op: str, raw: Any, preferences: Preferences) -> Any:
    """Records one of whose values is this one, or has this part."""
    key = spec.lookups[f.name].c.key
    if op == "contains":
        text = _digits(str(raw)) if item_of(f).type.name == "phone" else to_latin(str(raw)).strip().lower()
        found = key.like(like_pattern(text), escape="\\") if text else sa.false()
    else:
        given = [_value(spec, f, item, preferences) for item in (_items(raw) if op == "in" else [raw])]
        found = key.in_([entry.value for value in given for entry in entries(value)])
    return spec.table.c.id.in_(sa.select(spec.lookups[f.name].c.record_id).where(found))


def _text(spec: EntitySpec, f: FieldSpec, op: str, raw: str) -> Any:
    """Part of a text, in any spelling where the field has a folded key."""
    column: Any
    folded = spec.folded(f.name)
    if folded is not None:
        column, text = folded, search_key(raw)
    elif f.type.name == "phone":
        column, text = spec.column(f.name), _digits(raw)
    else:
        column, text = sa.func.lower(spec.column(f.name)), to_latin(raw).strip().lower()
    if not text:
        return sa.false()
    pattern = like_pattern(text)
    return column.like(pattern[1:] if op == "startswith" else pattern, escape="\\")


def _digits(raw: str) -> str:
    """A typed part of a phone number as it stands in E.164: digits, without the trunk zero."""
    digits = "".join(mark for mark in to_latin(raw) if mark.isascii() and (mark.isdigit() or mark == "+"))
    return digits.lstrip("0") if not digits.startswith("+") else digits


def _days(f: FieldSpec, op: str, raw: Any, preferences: Preferences) -> list[dt.date]:
    """The days that are given without a time of day; none where a moment is given, or a list with one in it."""
    found = [day_alone(f, item, preferences) for item in (_items(raw) if op == "in" else [raw])]
    return [] if None in found else [day for day in found if day]


def _of_day(spec: EntitySpec, f: FieldSpec, op: str, day: dt.date, preferences: Preferences) -> Any:
    """How moments stand to a whole day of the reader: in it, before it or after it, and so until its end. Whole days
    compare with it as days do, wherever they end."""
    column: Any = spec.column(f.name)
    here = zone(preferences.timezone)
    start, end = (dt.datetime.combine(one, dt.time(), here) for one in (day, day + dt.timedelta(days=1)))
    found = {"lt": column < start, "lte": column < end, "gt": column >= end, "gte": column >= start,
             "ne": sa.or_(column < start, column >= end)}.get(op, sa.and_(column >= start, column < end))  # fmt: skip
    if f.name in spec.day_columns:
        own = spec.table.c[spec.day_columns[f.name]]
        compared = COMPARISONS[op](own, day) if op in COMPARISONS else own != day if op == "ne" else own == day
        found = sa.or_(sa.and_(own.is_(None), found), compared)
    return sa.or_(found, column.is_(None)) if op == "ne" else found


def in_days(spec: EntitySpec, name: str, first: dt.date, last: dt.date, preferences: Preferences) -> Any:
    """What a date field puts into these days of the reader, both included."""
    f, column = spec.fields[name], spec.column(name)
    if f.type.name != "datetime":
        return sa.and_(column >= first, column <= last)
    return sa.and_(*(_of_day(spec, f, op, day, preferences) for op, day in (("gte", first), ("lte", last))))


def _period(spec: EntitySpec, f: FieldSpec, name: str, preferences: Preferences) -> Any:
    column = spec.column(f.name)
    start, end = period_dates(name, preferences)
    if f.type.name != "datetime":
        return sa.and_(column >= start, column < end)
    here = zone(preferences.timezone)
    first, after = (dt.datetime.combine(day, dt.time(), here) for day in (start, end))
    within = sa.and_(column >= first, column < after)
    if f.name not in spec.day_columns:
        return within
    # Around the days, which the index finds; a whole day is one of them wherever it ends.
    day, around = spec.table.c[spec.day_columns[f.name]], dt.timedelta(days=1)
    return sa.and_(column >= first - around, column < after + around,
                   sa.or_(sa.and_(day.is_(None), within), sa.and_(day >= start, day < end)))


def _older(f: FieldSpec, column: Any, raw: str, preferences: Preferences) -> Any:
    """Not within so many days before today: never is older than anything."""
    text = to_latin(raw).strip()
    if not (text.isascii() and text.isdigit() and len(text) < 6):
        raise FieldError(_("Write a number of days, such as {example}.",
                           example=format_number(90, preferences.formatting_locale)))
    here = zone(preferences.timezone)
    limit = utc_now().astimezone(here).date() - dt.timedelta(days=int(text))
    bound = dt.datetime.combine(limit, dt.time(), here) if f.type.name == "datetime" else limit
    return sa.or_(column < bound, column.is_(None))


def period_dates(name: str, preferences: Preferences) -> tuple[dt.date, dt.date]:
    """The half-open Gregorian range of a period named in the user's calendar and zone (D7)."""
    try:
        return calendars.period(name, preferences.calendar, preferences.timezone, utc_now(), preferences.week_start)
    except ValueError:
        raise Malformed(_("Unknown period “{name}”.", name=name[:40])) from None
