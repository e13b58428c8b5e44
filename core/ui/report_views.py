"""`/{plugin}/{noun}/report`: grouped figures over a list, as a table with bars; declared reports open it ready-made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, request
from markupsafe import Markup

from core import query
from core.declarations import Report
from core.entity.spec import EntitySpec, FieldSpec
from core.errors import NotFound
from core.language.calendars import format_month, format_year
from core.language.i18n import _
from core.language.i18n import current as preferences
from core.language.numbers import format_number
from core.language.text import search_key
from core.permissions import readable
from core.query.aggregate import GROUPABLE
from core.registry import current as registry
from core.ui import amounts, cells, list_filters, rendering
from core.ui.board_fields import status_field
from core.ui.cell_plan import Extras, drawer
from core.ui.list_address import ListAddress
from core.ui.list_build import crumbs
from core.ui.list_views import spec_of
from core.ui.views_model import Choice, Crumb, MenuEntry
from core.web import entity_action, route

blueprint = Blueprint("reports", __name__)
CONTROLS = frozenset({"group", "then", "measure", "report", "lang"})
MOST_LINES = 200
#: So many values of the second group stand beside each other; with more of them each pair has a line of its own.
MOST_COLUMNS = 24


@dataclass(frozen=True, slots=True)
class Line:
    """A group with its figures, the shares of the first of them, and the list behind it.

    A share is (currency, percent of the largest group in it): bars of two currencies have no scale in common, so each
    names its own, and what stands alone in its currency has none. Where all is in one there is one bar without a name.
    Bars have the colour of the value, `hue`, where it has one.
    """

    labels: tuple[str, ...]
    figures: tuple[Markup, ...]
    shares: tuple[tuple[str, int], ...]
    href: str = ""
    hue: str = ""


@dataclass(frozen=True, slots=True)
class CrossLine:
    """A value of the first group: a figure and the list behind it for each value of the second, and all together."""

    label: str
    cells: tuple[tuple[Markup, str], ...]
    total: Markup


@dataclass(frozen=True, slots=True)
class Cross:
    """Two groups as a table, the first down and the second across (P12); `totals` stand under the columns."""

    heads: tuple[str, ...]
    lines: tuple[CrossLine, ...]
    totals: tuple[Markup, ...]


@route(blueprint, "/<plugin>/<noun>/report", access=entity_action("view"))
def report(plugin: str, noun: str) -> Response:
    """Count or sum the records of a list by one or two fields; the list's conditions hold."""
    spec = spec_of(plugin, noun)
    chosen = _declared(spec, request.args.get("report", ""))
    groups, measures = _asked(spec, chosen)
    conditions = tuple(
        (name, value) for name, value in request.args.items(multi=True) if name not in CONTROLS and value
    )
    asked = query.parse_args(spec, conditions, preferences())
    rows = query.aggregate(asked, groups, measures, preferences())
    title = chosen.label if chosen else _("Report: {entity}", entity=spec.meta.plural)
    return rendering.page(
        "report.html",
        title,
        current=spec.name,
        crumbs=crumbs(spec, Crumb(str(title))),
        lines=_lines(spec, groups, measures, rows, conditions),
        cross=_cross(spec, groups, measures, rows, conditions),
        heads=[_head(spec, name) for name in groups],
        measure_labels=[_measure_label(spec, measure) for measure in measures],
        groups=_group_choices(spec, groups[0]),
        then=_group_choices(spec, groups[1] if len(groups) > 1 else ""),
        measures=_measure_choices(spec, measures[0]),
        keep=conditions,
        chips=list_filters.chips(asked, ListAddress(f"{spec.path}/report", conditions)),
        totals=_totals(spec, measures, rows),
        reports=_reports(spec),
        action=f"{spec.path}/report",
        more=len(rows) > MOST_LINES,
    )


def _declared(spec: EntitySpec, name: str) -> Report | None:
    if not name:
        return None
    found = registry().derived.reports.get(name)
    if found is None or found.entity != spec.name or not _is_open(spec, found):
        raise NotFound(_("There is no such page."))
    return found


def _is_open(spec: EntitySpec, one: Report) -> bool:
    """Whether the reader may see all fields of a declared report."""
    measures = [measure.partition(":") for measure in one.measures]
    parts = [*(row.partition(":")[0] for row in one.rows), *(name for word, _sep, name in measures if word != "count")]
    named = {name for word, _sep, name in measures if word == "count" and name}
    return all(name in readable(spec) for name in parts) and named <= query.named_filters(spec).keys()


