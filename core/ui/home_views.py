"""The start page and the search over everything."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, g, redirect, request
from markupsafe import Markup

from core import query
from core.actor import actor
from core.audit import openings, reading
from core.audit.models import audit
from core.auth import accounts
from core.entity.base import utc_now
from core.entity.spec import EntitySpec
from core.language.calendars import format_date, relative_time
from core.language.i18n import LazyString, _
from core.language.i18n import current as preferences
from core.language.text import search_key
from core.language.timezones import local
from core.permissions import can, readable
from core.plugin.containment import PluginFailed
from core.registry import current as registry
from core.ui import (
    cells,
    dashboard_build,
    history_build,
    list_build,
    log_scope,
    opened,
    rendering,
    settings_frame,
    shell,
    slots,
    tour_build,
)
from core.ui.list_address import ListAddress
from core.ui.shell import menu_entities, person
from core.ui.views_model import Action, DashboardScreen, RecordLink, SearchGroup, SearchScreen
from core.web import SIGNED_IN, route

blueprint = Blueprint("home", __name__)
FIRST_STEPS = dashboard_build.FIRST_STEPS
HITS, COMMANDS, CHANGES, OPENED = 6, 8, 8, 8
SECOND_CALENDAR = {"gregorian": {"fa": "jalali", "ar": "hijri"}}
GREETINGS: tuple[tuple[int, LazyString], ...] = (
    (5, _("Hello, {name}")),
    (12, _("Good morning, {name}")),
    (18, _("Good afternoon, {name}")),
    (24, _("Good evening, {name}")),
)


@route(blueprint, "/", access=SIGNED_IN)
def dashboard() -> Response:
    """Greeting, both dates, how many records there are and by status, what was opened and changed lately."""
    mine = accounts.own_record()
    screen = DashboardScreen(
        greeting=_greeting(),
        dates=_dates(),
        tiles=dashboard_build.tiles(),
        blocks=dashboard_build.blocks(),
        opened=_opened(),
        changes=_changes(),
        changes_href="/settings/log" if can("core.audit.view") else "",
        first_steps=dashboard_build.first_steps_block(mine),
        tour=tour_build.block(mine, is_asked="tour" in request.args),
        troubles=dashboard_build.troubles(),
        widgets=dashboard_build.widgets(),
    )
    return rendering.page(
        "dashboard.html", _("Dashboard"), current="dashboard", top=slots.fill("dashboard.top"), screen=screen)


@route(blueprint, FIRST_STEPS, access=SIGNED_IN, methods=("POST",))
def put_first_steps() -> Response:
    """Put one's own first steps away, or bring them back."""
    shown = request.form.get("show") == "1" or request.args.get("show") == "1"
    accounts.change_own_settings({"first_steps": shown})
    told = _("The first steps are back.") if shown else _("The first steps are put away.")
    return rendering.say(redirect("/", 303), told, undo="" if shown else f"{FIRST_STEPS}?show=1")


def _now() -> dt.datetime:
    return local(utc_now(), preferences().timezone)


def _greeting() -> str:
    hour = _now().hour
    words = next(text for until, text in GREETINGS if hour < until)
    return str(words).replace("{name}", actor().name)


def _dates() -> tuple[str, ...]:
    """Today in the user's calendar, and in the other one readers of the language know."""
    reader, today = preferences(), _now().date()
    others = (
        [SECOND_CALENDAR.get(reader.calendar, {}).get(reader.language, "")]
        if reader.calendar == "gregorian"
        else ["gregorian"]
    )
    return tuple(
        format_date(today, reader.formatting_locale, calendar, "full")
        for calendar in (reader.calendar, *others)
        if calendar
    )


def _opened() -> tuple[RecordLink, ...]:
    rows = opened.lately(OPENED)
    wanted: dict[str, list[int]] = {}
    for entity, record_id, _at in rows:
        if entity in registry().entities:
            wanted.setdefault(entity, []).append(record_id)
    titles = query.titles(wanted)
    links = []
    for entity, record_id, at in rows:
        title = titles.get(entity, {}).get(record_id)
        if title:
            spec = registry().entity(entity)
            links.append(
                RecordLink(
                    title,
                    f"{spec.path}/{record_id}",
                    str(spec.meta.label),
                    spec.meta.icon,
                    avatar=person(title, kind=kind) if (kind := spec.face({})) else None,
                    time=relative_time(at),
                )
            )
    return tuple(links)


