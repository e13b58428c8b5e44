"""Files made to do harm are refused within a second and without filling the memory (SEC-08, 11, 45; REL-17)."""

from __future__ import annotations

import io
import os
import resource
import struct
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from core.transfer.limits import DEFAULT, Limits, check_file_name
from core.transfer.reader import open_table
from core.transfer.refusals import TransferRefused
from tests.core.transfer.files import number_row, packed, text_row, tiny_workbook, workbook_parts

SECONDS = 1.0
MEBIBYTE = 1 << 20
SHEET = "xl/worksheets/sheet1.xml"


@contextmanager
def cheaply(mebibytes: int = 64) -> Iterator[None]:
    """The block takes less than a second, and this process grows by less than so many MiB.

    Counted is processor time, also of the parser's process: the machine may have other things to do.
    """
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = sum(os.times()[:4])
    yield
    assert sum(os.times()[:4]) - start < SECONDS
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024 < mebibytes


def refused(content: bytes | Path, name: str = "list.xlsx", limits: Limits = DEFAULT) -> str:
    with cheaply(), pytest.raises(TransferRefused) as caught:
        for _row in open_table(content, name, limits=limits).rows():
            pass
    assert str(caught.value)
    return caught.value.code


def parts(**extra: str | bytes) -> dict[str, str | bytes]:
    return {**workbook_parts(text_row(1, "name") + text_row(2, "x")), **extra}


def with_sheet(sheet: str | bytes) -> bytes:
    return packed({**parts(), SHEET: sheet})


def sparse_sheet(cells: str) -> bytes:
    return packed(dict(workbook_parts(cells)))


def test_sheet_of_a_thousand_to_one() -> None:
    blank = b" " * (200 * MEBIBYTE)
    content = with_sheet(b"<worksheet><sheetData>" + blank + b"</sheetData></worksheet>")
    assert len(content) < 300_000
    assert refused(content) == "zip_bomb"


def test_workbook_that_unpacks_to_gigabytes() -> None:
    """As 42.zip: many parts, each under the limit alone."""
    limits = replace(DEFAULT, unzipped_bytes=8 * MEBIBYTE, zip_ratio=10_000)
    content = packed({**parts(), **{f"xl/media/{n}.xml": b"0" * MEBIBYTE for n in range(16)}})
    assert refused(content, limits=limits) == "unpacks_too_large"


def test_archive_inside_an_archive_is_never_opened() -> None:
    inner = packed({"0.bin": b"\0" * (4 * MEBIBYTE)})
    content = packed({**parts(), "xl/embeddings/inner.zip": inner})
    with cheaply():
        assert open_table(content, "list.xlsx").row_count == 1


def test_archive_of_archives_is_no_workbook() -> None:
    assert refused(packed({f"lib {n}.zip": b"PK" * 100 for n in range(16)})) == "not_a_workbook"


def test_many_entries() -> None:
    assert refused(packed({**parts(), **{f"xl/{n}.xml": b"" for n in range(1_100)}})) == "zip_bomb"


def test_directory_that_lies_about_a_size() -> None:
    """The directory promises one kilobyte; the data inflate to 20 MiB."""
    content = bytearray(with_sheet(b"<worksheet>" + b" " * (20 * MEBIBYTE)))
    entry = content.rfind(SHEET.encode()) - 46
    assert content[entry : entry + 4] == b"PK\x01\x02"
    struct.pack_into("<L", content, entry + 24, 1024)
    assert refused(bytes(content)) == "zip_bomb"


def test_entries_that_share_their_data() -> None:
    """Two entries of the directory point to the same bytes, so that a few kilobytes count many times."""
    content = bytearray(packed({**parts(), "xl/a.xml": b"<a/>" * 300_000, "xl/b.xml": b"<b/>"}))
    directory = content.rfind(b"PK\x05\x06")
    first, second = content.rfind(b"xl/a.xml") - 46, content.rfind(b"xl/b.xml") - 46
    assert directory > second > first
    offset = struct.unpack_from("<L", content, first + 42)[0]
    struct.pack_into("<L", content, second + 42, offset + 1)
    assert refused(bytes(content)) in {"zip_bomb", "not_a_workbook"}


