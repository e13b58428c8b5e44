"""What Excel took from a value is given back and reported; what is lost is an error (C6 to C8)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from core.language.calendars import parse_date
from core.language.numbers import parse_number
from core.language.phones import parse_phone
from core.transfer.reader import open_table
from core.transfer.repair import Repaired, Setting, repair, report
from core.transfer.serial import from_serial
from core.transfer.table import BoolCell, DateCell, NumberCell
from tests.core.transfer.files import CSV_FILES, EXPECTED

FILES = {case["file"]: case for case in EXPECTED["files"]}


def mended(cell: str, kind: str, setting: Setting) -> Repaired:
    return repair(cell, kind, setting) or Repaired(cell)


def serial_or_none(text: str, **options: bool) -> str | None:
    try:
        return from_serial(text, **options).isoformat()
    except ValueError:
        return None


@pytest.mark.parametrize("case", EXPECTED["excel_serial_1900"], ids=lambda case: case["serial"])
def test_serial_days_from_1900(case: dict[str, Any]) -> None:
    assert serial_or_none(case["serial"]) == case["expect"]


@pytest.mark.parametrize("case", EXPECTED["excel_serial_1904"], ids=lambda case: case["serial"])
def test_serial_days_from_1904(case: dict[str, Any]) -> None:
    assert serial_or_none(case["serial"], date1904=True) == case["expect"]


@pytest.mark.parametrize("text", ["", "x", "45736.", "1e5", "45736.5.5", "٤٥٧٣٦", "60.5", "99999999", "-60"])
def test_what_is_no_serial_day_is_refused(text: str) -> None:
    assert serial_or_none(text) is None


def test_time_of_day_is_rounded_to_the_second_within_the_day() -> None:
    assert from_serial("45736,75") == dt.datetime(2025, 3, 20, 18)
    assert from_serial("45736.999999999") == dt.datetime(2025, 3, 20, 23, 59, 59)


def test_damage_of_excel_is_repaired_as_the_vectors_say() -> None:
    """The columns are mapped to name, phone and date; the records' country is Saudi Arabia."""
    case = FILES["excel_damage_utf8_bom.csv"]
    table = open_table(CSV_FILES / case["file"])
    setting = Setting(country=case["typed_for_country"])
    seen: set[str] = set()
    for row, expected in zip(table.rows(), case["typed"], strict=True):
        phone, date = mended(row.cells[1], "phone", setting), mended(row.cells[2], "date", setting)
        seen |= {*phone.done, *date.done} | ({phone.issue.code} if phone.issue else set())
        assert (parse_phone(phone.text, "SA") if not phone.issue else None) == expected["phone"]
        assert parse_date(date.text, "gregorian").isoformat() == expected["date"]
    assert seen - {"text_mark_removed"} == set(case["warnings"])
    assert {notice.code for notice in table.warnings} == {"scientific_notation"}


def test_persian_numbers_and_dates_are_typed_as_the_vectors_say() -> None:
    case = FILES["persian_numbers_dates_utf8_bom.csv"]
    for row, expected in zip(open_table(CSV_FILES / case["file"]).rows(), case["typed"], strict=True):
        name, amount, date = (
            mended(cell, kind, Setting("IR")) for cell, kind in zip(row.cells, ("text", "number", "date"), strict=True)
        )
        assert (name.text, str(parse_number(amount.text))) == (expected["name"], expected["amount"])
        assert (name.done, amount.done, date.done) == ((), (), ())
        if expected["date"]:
            assert parse_date(date.text, "jalali").isoformat() == expected["date"]
        else:
            with pytest.raises(ValueError, match="1404"):
                parse_date(date.text, "jalali")
            assert row.line == 4


@pytest.mark.parametrize(
    ("cell", "country", "text", "done"),
    [
        ("501234567", "SA", "0501234567", ("leading_zero_restored",)),
        ("9123456789", "IR", "09123456789", ("leading_zero_restored",)),
        ("۹۱۲۳۴۵۶۷۸۹", "IR", "09123456789", ("leading_zero_restored",)),
        ("1001234567", "EG", "01001234567", ("leading_zero_restored",)),
        ("7400123456", "GB", "07400123456", ("leading_zero_restored",)),
        ("50012345", "KW", "50012345", ()),  # has no trunk zero
        ("966501234567", "SA", "966501234567", ()),  # country code without plus
        ("989123456789", "IR", "989123456789", ()),
        ("0501234567", "SA", "0501234567", ()),
        ("+966501234567", "SA", "+966501234567", ()),
        ("12345", "SA", "12345", ()),
        ("501234567", "", "501234567", ()),
        ("ext. 12", "SA", "ext. 12", ()),
        ('="0501234567"', "SA", "0501234567", ("text_mark_removed",)),
        ('="501234567"', "SA", "0501234567", ("text_mark_removed", "leading_zero_restored")),
        ("'0501234568", "SA", "0501234568", ("text_mark_removed",)),
        ("'+966501234567", "SA", "+966501234567", ()),  # our own export's apostrophe
    ],
)
def test_phone(cell: str, country: str, text: str, done: tuple[str, ...]) -> None:
    found = mended(cell, "phone", Setting(country))
    assert (found.text, found.done, found.issue) == (text, done, None)


