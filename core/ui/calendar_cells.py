"""The items of a calendar as markup, made by plain string functions as the cells of tables are: a full month has
hundreds."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup

from core.ui import cells
from core.ui.calendar_model import CalendarItem
from core.ui.escaping import escaped
from core.ui.running_text import cut_class


def drawn(items: Iterable[CalendarItem]) -> Markup:
    """The items of a day or an hour, marked as finished once."""
    return Markup("".join(map(_item, items)))


def _item(one: CalendarItem) -> str:
    time = f'<bdi class="dw-cal-time" data-kind="date">{escaped(one.time)}</bdi> ' if one.time else ""
    part = f' <span class="dw-cal-part">{escaped(one.part)}</span>' if one.part else ""
    state = f' <span class="dw-cal-state dw-hue-{one.state_hue}">{escaped(one.state)}</span>' if one.state else ""
    keys = ' aria-describedby="cal-keys"' if one.by else ""
    edge = '<span class="dw-cal-edge" data-edge aria-hidden="true"></span>' if one.by and one.stretches else ""
    return (
        f'<li class="{_classes(one)}"{_moving(one)}>\n'
        f'  <a id="item-{one.id}" href="{escaped(one.href)}"{keys}>'
        f'{time}<bdi class="{cut_class(one.title)}" data-user>{escaped(one.title)}</bdi>'
        f"{part}{state}{_who(one)}</a>{edge}</li>"
    )


def _classes(one: CalendarItem) -> str:
    found = ["dw-cal-item"]
    if one.long:
        found.append(
            f"dw-cal-piece dw-cal-from-{one.quarter} dw-cal-h-{one.long // 4} dw-cal-q-{one.long % 4} "
            f"dw-cal-lane-{one.lane} dw-cal-lanes-{one.lanes}"
        )
    if one.hue:
        found.append(f"dw-hue-{one.hue}")
    if one.state:
        found.append("is-done" if one.state_hue == "green" else "is-late")
    return " ".join(found)


def _moving(one: CalendarItem) -> str:
    """What the script needs to move an item and to make it longer."""
    if not one.by:
        return ""
    href = escaped(one.href)
    moves = f' data-move="{href}/move" data-by="{one.by}" data-version="{one.version}"'
    if not one.stretches:
        return moves
    return f'{moves} data-stretch="{href}/stretch" data-long="{one.long}" data-lasts="{one.lasts}"'


def _who(one: CalendarItem) -> str:
    if one.who is None:
        return ""
    name = escaped(one.who.name)
    return f'{cells.avatar(one.who.name, one.who.kind, "s")}<span class="dw-hidden-text">{name}</span>'
