"""A list's board: from the query to the view model that the template prints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from flask import g
from markupsafe import Markup

from core import query
from core.entity.spec import EntitySpec, FieldSpec
from core.language.i18n import _, ngettext
from core.language.i18n import current as preferences
from core.permissions import can, readable
from core.ui import amounts, cells, list_build, list_rows, slots
from core.ui.board_fields import (
    NO_SUM,
    Slot,
    board_fields,
    condition,
    may_place,
    slots_of,
    summed_fields,
)
from core.ui.board_model import BoardCard, BoardColumn, BoardScreen, CardValue
from core.ui.cell_plan import Extras, drawer, pointing, tags_of
from core.ui.list_address import ListAddress
from core.ui.list_build import figure
from core.ui.list_model import ViewsPanel
from core.ui.shell import person
from core.ui.views_model import Choice, ListScreen

#: Cards of a column at first, and with each "show more"; fields of a card beside its title and its amount.
CARDS, FIELDS = 20, 3


@dataclass(frozen=True, slots=True)
class Board:
    """What is asked for: the records, by which field they stand in columns, and what is summed (or nothing)."""

    asked: query.ListQuery
    by: FieldSpec
    summed: FieldSpec | None = None

    @property
    def spec(self) -> EntitySpec:
        return self.asked.spec

    @property
    def measures(self) -> tuple[str, ...]:
        return ("count", f"sum:{self.summed.name}") if self.summed else ("count",)

    def figures(self, change_number: int | None) -> dict[Any, dict[str, Any]]:
        """Number and sum by the columns' values."""
        rows = query.kept_figures(self.asked, (self.by.name,), self.measures, preferences(), change_number)
        return {row[self.by.name]: row for row in rows}

    def count(self, row: Mapping[str, Any] | None) -> str:
        return figure(row["count"] if row else 0)

    def sum(self, *rows: Mapping[str, Any] | None) -> Markup:
        """Of these columns together."""
        if self.summed is None:
            return Markup("")
        measure = f"sum:{self.summed.name}"
        return amounts.summed(self.summed, amounts.together(amounts.figure(row, measure) for row in rows))

    def told(self, row: Mapping[str, Any] | None) -> dict[str, str]:
        return {"count": self.count(row), "sum": self.sum(row)}


def build(board: Board, address: ListAddress, views: ViewsPanel | None = None) -> BoardScreen:
    """The whole screen."""
    spec = board.spec
    figures = board.figures(g.identity.change_number)
    found = slots_of(board.by, {value: row["count"] for value, row in figures.items()})
    filled = {one.key: condition(spec, board.by, one) for one in found if one.value in figures}
    drawing = Drawing(board)
    parts = query.first_of_each(drawing.asked, filled, CARDS)
    cards = drawing.cards({key: part.rows for key, part in parts.items()})
    columns = tuple(
        BoardColumn(
            key=one.key,
            label=one.label,
            hue=one.hue,
            count=board.count(figures.get(one.value)),
            sum=board.sum(figures.get(one.value)),
            new_href=_new_href(board, one),
            may_take=drawing.may_move and one.is_open,
            cards=cards.get(one.key, ()),
            more_href=more_href(address, board, one, parts[one.key].next) if one.key in parts else "",
        )
        for one in found
    )
    total = sum(row["count"] for row in figures.values())
    shown = sum(figures[one.value]["count"] for one in found if one.value in figures)
    return BoardScreen(
        list=_list(board, address, total, drawing.names, views),
        columns=columns,
        by_label=str(board.by.label),
        fields=tuple(Choice(f.name, str(f.label), f.name == board.by.name) for f in board_fields(spec)),
        sums=_sums(board),
        keep=tuple((name, value) for name, value in address.args if name not in ("by", "sum")),
        query=urlencode(address.args),
        sum_label=str(board.summed.label) if board.summed else "",
        sum_total=board.sum(*figures.values()),
        may_move=drawing.may_move,
        notice=ngettext(
            "{n} record stands in none of these columns.", "{n} records stand in none of these columns.", total - shown
        ) if total > shown else "",
        failures=drawing.failures,
    )  # fmt: skip


def more_href(address: ListAddress, board: Board, slot: Slot, cursor: str) -> str:
    """Where the next cards of a column are, with the same fields; empty where there are none."""
    if not cursor:
        return ""
    given = [(name, value) for name, value in address.args if name not in ("view", "columns")]
    shown = ("columns", ",".join(board.asked.fields))
    return f"{address.path}/cards?{urlencode([*given, shown, ('in', slot.key), ('cursor', cursor)])}"


