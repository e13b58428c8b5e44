"""`/{plugin}/{noun}/calendar`: the records of a list on their days (P03), moved to others, and made longer."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from core import query, records
from core.entity.base import utc_now
from core.entity.spec import EntitySpec, FieldSpec
from core.entity.whole_day import is_day, takes_days
from core.errors import Conflict, Invalid, Malformed, NotFound
from core.language.i18n import _
from core.language.i18n import current as preferences
from core.language.timezones import local
from core.savedviews import reading
from core.savedviews.reading import Pairs, SavedView
from core.ui import calendar_build, calendar_range, rendering, saved_views_build
from core.ui.calendar_dates import WHOLE, dates_of, end_after, lasting, may_move, moved, shifted
from core.ui.list_address import ListAddress
from core.ui.list_build import OWN_TO_LAYOUT
from core.ui.list_views import own_path, spec_of
from core.web import entity_action, route

blueprint = Blueprint("calendars", __name__)
#: What belongs to the calendar or to the table, and is no condition.
CONTROLS = OWN_TO_LAYOUT | {"lang", "view", "sort", "fields", "key"}
SPANS = ("month", "week", "day")
#: Years that every calendar has weeks around.
YEARS = range(1000, 9000)
#: Minutes that something may be made to take by hand: a day.
LONGEST = 24 * 60


@route(blueprint, "/<plugin>/<noun>/calendar", access=entity_action("view"))
def calendar(plugin: str, noun: str) -> BaseResponse:
    """A month, week or day of a list's records; the list's conditions hold."""
    spec = spec_of(plugin, noun)
    by = request.args.get("by", "")
    dates = dates_of(spec, by)
    if dates is None or (by and by not in dates.at):
        raise NotFound(_("There is no such page."))
    path = f"{spec.path}/calendar"
    content = saved_views_build.content_of(request.args.items(multi=True))
    listed = reading.visible(spec)
    view, elsewhere = saved_views_build.asked_for(spec, listed, content, path, request.args.get("lang", ""))
    if elsewhere:
        return redirect(elsewhere)
    args = conditions()
    span = request.args.get("span", "")
    shown = calendar_range.range_of(span if span in SPANS else "month", _day_asked(), preferences())
    asked = query.parse_args(spec, args, preferences())
    address = ListAddress(path, _kept(args, view, reading.first(listed) is not None))
    held = ListAddress(path, (*address.args, ("span", shown.span), *((("by", by),) if by else ())))
    columns = reading.opened(spec, view).columns if view else ()
    panel = saved_views_build.panel(spec, listed, view, held, columns, "calendar")
    screen = calendar_build.build(asked, address, dates, by, shown, panel)
    title = f"{spec.meta.plural} · {screen.title}"
    return rendering.page("calendar.html", title, current=spec.name, screen=screen.list, calendar=screen)


def conditions() -> tuple[tuple[str, str], ...]:
    """Those of the list and its search, as the address gives them."""
    return tuple((name, value) for name, value in request.args.items(multi=True) if name not in CONTROLS and value)


def _kept(args: Pairs, view: SavedView | None, is_marked: bool) -> Pairs:
    """The conditions, and which view they belong to; a list that opens with a view is told when there is none."""
    order = tuple((name, value) for name, value in request.args.items() if name == "sort" and value)
    if view is not None:
        return (("view", str(view.id)), *args, *order)
    return saved_views_build.with_marker((*args, *order)) if is_marked else (*args, *order)


def _day_asked() -> dt.date:
    text = request.args.get("on", "")
    if not text:
        return local(utc_now(), preferences().timezone).date()
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        day = dt.date.min
    if day.year not in YEARS:
        raise Malformed(_("“{value}” is not a valid date. Example: {example}", value=text[:80], example="2026-11-21"))
    return day


@route(blueprint, "/<plugin>/<noun>/<int:record_id>/move", access=entity_action("change"), methods=("POST",))
def move(plugin: str, noun: str, record_id: int) -> BaseResponse:
    """Put a record on another day or hour; the next page offers to put it back."""
    spec = spec_of(plugin, noun)
    given = request.values
    f = _movable(spec, given.get("by", ""))
    back = own_path(given.get("back"), f"{spec.path}/calendar")
    record = records.get(spec, record_id, "change")
    before = record[f.name]
    try:
        value = moved(f, before, given.get("to", ""), preferences().timezone)
    except ValueError:
        raise Malformed(_("There is no such day.")) from None
    values = {f.name: value}
    until = spec.meta.calendar.until if spec.meta.calendar else ""
    end = shifted(before, value, record.get(until)) if until and until != f.name else None
    if end is not None and may_move(spec, until):
        values[until] = end
    try:
        saved = _saved(spec, record_id, values)
    except (Conflict, Invalid) as error:
        return rendering.say(redirect(back, 303), _refusal(error))
    title, placed = spec.title_of({**record, **saved.after}), f.type.show(f, saved.after[f.name], preferences())
    return rendering.say(
        redirect(f"{back}#item-{record_id}", 303),
        _("{record}: moved to {day}.", record=title[:80], day=placed),
        undo=_undo(spec, record_id, f, before, saved.after.get("version"), back),
    )


@route(blueprint, "/<plugin>/<noun>/<int:record_id>/stretch", access=entity_action("change"), methods=("POST",))
def stretch(plugin: str, noun: str, record_id: int) -> BaseResponse:
    """Let a record take so many minutes, none where it is without an end; the next page offers to undo it."""
    spec = spec_of(plugin, noun)
    given = request.values
    f = _movable(spec, given.get("by", ""))
    dates = dates_of(spec, f.name)
    if dates is None or not dates.until or not may_move(spec, dates.until):
        raise NotFound(_("There is no such page."))
    back = own_path(given.get("back"), f"{spec.path}/calendar")
    minutes = given.get("minutes", "")
    if not (minutes.isascii() and minutes.isdigit() and int(minutes) <= LONGEST):
        raise Malformed(_("There is no such day."))
    record = records.get(spec, record_id, "change")
    until, before = spec.fields[dates.until], lasting(record, f.name, dates.until)
    try:
        saved = _saved(spec, record_id, {until.name: end_after(until, record[f.name], int(minutes))})
    except (Conflict, Invalid) as error:
        return rendering.say(redirect(back, 303), _refusal(error))
    asked = {"by": f.name, "minutes": before, "version": saved.after.get("version"), "back": back}
    return rendering.say(
        redirect(f"{back}#item-{record_id}", 303),
        _("{record}: {field} is now {value}.", record=spec.title_of({**record, **saved.after})[:80], field=until.label,
          value=until.type.show(until, saved.after[until.name], preferences()) or "–"),
        undo=f"{spec.path}/{record_id}/stretch?{urlencode(asked)}",
    )  # fmt: skip


def _saved(spec: EntitySpec, record_id: int, values: dict[str, Any]) -> records.Change:
    """Only over the version that the page showed, where it says which."""
    version = request.values.get("version", "")
    return records.update(spec, record_id, values, int(version) if version.isascii() and version.isdigit() else None)


def _movable(spec: EntitySpec, name: str) -> FieldSpec:
    dates = dates_of(spec, name)
    if dates is None or name not in dates.at or not may_move(spec, name):
        raise NotFound(_("There is no such page."))
    return spec.fields[name]


def _refusal(error: Conflict | Invalid) -> str:
    found = [str(text) for texts in error.errors.values() for text in texts] if isinstance(error, Invalid) else []
    return " ".join(found) or str(error.message)


def _undo(spec: EntitySpec, record_id: int, f: FieldSpec, before: object, version: object, back: str) -> str:
    target = before.isoformat() if isinstance(before, dt.date) else ""
    target += WHOLE if takes_days(f) and is_day(before) else ""
    given = {"by": f.name, "to": target, "version": version, "back": back}
    return f"{spec.path}/{record_id}/move?{urlencode(given)}" if target else ""
