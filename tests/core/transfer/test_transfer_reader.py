"""The files of vectors/csv_encodings are read or refused as expected.json says, and so are others of their kinds."""

from __future__ import annotations

import io

import pytest

from core.transfer.reader import open_table
from core.transfer.refusals import TransferRefused
from core.transfer.table import DateCell, NumberCell, Table
from tests.core.transfer.files import (
    CSV_FILES,
    EXPECTED,
    number_row,
    packed,
    text_row,
    tiny_workbook,
    workbook_parts,
)

# Found only when a column's kind of field is known: tested in test_transfer_repair.
TYPED_WARNINGS = {"excel_serial_date", "leading_zero_restored", "row_error:4"}
FILES = {case["file"]: case for case in EXPECTED["files"]}
ACCEPTED = [name for name, case in FILES.items() if case["accept"]]
REFUSED = [name for name, case in FILES.items() if not case["accept"]]


def codes(table: Table) -> list[str]:
    """Warnings of the table and of its rows, as the vectors name them."""
    rows = [f"row_error:{row.line}" for row in table.rows() if row.is_refused]
    return [notice.code for notice in table.warnings] + rows


def all_cells(table: Table) -> list[list[str] | None]:
    return [None if row.is_refused else row.cells for row in table.rows()]


@pytest.mark.parametrize("name", ACCEPTED)
@pytest.mark.parametrize("as_bytes", [False, True], ids=["path", "bytes"])
def test_vector_file_is_read(name: str, as_bytes: bool) -> None:
    case = FILES[name]
    path = CSV_FILES / name
    table = open_table(path.read_bytes() if as_bytes else path, name)
    assert list(table.header) == case["header"]
    assert all_cells(table) == case["rows"]
    assert table.row_count == len(case["rows"])
    assert codes(table) == [code for code in case["warnings"] if code not in TYPED_WARNINGS]
    for fact in ("encoding", "bom", "delimiter", "preamble_lines"):
        if fact in case:
            assert getattr(table, fact) == case[fact], fact


@pytest.mark.parametrize("name", REFUSED)
def test_vector_file_is_refused(name: str) -> None:
    case = FILES[name]
    with pytest.raises(TransferRefused) as caught:
        open_table(CSV_FILES / name)
    assert [caught.value.code] == case["warnings"]
    assert str(caught.value)
    found = caught.value.facts
    for fact in ("encoding", "bom", "delimiter", "preamble_lines"):
        assert (getattr(found, fact) if found else case[fact]) == case[fact], fact


def test_mojibake_offers_the_repaired_reading() -> None:
    path = CSV_FILES / "mojibake_double_utf8.csv"
    with pytest.raises(TransferRefused) as caught:
        open_table(path)
    assert caught.value.sample == (("الاسم", "المدينة"), ("محمد علي", "الرياض"))
    assert "الاسم / محمد علي" in str(caught.value)
    table = open_table(path, **caught.value.offer)
    assert (list(table.header), all_cells(table)) == (["الاسم", "المدينة"], [["محمد علي", "الرياض"]])


@pytest.mark.parametrize("page", ["latin-1", "cp1252", "cp1256"])
def test_text_misread_in_any_page_is_noticed_and_repaired(page: str) -> None:
    rows = "نام,شهر\r\nسیما رضوی,تهران\r\nكمال الأمين,الرياض\r\nAli,Paris\r\n"
    misread = rows.encode().decode(page, "ignore" if page == "cp1252" else "strict")
    with pytest.raises(TransferRefused) as caught:
        open_table(misread.encode(), "list.csv")
    assert caught.value.code == "mojibake_suspected"
    table = open_table(misread.encode(), "list.csv", **caught.value.offer)
    if page != "cp1252":  # which has lost the bytes it does not know
        assert all_cells(table)[0] == ["سیما رضوی", "تهران"]
    assert table.row_count == 3


@pytest.mark.parametrize("page", ["latin-1", "cp1252"])
def test_arabic_of_windows_read_as_western_is_noticed_and_repaired(page: str) -> None:
    rows = "نام,شهر\r\nعلي رضا,تهران\r\nكمال الأمين,من 2\r\nAli,Paris\r\n"
    misread = rows.encode("cp1256").decode(page).encode()
    with pytest.raises(TransferRefused) as caught:
        open_table(misread, "list.csv")
    assert (caught.value.code, caught.value.sample[1]) == ("mojibake_suspected", ("علي رضا", "تهران"))
    table = open_table(misread, "list.csv", **caught.value.offer)
    assert [list(table.header), *all_cells(table)] == [line.split(",") for line in rows.split("\r\n")[:-1]]


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_an_emoji_does_not_make_utf16_binary(codec: str) -> None:
    table = open_table("name,city\nعلي😀,X\n".encode(codec), "list.csv")
    assert (table.encoding, all_cells(table)) == (codec, [["علي😀", "X"]])