@pytest.mark.parametrize("name", ["../evil.xml", "/etc/passwd", "xl\\..\\..\\x.xml", "C:/x.xml", "xl/../../x.xml"])
def test_entry_names_that_climb(name: str) -> None:
    assert refused(packed({**parts(), name: b"<x/>"})) == "not_a_workbook"


def test_encrypted_entries_and_unknown_compression() -> None:
    content = bytearray(tiny_workbook())
    entry = content.rfind(SHEET.encode()) - 46
    for offset, value in ((8, 1), (10, 14)):
        changed = content.copy()
        struct.pack_into("<H", changed, entry + offset, value)
        assert refused(bytes(changed)) == "not_a_workbook"


@pytest.mark.parametrize(
    "prolog",
    [
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        '<?xml version="1.0"?><!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">',
        f"<!--{'x' * 300_000}--><!DOCTYPE x>",
        f"<!--{'x' * (2**18 - 11)}--><!DOCTYPE x>",  # across the border of two blocks
    ],
)
@pytest.mark.parametrize("part", [SHEET, "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "[Content_Types].xml"])
def test_document_type_definition(part: str, prolog: str) -> None:
    content = parts()
    content[part] = prolog + str(content[part]).removeprefix('<?xml version="1.0" encoding="UTF-8"?>')
    assert refused(packed(content)) == "dtd"


def test_billion_laughs() -> None:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    shared = f'<!DOCTYPE sst [<!ENTITY l0 "lol">{entities}]><sst><si><t>&l9;</t></si></sst>'
    assert refused(packed({**parts(), "xl/sharedStrings.xml": shared})) == "dtd"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-7"])
def test_parts_in_an_encoding_that_could_hide_a_definition(encoding: str) -> None:
    sheet = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE x><worksheet/>'
    assert refused(with_sheet(sheet.encode(encoding))) in {"not_a_workbook", "dtd"}


def test_macros() -> None:
    assert refused(packed({**parts(), "xl/vbaProject.bin": b"\0" * 64}), "list.xlsm") == "macros"


@pytest.mark.parametrize("reference", ["XFD1048576", "XFD2", "ZZZ99", "A99999999999", "ZZ1048576"])
def test_sheet_with_two_cells_far_apart(reference: str) -> None:
    """The parser reserves the rectangle between them: up to 17 thousand million cells."""
    rows = f'{text_row(1, "name")}<row><c r="{reference}"><v>1</v></c></row>'
    assert refused(sparse_sheet(rows)) in {"not_a_workbook", "too_many_columns"}


def test_a_far_row_alone_is_only_a_row() -> None:
    with cheaply(128):
        table = open_table(sparse_sheet(text_row(1, "name") + number_row(200_000, "1")), "list.xlsx")
        assert [row.line for row in table.rows()] == [200_000]


@pytest.mark.parametrize("cut", [30, 400, -30, -1])
def test_damaged_workbooks(cut: int) -> None:
    assert refused(tiny_workbook()[:cut]) == "not_a_workbook"


def test_broken_xml() -> None:
    assert refused(with_sheet("<worksheet><sheetData><row><c r='A1'")) in {"not_a_workbook", "empty_file"}


def test_csv_with_one_cell_of_ten_megabytes() -> None:
    cell = "x" * (10 * MEBIBYTE)
    assert refused(f"a,b\r\n1,{cell}\r\n".encode(), "list.csv") == "cell_too_long"
    assert refused(f'a,b\r\n1,"{cell}"\r\n'.encode(), "list.csv") == "cell_too_long"
    assert refused(f'a,b\r\n1,"{("x" * 99 + chr(10)) * 105_000}"\r\n'.encode(), "list.csv") == "cell_too_long"


def test_csv_with_a_hundred_thousand_columns() -> None:
    assert refused(b"x," * 100_000 + b"\r\n1\r\n", "list.csv") == "too_many_columns"


def test_csv_whose_second_row_has_a_hundred_thousand_cells() -> None:
    with cheaply():
        (row,) = open_table(b"a,b\r\n" + b"x," * 100_000 + b"y\r\n", "list.csv").rows()
        assert row.is_refused


def test_csv_of_blank_lines() -> None:
    limits = replace(DEFAULT, rows=100_000)
    assert refused(b"a,b\r\n" + b"\n" * 5_000_000, "list.csv", limits) == "too_many_rows"


def test_csv_of_too_many_rows() -> None:
    assert refused(b"a,b\r\n" + b"1,2\r\n" * 100_001, "list.csv", replace(DEFAULT, rows=100_000)) == "too_many_rows"


def test_workbook_of_too_many_rows_and_too_long_cells() -> None:
    rows = text_row(1, "name") + "".join(number_row(number, "1") for number in range(2, 60))
    assert refused(sparse_sheet(rows), limits=replace(DEFAULT, rows=50)) == "too_many_rows"
    long = text_row(1, "name") + text_row(2, "x" * 200_000)
    assert refused(sparse_sheet(long)) == "cell_too_long"


def test_file_larger_than_allowed(tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    with path.open("wb") as file:
        file.truncate(DEFAULT.file_bytes + 1)
    assert refused(path, "large.csv") == "file_too_large"


@pytest.mark.parametrize(
    "content",
    [
        lambda: b"\0" * MEBIBYTE,
        lambda: b"a,b\r\n" + b"\0" * MEBIBYTE,
        lambda: b"\xff\xfe" + b"\0" * MEBIBYTE,
        lambda: bytes(range(256)) * 4096,
        lambda: b"a,b\r\n" + bytes(range(1, 32)) * 4096,
    ],
)
def test_bytes_that_are_no_text(content: Callable[[], bytes]) -> None:
    assert refused(content(), "list.csv") == "binary_content"


@pytest.mark.parametrize(
    "content",
    [
        b"a,b\r\n1,\xed\xa0\x80\r\n" + "علي,جدة\r\n".encode() * 9,
        "a,b\r\n".encode("utf-16") + b"\x00\xd8" + "x,1\r\n".encode("utf-16-le"),
        b"\xef\xbb\xbfa,b\r\n\xc3,\xff\xfe\xfd\r\n",
    ],
)
def test_lone_surrogates_and_invalid_bytes_are_replaced_and_reported(content: bytes) -> None:
    table = open_table(content, "list.csv")
    text = "".join(cell for row in table.rows() for cell in row.cells)
    assert text.encode().decode() == text
    assert "\ufffd" in text
    assert "invalid_bytes" in [notice.code for notice in table.warnings]


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd", "..", ".", "..\\list.csv", "/etc/passwd", "C:\\list.csv", "a\0.csv", "a\n.csv",
        "%2e%2e%2fx.csv", "..%2Fx.csv", "x%00.csv", "a\u2215b.csv", "a\u2044b.csv", "a／b.csv", "a＼b.csv",
        "x" * 300 + ".csv", "\ud800.csv",
    ],
)  # fmt: skip
def test_file_names_that_are_paths(name: str) -> None:
    assert refused(b"a,b\r\n1,2\r\n", name) == "bad_file_name"


@pytest.mark.parametrize("name", ["عملاء 2025.csv", "مشتریان‌من.xlsx", "a.b..c.csv", "100%.csv", "50%25.csv", "..csv"])
def test_ordinary_file_names(name: str) -> None:
    assert check_file_name(name) == name


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path / "none.csv", "none.csv") == "unreadable_file"
    assert refused(tmp_path, "folder.csv") == "unreadable_file"


def test_patterns_do_not_take_long_on_repetitive_text() -> None:
    rows = "".join(f'"{piece * 3000}",x\r\n' for piece in ("?", "??? ", "9.6E+", "E+", "'", "=", "<", "&", "1,"))
    with cheaply():
        assert open_table(f"a,b\r\n{rows}".encode(), "list.csv").row_count == 9


def test_a_large_file_is_read_in_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    with path.open("wb") as file:
        file.write("نام,شهر,یادداشت\r\n".encode())
        row = "علی رضایی,تهران,یک یادداشت نه چندان کوتاه درباره مشتری\r\n".encode() * 1000
        for _block in range(120):
            file.write(row)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert sum(1 for _row in open_table(path).rows()) == 120_000
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 16 * 1024


def test_a_zip_of_a_csv_is_no_workbook() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("list.csv", "a,b\r\n")
    assert refused(out.getvalue(), "list.zip") == "zip_content"
    assert refused(out.getvalue(), "list.xlsx") == "not_a_workbook"
