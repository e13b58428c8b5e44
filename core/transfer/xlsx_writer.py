"""Excel workbooks that open right: right-to-left sheets, texts that stay texts, real dates (C12, B08)."""

from __future__ import annotations

import datetime as dt
import re
import tempfile
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO

from core.language.i18n import _
from core.transfer.formula import is_formula
from core.transfer.refusals import TransferRefused

_MOST_ROWS = 1_048_576
_MOST_CHARS = 32_767
_EXACT_DIGITS = 15
_EXACT = 10**_EXACT_DIGITS
_FIRST_DATE, _FIRST_INSTANT = dt.date(1900, 3, 1), dt.datetime(1900, 3, 1)
_STRONG = re.compile("[A-Za-z\u00c0-\u024f]|([\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc])")
_FORBIDDEN_IN_NAME = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_LTR, _RTL = 1, 2


class XlsxWriter:
    """Writes one sheet row by row in constant memory, put `aside` on the disk meanwhile; `close` finishes the file.

    Texts are typed strings, never formulas, each with the reading order of its own letters; what Excel would
    calculate is marked as quoted, so that it stays a text when the cell is edited.
    """

    def __init__(self, out: BinaryIO, header: Sequence[str], *, rtl: bool = False, sheet_name: str = "",
                 aside: Path | None = None) -> None:
        import xlsxwriter  # Only where a workbook is written: each command would otherwise start later.

        self._aside = tempfile.TemporaryDirectory(prefix="diwan-xlsx-", dir=aside)
        self._book = xlsxwriter.Workbook(
            out, {"constant_memory": True, "remove_timezone": True, "tmpdir": self._aside.name})
        self._sheet = self._book.add_worksheet(_sheet_name(sheet_name))
        self._formats: dict[tuple[str, int, bool], Any] = {}
        self._plain = self._book.add_format()
        self._sheet_order = _RTL if rtl else _LTR
        self._row = 0
        if rtl:
            self._sheet.right_to_left()
        self._sheet.freeze_panes(1, 0)
        self._sheet.set_column(0, max(len(header) - 1, 0), 18)
        self._write_header(header)

    def _write_header(self, header: Sequence[str]) -> None:
        bold = self._book.add_format({"bold": True, "reading_order": self._sheet_order, "bottom": 1})
        for column, heading in enumerate(header):
            self._write_words(0, column, str(heading), bold)

    def write(self, row: Iterable[Any]) -> None:
        self._row += 1
        if self._row >= _MOST_ROWS:
            raise _too_many_rows()
        for column, value in enumerate(row):
            if value is not None and value != "":
                self._write_value(column, value)

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

    def _write_value(self, column: int, value: Any) -> None:
        if isinstance(value, bool):
            self._sheet.write_boolean(self._row, column, value)
        elif isinstance(value, (int, float, Decimal)) and _is_exact(value):
            self._sheet.write_number(self._row, column, value)
        elif isinstance(value, dt.datetime) and value.replace(tzinfo=None) >= _FIRST_INSTANT:
            self._sheet.write_datetime(self._row, column, value, self._date_format("yyyy-mm-dd hh:mm:ss"))
        elif isinstance(value, dt.date) and not isinstance(value, dt.datetime) and value >= _FIRST_DATE:
            self._sheet.write_datetime(self._row, column, value, self._date_format("yyyy-mm-dd"))
        else:
            self._write_text(column, value.isoformat() if isinstance(value, dt.date) else str(value))

    def _write_text(self, column: int, text: str) -> None:
        # Excel counts letters beyond the first plane twice.
        if len(text) > _MOST_CHARS // 2 and len(text.encode("utf-16-le", "surrogatepass")) > 2 * _MOST_CHARS:
            raise _text_too_long(self._row + 1)
        style = self._text_format(_reading_order(text, self._sheet_order), is_formula(text))
        self._write_words(self._row, column, text, style)

    def _write_words(self, row: int, column: int, text: str, style: Any) -> None:
        if text.startswith("<r>") and text.endswith("</r>"):
            # XlsxWriter would take it for the mark-up of a text in parts, so it is written as one.
            self._sheet.write_rich_string(row, column, text[:1], self._plain, text[1:], style)
        else:
            self._sheet.write_string(row, column, text, style)

    def _date_format(self, pattern: str) -> Any:
        key = (pattern, _LTR, False)
        if key not in self._formats:
            self._formats[key] = self._book.add_format({"num_format": pattern})
        return self._formats[key]

    def _text_format(self, order: int, is_quoted: bool) -> Any:
        """The format `@` keeps Excel from turning 0501 into 501 when the cell is edited."""
        key = ("@", order, is_quoted)
        if key not in self._formats:
            facts = {"num_format": "@", "reading_order": order, "quote_prefix": is_quoted}
            self._formats[key] = self._book.add_format(facts)
        return self._formats[key]


def _reading_order(text: str, otherwise: int) -> int:
    """The direction of the first letter that has one; a number follows the sheet."""
    strong = _STRONG.search(text)
    if not strong:
        return otherwise
    return _RTL if strong[1] else _LTR


def _is_exact(value: float | Decimal) -> bool:
    """Whether Excel keeps all digits of a number; a longer one is written as text."""
    if isinstance(value, int) and -_EXACT < value < _EXACT:
        return True
    digits = Decimal(str(value)).normalize().as_tuple()
    return isinstance(digits.exponent, int) and len(digits.digits) <= _EXACT_DIGITS


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
        limit=_MOST_CHARS,
    )
    return TransferRefused("text_too_long_for_excel", message)
