"""Columns find their fields by their headings, in Arabic, Persian and English (C4)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.entity.base import declared_fields
from core.entity.spec import FieldSpec
from core.entity.types import TextType
from core.language.i18n import Preferences, use
from core.transfer.mapping import Target, auto_map, claimants, clean_header, in_every_language
from core.transfer.reader import open_table
from core.transfer.synonyms import TYPE_WORDS, targets
from plugins.contacts import headings as words
from plugins.contacts import models
from tests.core.transfer.files import CSV_FILES, EXPECTED

FIELDS = [spec for spec in declared_fields(models.Contact).values()
          if not spec.system and spec.type.is_importable and spec.name != "organisation_id"]  # fmt: skip
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
        (("Company / Client", "Mobile no.", "E-mail address"), ["name", "phone", "email"]),
        (("Contact person", "Company / Client", "Cell", "Tel. 2"), ["name", "company_id", "phone", "phones"]),
        (("Customer No.", "Name *", "MobileNo", "Phone (work)"), ["number", "name", "phone", "phones"]),
        (("Tel. 1", "Tel. 2", "Telephone 3", "Fax"), ["phone", "phones", "phones", "phones"]),
        (("No.", "Client", "Contact No", "Mail ID"), [None, "name", "phone", None]),
        (("نام شرکت", "نام و نام‌خانوادگی", "شماره همراه", "آدرس ایمیل"), ["company_id", "name", "phone", "email"]),
        (("تلفن همراه ۱", "تلفن همراه ۲", "تلفن ثابت", "شماره تماس"), ["phone", "phones", "phones", "phones"]),
        (("تلفن ثابت", "نام مشتري", "كد پستي", "كد ملي"), ["phone", "name", "postal_code", "national_id"]),
        (("الشركة / العميل", "رقم الجوال", "البريد الالكتروني"), ["name", "phone", "email"]),
        (("اسم العميل", "الشركة", "جوال", "هاتف العمل", "رقم الواتساب"),
         ["name", "company_id", "phone", "phones", "phones"]),
        (("Company (employer)", "Email (optional)", "Birth date (dd/mm/yyyy)"), ["company_id", "email", "birth_date"]),
    ],
)
def test_headings_people_write(header: tuple[str, ...], fields: list[str | None]) -> None:
    assert mapped(*header) == fields


def test_one_column_of_numbers_beside_the_main_one_is_no_second_main_one() -> None:
    """Exported by itself, a column of further phones leads back to them."""
    assert mapped("Name", "Phone 2") == ["name", "phones"]


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
    of_fields = [group for name, group in vars(words).items() if name.isupper() and name != "TAX_NUMBER"]
    of_types = [group for kind in TYPE_WORDS.values() for group in (kind.usual, kind.kinds, kind.further)]
    declared = [heading for group in (*of_fields, *of_types) for heading in group]
    assert [heading for heading in declared if mapped(heading) == [None]] == []


def test_what_a_field_is_called_beats_what_another_may_be_called_as_well() -> None:
    """An added field "Mobile" takes the column from the phone; of two fields of one name neither has it."""
    phone, mobile, one, two = known = [
        Target("phone", ("Phone", "Mobile"), labels=("Phone",)), Target("x_m", ("Mobile",), labels=("Mobile",)),
        Target("one", ("Code",), labels=("Code",)), Target("two", ("code",), labels=("code",))]  # fmt: skip
    assert auto_map(["Mobile", "Phone", "Code"], known).columns == ("x_m", "phone", None)
    assert auto_map(["Mobile", "Code"], [phone, one]).columns == ("phone", "one")
    assert (claimants("CODE", known), claimants("Mobile", known), claimants("?", known)) == (("one", "two"), (), ())
    assert claimants("Mobile", [phone, replace(mobile, labels=()), two]) == ("phone", "x_m")
