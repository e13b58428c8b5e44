"""Cells of lists and record pages: for each field a function (value, extras) → markup, bound once per language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from core.entity.base import utc_now
from core.entity.spec import EntitySpec, FieldSpec
from core.entity.types_place import address_lines
from core.entity.whole_day import is_day
from core.language.calendars import format_date, format_time
from core.language.i18n import Preferences, _
from core.language.phones import format_phone
from core.language.timezones import local
from core.registry import current as registry
from core.ui import cells

Drawer = Callable[[Any], str]


@dataclass(slots=True)
class Extras:
    """What the rows at hand need beside their values: titles and colours by entity and id, links by field and
    record."""

    titles: Mapping[str, Mapping[int, str]] = field(default_factory=dict)
    links: Mapping[str, Mapping[int, Any]] = field(default_factory=dict)
    hues: Mapping[str, Mapping[int, str]] = field(default_factory=dict)
    currency: str = ""


def drawer(f: FieldSpec, preferences: Preferences, extras: Extras) -> Drawer:
    """The function that draws one field's value for these rows."""
    own = type(f.type).cell
    if own is not None:
        return own(f)
    make = _DRAWERS.get(f.type.name)
    return make(f, preferences, extras) if make else lambda value: cells.text(f.type.show(f, value, preferences))


def _email(_f: FieldSpec, _p: Preferences, _e: Extras) -> Drawer:
    return cells.email


def _text(f: FieldSpec, _p: Preferences, _e: Extras) -> Drawer:
    return cells.code if f.type.is_code else cells.text


def _phone(_f: FieldSpec, preferences: Preferences, _e: Extras) -> Drawer:
    digits = preferences.phone_digits
    return lambda value: cells.phone(format_phone(value, digits)) if value else cells.EMPTY


def _choice(f: FieldSpec, _p: Preferences, _e: Extras) -> Drawer:
    drawn = {choice.value: cells.badge(str(choice.label), choice.hue) if choice.hue
             else cells.choice(str(choice.label), choice.icon) for choice in f.choices}
    return lambda value: drawn.get(value) or cells.text(value)


def _multichoice(f: FieldSpec, _p: Preferences, _e: Extras) -> Drawer:
    known = {choice.value: (str(choice.label), choice.hue) for choice in f.choices}
    return lambda value: cells.tags(known.get(key, (key, "")) for key in value or ())


def _address(_f: FieldSpec, preferences: Preferences, _e: Extras) -> Drawer:
    return lambda value: cells.lines(address_lines(value, preferences), preferences.comma)


def _file(f: FieldSpec, preferences: Preferences, _e: Extras) -> Drawer:
    return lambda value: cells.file(f.type.show(f, value, preferences))


def _geo(f: FieldSpec, preferences: Preferences, _e: Extras) -> Drawer:
    return lambda value: cells.place(f.type.show(f, value, preferences), value)


def _country(f: FieldSpec, preferences: Preferences, _e: Extras) -> Drawer:
    return lambda value: cells.country(f.type.show(f, value, preferences)) if value else cells.EMPTY


def _bool(f: FieldSpec, preferences: Preferences, _e: Extras) -> Drawer:
    yes, no = f.type.show(f, True, preferences), f.type.show(f, False, preferences)
    return lambda value: cells.boolean(value, yes, no)


def _number(f: FieldSpec, preferences: Preferences, _e: Extras) -> Drawer:
    return lambda value: cells.number(f.type.show(f, value, preferences)) if value is not None else cells.EMPTY


def _money(f: FieldSpec, preferences: Preferences, _e: Extras) -> Drawer:
    rtl = preferences.direction == "rtl"
    return lambda value: cells.money(f.type.show(f, value, preferences), rtl) if value is not None else cells.EMPTY


def _percent(f: FieldSpec, preferences: Preferences, _e: Extras) -> Drawer:
    return lambda value: cells.percent(f.type.show(f, value, preferences)) if value is not None else cells.EMPTY


def _date(_f: FieldSpec, preferences: Preferences, _e: Extras) -> Drawer:
    locale, calendar = preferences.formatting_locale, preferences.calendar
    return lambda value: cells.date(format_date(value, locale, calendar)) if value else cells.EMPTY