def _changes() -> tuple[Any, ...]:
    """The last changes of records the user may see, by himself when he sees nobody else's."""
    visible = [name for name in registry().entities if can(f"{name}.view") and not name.startswith("core.")]
    everything = can("core.audit.view")
    condition = log_scope.visible(visible) if everything else audit.c.entity.in_(visible)
    filters = reading.LogQuery(actor_id=None if everything else actor().id)
    rows = reading.search_log(filters, limit=CHANGES, visible=condition & (audit.c.action != openings.ACTION))
    titles = history_build.titles_for(rows)
    return tuple(history_build.item(row, titles, with_record=True) for row in rows)


@route(blueprint, "/search", access=SIGNED_IN)
def search() -> Response:
    """Hits of every entity the user may view, as a dropdown or a page."""
    text = request.args.get("q", "").strip()[:200]
    groups = tuple(
        group
        for spec in registry().entities.values()
        if text and spec.is_searchable and can(f"{spec.name}.view") and (group := _group(spec, text)) is not None
    )
    screen = SearchScreen(text, groups, _commands(text))
    if request.headers.get("HX-Request"):
        return Response(rendering.fragment("fragments/search_results.html", screen=screen))
    return rendering.page("search.html", _("Search results"), screen=screen)


def _group(spec: EntitySpec, text: str) -> SearchGroup | None:
    """The hits of one entity; one that a failed plugin guards says so instead, and the others are found."""
    try:
        return _hits(spec, text)
    except PluginFailed as error:
        return SearchGroup(str(spec.meta.plural), (), failed=str(error.message))


def _told_apart(spec: EntitySpec, row: Mapping[str, Any], text: str) -> Markup:
    name, shown = query.told_apart(spec, row, text)
    return cells.finished(cells.phone(shown) if spec.fields[name].type.name == "phone" else cells.code(shown)) if name \
        else Markup()


def _hits(spec: EntitySpec, text: str) -> SearchGroup | None:
    allowed = readable(spec)
    shown = (*spec.title_fields, *spec.subtitle_fields, *spec.face_fields)
    found = query.fetch(
        query.ListQuery(
            spec,
            q=text,
            limit=HITS,
            sort=((spec.meta.title, False),),
            fields=tuple(name for name in shown if name in allowed),
        ),
        g.identity.change_number,
    )
    if not found.rows:
        return None
    hits = tuple(
        RecordLink(
            spec.title_of(row),
            f"{spec.path}/{row['id']}",
            str(spec.meta.label),
            spec.meta.icon,
            avatar=person(spec.title_of(row), kind=kind) if (kind := spec.face(row)) else None,
            detail=_told_apart(spec, row, text),
        )
        for row in sorted(found.rows, key=lambda row: _distance(text, spec.title_of(row)))
    )
    return SearchGroup(
        str(spec.meta.plural),
        hits,
        ListAddress(spec.path, ()).with_value("q", text),
        list_build.count_text(found.total, found.total_is_exact),
    )


def _distance(text: str, name: str) -> int:
    """Whoever is called just so comes first, then names that begin so, then what is found in other fields."""
    key, title = search_key(text), search_key(name)
    return 0 if title == key else 1 if title.startswith(key) else 2 if key in title else 3


def _commands(text: str) -> tuple[Action, ...]:
    """Pages and new records whose name holds what was typed."""
    key = search_key(text)
    found = [action for spec in menu_entities(registry()) if (action := list_build.create_action(spec))]
    settings = (entry for group in settings_frame.frame("").groups for entry in group.entries)
    found += [Action(entry.label, entry.href, entry.icon) for entry in (*shell.pages(), *settings)]
    named = [action for action in found if not key or key in search_key(action.label)]
    return tuple(sorted(named, key=lambda action: _distance(text, action.label) if key else 0))[:COMMANDS]


@route(blueprint, "/settings", access=SIGNED_IN)
def settings() -> Any:
    """The settings begin with one's own."""
    return redirect("/settings/me", 303)
