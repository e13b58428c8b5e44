"""Write tables to files, row by row: CSV for Excel or for programs, Excel workbooks, JSON (C10 to C12)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any, BinaryIO

import orjson

from core.language.i18n import _, current
from core.language.text import compact_key
from core.transfer.formula import neutralise, restore
from core.transfer.repair import unwrap
from core.transfer.synonyms import ERROR_HEADINGS
from core.transfer.table import NumberCell

_BOM = "\ufeff"
_ROWS_IN_CHUNK = 500


def csv_chunks(
    header: Sequence[str], rows: Iterable[Sequence[Any]], *, for_excel: bool = True, delimiter: str = ","
) -> Iterator[bytes]:
    """A CSV file in pieces, for a download or a file: UTF-8, CRLF, a byte order mark only for Excel (C10).

    Texts come as they are to be read and are made safe here; other values are written in machine form.
    """
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=delimiter, lineterminator="\r\n")
    if for_excel:
        buffer.write(_BOM)
    writer.writerow([neutralise(str(heading)) for heading in header])
    for count, row in enumerate(rows, 1):
        writer.writerow([neutralise(value) if type(value) is str else csv_text(value) for value in row])
        if count % _ROWS_IN_CHUNK == 0:
            yield _taken(buffer)
    yield _taken(buffer)


def _taken(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode("utf-8", "replace")


def csv_text(value: Any) -> str:
    """A value that is no plain text, in machine form."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value:f}"
    if hasattr(value, "isoformat"):
        return str(value.isoformat())
    return neutralise(str(value)) if not isinstance(value, (int, float)) else str(value)


def write_csv(
    out: BinaryIO,
    header: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    for_excel: bool = True,
    delimiter: str = ",",
) -> None:
    for chunk in csv_chunks(header, rows, for_excel=for_excel, delimiter=delimiter):
        out.write(chunk)


def json_chunks(records: Iterable[dict[str, Any]], *, lines: bool = False) -> Iterator[bytes]:
    """Records as one JSON array, or as one JSON object a line; decimals are strings, as in the API."""
    separator = b"\n" if lines else b",\n"
    before = b"" if lines else b"[\n"
    for record in records:
        yield before + orjson.dumps(record, default=_json_value, option=orjson.OPT_UTC_Z)
        before = separator
    if lines:
        yield b"" if before == b"" else b"\n"
    else:
        yield b"[]\n" if before == b"[\n" else b"\n]\n"


def write_json(out: BinaryIO, records: Iterable[dict[str, Any]], *, lines: bool = False) -> None:
    for chunk in json_chunks(records, lines=lines):
        out.write(chunk)


def _json_value(value: Any) -> str:
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


class ErrorsFile:
    """The rows that failed, as they stood in the file, with what is wrong with them in a last column (P16).

    Corrected and imported again it changes the failed rows only. A cell keeps the meaning it had: one that the
    user had protected himself stays as it is, and only a dangerous one gets an apostrophe.
    """

    def __init__(
        self, out: BinaryIO, header: Sequence[str], delimiter: str | None = None, is_workbook: bool = False
    ) -> None:
        self._writer = csv.writer(_Encoded(out), delimiter=delimiter or ",", lineterminator="\r\n")
        self._kept = [place for place, heading in enumerate(header) if not is_error_heading(heading)]
        self._safe = _safe_from_workbook if is_workbook else _protected
        self.count = 0
        out.write(_BOM.encode())
        self._writer.writerow([*(neutralise(header[place]) for place in self._kept), str(_("Error"))])

    def add(self, cells: Sequence[str], messages: Iterable[Any]) -> None:
        """One failed row and what is wrong with it; cells beyond the header are what is wrong, and stay out."""
        kept = [self._safe(cells[place]) if place < len(cells) else "" for place in self._kept]
        self._writer.writerow([*kept, neutralise(" · ".join(map(str, messages)))])
        self.count += 1


class _Encoded:
    """Lets the csv module write to a binary file."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out

    def write(self, text: str) -> int:
        return self._out.write(text.encode("utf-8", "replace"))


def is_error_heading(heading: str) -> bool:
    """Whether a column is the one that an errors file added, so that it does not come back a second time."""
    return compact_key(heading) in {compact_key(known) for known in ERROR_HEADINGS}


def _safe_from_workbook(cell: str) -> str:
    """A workbook's numbers are in machine form; in a text file they are read as the user writes them."""
    if isinstance(cell, NumberCell):
        return cell.replace(".", current().decimal_separator)
    return neutralise(cell)


def _protected(cell: str) -> str:
    """`cell` so that a program runs nothing and the next import reads the same as this one."""
    if restore(cell) != cell:
        return cell
    meant, _done = unwrap(cell)
    if meant == cell:
        return neutralise(cell)
    marked = "'" + meant
    return marked if restore(marked) == meant else meant
