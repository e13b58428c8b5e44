"""`/{plugin}/{noun}/board`: the records of a list in columns (P02), and moving one from column to column."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from core import query, records
from core.entity.spec import EntitySpec
from core.errors import Forbidden, Malformed, NotFound
from core.language.i18n import _
from core.language.i18n import current as preferences
from core.permissions import readable
from core.rest.problems import json_answer
from core.savedviews import reading
from core.savedviews.reading import Pairs
from core.ui import board_build, board_fields, rendering, saved_views_build, slots
from core.ui.board_build import Board, Drawing
from core.ui.board_fields import NO_SUM, board_field, may_place, slot_of, summed_field
from core.ui.list_address import ListAddress
from core.ui.list_build import OWN_TO_LAYOUT
from core.ui.list_views import columns_shown, spec_of
from core.web import entity_action, route

blueprint = Blueprint("boards", __name__)
ENTITY = "/<plugin>/<noun>"
#: What belongs to the board or to other layouts, and is no condition.
CONTROLS = OWN_TO_LAYOUT | {"in", "view", "fields"}


@route(blueprint, f"{ENTITY}/board", access=entity_action("view"))
def board(plugin: str, noun: str) -> BaseResponse:
    """A list's records as cards, in a column for each value of a choice; the list's conditions hold."""
    spec = spec_of(plugin, noun)
    args = saved_views_build.content_of(request.args.items(multi=True))
    listed = reading.visible(spec)
    path = f"{spec.path}/board"
    view, elsewhere = saved_views_build.asked_for(spec, listed, args, path, request.args.get("lang", ""))
    if elsewhere:
        return redirect(elsewhere)
    asked = _asked(spec, args).with_fields(columns_shown(spec, view))
    shown = _board(spec, asked, dict(args))
    address = _address(path, args, shown)
    if view is None and reading.first(listed) is not None:
        address = ListAddress(path, saved_views_build.with_marker(address.args))
    panel = saved_views_build.panel(spec, listed, view, address, asked.fields, "board")
    screen = board_build.build(shown, address, panel)
    return rendering.page(
        "board.html", spec.meta.plural, current=spec.name, top=slots.fill("list.top", spec) + screen.failures,
        screen=screen.list, board=screen,
    )  # fmt: skip


@route(blueprint, f"{ENTITY}/board/cards", access=entity_action("view"))
def cards(plugin: str, noun: str) -> Response:
    """The next cards of one column."""
    spec = spec_of(plugin, noun)
    args = saved_views_build.content_of(request.args.items(multi=True))
    asked = _asked(spec, args).with_fields(columns_shown(spec, None))
    shown = _board(spec, asked, dict(args))
    slot = slot_of(shown.by, request.args.get("in", ""))
    drawing = Drawing(shown)
    condition = board_fields.condition(spec, shown.by, slot)
    part = query.more_of(drawing.asked, condition, request.args.get("cursor", ""), board_build.CARDS)
    more = board_build.more_href(_address(f"{spec.path}/board", args, shown), shown, slot, part.next)
    drawn = drawing.cards({slot.key: part.rows})[slot.key]
    return Response(rendering.fragment("fragments/board_cards.html", cards=drawn, more_href=more))


@route(blueprint, f"{ENTITY}/<int:record_id>/board", access=entity_action("change"), methods=("POST",))
def place(plugin: str, noun: str, record_id: int) -> Response:
    """Put a record into another column: a save like any other. The answer tells the new figures of the columns, as the
    query string asks for them."""
    spec = spec_of(plugin, noun)
    args = saved_views_build.content_of(request.args.items(multi=True))
    shown = _board(spec, _asked(spec, args), dict(args))
    given = _given()
    if not may_place(spec, shown.by):
        raise Forbidden(_("You may not change this field."))
    slot = slot_of(shown.by, given["to"])
    try:
        saved = records.update(spec, record_id, {shown.by.name: slot.value}, given["version"])
    except NotFound:
        records.get(spec, record_id)  # where he may not even see it, that is the answer
        raise Forbidden(_("You may see this record, but not change it.")) from None
    figures = shown.figures(None)
    return json_answer({
        "message": str(_("{record}: moved to {column}.", record=_title(spec, saved), column=slot.label)),
        "version": saved.after["version"],
        "columns": {"" if value is None else str(value): shown.told(row) for value, row in figures.items()},
        "none": shown.told(None),
    })  # fmt: skip


def _given() -> dict[str, Any]:
    given = request.get_json(silent=True)
    if not isinstance(given, dict) or not isinstance(given.get("to"), str) or not isinstance(given.get("version"), int):
        raise Malformed(_("This request cannot be read"))
    return given


def _title(spec: EntitySpec, saved: Any) -> str:
    title = spec.title_of({**saved.before, **saved.after}) if spec.meta.title in readable(spec) else ""
    return title[:80] or f"#{saved.id}"


def _asked(spec: EntitySpec, args: Pairs) -> query.ListQuery:
    return query.parse_args(spec, [pair for pair in args if pair[0] not in CONTROLS], preferences())


def _board(spec: EntitySpec, asked: query.ListQuery, args: dict[str, str]) -> Board:
    by, summed = board_field(spec, args.get("by", "")), args.get("sum", "")
    f = summed_field(spec, summed)
    if by is None or (summed not in ("", NO_SUM) and f is None):
        raise NotFound(_("There is no such page."))
    return Board(asked, by, f)


def _address(path: str, args: Pairs, shown: Board) -> ListAddress:
    """The board's address with all that it shows, also what it would show by itself."""
    kept = tuple(pair for pair in args if pair[0] not in CONTROLS - {"view", "columns"})
    return ListAddress(path, (*kept, ("by", shown.by.name), ("sum", shown.summed.name if shown.summed else NO_SUM)))