@pytest.mark.parametrize(
    "text",
    [
        "Namn\r\nÖ\r\nÅÄÖ\r\nÅke Öst\r\n",
        "نام\r\nتک\r\nچاپ\r\n",
        "Société,Ville\r\nCafé Médina,Fès\r\n",
        "名前,市\r\n山田,東京\r\n",
        "Ã\r\nã\r\n",
    ],
)
def test_text_in_order_is_not_called_damaged(text: str) -> None:
    assert open_table(text.encode(), "list.csv").row_count >= 1


def test_a_few_damaged_rows_are_warned_about() -> None:
    damaged = "محمد علي".encode().decode("latin-1")
    rows = ["نام,شهر", *["علی رضایی,تهران"] * 8, f"{damaged},x"]
    table = open_table("\r\n".join(rows).encode(), "list.csv")
    assert codes(table) == ["mojibake_suspected"]
    assert "10" in str(table.warnings[0].message)


def test_excel_workbook_named_csv_opens_when_the_offer_is_accepted() -> None:
    path = CSV_FILES / "xlsx_renamed.csv"
    with pytest.raises(TransferRefused) as caught:
        open_table(path)
    table = open_table(path, **caught.value.offer)
    assert (table.kind, all_cells(table)) == ("xlsx", [["شركة النور", "0501234567", "2025-03-20", "1250.5"]])


def test_csv_named_xlsx_opens_when_the_offer_is_accepted() -> None:
    with pytest.raises(TransferRefused) as caught:
        open_table("نام;شهر\r\nعلی;یزد\r\n".encode(), "list.xlsx")
    assert caught.value.code == "text_named_as_workbook"
    table = open_table("نام;شهر\r\nعلی;یزد\r\n".encode(), "list.xlsx", **caught.value.offer)
    assert all_cells(table) == [["علی", "یزد"]]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (b"\xef\xbb\xbf", "empty_file"),
        (b"\r\n \r\n\t\r\n", "empty_file"),
        (b"sep=;\r\n", "empty_file"),
        ("\ufeff".encode("utf-16-le"), "empty_file"),
        (b"<!DOCTYPE html><table><tr><td>1</td></tr></table>", "html_disguised_as_xls"),
        ("\ufeff<html><body><table>".encode("utf-16-le"), "html_disguised_as_xls"),
        (b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">', "xml_content"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old_workbook"),
        (b"%PDF-1.7\n1 0 obj\n", "binary_content"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 64, "binary_content"),
        (bytes(range(256)) * 20, "binary_content"),
        (b"a,b\r\n" + b"1,2\r\n" * 30_000 + b"3,\0\r\n", "binary_content"),
        ("a,b\r\n1,\0\r\n".encode("utf-16"), "binary_content"),
        (b"a,b\r\n\x01\x02\x03\x04\x05,2\r\n", "binary_content"),
        (b'a,b\r\n1,"open\r\n2,x\r\n3,y\r\n', "unclosed_quote"),
    ],
)
def test_unfit_content_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(TransferRefused) as caught:
        open_table(content, "list.csv")
    assert caught.value.code == code


def test_encoding_of_each_kind_of_windows_file() -> None:
    arabic = "الاسم;المدينة\r\nشركة Société Générale;وهران\r\n"
    german = "Straße;Größe\r\nMüller;Köln\r\nÖzil;Nürnberg\r\n"
    spanish = "Nombre;Dirección\r\nJosé García;Málaga\r\nÁlvaro Núñez;A Coruña\r\n"
    persian = "نام;شهر\r\nژاله گرگاني;چالوس\r\nپ;گ\r\n"
    found = {
        text: open_table(text.encode(page), "list.csv").encoding
        for text, page in ((arabic, "cp1256"), (persian, "cp1256"), (german, "cp1252"), (spanish, "cp1252"))
    }
    assert found == {
        arabic: "windows-1256", persian: "windows-1256", german: "windows-1252", spanish: "windows-1252",
    }  # fmt: skip


def test_arabic_that_comes_late_in_a_windows_file_is_found() -> None:
    content = "name,city\r\n" + "Ali,Jeddah\r\n" * 20_000 + "علي,جدة\r\n"
    table = open_table(content.encode("cp1256"), "list.csv")
    assert table.encoding == "windows-1256"
    assert list(table.rows())[-1].cells == ["علي", "جدة"]


