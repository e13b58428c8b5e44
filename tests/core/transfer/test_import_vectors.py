"""Each file of vectors/csv_encodings through the command and through the wizard, on both databases (S44 to S46)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pytest

from core.testing import Site
from core.transfer import commands, undo
from core.transfer.refusals import TransferRefused
from tests.core.transfer.files import CSV_FILES, EXPECTED
from tests.core.transfer.steps import CONTACT, Wizard, company, rows, text_of

CASES = {case["file"]: case for case in EXPECTED["files"]}
REFUSED = [name for name, case in CASES.items() if not case["accept"]]

PHONES = {
    "SA": {"0501234567": "+966501234567", "٠٥٥١٢٣٤٥٦٧": "+966551234567", "+966501112222": "+966501112222",
           "0551234567": "+966551234567", "0112345678": "+966112345678"},
    "IR": {"۰۹۱۲۳۴۵۶۷۸۹": "+989123456789", "09351112233": "+989351112233", "02188881234": "+982188881234",
           "09123456789": "+989123456789"},
    "DZ": {"0551234567": "+213551234567", "0650123456": "+213650123456"},
}  # fmt: skip
ARABIC, PERSIAN, FRENCH = ("SA", ("name", "phone", "city", "")), ("IR", ("name", "phone", "city", "")), \
    ("DZ", ("name", "city", "phone"))


@dataclass(frozen=True)
class Want:
    """Where the company is, the field of each column, what is in the database then, and how many rows fail.

    Without `records` they are the rows of expected.json, phones by the company's country.
    """

    country: str
    columns: tuple[str, ...]
    records: list[dict[str, Any]] | None = None
    failed: int = 0
    calendar: str = ""
    notes: tuple[str, ...] = field(default=())


def _plain(place: tuple[str, tuple[str, ...]]) -> Want:
    return Want(*place)


WANTED = {
    **{name: _plain(ARABIC) for name in (
        "utf8_comma_ar.csv", "utf16be_bom_comma_ar.csv", "utf16le_nobom_semicolon_ar.csv", "cp1256_comma_ar.csv",
        "sep_tab_utf8.csv", "lf_only_trailing_blank_utf8.csv", "cr_only_utf8.csv")},
    **{name: _plain(PERSIAN) for name in (
        "utf8_bom_semicolon_fa.csv", "utf16le_bom_tab_fa.txt", "cp1256_semicolon_fa.csv", "sep_line_utf8_bom.csv",
        "pipe_utf8.csv")},
    "cp1252_semicolon_fr.csv": _plain(FRENCH),
    "cp1256_zwnj_fa.csv": Want("IR", ("name",), [{"name": "مي\u200cخواهم"}]),
    "quotes_newlines_utf8_bom.csv": Want("SA", ("name", "note", "tags"), [
        {"name": 'شركة "الأمل"', "note": "سطر أول\nسطر ثان", "tags": ["a", "b", "c"]},
        {"name": "خط تیره", "note": 'با "نقل قول" و, ویرگول', "tags": []}], failed=1),
    "persian_numbers_dates_utf8_bom.csv": Want("IR", ("name", "opening_purchases", "birth_date"), [
        {"name": "پارس", "opening_purchases": Decimal("12500.75"), "birth_date": dt.date(2025, 3, 20)},
        {"name": "نور", "opening_purchases": Decimal("12500"), "birth_date": dt.date(2024, 9, 22)}], failed=1),
    "excel_damage_utf8_bom.csv": Want("SA", ("name", "phone", "birth_date"), [
        {"name": "أحمد", "phone": "+966501234567", "birth_date": dt.date(2025, 3, 20)},
        {"name": "علي", "phone": "+966501234567", "birth_date": dt.date(2025, 3, 20)},
        {"name": "نورة", "phone": "+966501234568", "birth_date": dt.date(2025, 3, 20)}], failed=1,
        notes=("leading zeros", "dates that excel had written", "shortened numbers")),
    "question_marks.csv": Want("", ("name", "city"), notes=("question marks",)),
    "ragged_utf8.csv": Want("", ("name", "city", "note"), [
        {"name": "1", "city": "2", "note": None}, {"name": "1", "city": "2", "note": "3"}], failed=1),
    "duplicate_headers_utf8.csv": Want("IR", ("name", "", "city"), [{"name": "الف", "city": "ج"}],
                                       notes=("same name",)),
    "header_bidi_spaces_utf8.csv": Want("", ("name", "phone", "national_id"), [
        {"name": "الف", "phone": "021", "national_id": "1"}]),
    "header_only_utf8.csv": Want("", ("name", "city"), [], notes=("no rows",)),
    "real_rtl.xlsx": Want("SA", ("name", "phone", "birth_date", "opening_purchases"), [
        {"name": "شركة النور", "phone": "+966501234567", "birth_date": dt.date(2025, 3, 20),
         "opening_purchases": Decimal("1250.5")}]),
    "formula_cells_utf8.csv": Want("", ("name", "note"), [
        {"name": '=HYPERLINK("http://evil.example","click")', "note": "@SUM(1+1)"},
        {"name": "+966501234567", "note": "-5"}, {"name": "cmd", "note": "|calc"}]),
    "invalid_utf8_tail.csv": Want("", ("name",), [{"name": "شركة\ufffd"}], notes=("cannot be read",)),
}  # fmt: skip


def wanted(name: str) -> list[dict[str, Any]]:
    want = WANTED[name]
    if want.records is not None:
        return want.records
    phones = PHONES.get(want.country, {})
    found = []
    for row in CASES[name]["rows"]:
        record = {f: cell for f, cell in zip(want.columns, row, strict=True) if f}
        found.append({f: phones[cell] if f == "phone" else cell for f, cell in record.items()})
    return found


def stored(site: Site, name: str) -> list[dict[str, Any]]:
    names = [f for f in WANTED[name].columns if f]
    return [{f: record[f] for f in names} for record in rows(site)]


def test_every_file_has_its_place_here() -> None:
    assert len(CASES) == 30
    assert set(CASES) == {*WANTED, *REFUSED}


def test_accepted_files_are_imported_by_the_command(site: Site, subtests: pytest.Subtests) -> None:
    for name, want in WANTED.items():
        with subtests.test(name):
            company(site, want.country)
            case = CASES[name]
            by_heading = {heading: f for heading, f in zip(case["header"], want.columns, strict=True) if f}
            # A file is imported as often as one likes: without a key every row is a new record.
            done = commands.import_file(site.app.engine, CONTACT, CSV_FILES / name, columns=by_heading, match="")
            assert stored(site, name) == wanted(name)
            assert (done["created"], done["failed"]) == (len(wanted(name)), want.failed)
            for fact in ("encoding", "delimiter"):
                if fact in case:
                    assert done[fact] == case[fact]
            told = " ".join(done["warnings"]).lower()
            for note in want.notes:
                assert note in told
            undo.undo(site.app.engine, done["id"], None)
            assert rows(site) == []


def test_accepted_files_are_imported_by_the_wizard(site: Site, subtests: pytest.Subtests) -> None:
    wizard = Wizard(site)
    for name, want in WANTED.items():
        with subtests.test(name):
            company(site, want.country, language="en")
            assert wizard.choose(name, (CSV_FILES / name).read_bytes()).status_code == 303
            columns = dict(enumerate(want.columns))
            page = wizard.preview(columns, match="").lower()
            for note in want.notes:
                assert note in page
            if not wanted(name):
                assert wizard.go_on(columns, match="").status_code == 422
                continue
            assert wizard.go_on(columns, match="").status_code == 303
            assert wizard.run()["state"] == "done"
            assert stored(site, name) == wanted(name)
            assert f"{want.failed} failed" in wizard.page()
            wizard.undo()
            assert rows(site) == []


def test_refused_files_say_why_on_both_ways(site: Site, subtests: pytest.Subtests) -> None:
    wizard, kept = Wizard(site), 0
    for name in REFUSED:
        with subtests.test(name):
            path = CSV_FILES / name
            with pytest.raises(TransferRefused) as caught:
                commands.import_file(site.app.engine, CONTACT, path)
            assert [caught.value.code] == CASES[name]["warnings"]
            answer = wizard.choose(name, path.read_bytes())
            assert answer.status_code == 422
            assert " ".join(str(caught.value).split()) in text_of(answer)
            assert rows(site) == []
            kept += bool(caught.value.offer)
            assert len(list((site.app.settings.files / "imports").glob("*"))) == kept


@pytest.mark.parametrize(("name", "offer", "created"), [
    ("mojibake_double_utf8.csv", "Use the repaired text", ["محمد علي"]),
    ("xlsx_renamed.csv", "Open it as an Excel workbook", ["شركة النور"]),
])
def test_another_reading_is_offered_and_taken(site: Site, name: str, offer: str, created: list[str]) -> None:
    wizard = Wizard(site)
    answer = wizard.choose(name, (CSV_FILES / name).read_bytes())
    assert offer in text_of(answer)
    if "mojibake" in name:
        assert "محمد علي" in answer.text
    wizard.at = answer.text.split(f'<a class="dw-btn" href="{wizard.path}/import/')[1].partition('"')[0]
    wizard.at = f"{wizard.path}/import/{wizard.at}"
    assert created[0] in wizard.page()
    assert wizard.go_on().status_code == 303
    assert wizard.run()["state"] == "done"
    assert [record["name"] for record in rows(site)] == created