def _new_href(board: Board, slot: Slot) -> str:
    """The form of a new record that stands in this column."""
    if not can(f"{board.spec.name}.add") or not slot.is_open or not may_place(board.spec, board.by):
        return ""
    return f"{board.spec.path}/new?{urlencode({board.by.name: slot.key})}"


class Drawing:
    """Draws records as cards: what is the same for all of them is found once."""

    def __init__(self, board: Board) -> None:
        spec, allowed = board.spec, readable(board.spec)
        self.board, self.spec, self.reader = board, spec, preferences()
        self.who = next((name for name in (*spec.meta.shared_with, "owner_id") if name in allowed), "")
        taken = {*spec.title_fields, board.by.name, self.who, board.summed.name if board.summed else ""}
        self.names = tuple(name for name in board.asked.fields if name not in taken)[:FIELDS]
        self.asked = replace(board.asked, fields=self._read(allowed))
        self.may_move = may_place(spec, board.by)
        self.failures = Markup("")

    def _read(self, allowed: Mapping[str, FieldSpec]) -> tuple[str, ...]:
        kinds = [self.spec.fields[name].options["entity_field"] for name in self.names if self._points(name)]
        summed = [self.board.summed.name] if self.board.summed else []
        shown = (*self.names, *summed)
        wanted = (*self.spec.title_fields, *shown, *kinds, *amounts.beside(self.spec, shown), self.who)
        return tuple(dict.fromkeys(name for name in wanted if name in allowed))

    def _points(self, name: str) -> bool:
        return self.spec.fields[name].type.name == "any_record"

    def cards(self, parts: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[str, tuple[BoardCard, ...]]:
        """The cards of several columns: their titles, the right to change them and plugins' lines, asked once each."""
        rows = [row for part in parts.values() for row in part]
        ids = [row["id"] for row in rows]
        names = (*self.names, *([self.who] if self.who else ()))
        companions = query.companions(self.spec, names, rows)
        extras = Extras(companions.titles, companions.links, companions.hues)
        drawers = {name: drawer(self.spec.fields[name], self.reader, extras) for name in self._plain()}
        movable = query.changeable(self.spec, ids) if self.may_move else set()
        lines, failures = slots.card_lines(self.spec, ids)
        self.failures += failures

        def card(row: Mapping[str, Any]) -> BoardCard:
            record_id = row["id"]
            who = companions.titles.get("core.user", {}).get(row[self.who]) if self.who else None
            return BoardCard(
                id=record_id,
                version=row["version"],
                href=f"{self.spec.path}/{record_id}",
                title=(self.spec.title_of(row) if self.spec.meta.title in row else "") or f"#{record_id}",
                values=tuple(self._values(row, extras, drawers)),
                amount=self._amount(row),
                notes=tuple(lines.get(record_id, ())),
                who=person(who) if who else None,
                may_move=record_id in movable,
            )

        return {key: tuple(card(row) for row in part) for key, part in parts.items()}

    def _plain(self) -> list[str]:
        return [name for name in self.names if not self.spec.fields[name].type.is_many and not self._points(name)]

    def _values(self, row: Mapping[str, Any], extras: Extras, drawers: Mapping[str, Any]) -> Any:
        for name in self.names:
            f = self.spec.fields[name]
            if f.type.name == "money":
                drawn = amounts.cell(self.spec, f, row) if row[name] is not None else ""
            elif name in drawers:
                drawn = drawers[name](row[name]) if row[name] not in (None, "") else ""
            elif f.type.is_many:
                linked = extras.links[name].get(row["id"])
                drawn = tags_of(f, linked, extras) if linked else ""
            else:
                drawn = pointing(f, row, extras)
            if drawn:
                yield CardValue(str(f.label), cells.finished(drawn))

    def _amount(self, row: Mapping[str, Any]) -> Markup:
        summed = self.board.summed
        if summed is None or row[summed.name] is None:
            return Markup("")
        return cells.finished(amounts.cell(self.spec, summed, row))


def _sums(board: Board) -> tuple[Choice, ...]:
    known = summed_fields(board.spec)
    if not known:
        return ()
    none = Choice(NO_SUM, str(_("No sum")), board.summed is None)
    chosen = board.summed.name if board.summed else ""
    return (none, *(Choice(f.name, str(f.label), f.name == chosen) for f in known))


def _list(
    board: Board, address: ListAddress, total: int, names: Sequence[str], views: ViewsPanel | None
) -> ListScreen:
    spec = board.spec
    return replace(
        list_build.laid_out(board.asked, address, total, "board", str(_("Board")), ("by", "sum")),
        column_choices=list_rows.column_choices(spec, (spec.meta.title, *names)),
        columns_label=str(_("Card fields")),
        columns_href=f"{spec.path}/columns",
        columns_back=address.without("columns"),
        views=views,
    )