def test_one_damaged_byte_does_not_change_the_encoding() -> None:
    content = ("الاسم,المدينة\r\n" + "شركة النور,جدة\r\n" * 50).encode()
    damaged = content[:700] + b"\xff" + content[701:]
    table = open_table(damaged, "list.csv")
    assert (table.encoding, [notice.code for notice in table.warnings]) == ("utf-8", ["invalid_bytes"])


def test_utf16_cut_in_the_middle_of_a_character_is_read() -> None:
    table = open_table("الاسم\r\nشركة\r\nنور".encode("utf-16")[:-1], "list.txt")
    assert all_cells(table) == [["شركة"], ["نو\ufffd"]]
    assert codes(table) == ["invalid_bytes"]


def test_the_user_may_overrule_encoding_and_delimiter() -> None:
    content = "نام|شهر;x\r\nعلي|يزد;y\r\n".encode("cp1256")
    table = open_table(content, "list.csv", encoding="windows-1256", delimiter="|")
    assert (table.delimiter, all_cells(table)) == ("|", [["علي", "يزد;y"]])
    with pytest.raises(TransferRefused, match="cp437"):
        open_table(content, "list.csv", encoding="cp437")


@pytest.mark.parametrize(
    ("text", "delimiter", "width"),
    [
        ("name;price\r\na;1,5\r\nb;2,5\r\n", ";", 2),
        ("name;amount, SAR;city\r\nx;1;y\r\n", ";", 3),
        ('name,note\r\n"a;b;c","d|e"\r\n"f;g;h","i"\r\n', ",", 2),
        ("name\r\nأحمد، محمد\r\n", ",", 1),
        ('"sep=|"\r\na|b\r\n1|2\r\n', "|", 2),
        ("SEP=;\r\na;b,c\r\n1;2\r\n", ";", 2),
        ("\r\n\r\na,b\r\n1,2\r\n", ",", 2),
        ("a\tb\r\n1,5\t2\r\n", "\t", 2),
    ],
)
def test_delimiter_is_the_one_that_makes_rows_alike(text: str, delimiter: str, width: int) -> None:
    table = open_table(text.encode(), "list.csv")
    assert (table.delimiter, len(table.header)) == (delimiter, width)
    assert all(len(row.cells) == width for row in table.rows())


@pytest.mark.parametrize(
    ("text", "header", "line"),
    [
        ("گزارش مشتریان,,,\n,,,\nنام,ایمیل,تلفن 2,شهر\nعلی,a@b.c,۰۹۱۲,تهران\n", "نام", 4),
        ('"Customers\nof 2025";;\nName;Email;City\nAli;a@b.c;Fès\n', "Name", 3),
        ("Name\nAli\n", "Name", 2),
        ("Email\na@b.c,12,3\n", "Email", 2),
        ("Total,,\n12,3,4\n", "Total", 2),
        ("name,city\nAli,Riyadh,too long\n", "name", 2),
    ],
)
def test_headings_are_found_below_the_title_of_a_report(text: str, header: str, line: int) -> None:
    table = open_table(text.encode(), "list.csv")
    assert (table.header[0], next(table.rows()).line, table.row_count) == (header, line, 1)
    assert ("title_rows" in codes(table)) == (line > 2)


def test_headings_are_found_below_the_title_of_a_sheet() -> None:
    rows = text_row(1, "مشتریان") + text_row(3, "نام", "ایمیل", "شهر") + text_row(4, "علی", "a@b.c", "تهران")
    table = open_table(packed(dict(workbook_parts(rows))), "list.xlsx")
    assert (table.header, [row.line for row in table.rows()]) == (("نام", "ایمیل", "شهر"), [4])


def test_lines_are_counted_as_a_spreadsheet_counts_them() -> None:
    content = 'sep=,\r\nname,note\r\nA,"two\r\nlines"\r\n\r\n,\r\nB,x\r\nC,x,y,z\r\nD,x,,\r\n'
    rows = list(open_table(content.encode(), "list.csv").rows())
    assert [(row.line, row.cells[0], row.is_refused) for row in rows] == [
        (2, "A", False), (5, "B", False), (6, "C", True), (7, "D", False),
    ]  # fmt: skip


