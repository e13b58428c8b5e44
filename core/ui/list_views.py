"""`/{plugin}/{noun}`: the list, its columns, acts on many rows, and look-ups for pickers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qsl, urlencode

import sqlalchemy as sa
from flask import Blueprint, Response, redirect, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from core import query, records
from core.actor import actor
from core.db import unit
from core.derive.form import form_class
from core.entity.spec import EntitySpec
from core.errors import Invalid, Malformed
from core.language.i18n import _, ngettext
from core.language.i18n import current as preferences
from core.language.regions import country_choices
from core.language.text import search_key
from core.mass import asking, ledger, running
from core.merging import acting, choosing
from core.permissions import readable, require, require_mass
from core.registry import current as registry
from core.rest.problems import json_answer
from core.savedviews import reading
from core.savedviews.reading import SavedView
from core.ui import group_build, list_build, list_bulk, list_rows, rendering, saved_views_build, slots
from core.ui.group_build import Grouping
from core.ui.list_address import ListAddress
from core.ui.models import list_columns
from core.web import PANEL_HEADER, SIGNED_IN, entity_action, route

blueprint = Blueprint("lists", __name__)
ENTITY = "/<plugin>/<noun>"
MAX_OPTIONS = 50
MAX_BULK = 50_000


def spec_of(plugin: str, noun: str) -> EntitySpec:
    return registry().entity(f"{plugin}.{noun}")


@route(blueprint, ENTITY, access=entity_action("view"))
def listing(plugin: str, noun: str) -> BaseResponse:
    """The list as a page; a request of htmx gets the changed part only."""
    spec = spec_of(plugin, noun)
    args = saved_views_build.content_of(request.args.items(multi=True))
    listed = reading.visible(spec)
    view, elsewhere = saved_views_build.asked_for(spec, listed, args, spec.path, request.args.get("lang", ""))
    if elsewhere:
        return redirect(elsewhere)
    if view is None and args and reading.first(listed) is not None:
        args = saved_views_build.with_marker(args)
    asked = query.parse_args(spec, args, preferences(), default_limit=list_build.DEFAULT_SIZE)
    if "fields" not in request.args:
        asked = asked.with_fields(columns_shown(spec, view))
    address = ListAddress(spec.path, args)
    panel = saved_views_build.panel(spec, listed, view, address, asked.fields)
    group = dict(args).get("group", "")
    screen = (
        group_build.build(Grouping(asked, group), address, panel) if group else list_build.build(asked, address, panel)
    )
    if request.headers.get("HX-Request") and request.headers.get("HX-Boosted") is None:
        return Response(rendering.fragment("fragments/list.html", screen=screen))
    return rendering.page(
        "list.html", spec.meta.plural, current=spec.name, top=slots.fill("list.top", spec), screen=screen
    )


@route(blueprint, f"{ENTITY}/group", access=entity_action("view"))
def group_rows(plugin: str, noun: str) -> Response:
    """The next rows of one group of a list."""
    spec = spec_of(plugin, noun)
    args = tuple(pair for pair in saved_views_build.content_of(request.args.items(multi=True)) if pair[0] != "in")
    asked = query.parse_args(spec, args, preferences()).with_fields(columns_shown(spec, None))
    grouping, address = Grouping(asked, request.args.get("group", "")), ListAddress(spec.path, args)
    rows, more_href = group_build.more(grouping, address, request.args.getlist("in"), asked.cursor)
    drawn = rendering.fragment(
        "fragments/list_group.html", rows=rows, more_href=more_href, picks=bool(list_bulk.bulk_actions(spec))
    )
    return Response(drawn)


def columns_shown(spec: EntitySpec, view: SavedView | None) -> tuple[str, ...]:
    """Those being tried out for a view, else the view's, else the user's own."""
    allowed = readable(spec)
    tried = tuple(name for name in request.args.get("columns", "").split(",") if name in allowed)
    return tried or (reading.opened(spec, view).columns if view else ()) or list_rows.chosen_columns(spec)


@route(blueprint, f"{ENTITY}/columns", access=entity_action("view"), methods=("POST",))
def columns(plugin: str, noun: str) -> BaseResponse:
    """Keep the user's own choice of columns (S36)."""
    spec = spec_of(plugin, noun)
    allowed = readable(spec)
    chosen = [name for name in request.form.getlist("columns") if name in allowed]
    if request.form.get("view"):
        return redirect(_tried_out(spec, chosen), 303)
    unit().begin_write()
    unit().execute(
        sa.delete(list_columns).where(list_columns.c.user_id == actor().id, list_columns.c.entity == spec.name)
    )
    if not request.form.get("reset") and chosen:
        names = list(dict.fromkeys([spec.meta.title, *chosen]))
        unit().execute(sa.insert(list_columns).values(user_id=actor().id, entity=spec.name, columns=names))
    return redirect(_own_back(spec), 303)


def _tried_out(spec: EntitySpec, chosen: Sequence[str]) -> str:
    """A view's columns are changed for this look at it, until it is saved."""
    back = _own_back(spec)
    path, _mark, query_string = back.partition("?")
    address = ListAddress(path, tuple(parse_qsl(query_string)))
    if request.form.get("reset"):
        return address.without("columns")
    return address.with_value("columns", ",".join(dict.fromkeys([spec.meta.title, *chosen])))


def _own_back(spec: EntitySpec) -> str:
    """Where the choice of columns leads back to: the list, or its board."""
    back, board = request.form.get("back"), f"{spec.path}/board"
    return own_path(back, board if back and back.startswith(board) else spec.path)


def own_path(target: str | None, default: str) -> str:
    """Only addresses below the list itself: nothing of a request may send a user elsewhere (SEC-42)."""
    return target if target and (target == default or target.startswith(f"{default}?")) else default


