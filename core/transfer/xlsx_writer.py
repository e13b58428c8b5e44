"""Excel workbooks that open right: right-to-left sheets, texts that stay texts, real dates (C12, B08)."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from core.language.i18n import _
from core.transfer.refusals import TransferRefused
from core.transfer.xlsx_rows import LTR, MOST_CHARS, RTL, TextTooLong, XlsxRows

_MOST_ROWS = 1_048_576
_FORBIDDEN_IN_NAME = re.compile(r"[\[\]:*?/\\\x00-\x1f]")


class XlsxWriter:
    """Writes one sheet row by row in constant memory, put `aside` on the disk meanwhile; `close` finishes the file.

    The library makes the book and its header, `XlsxRows` the rows.
    """

    def __init__(self, out: BinaryIO, header: Sequence[str], *, rtl: bool = False, sheet_name: str = "",
                 aside: Path | None = None) -> None:
        import xlsxwriter.utility  # Only where a workbook is written: each command would otherwise start later.

        self._aside = tempfile.TemporaryDirectory(prefix="diwan-xlsx-", dir=aside)
        self._book = xlsxwriter.Workbook(
            out, {"constant_memory": True, "remove_timezone": True, "tmpdir": self._aside.name})
        self._sheet = self._book.add_worksheet(_sheet_name(sheet_name))
        self._sheet_order = RTL if rtl else LTR
        self._rows = XlsxRows(self._book, self._sheet, xlsxwriter.utility.xl_col_to_name, self._sheet_order)
        self._row = 0
        if rtl:
            self._sheet.right_to_left()
        self._sheet.freeze_panes(1, 0)
        self._sheet.set_column(0, max(len(header) - 1, 0), 18)
        self._write_header(header)

    def _write_header(self, header: Sequence[str]) -> None:
        bold = self._book.add_format({"bold": True, "reading_order": self._sheet_order, "bottom": 1})
        for column, heading in enumerate(header):
            self._sheet.write_string(0, column, str(heading), bold)

    def write(self, row: Iterable[Any]) -> None:
        self._row += 1
        if self._row >= _MOST_ROWS:
            raise _too_many_rows()
        try:
            self._rows.write(self._row, row)
        except TextTooLong as error:
            raise _text_too_long(self._row + 1) from error

    def write_all(self, rows: Iterable[Iterable[Any]]) -> None:
        try:
            for row in rows:
                self.write(row)
        except BaseException:
            self._aside.cleanup()
            raise

    def close(self) -> None:
        self._book.close()
        self._aside.cleanup()


def _sheet_name(name: str) -> str:
    """Excel refuses some characters, an apostrophe at either end and more than 31 characters."""
    return _FORBIDDEN_IN_NAME.sub(" ", name).strip(" '")[:31].strip(" '") or "Diwan"


def check_rows(count: int) -> None:
    """Refuse what no sheet holds before anything is written."""
    if count >= _MOST_ROWS:
        raise _too_many_rows()


def _too_many_rows() -> TransferRefused:
    message = _("An Excel sheet holds at most {limit} rows. Filter the list or export it as CSV.", limit=_MOST_ROWS)
    return TransferRefused("too_many_rows_for_excel", message)


def _text_too_long(row: int) -> TransferRefused:
    message = _(
        "Row {row} contains a text of more than {limit} characters, which Excel cannot hold. Export the list as CSV.",
        row=row,
        limit=MOST_CHARS,
    )
    return TransferRefused("text_too_long_for_excel", message)
