"""Excel workbooks that open right: right-to-left sheets, texts that stay texts, real dates (C12, B08).

XlsxWriter makes the workbook with its styles and its heading. The rows, which may be a million, are written into its
sheet here, as they come: that takes a fifth of the time, and nothing is put aside on the disk.
"""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, BinaryIO
from zipfile import ZIP_DEFLATED, ZipFile

import xlsxwriter

from core.language.i18n import _
from core.transfer.formula import is_formula
from core.transfer.refusals import TransferRefused

_MOST_ROWS = 1_048_576
_MOST_CHARS = 32_767
#: What a file in an archive may hold that every program opens.
_MOST_BYTES = 2**31 - 1
_EXACT_DIGITS = 15
_EXACT = 10**_EXACT_DIGITS
_FIRST_DATE, _FIRST_INSTANT = dt.date(1900, 3, 1), dt.datetime(1900, 3, 1)
_DAY_NULL = dt.date(1899, 12, 30).toordinal()
_SECONDS = 86_400
_STRONG = re.compile("[A-Za-z\u00c0-\u024f]|([\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc])")
_FORBIDDEN_IN_NAME = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_LTR, _RTL = 1, 2
_SHEET = "xl/worksheets/sheet1.xml"
#: The row of the styles: it gives each its number, and is taken out again.
_SAMPLES = re.compile(r'<row r="2".*?</row>', re.DOTALL)
_STYLE = re.compile(r' s="(\d+)"')
_DIMENSION = re.compile(r"<dimension [^>]*/>")
_PIECE = 256
#: What is not written as it is: markup, spaces at either end, signs that XML has none for and what stands for them.
_SPECIAL = re.compile(r"[&<>\x00-\x08\x0b-\x1f\ufffe\uffff]|_x[0-9a-fA-F]{4}_|\A\s|\s\Z")
_ESCAPED = re.compile(r"_(?=x[0-9a-fA-F]{4}_)")
_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]")
_DATE, _INSTANT = "date", "instant"
_KINDS: tuple[Any, ...] = (_DATE, _INSTANT, *((order, quoted) for order in (_LTR, _RTL) for quoted in (False, True)))


class XlsxWriter:
    """Writes one sheet row by row in constant memory; `close` finishes the file.

    Texts are typed strings, never formulas, each with the reading order of its own letters; what Excel would
    calculate is marked as quoted, so that it stays a text when the cell is edited.
    """

    def __init__(self, out: BinaryIO, header: Sequence[str], *, rtl: bool = False, sheet_name: str = "") -> None:
        self._sheet_order = _RTL if rtl else _LTR
        self._archive = ZipFile(out, "w", ZIP_DEFLATED)
        with ZipFile(_frame(header, self._sheet_order, sheet_name)) as frame:
            for info in frame.infolist():
                if info.filename != _SHEET:
                    self._archive.writestr(info.filename, frame.read(info))
            sheet = frame.read(_SHEET).decode()
        self._styles = _styles(sheet)
        before, self._after = _around_rows(sheet)
        self._columns = tuple(_letters(len(header)))
        self._row, self._size = 1, 0
        self._pieces = [before]
        self._member = self._archive.open(_SHEET, "w")

    def write(self, row: Iterable[Any]) -> None:
        self._row += 1
        if self._row > _MOST_ROWS:
            raise _too_many_rows()
        cells = [self._cell(column, value) for column, value in zip(self._columns, row, strict=True)
                 if value is not None and value != ""]
        self._pieces.append(f'<row r="{self._row}">{"".join(cells)}</row>')
        if len(self._pieces) >= _PIECE:
            self._flush()

    def write_all(self, rows: Iterable[Iterable[Any]]) -> None:
        try:
            for row in rows:
                self.write(row)
        except BaseException:
            self._end()
            raise

    def close(self) -> None:
        self._pieces.append(self._after)
        self._flush()
        self._end()

    def _end(self) -> None:
        self._member.close()
        self._archive.close()

    def _flush(self) -> None:
        piece = "".join(self._pieces).encode("utf-8", "replace")
        self._pieces.clear()
        self._size += len(piece)
        if self._size > _MOST_BYTES:
            raise _too_large()
        self._member.write(piece)

    def _cell(self, column: str, value: Any) -> str:
        place = f'<c r="{column}{self._row}"'
        if type(value) is str:
            return f"{place}{self._text(value)}"
        if isinstance(value, bool):
            return f'{place} t="b"><v>{value:d}</v></c>'
        if isinstance(value, (int, float, Decimal)):
            if _is_exact(value):
                return f"{place}><v>{value:.16G}</v></c>"
        elif isinstance(value, dt.datetime):
            if value.replace(tzinfo=None) >= _FIRST_INSTANT:
                return f"{place}{self._styles[_INSTANT]}><v>{_serial(value):.16G}</v></c>"
        elif isinstance(value, dt.date) and value >= _FIRST_DATE:
            return f"{place}{self._styles[_DATE]}><v>{value.toordinal() - _DAY_NULL}</v></c>"
        return f"{place}{self._text(value.isoformat() if isinstance(value, dt.date) else str(value))}"

    def _text(self, text: str) -> str:
        if len(text) > _MOST_CHARS // 2 and len(text.encode("utf-16-le", "surrogatepass")) > 2 * _MOST_CHARS:
            raise _text_too_long(self._row)
        style = self._styles[_reading_order(text, self._sheet_order), is_formula(text)]
        if _SPECIAL.search(text):
            return f'{style} t="inlineStr"><is><t xml:space="preserve">{_escaped(text)}</t></is></c>'
        return f'{style} t="inlineStr"><is><t>{text}</t></is></c>'


