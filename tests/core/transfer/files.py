"""Files for the tests of this folder: the vectors, and small workbooks made byte by byte."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

VECTORS = Path(__file__).parents[2] / "vectors"
CSV_FILES = VECTORS / "csv_encodings"
EXPECTED: dict[str, Any] = json.loads((CSV_FILES / "expected.json").read_text("utf-8"))

_TYPES = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/xl/workbook.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/worksheets/sheet1.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>'
)
_RELATIONS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def workbook_parts(rows: str, *, date1904: bool = False) -> dict[str, str]:
    """The parts of a workbook with one sheet whose rows are given as XML."""
    properties = '<workbookPr date1904="1"/>' if date1904 else ""
    return {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": _RELATIONS.format(
            f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
        ),
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">{properties}'
        '<sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": _RELATIONS.format(
            f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
        ),
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{_MAIN}"><sheetData>{rows}</sheetData></worksheet>',
    }


def packed(parts: dict[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def text_row(number: int, *cells: str) -> str:
    inner = "".join(
        f'<c r="{chr(65 + column)}{number}" t="inlineStr"><is><t>{cell}</t></is></c>'
        for column, cell in enumerate(cells)
    )
    return f'<row r="{number}">{inner}</row>'


def number_row(number: int, *cells: str) -> str:
    inner = "".join(f'<c r="{chr(65 + column)}{number}"><v>{cell}</v></c>' for column, cell in enumerate(cells))
    return f'<row r="{number}">{inner}</row>'


def tiny_workbook(**options: bool) -> bytes:
    return packed(dict(workbook_parts(text_row(1, "name") + text_row(2, "علي"), **options)))