def _asked(spec: EntitySpec, chosen: Report | None) -> tuple[list[str], list[str]]:
    if chosen is not None:
        return list(chosen.rows), list(chosen.measures)
    first = request.args.get("group") or status_field(spec) or next((f.name for f in _groupable(spec)), "")
    if not first:
        raise NotFound(_("There is nothing here that could be counted by."))
    then = request.args.get("then", "")
    return [first, *([then] if then and then != first else [])], [request.args.get("measure") or "count"]


def _groupable(spec: EntitySpec) -> list[FieldSpec]:
    return [
        f
        for f in readable(spec).values()
        if f.type.name in GROUPABLE
        and not f.secret
        and (f.type.name != "text" or f.filter and f.name != spec.meta.title)
    ]


def _group_choices(spec: EntitySpec, chosen: str) -> tuple[Choice, ...]:
    found = []
    for f in _groupable(spec):
        if f.type.name in ("date", "datetime"):
            found += [Choice(f"{f.name}:{step}", label, chosen == f"{f.name}:{step}") for step, label in _steps(f)]
        else:
            found.append(Choice(f.name, str(f.label), chosen == f.name))
    return tuple(found)


def _steps(f: FieldSpec) -> tuple[tuple[str, str], ...]:
    return (
        ("month", str(_("{field} by month", field=f.label))),
        ("quarter", str(_("{field} by quarter", field=f.label))),
        ("year", str(_("{field} by year", field=f.label))),
    )


def _measure_choices(spec: EntitySpec, chosen: str) -> tuple[Choice, ...]:
    sums = [(f"sum:{f.name}", str(_("Sum of {field}", field=f.label))) for f in readable(spec).values() if f.measure]
    return tuple(
        Choice(value, label, value == chosen) for value, label in [("count", str(_("Number of records"))), *sums]
    )


def _measure_label(spec: EntitySpec, measure: str) -> str:
    word, _separator, name = measure.partition(":")
    if word == "count" and name:
        return str(query.named_filters(spec)[name].label)
    if word in ("min", "max", "avg"):
        return _head(spec, name)
    return next((choice.label for choice in _measure_choices(spec, measure) if choice.selected), measure)


def _head(spec: EntitySpec, text: str) -> str:
    return str(spec.fields[text.partition(":")[0]].label)


def _drawn(spec: EntitySpec, measure: str, *rows: Mapping[str, Any]) -> Markup:
    """What is counted or summed in these rows together; of a moment that of the only row."""
    if measure.startswith("count"):
        total = sum(row[measure] for row in rows)
        return cells.finished(cells.number(format_number(total, preferences().formatting_locale)))
    f = spec.fields[measure.partition(":")[2]]
    if f.type.name in ("date", "datetime"):
        moment = f.type.from_json(f, rows[0][measure])
        return cells.finished(drawer(f, preferences(), Extras())(moment)) if moment is not None else Markup("–")
    found = amounts.together(amounts.figure(row, measure) for row in rows)
    return amounts.summed(f, found) or Markup("–")


