"""What a report asks of a list, how its groups and figures are called, and which of them stand beside each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import request

from core import query
from core.declarations import Report
from core.entity.spec import EntitySpec, FieldSpec
from core.errors import NotFound
from core.language.i18n import _
from core.language.i18n import current as preferences
from core.language.text import search_key
from core.permissions import readable
from core.query.aggregate import GROUPABLE
from core.registry import current as registry
from core.ui.board_fields import status_field
from core.ui.group_fields import DATES, period_label
from core.ui.list_filters import main_label
from core.ui.views_model import Choice

CONTROLS = frozenset({"group", "then", "measure", "report", "format", "lang"})
#: So many lines are shown, those with the most.
MOST_LINES = 200
#: So many values of the second group stand beside each other; with more of them each pair has a line of its own.
MOST_COLUMNS = 24
#: What does not add up.
_SINGLE = ("min", "max", "avg")
#: Years before it are of another calendar where a condition names them.
_FIRST_YEAR = 1900

Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Question:
    """Records of a list, as far as its conditions hold, by one field or two."""

    spec: EntitySpec
    chosen: Report | None
    groups: tuple[str, ...]
    measures: tuple[str, ...]
    conditions: tuple[tuple[str, str], ...]

    @property
    def title(self) -> str:
        return str(self.chosen.label if self.chosen else _("Report: {entity}", entity=self.spec.meta.plural))

    def of_list(self) -> query.ListQuery:
        return query.parse_args(self.spec, self.conditions, preferences())

    def figures(self, asked: query.ListQuery) -> list[dict[str, Any]]:
        """Those with the most first; in order of time where it is by time and all have their place."""
        first, rows = self.groups[0], query.aggregate(asked, self.groups, self.measures, preferences())
        if self.is_by_time() and len(rows) <= MOST_LINES:
            rows.sort(key=lambda row: (row[first] is None, str(row[first])))
        return rows

    def is_by_time(self) -> bool:
        return self.spec.fields[self.groups[0].partition(":")[0]].type.name in DATES

    def file_href(self, kind: str) -> str:
        """Where the same is had as a file."""
        own = [("group", self.groups[0]), *(("then", one) for one in self.groups[1:]), ("measure", self.measures[0])]
        if self.chosen:
            own = [("report", self.chosen.name)]
        return f"{self.spec.path}/report/export?{urlencode([*self.conditions, *own, ('format', kind)])}"

    def names(self) -> tuple[str, ...]:
        """The fields that it tells of."""
        said = (*self.groups, *(one.partition(":")[2] for one in self.measures))
        return tuple(dict.fromkeys(name for one in said if (name := one.partition(":")[0]) in self.spec.fields))

    def heads(self) -> list[str]:
        return [head(self.spec, name) for name in self.groups]

    def measure_labels(self) -> list[str]:
        return [measure_label(self.spec, one) for one in self.measures]

    def adds_up(self, measure: str) -> bool:
        return not measure.startswith(_SINGLE)

    def titles(self, rows: Rows) -> dict[str, dict[int, str]]:
        """What the records are called by which it groups."""
        wanted: dict[str, set[int]] = {}
        for name in self.groups:
            f = self.spec.fields[name.partition(":")[0]]
            if f.target:
                wanted.setdefault(f.target, set()).update(row[name] for row in rows if row[name])
        return query.titles(wanted)


def question(spec: EntitySpec) -> Question:
    """What the address asks; NotFound for a report that is not there for the reader."""
    chosen = _declared(spec, request.args.get("report", ""))
    groups, measures = _asked(spec, chosen)
    conditions = tuple(
        (name, value) for name, value in request.args.items(multi=True) if name not in CONTROLS and value
    )
    return Question(spec, chosen, groups, measures, conditions)


def _declared(spec: EntitySpec, name: str) -> Report | None:
    if not name:
        return None
    found = registry().derived.reports.get(name)
    if found is None or found.entity != spec.name or not is_open(spec, found):
        raise NotFound(_("There is no such page."))
    return found


def is_open(spec: EntitySpec, one: Report) -> bool:
    """Whether the reader may see all fields of a declared report."""
    measures = [measure.partition(":") for measure in one.measures]
    parts = [*(row.partition(":")[0] for row in one.rows), *(name for word, _sep, name in measures if word != "count")]
    named = {name for word, _sep, name in measures if word == "count" and name}
    return all(name in readable(spec) for name in parts) and named <= query.named_filters(spec).keys()


def _asked(spec: EntitySpec, chosen: Report | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if chosen is not None:
        return tuple(chosen.rows), tuple(chosen.measures)
    first = request.args.get("group") or status_field(spec) or next((f.name for f in groupable(spec)), "")
    if not first:
        raise NotFound(_("There is nothing here that could be counted by."))
    then = request.args.get("then", "")
    return (first, *([then] if then and then != first else [])), (request.args.get("measure") or "count",)


def groupable(spec: EntitySpec) -> list[FieldSpec]:
    return [
        f
        for f in readable(spec).values()
        if f.type.name in GROUPABLE
        and not f.secret
        and (f.type.name != "text" or f.filter and f.name != spec.meta.title)
    ]


def steps(f: FieldSpec) -> tuple[tuple[str, str], ...]:
    """By what the days of a field can be put together, with the words for it."""
    return (
        ("day", str(_("{field} by day", field=f.label))),
        ("week", str(_("{field} by week", field=f.label))),
        ("month", str(_("{field} by month", field=f.label))),
        ("quarter", str(_("{field} by quarter", field=f.label))),
        ("year", str(_("{field} by year", field=f.label))),
    )


def measure_choices(spec: EntitySpec, chosen: str) -> tuple[Choice, ...]:
    sums = [(f"sum:{f.name}", str(_("Sum of {field}", field=f.label))) for f in readable(spec).values() if f.measure]
    return tuple(
        Choice(value, label, value == chosen) for value, label in [("count", str(_("Number of records"))), *sums]
    )


def measure_label(spec: EntitySpec, measure: str) -> str:
    word, _separator, name = measure.partition(":")
    if word == "count" and name:
        return str(query.named_filters(spec)[name].label)
    if word in _SINGLE:
        return head(spec, name)
    return next((choice.label for choice in measure_choices(spec, measure) if choice.selected), measure)


def head(spec: EntitySpec, text: str) -> str:
    f = spec.fields[text.partition(":")[0]]
    return main_label(f) if query.further(spec, f) else str(f.label)


def label(spec: EntitySpec, text: str, value: Any, titles: Mapping[str, Mapping[int, str]]) -> str:
    """What a group is called."""
    name, _separator, step = text.partition(":")
    f, reader = spec.fields[name], preferences()
    if value is None:
        return str(_("Not set"))
    if f.target:
        return titles.get(f.target, {}).get(value, "–")
    if f.type.name in DATES:
        return period_label(value, step or "day", reader)
    return f.type.show(f, value, reader)


def behind(asked: Question, row: Mapping[str, Any]) -> str:
    """The list of the records of one line, where every group can be a condition."""
    extra: list[tuple[str, str]] = []
    for text in asked.groups:
        name, _separator, step = text.partition(":")
        f, value = asked.spec.fields[name], row[text]
        if not f.filter:
            return ""
        if value is None:
            extra.append((f"{name}__empty", "1"))
        elif f.type.name in DATES:
            first, last = query.days_of(str(value), step or "day", preferences())
            if first.year < _FIRST_YEAR:
                return ""
            extra += [(f"{name}__gte", first.isoformat()), (f"{name}__lte", last.isoformat())]
        else:
            # Each record stands in one group, so further values count neither here nor there.
            extra.append((f"{name}__main" if query.further(asked.spec, f) else name, str(value)))
    return f"{asked.spec.path}?{urlencode([*asked.conditions, *extra])}"


@dataclass(frozen=True, slots=True)
class Crossing:
    """The values of the second group, and for each of the first its figures by them."""

    across: tuple[Any, ...]
    lines: tuple[tuple[Any, Mapping[Any, Mapping[str, Any]]], ...]


def crossing(asked: Question, rows: Rows, titles: Mapping[str, Mapping[int, str]]) -> Crossing | None:
    """The figures with the second group across (P12); None where it has too many values, or what does not add up."""
    spec, groups = asked.spec, asked.groups
    is_cross = len(groups) == 2 and len(asked.measures) == 1 and asked.adds_up(asked.measures[0])
    across = list(dict.fromkeys(row[groups[1]] for row in rows)) if is_cross else []
    if not 1 < len(across) <= MOST_COLUMNS:
        return None
    across.sort(key=lambda value: _place(spec, groups[1], value, titles))
    beside: dict[Any, dict[Any, Mapping[str, Any]]] = {}
    for row in rows:
        beside.setdefault(row[groups[0]], {})[row[groups[1]]] = row
    lines = list(beside.items())
    if asked.measures[0].startswith("count") and not asked.is_by_time():
        lines.sort(key=lambda line: -sum(row[asked.measures[0]] for row in line[1].values()))
    return Crossing(tuple(across), tuple(lines))


def _place(spec: EntitySpec, text: str, value: Any, titles: Mapping[str, Mapping[int, str]]) -> tuple[Any, ...]:
    """Where a value stands among the others: dates by time, choices in their own order, the rest by what they are
    called; what is not set is last."""
    f = spec.fields[text.partition(":")[0]]
    if value is None:
        return (1,)
    if f.choices:
        order = [one.value for one in f.choices]
        return (0, order.index(value) if value in order else len(order), str(value))
    called = str(value) if f.type.name in DATES else search_key(label(spec, text, value, titles))
    return (0, 0, called)
