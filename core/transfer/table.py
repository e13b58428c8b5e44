"""A table read from a file: what is known about it and its rows as they stand in the file."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from core.language.i18n import _
from core.language.text import compact_key
from core.transfer.refusals import Facts, Issue, Notice

# Excel shows a long number as one digit, a fraction and an exponent of two digits: 9.66501E+11.
_SCIENTIFIC = re.compile(r"\s*[+-]?\d(?:[.,٫]\d+)?[Ee]\+\d{2,3}\s*\Z")
_QUESTION_MARKS = re.compile(r"(?<![\w?])\?{3,}(?![\w?])")
SIGNS_OF_SCIENTIFIC = ("E+", "e+")


class TypedCell(str):
    """The text of a workbook cell that was no text there, in machine form: `1250.5`, `2025-03-20`, `true`.

    It is read as a program's value, not in the user's number or date habits; `value` is the value itself.
    """

    __slots__ = ()

    @property
    def value(self) -> Decimal | dt.date | dt.time | bool:
        raise TypeError("a typed cell is of one of the kinds below")


class NumberCell(TypedCell):
    __slots__ = ()

    @property
    def value(self) -> Decimal:
        return Decimal(self)


class DateCell(TypedCell):
    """A day, or a day and a time on the user's own clock."""

    __slots__ = ()

    @property
    def value(self) -> dt.date:
        return dt.datetime.fromisoformat(self) if "T" in self else dt.date.fromisoformat(self)


class TimeCell(TypedCell):
    __slots__ = ()

    @property
    def value(self) -> dt.time:
        return dt.time.fromisoformat(self)


class BoolCell(TypedCell):
    __slots__ = ()

    @property
    def value(self) -> bool:
        return self == "true"


class Row(NamedTuple):
    """`line` counts as a spreadsheet does: the first row is 1, blank rows count, line breaks in cells do not.

    An importer skips a row that `is_refused`; errors of single cells depend on the mapping.
    """

    line: int
    cells: list[str]
    issues: tuple[Issue, ...] = ()

    @property
    def is_refused(self) -> bool:
        return any(issue.is_error and issue.column is None for issue in self.issues)


@dataclass(frozen=True, slots=True)
class Table:
    """`rows()` starts anew at each call and holds one row at a time."""

    facts: Facts
    header: tuple[str, ...]
    warnings: tuple[Notice, ...]
    row_count: int
    rows: Callable[[], Iterator[Row]]
    sheets: tuple[str, ...] = ()
    sheet: str = ""
    date1904: bool = False

    @property
    def kind(self) -> str:
        return self.facts.kind

    @property
    def encoding(self) -> str | None:
        return self.facts.encoding

    @property
    def bom(self) -> bool:
        return self.facts.bom

    @property
    def delimiter(self) -> str | None:
        return self.facts.delimiter

    @property
    def preamble_lines(self) -> int:
        return self.facts.preamble_lines


def fit(cells: list[str], width: int) -> tuple[Issue, ...]:
    """Make a row as wide as the header, in place: pad a short one, drop empty cells beyond the end (C7)."""
    count = len(cells)
    if count < width:
        cells.extend([""] * (width - count))
        return ()
    if not any(cells[width:]):
        del cells[width:]
        return ()
    message = _(
        "This row has {found} cells and the header has {expected}. Delete what stands beyond the last heading, "
        "or put a cell that contains the separator in quotation marks.",
        found=count,
        expected=width,
    )
    return (Issue("row_too_long", message),)


def is_scientific(text: str) -> bool:
    """Whether Excel has shortened a long number so that its last digits are lost (C7)."""
    return ("E+" in text or "e+" in text) and bool(_SCIENTIFIC.match(text))


def scientific_issues(cells: Iterable[str]) -> tuple[Issue, ...]:
    return tuple(
        Issue("scientific_notation", shortened_number(cell), column)
        for column, cell in enumerate(cells)
        if is_scientific(cell)
    )


def shortened_number(text: str) -> object:
    return _(
        "“{value}” is a shortened number whose last digits are lost. Format the column as text in "
        "Excel, enter the full number and export again.",
        value=text[:40],
    )


def has_question_marks(cells: Iterable[str]) -> bool:
    """Whether letters were replaced by question marks when an older program exported the file."""
    return any(_QUESTION_MARKS.search(cell) for cell in cells if "???" in cell)


def content_notices(marks: dict[str, int]) -> list[Notice]:
    """The warnings for `marks`: code → first row in which it was seen."""
    messages = {
        "scientific_notation": _(
            "Row {row} and perhaps others contain shortened numbers such as 9.66501E+11. Their last "
            "digits are lost; these cells are refused.",
            row=marks.get("scientific_notation", 0),
        ),
        "question_marks_suspected": _(
            "Row {row} and perhaps others contain question marks in place of letters. The letters were "
            "lost when the file was exported; export it again as Unicode.",
            row=marks.get("question_marks_suspected", 0),
        ),
        "invalid_bytes": _unreadable(marks.get("invalid_bytes", 0)),
        "mojibake_suspected": _unreadable(marks.get("mojibake_suspected", 0)),
    }
    return [Notice(code, message) for code, message in messages.items() if code in marks]


def _unreadable(row: int) -> object:
    return _(
        "Row {row} and perhaps others contain characters that cannot be read. The file may be damaged or cut off.",
        row=row,
    )


def header_notices(header: tuple[str, ...], row_count: int, title_rows: int = 0) -> list[Notice]:
    notices = []
    if title_rows:
        message = _("The headings were found in row {row}. What stands above them is not imported.", row=title_rows + 1)
        notices.append(Notice("title_rows", message))
    keys = [compact_key(heading) or heading for heading in header if heading]
    if len(set(keys)) < len(keys):
        message = _("Several columns have the same name. Check what each column is mapped to.")
        notices.append(Notice("duplicate_header", message))
    if row_count == 0:
        notices.append(Notice("no_rows", _("The file has a header but no rows.")))
    return notices
