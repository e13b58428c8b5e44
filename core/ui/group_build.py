"""A list in groups (P11) of one level or two: the head of each with its number and sums, its first rows, and the next
ones on demand."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any
from urllib.parse import urlencode

import sqlalchemy as sa
from flask import g
from markupsafe import Markup

from core import query
from core.entity.spec import EntitySpec
from core.errors import Malformed, NotFound
from core.language.i18n import _, ngettext
from core.language.i18n import current as preferences
from core.query.page import Page
from core.ui import amounts, group_fields, list_build, list_rows
from core.ui.board_fields import summed_fields
from core.ui.list_address import ListAddress
from core.ui.list_build import figure
from core.ui.list_model import Chip, Column, GroupCell, ListScreen, RowGroup, ViewsPanel

#: Groups that are drawn; of them, those whose rows are there at once; rows of a group at a time; and levels.
MOST, OPEN, ROWS, LEVELS = 200, 10, 10, 2
#: Groups that are counted, drawn or not.
MOST_COUNTED = 50_000
NOT_KEPT = frozenset({"view", "columns", "group", "page", "cursor"})
#: The values by which a group is made, of each level one.
Values = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Grouping:
    """The rows of a list by one or two of their fields; `group` as it stands in the address: status, or
    created_at:month,owner_id."""

    asked: query.ListQuery
    group: str

    @property
    def spec(self) -> EntitySpec:
        return self.asked.spec

    @property
    def levels(self) -> tuple[str, ...]:
        return tuple(self.group.split(","))

    def label(self) -> str:
        """What the list is grouped by; Malformed where it cannot be."""
        known, levels = dict(group_fields.options(self.spec)), self.levels
        for name in levels:
            if name not in known:
                raise Malformed(_("“{name}” cannot be grouped by.", name=name[:80]), field="group")
        if len(set(levels)) < len(levels) or len(levels) > LEVELS:
            raise Malformed(_("A list is grouped by one field or two different ones."), field="group")
        return " › ".join(known[name] for name in levels)

    def summed(self) -> list[str]:
        """The columns that have sums."""
        known = {f.name for f in summed_fields(self.spec)}
        return [name for name in self.asked.fields if name in known]

    def figures(self) -> dict[Values, Mapping[str, Any]]:
        """Number and sums by the values of the innermost groups, those with the most records first."""
        measures = ("count", *(f"sum:{name}" for name in self.summed()))
        rows = query.kept_figures(
            self.asked, self.levels, measures, preferences(), g.identity.change_number, MOST_COUNTED
        )
        return {tuple(row[name] for name in self.levels): row for row in rows}

    def in_order(self, figures: Mapping[Values, Any]) -> tuple[list[Values], list[dict[Any, str]]]:
        """The innermost groups as they follow each other, and the names of the values of each level."""
        names, places = [], []
        for level, group in enumerate(self.levels):
            found = group_fields.labels(self.spec, group, {values[level] for values in figures})
            order = group_fields.in_order(self.spec, group, found)
            names.append(found)
            places.append({value: place for place, value in enumerate(order)})
        return sorted(figures, key=lambda values: [at[v] for at, v in zip(places, values, strict=True)]), names

    def condition(self, keys: Sequence[str]) -> Any:
        """The records of one innermost group, by its keys; NotFound for one that cannot be."""
        if len(keys) != len(self.levels):
            raise NotFound(_("There is no such page."))
        return sa.and_(
            *(group_fields.condition(self.spec, name, key) for name, key in zip(self.levels, keys, strict=True))
        )


def build(grouping: Grouping, address: ListAddress, views: ViewsPanel | None = None) -> ListScreen:
    """The whole screen: figures and first rows, in two questions whatever the number of groups."""
    label = grouping.label()
    figures = grouping.figures()
    largest = dict(islice(figures.items(), MOST))
    ordered, names = grouping.in_order(largest)
    shown = {values: tuple(map(group_fields.key_of, values)) for values in ordered}
    opened = {values: grouping.condition(keys) for values, keys in islice(shown.items(), OPEN)}
    parts = query.first_of_each(list_rows.with_face(grouping.asked), opened, ROWS)
    rows = [row for part in parts.values() for row in part.rows]
    count = sum(row["count"] for row in figures.values())
    screen = list_build.frame(grouping.asked, address, views, Page(rows, count, True, None))
    draw = list_rows.row_drawer(grouping.asked, screen.columns, rows)

    def group(values: Values) -> RowGroup:
        part, keys = parts.get(values), shown[values]
        return RowGroup(
            key=keys[-1],
            label=names[-1][values[-1]],
            count=_count(figures[values]),
            cells=_cells(grouping, screen.columns, figures[values]),
            rows=draw(part.rows) if part else Markup(""),
            is_open=part is not None,
            more_href=rows_href(grouping, address, keys, part.next if part else ""),
            has_more=part is None or bool(part.next),
        )

    innermost = {values: group(values) for values in shown}
    groups = tuple(innermost.values())
    if len(grouping.levels) > 1:
        groups = _outer(grouping, screen.columns, figures, innermost, names[0])
    return replace(
        screen,
        pager=None,
        groups=groups,
        group_total=_cells(grouping, screen.columns, *figures.values()),
        groupings=list_build.groupings(grouping.spec, address, grouping.levels),
        groupings_within=list_build.groupings_within(grouping.spec, address, grouping.levels),
        chips=(*screen.chips, Chip(str(_("Grouped by")), label, address.without("group"))),
        notice=_left_out(figures, largest) or screen.notice,
    )


def _left_out(figures: Mapping[Values, Mapping[str, Any]], shown: Collection[Values]) -> str:
    """How much stands in the groups that are not drawn, so that nobody takes the largest for all of them."""
    rest = [row for values, row in figures.items() if values not in shown]
    if not rest:
        return ""
    shown_part = _("Only the {count} largest groups are shown.", count=figure(len(shown)))
    others = ngettext("{n} more has {records}. Add a condition to see it.",
                      "{n} more have {records}. Add a condition to see them.", len(rest), records=_count(*rest))
    return f"{shown_part} {others}"


def _outer(
    grouping: Grouping,
    columns: Sequence[Column],
    figures: Mapping[Values, Mapping[str, Any]],
    innermost: Mapping[Values, RowGroup],
    names: Mapping[Any, str],
) -> tuple[RowGroup, ...]:
    """The groups of the first level: their figures are those of all groups in them, also of such as are not drawn."""

    def outer(value: Any) -> RowGroup:
        rows = [row for values, row in figures.items() if values[0] == value]
        inner = tuple(group for values, group in innermost.items() if values[0] == value)
        return RowGroup(
            group_fields.key_of(value),
            names[value],
            _count(*rows),
            _cells(grouping, columns, *rows),
            Markup(""),
            True,
            groups=inner,
        )

    return tuple(outer(value) for value in dict.fromkeys(values[0] for values in innermost))


def more(grouping: Grouping, address: ListAddress, keys: Sequence[str], cursor: str) -> tuple[Markup, str]:
    """The next rows of one group, and where those after them are."""
    grouping.label()  # refuses what cannot be grouped by
    part = query.more_of(list_rows.with_face(grouping.asked), grouping.condition(keys), cursor, ROWS)
    columns = list_rows.columns_of(grouping.asked, address)
    rows = list_rows.row_drawer(grouping.asked, columns, part.rows)(part.rows)
    return rows, rows_href(grouping, address, keys, part.next) if part.next else ""


def rows_href(grouping: Grouping, address: ListAddress, keys: Sequence[str], cursor: str) -> str:
    """Where the rows of a group behind `cursor` are, or its first ones, with the same columns."""
    given = [(name, value) for name, value in address.args if name not in NOT_KEPT]
    own = [("group", grouping.group), ("columns", ",".join(grouping.asked.fields)), *(("in", key) for key in keys)]
    return f"{grouping.spec.path}/group?{urlencode([*given, *own, ('cursor', cursor)])}"


def _count(*rows: Mapping[str, Any]) -> str:
    return ngettext("{n} record", "{n} records", sum(row["count"] for row in rows))


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