def _frame(header: Sequence[str], order: int, sheet_name: str) -> io.BytesIO:
    """A workbook of the heading and, in a second row, a cell of each style."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet(_sheet_name(sheet_name))
    if order == _RTL:
        sheet.right_to_left()
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, max(len(header) - 1, 0), 18)
    bold = book.add_format({"bold": True, "reading_order": order, "bottom": 1})
    for column, heading in enumerate(header):
        sheet.write_string(0, column, str(heading), bold)
    for column, kind in enumerate(_KINDS):
        sheet.write_blank(1, column, None, book.add_format(_facts(kind)))
    book.close()
    out.seek(0)
    return out


def _facts(kind: Any) -> dict[str, Any]:
    """A style as XlsxWriter takes it. The format `@` keeps Excel from turning 0501 into 501 when the cell is edited."""
    if kind in (_DATE, _INSTANT):
        return {"num_format": "yyyy-mm-dd hh:mm:ss" if kind == _INSTANT else "yyyy-mm-dd"}
    order, is_quoted = kind
    return {"num_format": "@", "reading_order": order, "quote_prefix": is_quoted}


def _styles(sheet: str) -> Mapping[Any, str]:
    """Each style as a cell names it: ` s="3"`."""
    samples = _SAMPLES.search(sheet)
    assert samples is not None
    return {kind: f' s="{number}"' for kind, number in zip(_KINDS, _STYLE.findall(samples[0]), strict=True)}


def _around_rows(sheet: str) -> tuple[str, str]:
    """What stands before and behind the rows. How many there are is not known at the beginning, and is left out."""
    before, end, after = _DIMENSION.sub("", _SAMPLES.sub("", sheet)).partition("</sheetData>")
    return before, end + after


def _letters(count: int) -> Iterator[str]:
    """The names of columns: A to Z, AA, AB …"""
    for place in range(count):
        name, left = "", place + 1
        while left:
            left, letter = divmod(left - 1, 26)
            name = chr(ord("A") + letter) + name
        yield name


def _serial(value: dt.datetime) -> float:
    """An instant as Excel counts: days, and the part of the day that has passed."""
    passed = value.hour * 3600 + value.minute * 60 + value.second + value.microsecond / 1_000_000
    return value.toordinal() - _DAY_NULL + passed / _SECONDS


def _escaped(text: str) -> str:
    text = _UNWRITABLE.sub(lambda sign: f"_x{ord(sign[0]):04X}_", _ESCAPED.sub("_x005F_", text))
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


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


def _too_large() -> TransferRefused:
    message = _("This is too much for one Excel sheet. Choose fewer columns, or export the list as CSV.")
    return TransferRefused("too_large_for_excel", message)


def _text_too_long(row: int) -> TransferRefused:
    message = _(
        "Row {row} contains a text of more than {limit} characters, which Excel cannot hold. Export the list as CSV.",
        row=row,
        limit=_MOST_CHARS,
    )
    return TransferRefused("text_too_long_for_excel", message)
