"""A list in groups (P11): the head of each with its number and sums, its first rows, and the next ones on demand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from flask import g
from markupsafe import Markup

from core import query
from core.entity.spec import EntitySpec
from core.errors import Malformed
from core.language.i18n import _, ngettext
from core.language.i18n import current as preferences
from core.query.page import Page
from core.ui import amounts, group_fields, list_build
from core.ui.board_fields import summed_fields
from core.ui.list_address import ListAddress
from core.ui.list_build import figure
from core.ui.list_model import Chip, Column, GroupCell, ListScreen, RowGroup, ViewsPanel

#: Groups that are drawn; of them, those whose rows are there at once; and rows of a group at a time.
MOST, OPEN, ROWS = 200, 10, 10
NOT_KEPT = frozenset({"view", "columns", "group", "page", "cursor"})


@dataclass(frozen=True, slots=True)
class Grouping:
    """The rows of a list by one of their fields, `group` as it stands in the address: status, created_at:month."""

    asked: query.ListQuery
    group: str

    @property
    def spec(self) -> EntitySpec:
        return self.asked.spec

    def label(self) -> str:
        """What the list is grouped by; Malformed where it cannot be."""
        known = dict(group_fields.options(self.spec))
        if self.group not in known:
            raise Malformed(_("“{name}” cannot be grouped by.", name=self.group[:80]), field="group")
        return known[self.group]

    def summed(self) -> list[str]:
        """The columns that have sums."""
        known = {f.name for f in summed_fields(self.spec)}
        return [name for name in self.asked.fields if name in known]

    def figures(self) -> dict[Any, Mapping[str, Any]]:
        """Number and sums by the groups' values."""
        measures = ("count", *(f"sum:{name}" for name in self.summed()))
        rows = query.kept_figures(self.asked, self.group, measures, preferences(), g.identity.change_number)
        return {row[self.group]: row for row in rows}


def build(grouping: Grouping, address: ListAddress, views: ViewsPanel | None = None) -> ListScreen:
    """The whole screen: figures and first rows, in two questions whatever the number of groups."""
    spec, label = grouping.spec, grouping.label()
    figures = grouping.figures()
    names = group_fields.labels(spec, grouping.group, figures)
    values = group_fields.in_order(spec, grouping.group, names)
    keys = {value: group_fields.key_of(value) for value in values[:MOST]}
    opened = {key: group_fields.condition(spec, grouping.group, key) for key in list(keys.values())[:OPEN]}
    asked = list_build.with_face(grouping.asked)
    parts = query.first_of_each(asked, opened, ROWS)
    rows = [row for part in parts.values() for row in part.rows]
    count = sum(row["count"] for row in figures.values())
    screen = list_build.frame(grouping.asked, address, views, Page(rows, count, True, None))
    draw = list_build.row_drawer(grouping.asked, screen.columns, rows)
    groups = tuple(
        RowGroup(
            key=key,
            label=names[value],
            count=ngettext("{n} record", "{n} records", figures[value]["count"]),
            cells=_cells(grouping, screen.columns, figures[value]),
            rows=draw(parts[key].rows) if key in parts else Markup(""),
            is_open=key in parts,
            more_href=rows_href(grouping, address, key, parts[key].next if key in parts else ""),
            has_more=key not in parts or bool(parts[key].next),
        )
        for value, key in keys.items()
    )
    return replace(
        screen,
        pager=None,
        groups=groups,
        group_total=_cells(grouping, screen.columns, *figures.values()),
        groupings=list_build.groupings(spec, address, grouping.group),
        chips=(*screen.chips, Chip(str(_("Grouped by")), label, address.without("group"))),
        notice=str(_("Only the first {count} groups are shown. Add a condition.", count=figure(MOST)))
        if len(values) > MOST
        else "",
    )


def more(grouping: Grouping, address: ListAddress, key: str, cursor: str) -> tuple[Markup, str]:
    """The next rows of one group, and where those after them are."""
    grouping.label()  # refuses what cannot be grouped by
    condition = group_fields.condition(grouping.spec, grouping.group, key)
    part = query.more_of(list_build.with_face(grouping.asked), condition, cursor, ROWS)
    columns = list_build.columns_of(grouping.asked, address)
    rows = list_build.row_drawer(grouping.asked, columns, part.rows)(part.rows)
    return rows, rows_href(grouping, address, key, part.next) if part.next else ""


def rows_href(grouping: Grouping, address: ListAddress, key: str, cursor: str) -> str:
    """Where the rows of a group behind `cursor` are, or its first ones, with the same columns."""
    given = [(name, value) for name, value in address.args if name not in NOT_KEPT]
    own = [("group", grouping.group), ("columns", ",".join(grouping.asked.fields)), ("in", key), ("cursor", cursor)]
    return f"{grouping.spec.path}/group?{urlencode([*given, *own])}"


def _cells(grouping: Grouping, columns: Sequence[Column], *rows: Mapping[str, Any]) -> tuple[GroupCell, ...]:
    """What stands under each column but the first, whose place the group's name takes."""
    summed = set(grouping.summed())

    def shown(name: str) -> Markup:
        found = amounts.together(amounts.figure(row, f"sum:{name}") for row in rows)
        return amounts.summed(grouping.spec.fields[name], found)

    return tuple(
        GroupCell(place, one.label, shown(one.name) if one.name in summed else Markup(""), one.align_end)
        for place, one in enumerate(columns[1:], start=2)
    )
