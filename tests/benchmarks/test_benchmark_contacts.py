"""The rows that benchmarks import are valid, none comes twice, and a file of them maps itself."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks.make_contacts import main, write_companies, write_contacts
from benchmarks.people import COLUMNS, POPULATIONS, firms, people
from core.entity.base import declared_fields
from core.entity.types import EMAIL
from core.language.calendars import parse_date
from core.language.identifiers import check
from core.language.phones import parse_phone
from core.language.regions import country_code
from core.transfer.mapping import auto_map
from core.transfer.reader import open_table
from core.transfer.synonyms import targets
from plugins.contacts import models

ROWS = [dict(zip(COLUMNS, row, strict=True)) for row in people(4000, seed=7)]


def test_the_same_seed_gives_the_same_rows() -> None:
    assert list(people(50, seed=3)) == list(people(50, seed=3))
    assert list(people(50, seed=3)) != list(people(50, seed=4))


def test_a_longer_list_begins_as_a_shorter_one() -> None:
    assert list(people(60))[:20] == list(people(20))


def test_addresses_numbers_and_identifiers_come_once() -> None:
    emails, phones, ids = set(), set(), set()
    rows = [dict(zip(COLUMNS, row, strict=True)) for row in people(20_000)]
    for row in rows:
        emails.add(row["email"])
        ids.add(row["national_id"])
        phones.add(parse_phone(row["phone"], country_code(row["country"])))
    assert len(emails) == len(phones) == 20_000
    assert len(ids) - 1 == sum(bool(row["national_id"]) for row in rows)


def test_phone_numbers_are_written_in_many_ways() -> None:
    phones = [row["phone"] for row in ROWS]
    assert sum(phone.startswith("+") for phone in phones) > 1000
    assert sum(phone.startswith("00") for phone in phones) > 100
    for digits in ("۰۹", "٠٥", "٠١"):
        assert any(phone.startswith(digits) for phone in phones)


@pytest.mark.parametrize("calendar", ["gregorian", "jalali", "mixed"])
def test_birthdays_are_real_days_of_the_calendar(calendar: str) -> None:
    column = COLUMNS.index("birth_date")
    written = [row[column] for row in people(1000, calendar=calendar) if row[column]]
    assert len(written) > 600
    years = {parse_date(text, "gregorian" if calendar == "gregorian" else "jalali").year for text in written}
    assert min(years) > 1955
    assert max(years) < 2006


def test_values_are_those_of_the_fields() -> None:
    allowed: dict[str, set[str]] = {
        "status": {choice.value for choice in models.STATUSES},
        "source": {choice.value for choice in models.SOURCES},
        "kind": {choice.value for choice in models.KINDS},
    }
    for field, values in allowed.items():
        assert {row[field] for row in ROWS} <= values
    for row in ROWS:
        assert EMAIL.match(row["email"])
        assert row["name"] == f"{row['first_name']} {row['last_name']}"
        assert row["email"].endswith(".example")
        if row["national_id"]:
            assert row["kind"] == "person"
            assert check("ir_national_id" if country_code(row["country"]) == "IR" else "sa_id_luhn", row["national_id"])


def test_people_of_all_languages_and_many_countries() -> None:
    countries = {country_code(row["country"]) for row in ROWS}
    assert {"IR", "AF", "SA", "AE", "EG", "KW", "GB", "US", "TR", "DE", "FR", "IN"} <= countries
    assert any("\u06cc" in row["name"] for row in ROWS)
    assert any("ة" in row["name"] for row in ROWS)


def test_file_maps_itself_to_the_fields_of_a_contact(tmp_path: Path) -> None:
    path = tmp_path / "contacts.csv"
    write_contacts(path, 500, companies=True)
    table = open_table(path)
    fields = declared_fields(models.Contact).values()
    mapped = auto_map(table.header, targets(fields))
    assert [table.header[position] for position in mapped.unmapped] == []
    assert (table.encoding, table.bom, table.row_count, table.warnings) == ("utf-8", True, 500, ())


def test_firms_of_the_rows_are_in_the_list_of_firms(tmp_path: Path) -> None:
    path = tmp_path / "companies.csv"
    write_companies(path, bom=False)
    table = open_table(path)
    names = {row.cells[0] for row in table.rows()}
    assert not table.bom
    assert table.row_count == len(names) == sum(len(firms(population)) for population in POPULATIONS)
    assert {row["company_name"] for row in ROWS} - {""} <= names


def test_command_writes_the_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out, companies = tmp_path / "a.csv", tmp_path / "b.csv"
    arguments = ["--rows", "30", "-o", str(out), "--companies", str(companies), "--no-bom", "--calendar", "mixed"]
    assert main(arguments) == 0
    assert "30 rows" in capsys.readouterr().err
    assert open_table(out).row_count == 30
    assert companies.exists()


def test_file_runs_as_a_script_and_fifty_thousand_rows_take_less_than_three_seconds(tmp_path: Path) -> None:
    before: Any = os.times()
    out = tmp_path / "contacts.csv"
    script = Path(__file__).parents[2] / "benchmarks" / "make_contacts.py"
    subprocess.run([sys.executable, str(script), "-o", str(out)], check=True, capture_output=True)
    after = os.times()
    assert after.children_user + after.children_system - before.children_user - before.children_system < 3
    with out.open("rb") as file:
        assert sum(1 for _line in file) > 50_000
