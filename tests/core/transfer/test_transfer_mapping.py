"""Columns find their fields by their headings, in Arabic, Persian and English (C4)."""

from __future__ import annotations

import pytest

from core.entity.spec import FieldSpec
from core.entity.types import TextType
from core.language.i18n import Preferences, use
from core.transfer.mapping import Target, auto_map, clean_header, in_every_language
from core.transfer.reader import open_table
from core.transfer.synonyms import SYNONYMS, targets
from tests.core.transfer.files import CSV_FILES, EXPECTED

NAMES = (
    "name", "first_name", "last_name", "email", "phone", "country", "region", "city", "postal_code", "address",
    "status", "source", "kind", "company_id", "category_id", "tags", "website", "currency", "birth_date",
    "national_id", "number", "owner_id", "note",
)  # fmt: skip
FIELDS = [FieldSpec(TextType(), name.replace("_", " "), name) for name in NAMES]
TARGETS = targets(FIELDS)


def mapped(*header: str) -> list[str | None]:
    return list(auto_map(header, TARGETS).columns)


@pytest.mark.parametrize(
    ("cell", "heading"),
    [
        ("\u200f نام \u200e", "نام"),
        ("شماره\u00a0تلفن", "شماره تلفن"),
        ("\ufeffالاسم", "الاسم"),
        ("كد\u202f  ملي\r\n", "كد ملي"),
        ("خانه\u200cها", "خانه\u200cها"),
        ("\x00a\x07", "a"),
        ("  ", ""),
    ],
)
def test_headings_are_cleaned(cell: str, heading: str) -> None:
    assert clean_header(cell) == heading


def test_vector_file_with_direction_marks_maps_itself() -> None:
    case = next(case for case in EXPECTED["files"] if "auto_map" in case)
    header = open_table(CSV_FILES / case["file"]).header
    assert dict(zip(header, mapped(*header), strict=True)) == case["auto_map"]


@pytest.mark.parametrize(
    ("header", "fields"),
    [
        (("الاسم", "الهاتف", "المدينة", "الرصيد"), ["name", "phone", "city", None]),
        (("نام", "تلفن همراه", "شهر", "مانده"), ["name", "phone", "city", None]),
        (("كد ملي", "نام مشتري", "پست الکترونيک"), ["national_id", "name", "email"]),
        (("E-Mail *", "Customer Name", "MOBILE", "Post-code"), ["email", "name", "phone", "postal_code"]),
        (("first_name", "last_name", "company_id"), ["first_name", "last_name", "company_id"]),
        (("FirstName", "LastName", "BirthDate"), ["first_name", "last_name", "birth_date"]),
        (("نام", "نام خانوادگی"), ["first_name", "last_name"]),
        (("نام", "نامخانوادگي"), ["first_name", "last_name"]),
        (("Name", "Surname"), ["first_name", "last_name"]),
        (("Name", "First name", "Surname"), ["name", "first_name", "last_name"]),
        (("الاسم", "اسم العائلة"), ["first_name", "last_name"]),
        (("", "???", "email"), [None, None, "email"]),
    ],
)
def test_headings_people_write(header: tuple[str, ...], fields: list[str | None]) -> None:
    assert mapped(*header) == fields


def test_second_column_for_a_field_is_left_to_the_user() -> None:
    found = auto_map(["نام", "نام", "شهر"], TARGETS)
    assert (found.columns, found.unmapped, found.doubles) == (("name", None, "city"), (1,), {1: "name"})


def test_exact_heading_wins_over_one_that_fits_without_spaces() -> None:
    found = auto_map(["firstname", "First name"], TARGETS)
    assert (found.columns, found.doubles) == ((None, "first_name"), {0: "first_name"})


def test_heading_of_two_fields_is_left_to_the_user() -> None:
    found = auto_map(["Date", "b"], [Target("a", ("Date",)), Target("b", ("Date",))])
    assert found.columns == (None, "b")


def test_labels_and_declared_synonyms_count() -> None:
    spec = FieldSpec(TextType(), "Shirt size", "x_size", synonyms=("اندازه پیراهن",))
    for heading in ("shirt size", "Shirt-Size", "اندازه\u200cپيراهن", "x_size"):
        assert auto_map([heading], targets([spec])).columns == ("x_size",)


class Spoken:
    """A label as catalogues give it: another text in each language."""

    def __str__(self) -> str:
        from core.language.i18n import current

        return {"ar": "الهاتف", "fa": "تلفن", "en": "Phone"}[current().language]


def test_labels_of_all_languages_count_whoever_asks() -> None:
    with use(Preferences(language="ar")):
        assert in_every_language(Spoken()) == ("الهاتف", "تلفن", "Phone")


def test_no_two_fields_of_a_contact_claim_the_same_heading() -> None:
    for heading in (heading for name in NAMES for heading in SYNONYMS.get(name, ())):
        assert mapped(heading)[0] is not None, heading
