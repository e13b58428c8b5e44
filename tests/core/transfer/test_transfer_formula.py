"""What a spreadsheet would calculate is made safe on the way out and comes back unchanged (C12, SEC-09)."""

from __future__ import annotations

import csv
import io
import json

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.utils.escape import unescape

from core.transfer.formula import is_formula, neutralise, restore
from core.transfer.reader import open_table
from core.transfer.repair import Setting, repair
from core.transfer.writer import csv_chunks
from core.transfer.xlsx_writer import XlsxWriter
from tests.core.transfer.files import VECTORS

CELLS = json.loads((VECTORS / "csv_formula_injection.json").read_text("utf-8"))["cells"]
VALUES = [cell["value"] for cell in CELLS]


@pytest.mark.parametrize("cell", CELLS, ids=lambda cell: repr(cell["value"]))
def test_cell_of_the_vectors(cell: dict[str, str]) -> None:
    assert neutralise(cell["value"]) == cell["csv_cell"]
    assert (neutralise(cell["value"]) != cell["value"]) is cell["neutralise"]
    assert restore(cell["csv_cell"]) == cell["value"]


def test_every_text_field_comes_back_from_a_csv_file() -> None:
    content = b"".join(csv_chunks(["value", "end"], [[value, "."] for value in VALUES]))
    written = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))[1:]
    assert [row[0] for row in written] == [cell["csv_cell"] for cell in CELLS]
    rows = open_table(content, "export.csv").rows()
    assert [restore(row.cells[0]) for row in rows] == VALUES
    assert not any(is_formula(row[0]) for row in written)


def test_repair_of_a_text_column_undoes_the_export() -> None:
    for value in VALUES:
        found = repair(neutralise(value), "text", Setting())
        assert (found.text if found else neutralise(value)) == value
        assert repair(value, "text", Setting(is_workbook=True)) is None


def test_headings_are_made_safe_too() -> None:
    assert b'"\'=HYPERLINK(""x"",""y"")"' in b"".join(csv_chunks(['=HYPERLINK("x","y")'], []))


@pytest.mark.parametrize("rtl", [True, False])
def test_cells_of_a_workbook_are_texts_without_apostrophe(rtl: bool) -> None:
    out = io.BytesIO()
    writer = XlsxWriter(out, ["value", "end"], rtl=rtl)
    writer.write_all([value, "."] for value in VALUES)
    writer.close()
    sheet = openpyxl.load_workbook(io.BytesIO(out.getvalue())).active
    for number, cell in enumerate(CELLS, 2):
        found = sheet.cell(number, 1)
        if cell["value"]:
            assert found.data_type == "s", cell
            assert unescape(found.value) == cell["value"]
            assert found.quotePrefix is (cell["neutralise"] and cell["value"][0] != "'")
    rows = list(open_table(out.getvalue(), "export.xlsx").rows())
    assert [row.cells[0] for row in rows] == VALUES


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_comes_back(text: str) -> None:
    assert restore(neutralise(text)) == text


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="=+-@'\t\u200f\ufeff٫1")))
def test_no_text_leaves_as_a_formula(text: str) -> None:
    assert not is_formula(neutralise(text))