def test_file_cut_off_inside_its_last_cell_is_read_with_a_remark() -> None:
    table = open_table(b'a,b\r\n1,2\r\n3,"cut of', "list.csv")
    last = list(table.rows())[-1]
    assert last.cells == ["3", "cut of"]
    assert [(issue.code, issue.is_error) for issue in last.issues] == [("unclosed_quote", False)]


def test_shortened_numbers_are_errors_of_their_cells() -> None:
    content = 'name,phone,code\r\nA,9.66501E+11,x\r\nB,"9,66501e+11",3E+5\r\nC,0501,E+11\r\n'
    rows = list(open_table(content.encode(), "list.csv").rows())
    assert [[(issue.code, issue.column) for issue in row.issues] for row in rows] == [
        [("scientific_notation", 1)], [("scientific_notation", 1)], [],
    ]  # fmt: skip
    assert not any(row.is_refused for row in rows)


@pytest.mark.parametrize(("cell", "is_lost"), [("???? ???", True), ("????", True), ("What???", False), ("??", False)])
def test_question_marks_in_place_of_letters_are_warned_about(cell: str, is_lost: bool) -> None:
    table = open_table(f"a,b\r\n1,{cell}\r\n".encode(), "list.csv")
    assert ("question_marks_suspected" in codes(table)) is is_lost


def test_an_end_mark_of_old_programs_is_no_row() -> None:
    assert open_table("نام\r\nعلي\r\n\x1a".encode("cp1256"), "list.csv").row_count == 1


def test_typed_cells_of_a_workbook_are_text_that_knows_its_value() -> None:
    rows = (
        text_row(1, "phone", "amount", "big") + number_row(2, "501234567", "1250.5", "12345678901234567")
        + number_row(3, "0.1", "-75", "0")
    )  # fmt: skip
    first, second = open_table(packed(dict(workbook_parts(rows))), "list.xlsx").rows()
    assert first.cells == ["501234567", "1250.5", "12345678901234568"]
    assert second.cells == ["0.1", "-75", "0"]
    assert all(isinstance(cell, NumberCell) for cell in first.cells)
    assert [(issue.code, issue.column) for issue in first.issues] == [("digits_lost", 2)]


def test_dates_of_a_workbook_are_iso_dates() -> None:
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"date_1904": True})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["day", "moment", "yes", "span"])
    sheet.write_number(1, 0, 44274, book.add_format({"num_format": "yyyy-mm-dd"}))
    sheet.write_number(1, 1, 44274.75, book.add_format({"num_format": "yyyy-mm-dd hh:mm"}))
    sheet.write_boolean(1, 2, True)
    sheet.write_number(1, 3, 1.5, book.add_format({"num_format": "[h]:mm"}))
    book.close()
    table = open_table(out.getvalue(), "old-mac.xlsx")
    (row,) = table.rows()
    assert row.cells == ["2025-03-20", "2025-03-20T18:00:00", "true", "36:00:00"]
    assert isinstance(row.cells[0], DateCell)
    assert table.date1904


def test_table_of_a_workbook_may_start_anywhere_and_on_a_later_sheet() -> None:
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    book.add_worksheet("Empty")
    book.add_worksheet("Hidden").hide()
    sheet = book.add_worksheet("Data")
    sheet.write_row(3, 2, ["نام", "شهر"])
    sheet.write_row(5, 2, ["علی", "یزد"])
    other = book.add_worksheet("Other")
    other.write_row(0, 0, ["x"])
    book.close()
    table = open_table(out.getvalue(), "list.xlsx")
    assert (table.sheets, table.sheet, table.header) == (("Empty", "Data", "Other"), "Data", ("نام", "شهر"))
    assert [(row.line, row.cells) for row in table.rows()] == [(3, ["علی", "یزد"])]
    assert open_table(out.getvalue(), "list.xlsx", sheet="Other").header == ("x",)
    with pytest.raises(TransferRefused) as caught:
        open_table(out.getvalue(), "list.xlsx", sheet="Hidden")
    assert caught.value.code == "no_such_sheet"


def test_two_passes_over_one_workbook_do_not_disturb_each_other() -> None:
    rows = text_row(1, "n") + "".join(text_row(number, f"row{number}") for number in range(2, 700))
    table = open_table(packed(dict(workbook_parts(rows))), "list.xlsx")
    first, second = table.rows(), table.rows()
    pairs = [(one.cells[0], two.cells[0]) for one, two in zip(first, second, strict=True)]
    assert len(pairs) == 698
    assert all(one == two for one, two in pairs)


def test_a_workbook_can_be_read_from_the_smallest_parts() -> None:
    assert all_cells(open_table(tiny_workbook(), "list.xlsx")) == [["علي"]]