@pytest.mark.parametrize(
    ("cell", "country", "text"),
    [
        ("499370899", "IR", "0499370899"),
        ("84575948", "IR", "0084575948"),
        ("499370898", "IR", "499370898"),  # the check digit is wrong: left for the field to refuse
        ("0499370899", "IR", "0499370899"),
        ("499370899", "SA", "499370899"),
        ("84575948", "", "84575948"),
    ],
)
def test_national_id(cell: str, country: str, text: str) -> None:
    found = mended(cell, "national_id", Setting(country))
    assert found.text == text
    assert found.done == (("leading_zero_restored",) if text != cell else ())


@pytest.mark.parametrize("kind", ["text", "phone", "number", "date", "national_id"])
def test_shortened_numbers_are_never_repaired(kind: str) -> None:
    found = mended("9.66501E+11", kind, Setting("SA"))
    assert found.issue is not None
    assert found.issue.code == "scientific_notation"
    assert "9.66501E+11" in str(found.issue.message)


@pytest.mark.parametrize("cell", ["1E5", "5E+1A", "E+11", "12E+11", "3E-10", "STE+12"])
def test_codes_that_only_resemble_shortened_numbers_stay(cell: str) -> None:
    assert mended(cell, "text", Setting()).issue is None


@pytest.mark.parametrize("cell", ["2025", "1403", "250320", "20250320", "1404071", "20/03/2025", "۱۴۰۳/۰۷/۰۱"])
def test_years_and_other_digits_are_not_taken_for_serial_days(cell: str) -> None:
    assert mended(cell, "date", Setting()).done == ()
    assert mended(cell, "date", Setting()).text == cell


def test_serial_day_that_never_was_is_an_error_of_the_cell() -> None:
    found = mended("60", "date", Setting())
    assert (found.issue.code if found.issue else None) == "invalid_serial_date"


def test_serial_days_count_from_1904_in_such_a_workbook_and_keep_the_time_where_wanted() -> None:
    assert mended("44274", "date", Setting(date1904=True)).text == "2025-03-20"
    assert mended("45736.75", "datetime", Setting()).text == "2025-03-20T18:00:00"
    assert mended("45736.75", "text", Setting()).text == "45736.75"


def test_typed_cells_keep_their_machine_form() -> None:
    number = mended(NumberCell("1.234"), "number", Setting())
    assert (number.text, number.is_machine_form) == ("1.234", True)
    assert mended("1.234", "number", Setting()).is_machine_form is False
    day = mended(DateCell("2025-03-20T18:00:00"), "date", Setting())
    assert (day.text, day.is_machine_form, day.done) == ("2025-03-20", True, ())
    phone = mended(NumberCell("501234567"), "phone", Setting("SA"))
    assert (phone.text, phone.done) == ("0501234567", ("leading_zero_restored",))
    serial = mended(NumberCell("45736"), "date", Setting())
    assert (serial.text, serial.done) == ("2025-03-20", ("excel_serial_date",))


def test_typed_cells_know_their_values() -> None:
    assert str(NumberCell("0.10").value) == "0.10"
    assert DateCell("2025-03-20").value == dt.date(2025, 3, 20)
    assert DateCell("2025-03-20T18:00:00").value == dt.datetime(2025, 3, 20, 18)
    assert BoolCell("true").value is True


def test_cells_that_need_no_repair_cost_no_object() -> None:
    for cell, kind in (
        ("", "phone"),
        ("علی", "text"),
        ("0501234567", "phone"),
        ("2025-03-20", "date"),
        ("12,5", "number"),
    ):
        assert repair(cell, kind, Setting("SA")) is None


def test_marks_in_a_workbook_are_data() -> None:
    for cell in ("'0501", "'=1+1", '="0501"'):
        assert repair(cell, "text", Setting(is_workbook=True)) is None


def test_every_repair_has_a_report() -> None:
    for code in ("leading_zero_restored", "excel_serial_date", "text_mark_removed"):
        assert str(report(code)).endswith(".")
