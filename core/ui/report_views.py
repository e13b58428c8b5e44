"""`/{plugin}/{noun}/report`: grouped figures over a list, as a table with bars; declared reports open it ready-made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask import Blueprint, Response
from markupsafe import Markup

from core.entity.spec import EntitySpec
from core.language.i18n import _
from core.language.i18n import current as preferences
from core.language.numbers import format_number
from core.permissions import can
from core.registry import current as registry
from core.ui import amounts, cells, list_filters, rendering, report_build
from core.ui.cell_plan import Extras, drawer
from core.ui.group_fields import DATES
from core.ui.list_address import ListAddress
from core.ui.list_build import crumbs
from core.ui.list_views import spec_of
from core.ui.report_build import MOST_LINES, Question, Rows
from core.ui.views_model import Action, Choice, Crumb, MenuEntry
from core.web import entity_action, route

blueprint = Blueprint("reports", __name__)
Titles = Mapping[str, Mapping[int, str]]


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
    question = report_build.question(spec)
    asked = question.of_list()
    rows = question.figures(asked)
    titles = question.titles(rows)
    groups = question.groups
    return rendering.page(
        "report.html",
        question.title,
        current=spec.name,
        crumbs=crumbs(spec, Crumb(question.title)),
        lines=_lines(question, rows, titles),
        cross=_cross(question, rows, titles),
        heads=question.heads(),
        measure_labels=question.measure_labels(),
        groups=_group_choices(spec, groups[0]),
        then=_group_choices(spec, groups[1] if len(groups) > 1 else ""),
        measures=report_build.measure_choices(spec, question.measures[0]),
        keep=question.conditions,
        chips=list_filters.chips(asked, ListAddress(f"{spec.path}/report", question.conditions)),
        totals=_totals(question, rows),
        reports=_reports(spec),
        files=_files(question) if rows else (),
        action=f"{spec.path}/report",
        more=len(rows) > MOST_LINES,
    )


def _files(question: Question) -> tuple[Action, ...]:
    if not can(f"{question.spec.name}.export"):
        return ()
    return (
        Action(str(_("Export to Excel")), question.file_href("xlsx"), "table"),
        Action(str(_("Export to CSV")), question.file_href("csv"), "download"),
    )


def _group_choices(spec: EntitySpec, chosen: str) -> tuple[Choice, ...]:
    found = []
    for f in report_build.groupable(spec):
        if f.type.name in DATES:
            found += [Choice(f"{f.name}:{step}", words, chosen == f"{f.name}:{step}")
                      for step, words in report_build.steps(f)]  # fmt: skip
        else:
            found.append(Choice(f.name, report_build.head(spec, f.name), chosen == f.name))
    return tuple(found)


def _drawn(spec: EntitySpec, measure: str, *rows: Mapping[str, Any]) -> Markup:
    """What is counted or summed in these rows together; of a moment that of the only row."""
    if measure.startswith("count"):
        total = sum(row[measure] for row in rows)
        return cells.finished(cells.number(format_number(total, preferences().formatting_locale)))
    f = spec.fields[measure.partition(":")[2]]
    if f.type.name in DATES:
        moment = f.type.from_json(f, rows[0][measure])
        return cells.finished(drawer(f, preferences(), Extras())(moment)) if moment is not None else Markup("–")
    found = amounts.together(amounts.figure(row, measure) for row in rows)
    return amounts.summed(f, found) or Markup("–")


def _totals(question: Question, rows: Rows) -> list[Markup]:
    """What adds up, beside what does not; nothing where no measure adds up."""
    found = [_drawn(question.spec, one, *rows) if question.adds_up(one) else Markup() for one in question.measures]
    return found if any(found) else []


def _lines(question: Question, rows: Rows, titles: Titles) -> list[Line]:
    spec, groups = question.spec, question.groups
    # Moments have no share of the largest one.
    amount = next((one for one in question.measures if not _is_moment(spec, one)), "")
    found = [amounts.named(amounts.figure(row, amount)) if amount else {} for row in rows]
    codes = Counter(code for one in found for code in one)
    largest = {code: max(Decimal(1), *(abs(one.get(code, Decimal(0))) for one in found)) for code in codes}

    def shares(one: amounts.Amounts) -> tuple[tuple[str, int], ...]:
        return tuple((code if len(codes) > 1 else "", int(100 * abs(value) / largest[code]))
                     for code, value in [*one.items()][:amounts.MOST] if len(codes) == 1 or codes[code] > 1)

    return [
        Line(
            tuple(report_build.label(spec, name, row[name], titles) for name in groups),
            tuple(_drawn(spec, measure, row) for measure in question.measures),
            shares(one),
            report_build.behind(question, row),
            _hue(spec, groups[0], row),
        )
        for row, one in zip(rows[:MOST_LINES], found, strict=False)
    ]


def _cross(question: Question, rows: Rows, titles: Titles) -> Cross | None:
    """The same figures with the second group across, where they can stand so."""
    found = report_build.crossing(question, rows, titles)
    if found is None:
        return None
    spec, groups, measure = question.spec, question.groups, question.measures[0]

    def cell(row: Mapping[str, Any] | None) -> tuple[Markup, str]:
        return (_drawn(spec, measure, row), report_build.behind(question, row)) if row else (Markup("–"), "")

    return Cross(
        tuple(report_build.label(spec, groups[1], value, titles) for value in found.across),
        tuple(
            CrossLine(report_build.label(spec, groups[0], value, titles),
                      tuple(cell(beside.get(one)) for one in found.across), _drawn(spec, measure, *beside.values()))
            for value, beside in found.lines[:MOST_LINES]
        ),
        (*(_drawn(spec, measure, *(row for row in rows if row[groups[1]] == one)) for one in found.across),
         _drawn(spec, measure, *rows)),
    )  # fmt: skip


def _hue(spec: EntitySpec, name: str, row: Mapping[str, Any]) -> str:
    f = spec.fields.get(name)
    choice = f.choice(row[name]) if f and f.choices else None
    return choice.hue if choice else ""


def _is_moment(spec: EntitySpec, measure: str) -> bool:
    word, _separator, name = measure.partition(":")
    return word != "count" and spec.fields[name].type.name in DATES


def _reports(spec: EntitySpec) -> tuple[MenuEntry, ...]:
    return tuple(
        MenuEntry(str(one.label), f"{spec.path}/report?report={one.name}", "chart-bar")
        for one in registry().derived.reports.values()
        if one.entity == spec.name and report_build.is_open(spec, one)
    )