def _totals(spec: EntitySpec, measures: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> list[Markup]:
    """What adds up, beside what does not; nothing where no measure adds up."""
    found = [Markup() if one.startswith(("min", "max", "avg")) else _drawn(spec, one, *rows) for one in measures]
    return found if any(found) else []


def _lines(
    spec: EntitySpec,
    groups: Sequence[str],
    measures: Sequence[str],
    rows: list[dict[str, Any]],
    conditions: tuple[tuple[str, str], ...],
) -> list[Line]:
    titles = _titles(spec, groups, rows)
    # Moments have no share of the largest one.
    amount = next((one for one in measures if not _is_moment(spec, one)), "")
    found = [amounts.named(amounts.figure(row, amount)) if amount else {} for row in rows]
    codes = Counter(code for one in found for code in one)
    largest = {code: max(Decimal(1), *(abs(one.get(code, Decimal(0))) for one in found)) for code in codes}

    def shares(one: amounts.Amounts) -> tuple[tuple[str, int], ...]:
        return tuple((code if len(codes) > 1 else "", int(100 * abs(value) / largest[code]))
                     for code, value in [*one.items()][:amounts.MOST] if len(codes) == 1 or codes[code] > 1)

    return [
        Line(
            tuple(_label(spec, name, row[name], titles) for name in groups),
            tuple(_drawn(spec, measure, row) for measure in measures),
            shares(one),
            _behind(spec, groups, row, conditions),
            _hue(spec, groups[0], row),
        )
        for row, one in zip(rows[:MOST_LINES], found, strict=False)
    ]


def _cross(
    spec: EntitySpec,
    groups: Sequence[str],
    measures: Sequence[str],
    rows: list[dict[str, Any]],
    conditions: tuple[tuple[str, str], ...],
) -> Cross | None:
    """The same figures with the second group across; None where it has too many values, or what does not add up."""
    across = list(dict.fromkeys(row[groups[1]] for row in rows)) if len(groups) == 2 and len(measures) == 1 else []
    if not 1 < len(across) <= MOST_COLUMNS or measures[0].startswith(("min", "max", "avg")):
        return None
    measure, titles = measures[0], _titles(spec, groups, rows)
    across.sort(key=lambda value: _place(spec, groups[1], value, titles))
    beside: dict[Any, dict[Any, dict[str, Any]]] = {}
    for row in rows:
        beside.setdefault(row[groups[0]], {})[row[groups[1]]] = row
    lines = list(beside.items())
    if measure.startswith("count"):
        lines.sort(key=lambda line: -sum(row[measure] for row in line[1].values()))

    def cell(row: dict[str, Any] | None) -> tuple[Markup, str]:
        return (_drawn(spec, measure, row), _behind(spec, groups, row, conditions)) if row else (Markup("–"), "")

    return Cross(
        tuple(_label(spec, groups[1], value, titles) for value in across),
        tuple(
            CrossLine(_label(spec, groups[0], value, titles), tuple(cell(found.get(one)) for one in across),
                      _drawn(spec, measure, *found.values()))
            for value, found in lines[:MOST_LINES]
        ),
        (*(_drawn(spec, measure, *(row for row in rows if row[groups[1]] == one)) for one in across),
         _drawn(spec, measure, *rows)),
    )  # fmt: skip


def _place(spec: EntitySpec, text: str, value: Any, titles: dict[str, dict[int, str]]) -> tuple[Any, ...]:
    """Where a value stands among the others: dates by time, choices in their own order, the rest by what they are
    called; what is not set is last."""
    f = spec.fields[text.partition(":")[0]]
    if value is None:
        return (1,)
    if f.choices:
        order = [one.value for one in f.choices]
        return (0, order.index(value) if value in order else len(order), str(value))
    called = str(value) if f.type.name in ("date", "datetime") else search_key(_label(spec, text, value, titles))
    return (0, 0, called)


def _hue(spec: EntitySpec, name: str, row: Mapping[str, Any]) -> str:
    f = spec.fields.get(name)
    choice = f.choice(row[name]) if f and f.choices else None
    return choice.hue if choice else ""


def _is_moment(spec: EntitySpec, measure: str) -> bool:
    word, _separator, name = measure.partition(":")
    return word != "count" and spec.fields[name].type.name in ("date", "datetime")


def _titles(spec: EntitySpec, groups: Sequence[str], rows: list[dict[str, Any]]) -> dict[str, dict[int, str]]:
    wanted: dict[str, set[int]] = {}
    for name in groups:
        f = spec.fields[name.partition(":")[0]]
        if f.target:
            wanted.setdefault(f.target, set()).update(row[name] for row in rows if row[name])
    return query.titles(wanted)


def _label(spec: EntitySpec, text: str, value: Any, titles: dict[str, dict[int, str]]) -> str:
    name, _separator, step = text.partition(":")
    f, reader = spec.fields[name], preferences()
    if value is None:
        return str(_("Not set"))
    if f.target:
        return titles.get(f.target, {}).get(value, "–")
    if f.type.name in ("date", "datetime"):
        return _period_label(str(value), step)
    return f.type.show(f, value, reader)


def _period_label(value: str, step: str) -> str:
    reader = preferences()
    year, _dash, rest = value.partition("-")
    if step == "month":
        return format_month(int(year), int(rest), reader.formatting_locale, reader.calendar)
    shown = format_year(int(year), reader.formatting_locale)
    if step == "quarter":
        return str(_("Quarter {quarter} of {year}", quarter=int(rest[1:]), year=shown))
    return shown if step == "year" else value


def _behind(
    spec: EntitySpec, groups: Sequence[str], row: dict[str, Any], conditions: tuple[tuple[str, str], ...]
) -> str:
    """The list of the rows of one line, where every group can be a condition."""
    extra = []
    for text in groups:
        f = spec.fields[text.partition(":")[0]]
        if ":" in text or f.type.name in ("date", "datetime") or not f.filter:
            return ""
        extra.append((f.name, str(row[text])) if row[text] is not None else (f"{f.name}__empty", "1"))
    return f"{spec.path}?{urlencode([*conditions, *extra])}"


def _reports(spec: EntitySpec) -> tuple[MenuEntry, ...]:
    return tuple(
        MenuEntry(str(one.label), f"{spec.path}/report?report={one.name}", "chart-bar")
        for one in registry().derived.reports.values()
        if one.entity == spec.name and _is_open(spec, one)
    )
