"""Files for Excel, for programs and for corrections (C10, C11, P16)."""

from __future__ import annotations

import datetime as dt
import io
import json
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import openpyxl
import pytest

from core.language.i18n import Preferences, use
from core.transfer.reader import open_table
from core.transfer.refusals import TransferRefused
from core.transfer.repair import Setting, repair
from core.transfer.table import NumberCell
from core.transfer.writer import ErrorsFile, csv_chunks, is_error_heading, json_chunks, write_csv, write_json
from core.transfer.xlsx_writer import XlsxWriter

HEADER = ["نام", "الهاتف", "Amount", "Date", "Moment", "Yes", "Nothing"]
ROW = [
    "شرکت پارس\u200cگستر", "+989123456789", Decimal("-1250.50"), dt.date(2025, 3, 20),
    dt.datetime(2025, 3, 20, 18, 30), True, None,
]  # fmt: skip


def csv_of(rows: Iterable[list[Any]], **options: Any) -> bytes:
    out = io.BytesIO()
    write_csv(out, HEADER, rows, **options)
    return out.getvalue()


def xlsx_of(rows: Iterable[list[Any]], header: list[str] = HEADER, **options: Any) -> bytes:
    out = io.BytesIO()
    writer = XlsxWriter(out, header, **options)
    writer.write_all(rows)
    writer.close()
    return out.getvalue()


def test_csv_for_excel_has_a_byte_order_mark_and_windows_line_ends() -> None:
    content = csv_of([ROW], delimiter=";")
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.decode("utf-8-sig").split("\r\n") == [
        "نام;الهاتف;Amount;Date;Moment;Yes;Nothing",
        "شرکت پارس\u200cگستر;'+989123456789;-1250.50;2025-03-20;2025-03-20T18:30:00;true;",
        "",
    ]


def test_csv_for_programs_has_no_byte_order_mark() -> None:
    assert csv_of([ROW], for_excel=False).startswith("نام,".encode())


def test_csv_comes_in_pieces_and_reads_back_whole() -> None:
    rows = [[f"نام {number}", "a\r\nb", 'c "d"', "e,f;g|h\ti", "", " spaced ", str(number)] for number in range(1200)]
    pieces = list(csv_chunks(HEADER, rows))
    assert len(pieces) == 3
    table = open_table(b"".join(pieces), "export.csv")
    assert [row.cells for row in table.rows()] == rows


@pytest.mark.parametrize("for_excel", [True, False])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_every_layout_reads_back(delimiter: str, for_excel: bool) -> None:
    table = open_table(csv_of([ROW, ROW], delimiter=delimiter, for_excel=for_excel), "export.csv")
    assert (table.delimiter, table.bom, list(table.header)) == (delimiter, for_excel, HEADER)
    assert [row.line for row in table.rows()] == [2, 3]


def test_a_lone_surrogate_does_not_stop_an_export() -> None:
    assert open_table(csv_of([["a\ud800b", *ROW[1:]]]), "export.csv").row_count == 1


@pytest.mark.parametrize("rtl", [True, False])
def test_workbook_opens_in_its_direction_with_real_dates_and_numbers(rtl: bool) -> None:
    content = xlsx_of([ROW], rtl=rtl, sheet_name="جهات الاتصال: [2025] / all of them")
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book.active
    assert bool(sheet.sheet_view.rightToLeft) is rtl
    assert len(sheet.title) <= 31
    assert [cell.value for cell in sheet[2]] == [
        ROW[0], ROW[1], -1250.5, dt.datetime(2025, 3, 20), dt.datetime(2025, 3, 20, 18, 30), True, None,
    ]  # fmt: skip
    assert [sheet.cell(2, column).alignment.readingOrder for column in (1, 2)] == [2, 2 if rtl else 1]


def test_workbook_reads_back() -> None:
    (row,) = open_table(xlsx_of([ROW], rtl=True), "export.xlsx").rows()
    assert row.cells == [
        ROW[0], ROW[1], "-1250.5", "2025-03-20", "2025-03-20T18:30:00", "true", "",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "value",
    ["line 1\nline 2", " spaces ", "_x0041_", "a\tb", "<b>&amp;</b>", "0501234567", "=1+1", "😀", "مي\u200cخواهم",
     "<r><t>no mark-up</t></r>", "<r> & </r>"],
)
def test_texts_of_a_workbook_read_back_exactly(value: str) -> None:
    (row,) = open_table(xlsx_of([[value, "."]], ["a", "b"]), "export.xlsx").rows()
    assert row.cells[0] == value


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("12345678901234567.89"), "12345678901234567.89"),
        (Decimal("0.1"), "0.1"),
        (dt.date(1890, 5, 1), "1890-05-01"),
        (10**18 + 1, "1000000000000000001"),
    ],
)
def test_what_excel_cannot_hold_is_written_as_text(value: Any, text: str) -> None:
    (row,) = open_table(xlsx_of([[value, "."]], ["a", "b"]), "export.xlsx").rows()
    assert row.cells[0] == text
    assert isinstance(row.cells[0], NumberCell) is (text == "0.1")


