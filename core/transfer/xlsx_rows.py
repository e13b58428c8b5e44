"""Rows of a workbook as the text that XlsxWriter would make of them cell by cell, in two fifths of its time.

XlsxWriter keeps the book: its parts, styles, header and the file of rows that its constant memory puts aside. Only its
innermost loop is gone round, which checks, wraps and escapes each cell of millions anew.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from core.transfer.formula import is_formula

MOST_CHARS = 32_767
_EXACT_DIGITS = 15
_EXACT = 10**_EXACT_DIGITS
_FIRST_DATE, _FIRST_INSTANT = dt.date(1900, 3, 1), dt.datetime(1900, 3, 1)
#: Excel counts days from here, as far as its dates are real.
_EPOCH = dt.datetime(1899, 12, 30)
_STRONG = re.compile("[A-Za-z\u00c0-\u024f]|([\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc])")
#: What XML or Excel would take for something else.
_SPECIAL = re.compile("[&<>_\x00-\x1f\ufffe\uffff]")
#: Choices, countries and owners come again and again: so many texts, none of them long, are kept as they are written.
_KEPT, _SHORT = 4_000, 40

LTR, RTL = 1, 2


class TextTooLong(ValueError):
    """A text that no cell holds."""


class XlsxRows:
    """Writes rows into a `sheet` of a `book` in constant memory, below the header that XlsxWriter itself has put there.

    `named` answers what Excel calls a column.

    Texts are typed strings, never formulas, each with the reading order of its own letters; what Excel would
    calculate is marked as quoted, so that it stays a text when the cell is edited.
    """

    def __init__(self, book: Any, sheet: Any, named: Callable[[int], str], order: int) -> None:
        self._book, self._sheet, self._order = book, sheet, order
        self._named, self._columns = named, list[str]()
        self._styles: dict[tuple[str, int, bool], int] = {}
        self._kept: dict[str, str] = {}

    def write(self, row: int, values: Iterable[Any]) -> None:
        """The values of the row with this number; the header is row 0."""
        sheet, columns, kept, cells = self._sheet, self._columns, self._kept, []
        if not sheet.previous_row:
            sheet._write_single_row(row)  # the header, which XlsxWriter still holds
        number = f'{row + 1}"'
        for place, value in enumerate(values):
            if place == len(columns):
                columns.append(self._named(place))
            if value is None or value == "":
                continue
            tail = (kept.get(value) or self._text(value)) if type(value) is str else self._tail(value)
            cells.append(f'<c r="{columns[place]}{number}{tail}')
        if cells:
            sheet._check_dimensions(row, len(columns) - 1)
            sheet.fh.write(f'<row r="{number}>{"".join(cells)}</row>')

    def _tail(self, value: Any) -> str:
        """What stands behind the place of a cell that is no plain text."""
        if isinstance(value, bool):
            return f' t="b"><v>{value:d}</v></c>'
        if isinstance(value, (int, float, Decimal)) and _is_exact(value):
            return f"><v>{value:.16G}</v></c>"
        if isinstance(value, dt.datetime):
            bare = value.replace(tzinfo=None)
            if bare >= _FIRST_INSTANT:
                return self._date("yyyy-mm-dd hh:mm:ss", bare)
        elif isinstance(value, dt.date) and value >= _FIRST_DATE:
            return self._date("yyyy-mm-dd", dt.datetime(value.year, value.month, value.day))
        return self._text(value.isoformat() if isinstance(value, dt.date) else str(value))

    def _date(self, pattern: str, value: dt.datetime) -> str:
        passed = value - _EPOCH
        days = passed.days + (passed.seconds + passed.microseconds / 1e6) / 86_400
        return f' s="{self._style((pattern, LTR, False), lambda: {"num_format": pattern})}"><v>{days:.16G}</v></c>'

    def _text(self, text: str) -> str:
        # Excel counts letters beyond the first plane twice.
        if len(text) > MOST_CHARS // 2 and len(text.encode("utf-16-le", "surrogatepass")) > 2 * MOST_CHARS:
            raise TextTooLong
        order, is_quoted = _reading_order(text, self._order), is_formula(text)
        # The format `@` keeps Excel from turning 0501 into 501 when the cell is edited.
        style = self._style(("@", order, is_quoted), lambda: {
            "num_format": "@", "reading_order": order, "quote_prefix": is_quoted})
        written = text
        if _SPECIAL.search(text):
            written = self._sheet._escape_data(self._sheet._escape_control_characters(text))
        space = ' xml:space="preserve"' if written[:1].isspace() or written[-1:].isspace() else ""
        tail = f' s="{style}" t="inlineStr"><is><t{space}>{written}</t></is></c>'
        if len(text) <= _SHORT and len(self._kept) < _KEPT:
            self._kept[text] = tail
        return tail

    def _style(self, key: tuple[str, int, bool], facts: Callable[[], dict[str, Any]]) -> int:
        """The number of a style in the book."""
        found = self._styles.get(key)
        if found is None:
            found = self._styles[key] = self._book.add_format(facts())._get_xf_index()
        return found


def _reading_order(text: str, otherwise: int) -> int:
    """The direction of the first letter that has one; a number follows the sheet."""
    strong = _STRONG.search(text)
    if not strong:
        return otherwise
    return RTL if strong[1] else LTR


def _is_exact(value: float | Decimal) -> bool:
    """Whether Excel keeps all digits of a number; a longer one is written as text."""
    if isinstance(value, int) and -_EXACT < value < _EXACT:
        return True
    digits = Decimal(str(value)).normalize().as_tuple()
    return isinstance(digits.exponent, int) and len(digits.digits) <= _EXACT_DIGITS
