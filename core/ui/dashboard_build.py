"""What the start page tells of each entity: how many there are, how many came lately, and how they are divided."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import partial
from typing import Any

from flask import g

from core import query
from core.declarations import TemplatePart, Widget
from core.entity.spec import EntitySpec
from core.firstrun import first_steps
from core.language.calendars import period_label
from core.language.i18n import _
from core.language.i18n import current as preferences
from core.language.numbers import format_number
from core.permissions import can, readable
from core.plugin.containment import PluginFailed
from core.registry import current as registry
from core.ui import contained, list_build, list_rows
from core.ui.board_fields import status_field
from core.ui.list_address import ListAddress
from core.ui.shell import menu_entities
from core.ui.views_model import Action, FirstStepsBlock, PluginBlock, StatusBar, StatusBlock, StepLine, Tile

# One row of four tiles, and blocks beside what was opened lately: more would push the changes out of sight.
ENTITIES = 2
BLOCKS = 2
BARS = 6
SINCE = "created_at"
PLAIN = "blue"
FIRST_STEPS = "/first-steps"


def first_steps_block(mine: Mapping[str, Any]) -> FirstStepsBlock | None:
    """What this reader may do first, until all of it is done or he has put it away; `mine` is his own record."""
    if mine.get("first_steps") is False:
        return None
    found = first_steps.offered(g.identity.change_number)
    done = sum(one.done for one in found)
    if done == len(found):
        return None
    return FirstStepsBlock(
        tuple(StepLine(str(one.step.label), str(one.step.hint), one.step.icon, one.step.href, one.step.panel, one.done)
              for one in found),
        str(_("{done} of {count} done", done=figure(done), count=figure(len(found)))),
        round(100 * done / len(found)),
        Action(str(_("Hide")), FIRST_STEPS, "x", "post"),
    )  # fmt: skip


def figure(number: int) -> str:
    return format_number(number, preferences().formatting_locale)


def tiles() -> tuple[Tile, ...]:
    """For the first entities of the menu: the number of records, and of this month's beside last month's."""
    found: list[Tile] = []
    for spec in menu_entities(registry())[:ENTITIES]:
        try:
            found += _tiles_of(spec)
        except PluginFailed as error:
            found.append(Tile(str(spec.meta.plural), _failed(error), "–", spec.path))
    return tuple(found)


def _tiles_of(spec: EntitySpec) -> list[Tile]:
    made = [Tile(str(spec.meta.plural), "", _counted(spec), spec.path)]
    if SINCE in readable(spec):
        address = ListAddress(spec.path, ()).with_value(f"{SINCE}__period", "this_month")
        made.append(Tile(
            str(spec.meta.plural), str(period_label("this_month")), _counted(spec, "this_month"), address,
            str(period_label("last_month")), _counted(spec, "last_month")))
    return made


def _failed(error: PluginFailed) -> str:
    return str(_("The module “{module}” has failed.", module=registry().label(error.plugin)))


def troubles() -> tuple[tuple[str, str], ...]:
    """For those who can do something about it: (which module has failed, the address of its details)."""
    if not can("core.module.change"):
        return ()
    return tuple(
        (str(_("The module “{module}” has failed.", module=registry().label(name))), f"/settings/modules/{name}")
        for name in registry().troubles
    )


def blocks() -> tuple[StatusBlock, ...]:
    """The records by status and by the next choice of their list, for entities that hold any."""
    found: list[StatusBlock] = []
    for spec in menu_entities(registry()):
        with suppress(PluginFailed):  # Its tile says so, and so does its list.
            total, exact = query.capped_count(query.ListQuery(spec), g.identity.change_number)
            if total:
                found += [_block(spec, name, list_build.count_text(total, exact)) for name in _choice_fields(spec)]
    return tuple(found[:BLOCKS])


def widgets() -> tuple[PluginBlock, ...]:
    """The blocks of plugins that the reader has the right to; one that fails says so in its own place."""
    return tuple(
        PluginBlock(str(one.label), contained.drawn(one.plugin, f"widget {one.name}", partial(_drawn, one)))
        for one in registry().derived.widgets
        if can(one.permission)
    )


def _drawn(one: Widget) -> tuple[TemplatePart]:
    return (one.render(),)


def _counted(spec: EntitySpec, period: str = "") -> str:
    args = ((f"{SINCE}__period", period),) if period else ()
    return list_build.count_text(
        *query.capped_count(query.parse_args(spec, args, preferences()), g.identity.change_number)
    )


def _choice_fields(spec: EntitySpec) -> Iterator[str]:
    status = status_field(spec)
    if status:
        yield status
    for name in list_rows.chosen_columns(spec):
        if name != status and spec.fields[name].type.name == "choice":
            yield name


def _block(spec: EntitySpec, name: str, total: str) -> StatusBlock:
    """A status in the order of its values; any other choice by number, the most frequent only."""
    counts = list_build.status_counts(query.ListQuery(spec), name, g.identity.change_number)
    values = [choice for choice in spec.fields[name].choices if choice.active or counts.get(choice.value)]
    if name != status_field(spec):
        values = sorted(values, key=lambda choice: -counts.get(choice.value, 0))[:BARS]
    longest = max([1, *counts.values()])
    address = ListAddress(spec.path, ())
    bars = tuple(
        StatusBar(
            str(choice.label),
            format_number(counts.get(choice.value, 0), preferences().formatting_locale),
            address.with_value(name, choice.value),
            choice.hue or PLAIN,
            share=round(100 * counts.get(choice.value, 0) / longest),
        )
        for choice in values
    )
    return StatusBlock(str(spec.meta.plural), str(spec.fields[name].label), spec.path, total, bars)