@route(blueprint, f"{ENTITY}/bulk/<action>", access=entity_action("view"), methods=("POST",))
def bulk(plugin: str, noun: str, action: str) -> BaseResponse:
    """One act on the selected rows, or on all that match the list's conditions.

    Few rows are changed now. Of many, and of a field that is still to be chosen, a page first tells what will happen.
    """
    spec = spec_of(plugin, noun)
    if action == "export":
        return redirect(_export_address(spec), 303)
    ids = selected_ids(spec)
    if action == "merge":
        return redirect(_merge_address(spec, ids), 303)
    require(f"{spec.name}.{'delete' if action == 'delete' else 'change'}")
    require_mass(len(ids))
    back = ListAddress(spec.path, _conditions()).without()
    act_id = ledger.begin(spec, ids, back, **_asked(spec, action))
    if action == "change" or len(ids) > running.CHUNK:
        return redirect(f"{spec.path}/mass/{act_id}", 303)
    done = running.at_once(spec, ledger.find(spec, act_id))
    message = (
        ngettext("{n} record deleted.", "{n} records deleted.", done)
        if action == "delete"
        else ngettext("{n} record changed.", "{n} records changed.", done)
    )
    if request.headers.get(PANEL_HEADER) or request.accept_mimetypes.best == "application/json":
        return json_answer({"message": message, "location": back, "count": done})
    return rendering.say(redirect(back, 303), message, undo=f"{spec.path}/mass/{act_id}/undo" if done else "")


def _merge_address(spec: EntitySpec, ids: Sequence[int]) -> str:
    """The page on which these few records are merged; nothing is written before it is sent."""
    if not choosing.mergeable(spec) or not 2 <= len(ids) <= acting.MOST:
        raise Invalid(_("Choose two to {limit} records to be merged.", limit=acting.MOST))
    return f"{spec.path}/merge?{urlencode([('id', one) for one in ids])}"


def _asked(spec: EntitySpec, action: str) -> dict[str, Any]:
    """What an act of the bar does: "delete", a field's name, or "change" while the field is still to be chosen."""
    if action == "change":
        return {}
    if action == "delete":
        return {"does": asking.DELETE}
    f = spec.fields.get(action)
    if f is None or not list_bulk.is_settable_at_once(spec, f):
        raise Malformed(_("There is no “{name}” here.", name=action[:80]))
    # Through the field's own input, which tells the id of a tag from a new name.
    chosen = form_class(spec, (f.name,))(MultiDict([(f.name, request.form.get("value", ""))]))[f.name]
    if chosen.process_errors:
        raise Invalid(str(chosen.process_errors[0]))
    if chosen.data in (None, "", (), []):
        raise Invalid(_("Choose a value first."))
    does = asking.ADD if f.type.is_many else asking.SET
    return {"does": does, "field": f.name, "value": asking.stored_value(f, chosen.data)}


def _conditions() -> tuple[tuple[str, str], ...]:
    """The list's own conditions, sent along with the selection."""
    taken = {"csrf_token", "all_matching", "id", "value", "form_id"}
    return tuple((name, value) for name, value in request.form.items(multi=True) if name not in taken and value)


def selected_ids(spec: EntitySpec) -> list[int]:
    """Ids of the ticked rows, or of every row that matches; at most 50,000 at once."""
    if request.form.get("all_matching"):
        asked = query.parse_args(spec, _conditions(), preferences())
        ids = query.matching_ids(asked, MAX_BULK + 1)
    else:
        ids = [int(text) for text in request.form.getlist("id") if text.isascii() and text.isdigit() and len(text) < 18]
    if not ids:
        raise Malformed(_("Select at least one record."))
    if len(ids) > MAX_BULK:
        raise Invalid(_("At most {limit} records at once. Add a filter.", limit=MAX_BULK))
    return ids


def _export_address(spec: EntitySpec) -> str:
    conditions = _conditions()
    if not request.form.get("all_matching"):
        ids = [text for text in request.form.getlist("id") if text.isascii() and text.isdigit()]
        conditions = (("id__in", ",".join(ids[:500])),)
    address = ListAddress(f"{spec.path}/export", conditions).without("limit", "columns")
    return f"{address}{'&' if '?' in address else '?'}format=xlsx"


@route(blueprint, f"{ENTITY}/options", access=SIGNED_IN)
def options(plugin: str, noun: str) -> Response:
    """Records to choose from, by part of their title; colleagues are open to everyone who is signed in."""
    spec = spec_of(plugin, noun)
    if spec.name != "core.user":
        require(f"{spec.name}.view")
    limit = (
        min(int(request.args.get("limit", "20") or 20), MAX_OPTIONS)
        if request.args.get("limit", "20").isdigit()
        else 20
    )
    return json_answer({"data": query.options(spec, request.args.get("q", "")[:100], limit)})


@route(blueprint, f"{ENTITY}/options", access=entity_action("add"), methods=("POST",))
def create_option(plugin: str, noun: str) -> Response:
    """Make a look-up value in place (S29)."""
    spec = spec_of(plugin, noun)
    given: Any = request.get_json(silent=True) if request.is_json else request.form
    title = str((given or {}).get("title", ""))
    change = records.create(spec, **{spec.meta.title: title})
    return json_answer({"id": change.id, "title": change.after[spec.meta.title], "subtitle": ""}, 201)


@route(blueprint, "/options/country", access=SIGNED_IN)
def countries() -> Response:
    """Countries by part of their name in the reader's language."""
    key = search_key(request.args.get("q", ""))
    found = [
        {"id": code, "title": name, "subtitle": code}
        for code, name in country_choices(preferences().language)
        if not key or key in search_key(name) or key == code.lower()
    ]
    return json_answer({"data": found[:MAX_OPTIONS]})
