"""Tables in Excel workbooks: cells that were no text there become text that says what they are (C8)."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from decimal import Decimal
from itertools import chain, islice
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from core.language.i18n import _
from core.transfer.archive import inspect
from core.transfer.limits import Limits, cell_too_long, check_columns, too_many_rows
from core.transfer.mapping import clean_header
from core.transfer.refusals import Facts, Issue, TransferRefused, empty_file, not_a_workbook
from core.transfer.source import Source
from core.transfer.table import (
    SIGNS_OF_SCIENTIFIC,
    BoolCell,
    DateCell,
    NumberCell,
    Row,
    Table,
    TimeCell,
    content_notices,
    fit,
    has_question_marks,
    header_notices,
    scientific_issues,
)
from core.transfer.titles import title_rows

_CHILD = Path(__file__).with_name("xlsx_child.py")
_SIGNS = (b"???", *(sign.encode() for sign in SIGNS_OF_SCIENTIFIC))
_INEXACT = 10**15  # Excel keeps 15 digits of a number


def open_xlsx(source: Source, limits: Limits, sheet: str = "") -> Table:
    """The table on the chosen sheet, or on the first visible one that is not empty."""
    date1904 = inspect(source, limits)
    output = _parse(source, limits, sheet)
    found = orjson.loads(output.readline())
    start = output.tell()
    first = orjson.loads(next(_lines(output, start), b"[[]]"))
    above = title_rows(first)
    header = _header(first[above], limits)
    count, marks = _survey(output, start, limits)
    count -= sum(not _is_blank(row) for row in first[:above])

    def rows() -> Iterator[Row]:
        return _rows(output, start, len(header), above, "scientific_notation" in marks)

    notices = (*content_notices(marks), *header_notices(header, count, above))
    sheets = tuple(found["sheets"])
    return Table(Facts("xlsx", title_rows=above), header, notices, count, rows, sheets, found["sheet"], date1904)


def _parse(source: Source, limits: Limits, sheet: str) -> BinaryIO:
    """What the parser process prints, in a file without a name that goes when the table goes."""
    output = tempfile.TemporaryFile()  # noqa: SIM115 - it lives as long as the table that reads it
    command = [sys.executable, "-I", str(_CHILD), str(limits.parser_bytes), str(limits.parser_seconds), sheet]
    with source.as_file() as given:
        try:
            status = subprocess.run(
                command,
                stdin=given,
                stdout=output,
                stderr=subprocess.DEVNULL,
                env=_environment(),
                check=False,
                timeout=limits.parser_seconds,
            ).returncode
        except (subprocess.TimeoutExpired, ValueError):
            status = -1
    if status:
        output.close()
        raise _failed(status)
    output.seek(0)
    return output


def _environment() -> dict[str, str]:
    """What a process needs to start on any system, and nothing of the server's settings."""
    kept = {name: os.environ[name] for name in ("SYSTEMROOT", "LD_LIBRARY_PATH") if name in os.environ}
    return {**kept, "RUST_BACKTRACE": "0"}


def _failed(status: int) -> TransferRefused:
    if status == 3:
        message = _("The workbook is protected by a password. Remove the password in Excel and save it again.")
        return TransferRefused("password", message)
    if status == 4:
        return TransferRefused("no_such_sheet", _("The workbook has no such visible sheet. Choose another sheet."))
    return not_a_workbook()


def _lines(output: BinaryIO, position: int) -> Iterator[bytes]:
    """Lines from `position` on; several readers may take turns on the one file."""
    while True:
        output.seek(position)
        line = output.readline()
        if not line:
            return
        position = output.tell()
        yield line


def _header(cells: list[Any], limits: Limits) -> tuple[str, ...]:
    """The headings; formatted but empty columns at the end are no columns."""
    check_columns(len(cells), limits)
    headings = [clean_header(cell if isinstance(cell, str) else _typed(cell)) for cell in cells]
    while headings and not headings[-1]:
        headings.pop()
    if not headings:
        raise empty_file()
    return tuple(headings)


def _survey(output: BinaryIO, start: int, limits: Limits) -> tuple[int, dict[str, int]]:
    """How many rows have content, and what is to be warned about; refused beyond the limits.

    Only lines in which something can be found are looked at cell by cell.
    """
    count, line = 0, 1
    marks: dict[str, int] = {}
    for raw in _lines(output, start):
        batch = orjson.loads(raw)
        count += sum(not _is_blank(row) for row in batch)
        if len(raw) > limits.cell_chars or any(sign in raw for sign in _SIGNS):
            _look_closer(batch, line, marks, limits)
        line += len(batch)
    count -= 1  # the header
    if count > limits.rows:
        raise too_many_rows(limits)
    return count, marks


def _look_closer(batch: list[list[Any]], line: int, marks: dict[str, int], limits: Limits) -> None:
    for number, row in enumerate(batch, line):
        texts = [cell for cell in row if type(cell) is str]
        if any(len(text) > limits.cell_chars for text in texts):
            raise cell_too_long(number, limits)
        if has_question_marks(texts):
            marks.setdefault("question_marks_suspected", number)
        if scientific_issues(texts):
            marks.setdefault("scientific_notation", number)


def _is_blank(row: list[Any]) -> bool:
    return not any(type(cell) is not str or cell.strip() for cell in row)


def _rows(output: BinaryIO, start: int, width: int, above: int, look_closer: bool) -> Iterator[Row]:
    rows = chain.from_iterable(map(orjson.loads, _lines(output, start)))
    for line, raw in enumerate(islice(rows, above + 1, None), above + 2):
        if _is_blank(raw):
            continue
        cells = [cell if type(cell) is str else _typed(cell) for cell in raw]
        issues = fit(cells, width) if len(cells) != width else ()
        if look_closer:
            issues += scientific_issues(cells)
        if any(type(cell) is float and abs(cell) >= _INEXACT for cell in raw):
            issues += _inexact(raw[:width])
        yield Row(line, cells, issues)


def _inexact(cells: list[Any]) -> tuple[Issue, ...]:
    message = _(
        "This number has more than 15 digits, and Excel has replaced the last ones by zeros. Format "
        "the column as text in Excel and enter the full number."
    )
    return tuple(
        Issue("digits_lost", message, column)
        for column, cell in enumerate(cells)
        if type(cell) is float and abs(cell) >= _INEXACT
    )


def _typed(cell: Any) -> str:
    """A cell as text in machine form that still knows its value."""
    if type(cell) is float:
        return NumberCell(int(cell)) if cell.is_integer() else NumberCell(f"{Decimal(f'{cell:.15g}'):f}")
    if isinstance(cell, bool):
        return BoolCell("true" if cell else "false")
    if isinstance(cell, int):
        return NumberCell(cell)
    if not isinstance(cell, dict):
        return ""  # JSON has no infinity; neither has Excel
    if "span" in cell:
        hours, seconds = divmod(round(cell["span"]), 3600)
        return f"{hours}:{seconds // 60:02}:{seconds % 60:02}"
    if "time" in cell:
        return TimeCell(cell["time"])
    return DateCell(cell["date"].removesuffix("T00:00:00"))