def _datetime(f: FieldSpec, preferences: Preferences, _e: Extras) -> Drawer:
    locale, calendar = preferences.formatting_locale, preferences.calendar
    late, now = str(_("Overdue")) if f.options.get("past_is_late") else "", utc_now()
    today = local(now, preferences.timezone).date()

    def draw(value: Any) -> str:
        if value is None:
            return cells.EMPTY
        if is_day(value):
            drawn = cells.moment(format_date(value, locale, calendar))
            return cells.late(drawn, late) if late and value < today else drawn
        here = local(value, preferences.timezone)
        drawn = cells.moment(format_date(here.date(), locale, calendar), format_time(here, locale))
        return cells.late(drawn, late) if late and value < now else drawn

    return draw


def _reference(f: FieldSpec, _p: Preferences, extras: Extras) -> Drawer:
    titles = extras.titles.get(f.target, {})
    path, hues = registry().entity(f.target).path, extras.hues.get(f.target, {})

    def draw(value: Any) -> str:
        if not value:
            return cells.EMPTY
        hue = hues.get(value, "")
        return cells.badge(titles.get(value), hue) if hue else cells.reference(titles.get(value), f"{path}/{value}")

    return draw


def _link(f: FieldSpec, preferences: Preferences, extras: Extras) -> Drawer:
    if f.target:
        return _reference(f, preferences, extras)
    return lambda value: cells.text(f.type.show(f, value, preferences))


def _any_entity(_f: FieldSpec, _p: Preferences, _e: Extras) -> Drawer:
    def draw(value: Any) -> str:
        kind = registry().entities.get(value)
        return cells.text(str(kind.meta.label if kind else _("The module of this record is off")) if value else "")

    return draw


def _user(f: FieldSpec, _p: Preferences, extras: Extras) -> Drawer:
    titles = extras.titles.get(f.target, {})
    return lambda value: cells.user(titles.get(value)) if value else cells.EMPTY


def _note(_f: FieldSpec, _p: Preferences, _e: Extras) -> Drawer:
    return cells.note


def _url(_f: FieldSpec, _p: Preferences, _e: Extras) -> Drawer:
    return cells.url


def _code(_f: FieldSpec, _p: Preferences, _e: Extras) -> Drawer:
    return cells.code


_DRAWERS: dict[str, Callable[[FieldSpec, Preferences, Extras], Drawer]] = {
    "text": _text, "series": _code, "currency": _code, "email": _email, "phone": _phone, "choice": _choice,
    "country": _country, "bool": _bool, "number": _number, "money": _money, "percent": _percent, "date": _date,
    "datetime": _datetime, "ref": _reference, "user": _user, "note": _note, "url": _url, "link": _link,
    "multichoice": _multichoice, "address": _address, "geo": _geo, "duration": _number, "file": _file,
    "image": _file, "any_entity": _any_entity, "barcode": _code,
}


def reference_ids(spec: EntitySpec, names: tuple[str, ...], rows: Any) -> dict[str, set[int]]:
    """Which titles the rows need: {entity: ids}."""
    wanted: dict[str, set[int]] = {}
    for name in names:
        f = spec.fields[name]
        if f.type.is_reference and f.stores_column:
            wanted.setdefault(f.target, set()).update(row[name] for row in rows if row[name])
    return wanted


def pointing(f: FieldSpec, row: Mapping[str, Any], extras: Extras) -> str:
    """The record of any kind that a row points at, with its title; empty where the reader may not see it."""
    entity, record_id = row.get(f.options["entity_field"]) or "", row.get(f.name) or 0
    title = extras.titles.get(entity, {}).get(record_id)
    return cells.reference(title, f"/{entity.replace('.', '/')}/{record_id}") if title else ""


def tags_of(f: FieldSpec, links: Any, extras: Extras) -> str:
    """The cell of a many-to-many field: (id, title) pairs as tags in their colours."""
    hues = extras.hues.get(f.target, {})
    return cells.tags((title, hues.get(one, "")) for one, title in links) if links else cells.EMPTY