def test_text_longer_than_a_cell_is_refused_rather_than_cut() -> None:
    with pytest.raises(TransferRefused) as caught:
        xlsx_of([["x" * 32_768]])
    assert caught.value.code == "text_too_long_for_excel"


def test_json_as_an_array_and_as_lines() -> None:
    records = [{"name": "علی", "amount": Decimal("1.50"), "date": dt.date(2025, 3, 20)}, {"name": None}]
    expected = [{"name": "علی", "amount": "1.50", "date": "2025-03-20"}, {"name": None}]
    assert json.loads(b"".join(json_chunks(records))) == expected
    lines = b"".join(json_chunks(records, lines=True)).decode().splitlines()
    assert [json.loads(line) for line in lines] == expected
    assert json.loads(b"".join(json_chunks([]))) == []
    assert b"".join(json_chunks([], lines=True)) == b""
    out = io.BytesIO()
    write_json(out, records)
    assert json.loads(out.getvalue()) == expected


def test_errors_file_keeps_the_rows_and_adds_what_is_wrong() -> None:
    out = io.BytesIO()
    errors = ErrorsFile(out, ["نام", "ایمیل"], ";")
    errors.add(["سامان قادری", "saman@ghaderi"], ["ایمیل: نادرست", "دوم"])
    errors.add(["ك", "x", "extra"], ["too long"])
    errors.add([], ["empty"])
    table = open_table(out.getvalue(), "errors.csv")
    assert table.header == ("نام", "ایمیل", "Error")
    assert [row.cells for row in table.rows()] == [
        ["سامان قادری", "saman@ghaderi", "ایمیل: نادرست · دوم"], ["ك", "x", "too long"], ["", "", "empty"],
    ]  # fmt: skip
    assert errors.count == 3


def test_errors_file_can_be_corrected_and_imported_again_and_again() -> None:
    cells = ["'0501", "=1+1", "'=1+1", '="0501"', "+966501234567", "plain"]
    header = [f"c{number}" for number in range(len(cells))]
    meant = [text_of(cell) for cell in cells]
    for _round in range(3):
        out = io.BytesIO()
        ErrorsFile(out, header).add(cells, ["no"])
        table = open_table(out.getvalue(), "errors.csv")
        assert table.header.count("Error") == 1
        (row,) = table.rows()
        header, cells = list(table.header), row.cells
        assert [text_of(cell) for cell in cells[:6]] == meant


def text_of(cell: str) -> str:
    found = repair(cell, "text", Setting())
    return found.text if found else cell


def test_errors_of_a_workbook_keep_their_meaning_in_text() -> None:
    content = xlsx_of([["'0501", "=1+1", Decimal("1.234"), dt.date(2025, 3, 20)]], ["a", "b", "c", "d"])
    table = open_table(content, "list.xlsx")
    (row,) = table.rows()
    out = io.BytesIO()
    with use(Preferences(language="ar", region="TN")):
        ErrorsFile(out, table.header, is_workbook=True).add(row.cells, ["no"])
    (again,) = open_table(out.getvalue(), "errors.csv").rows()
    assert [text_of(cell) for cell in again.cells[:4]] == ["'0501", "=1+1", "1,234", "2025-03-20"]


@pytest.mark.parametrize("language", ["ar", "fa", "en"])
def test_error_column_is_known_again_in_every_language(language: str) -> None:
    out = io.BytesIO()
    with use(Preferences(language=language)):
        ErrorsFile(out, ["a"])
    heading = open_table(out.getvalue(), "errors.csv").header[-1]
    assert is_error_heading(heading)


def test_no_cell_of_an_errors_file_is_a_formula() -> None:
    out = io.BytesIO()
    ErrorsFile(out, ["=a()"]).add(["@SUM(1)"], ["=evil()"])
    assert out.getvalue().decode("utf-8-sig") == "'=a(),Error\r\n'@SUM(1),'=evil()\r\n"
