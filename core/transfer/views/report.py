"""`/{plugin}/{noun}/report/export`: a report as a file, with the lines, columns and sums of its page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import IO, Any

from flask import Response, request

from core.errors import Malformed
from core.language.i18n import _
from core.language.i18n import current as preferences
from core.language.timezones import local
from core.registry import current as registry
from core.transfer import exporter
from core.transfer.views.blueprint import ENTITY, blueprint
from core.transfer.views.download import download
from core.transfer.views.export import today
from core.transfer.writer import write_csv
from core.transfer.xlsx_writer import XlsxWriter
from core.ui import amounts, report_build
from core.ui.group_fields import DATES
from core.ui.report_build import Question, Rows
from core.web import entity_action, route

FORMATS = ("xlsx", "csv")


@route(blueprint, f"{ENTITY}/report/export", access=entity_action("export"))
def export_report(plugin: str, noun: str) -> Response:
    """The figures of what the reader may both see and take along."""
    spec, kind = registry().entity(f"{plugin}.{noun}"), request.args.get("format", "xlsx")
    if kind not in FORMATS:
        raise Malformed(_("Choose one of these formats: {formats}.", formats=", ".join(FORMATS)))
    question = report_build.question(spec)
    asked = exporter.within_rights(question.of_list(), kind)
    rows = question.figures(asked)
    header, lines = _table(question, rows)

    def write(out: IO[bytes]) -> None:
        if kind == "csv":
            write_csv(out, header, lines)  # type: ignore[arg-type]
            return
        named = " · ".join(question.measure_labels())
        book = XlsxWriter(out, header, rtl=preferences().direction == "rtl", sheet_name=named)  # type: ignore[arg-type]
        book.write_all(lines)
        book.close()

    exporter.on_record(asked.with_fields(question.names()), kind, len(lines))
    return download(write, f"{question.title} {today()}", f"{spec.noun}-report-{today()}", kind)


def _table(question: Question, rows: Rows) -> tuple[list[str], list[list[Any]]]:
    """The heading and the lines, the sums in the last one."""
    titles = question.titles(rows)
    crossing = report_build.crossing(question, rows, titles)
    if crossing is None:
        return _listed(question, rows, titles)
    spec, (down, across) = question.spec, question.groups
    figure = _Figure(question, question.measures[0], rows)
    columns = [*(report_build.label(spec, across, value, titles) for value in crossing.across), str(_("Total"))]

    def line(first: str, beside: Mapping[Any, Rows]) -> list[Any]:
        parts = [*(beside.get(value, ()) for value in crossing.across), [row for one in beside.values() for row in one]]
        return [first, *(cell for part in parts for cell in figure.cells(part))]

    def ordered(found: Iterable[Mapping[str, Any]]) -> dict[Any, Rows]:
        return {value: [row for row in found if row[across] == value] for value in crossing.across}

    lines = [line(report_build.label(spec, down, value, titles), ordered([*beside.values()]))
             for value, beside in crossing.lines]  # fmt: skip
    header = [report_build.head(spec, down), *(name for column in columns for name in figure.headings(column))]
    return header, [*lines, line(str(_("Total")), ordered(rows))]


def _listed(
    question: Question, rows: Rows, titles: Mapping[str, Mapping[int, str]]
) -> tuple[list[str], list[list[Any]]]:
    figures = [_Figure(question, one, rows) for one in question.measures]
    header = [*question.heads(), *(name for one, told in zip(figures, question.measure_labels(), strict=True)
                                   for name in one.headings(told))]  # fmt: skip
    lines = [[*(report_build.label(question.spec, name, row[name], titles) for name in question.groups),
              *(cell for one in figures for cell in one.cells([row]))] for row in rows]  # fmt: skip
    if any(question.adds_up(one.measure) for one in figures):
        empty = [None] * (len(question.groups) - 1)
        sums = (cell for one in figures for cell in one.cells(rows if question.adds_up(one.measure) else ()))
        lines.append([str(_("Total")), *empty, *sums])
    return header, lines


class _Figure:
    """A measure as cells: a number, a date, or an amount in a column for each currency that it has in these rows."""

    def __init__(self, question: Question, measure: str, rows: Rows) -> None:
        self.measure = measure
        self._field = question.spec.fields.get(measure.partition(":")[2])
        self._is_money = self._field is not None and self._field.type.name == "money"
        self.codes: Sequence[str] = [*(self._amounts(rows) if self._is_money else ())] or [""]

    def _amounts(self, rows: Rows) -> amounts.Amounts:
        found = amounts.together(amounts.figure(row, self.measure) for row in rows)
        return amounts.named(found) if self._is_money else found

    def headings(self, name: str) -> list[str]:
        return [f"{name} ({code})" if code else name for code in self.codes]

    def cells(self, rows: Rows) -> list[Any]:
        """What is counted or summed in these records together; nothing where there are none."""
        if not rows:
            return [None for _code in self.codes]
        if self.measure.startswith("count"):
            return [sum(row[self.measure] for row in rows)]
        f = self._field
        if f is not None and f.type.name in DATES:
            moment = f.type.from_json(f, rows[0][self.measure])
            if f.type.name == "datetime" and moment is not None:
                moment = local(moment, preferences().timezone).replace(tzinfo=None, microsecond=0)
            return [moment]
        found = self._amounts(rows)
        return [_plain(found[code]) if code in found else None for code in self.codes]


def _plain(value: Decimal) -> Decimal:
    """Without the noughts behind it that its column keeps: 1500.0000 is 1500."""
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()
