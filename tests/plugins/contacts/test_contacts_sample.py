"""The sample company is believable: valid numbers, matching addresses, three languages, always the same."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from decimal import Decimal
from typing import Any

import phonenumbers
import pytest

from core.language.identifiers import check
from core.language.phones import parse_phone
from core.language.regions import country_codes
from core.language.text import clean
from plugins.contacts import models
from plugins.contacts.demo import identifiers, sample
from plugins.contacts.services import FREE_MAIL

TODAY = dt.date(2026, 11, 21)
CONTACTS = sample.contacts(TODAY)
COMPANIES = sample.companies(TODAY)
# What a loader resolves or leaves to the record itself.
KEYS = {"company", "category", "owner", "created_at"}
IDENTIFIERS = {
    ("IR", "person"): "ir_national_id",
    ("IR", "business"): "ir_legal_id",
    ("SA", "person"): "sa_id_luhn",
    ("AE", "person"): "ae_emirates_id_luhn",
    ("EG", "person"): "eg_national_id",
    ("KW", "person"): "kw_civil_id",
}


def test_there_are_as_many_as_promised() -> None:
    assert (len(CONTACTS), len(COMPANIES), len(sample.users())) == (500, 60, 5)
    assert (len(sample.categories()), len(sample.tags())) == (5, 8)
    countries = Counter(contact["country"] for contact in CONTACTS)
    assert countries["IR"] + countries["AF"] == 200
    assert sum(countries[code] for code in ("SA", "AE", "EG", "KW", "QA", "OM", "JO", "IQ")) == 170
    assert len(countries) >= 12


def test_the_same_day_gives_the_same_company() -> None:
    assert sample.contacts(TODAY) == CONTACTS
    assert sample.companies(TODAY) == COMPANIES


def test_another_day_moves_the_dates_only() -> None:
    later = sample.contacts(TODAY + dt.timedelta(days=100))
    names = sorted(contact["name"] for contact in later)
    assert names == sorted(contact["name"] for contact in CONTACTS)
    assert max(contact["created_at"] for contact in later).date() > TODAY


@pytest.mark.parametrize("values", [CONTACTS[0], COMPANIES[0]], ids=["contact", "company"])
def test_every_key_is_a_field(values: dict[str, Any]) -> None:
    entity = models.Contact if "status" in values else models.Company
    assert set(values) - KEYS <= {*entity.__mapper__.all_orm_descriptors.keys(), "tags"}


def test_every_field_of_a_contact_is_filled_somewhere() -> None:
    filled = {name for contact in CONTACTS for name, value in contact.items() if value not in (None, [], "")}
    assert filled == {
        "name", "first_name", "last_name", "email", "phone", "country", "region", "city", "postal_code", "address",
        "status", "source", "kind", "company", "category", "tags", "website", "currency", "birth_date", "national_id",
        "purchase_status", "payment_order", "shipping_same", "shipping_address", "latitude", "longitude",
        "acquaintance", "preferred_channel", "opening_purchases", "follow_up_status", "note", "owner", "created_at",
        "phones", "emails", "addresses", "job_title",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("field", "choices"),
    [
        ("status", models.STATUSES), ("source", models.SOURCES), ("kind", models.KINDS),
        ("purchase_status", models.PURCHASE_STATUSES), ("payment_order", models.PAYMENT_ORDERS),
        ("acquaintance", models.ACQUAINTANCES), ("preferred_channel", models.CHANNELS),
        ("follow_up_status", models.FOLLOW_UPS),
    ],
)  # fmt: skip
def test_choices_are_those_of_the_field(field: str, choices: tuple[Any, ...]) -> None:
    used = {contact[field] for contact in CONTACTS} - {None}
    assert used <= {choice.value for choice in choices}
    assert len(used) > 1


def test_addresses_and_numbers_are_unique_and_clean() -> None:
    for field in ("email", "phone"):
        assert max(Counter(contact[field] for contact in CONTACTS).values()) == 1, field
    assert max(Counter(company["domain"] for company in COMPANIES).values()) == 1
    for record in CONTACTS + COMPANIES:
        for name, value in record.items():
            if isinstance(value, str) and name != "note":
                assert clean(value) == value, (name, value)


@pytest.mark.parametrize("record", CONTACTS[::7] + COMPANIES, ids=lambda record: record["name"])
def test_phone_numbers_are_valid_numbers_of_their_country(record: dict[str, Any]) -> None:
    assert parse_phone(record["phone"], record["country"]) == record["phone"]
    assert phonenumbers.region_code_for_number(phonenumbers.parse(record["phone"])) == record["country"]


def test_all_other_phone_numbers_are_valid_too() -> None:
    assert all(parse_phone(contact["phone"], "") == contact["phone"] for contact in CONTACTS)


def test_business_contacts_have_their_companys_address() -> None:
    domains = {company["domain"]: company for company in COMPANIES}
    free = set(sample.free_mail_domains())
    for contact in CONTACTS:
        domain = contact["email"].partition("@")[2]
        assert contact["kind"] == ("person" if domain in free else "business")
        assert contact["company"] == (None if domain in free else domain)
        if contact["company"]:
            assert domains[domain]["country"] == contact["country"]
    assert {contact["company"] for contact in CONTACTS} > set(list(domains)[:20])


def test_no_mail_can_reach_anybody() -> None:
    """The ending .example belongs to no one; real providers of free mail are not used."""
    for record in (*CONTACTS, *COMPANIES, *sample.users()):
        assert record["email"].endswith(".example")
    assert not set(sample.free_mail_domains()) & set(FREE_MAIL.split())


def test_national_identifiers_pass_their_checks() -> None:
    checked: Counter[str] = Counter()
    for contact in CONTACTS:
        kind = IDENTIFIERS.get((contact["country"], contact["kind"]))
        if contact["national_id"] and kind:
            checked[kind] += 1
            assert check(kind, contact["national_id"]) == contact["national_id"]
    assert set(checked) == set(IDENTIFIERS.values())


@pytest.mark.parametrize(
    ("country", "field", "kind"),
    [
        ("IR", "national_id", "ir_legal_id"),
        ("IR", "postal_code", "ir_postal_code"),
        ("SA", "national_id", "sa_cr_number"),
        ("SA", "tax_number", "sa_vat"),
        ("AE", "tax_number", "ae_trn"),
        ("EG", "tax_number", "eg_tax_number"),
        ("TR", "tax_number", "tr_vkn"),
    ],
)
def test_identifiers_of_companies_pass_their_checks(country: str, field: str, kind: str) -> None:
    found = [company[field] for company in COMPANIES if company["country"] == country]
    assert found
    for value in found:
        assert check(kind, value) == value


def test_identifiers_for_many_serials() -> None:
    for serial in range(0, 1_000_000_000, 7_777_777):
        assert check("ir_national_id", identifiers.iran_national(serial))
        assert check("ir_legal_id", identifiers.iran_legal(serial))
        assert check("sa_id_luhn", identifiers.saudi_national(serial))
        assert check("ae_emirates_id_luhn", identifiers.emirates_id(dt.date(1985, 3, 4), serial))
    assert identifiers.iran_national(1_111_111_11) != "1111111111"


def test_dates_lie_where_they_should() -> None:
    for contact in CONTACTS:
        assert dt.timedelta(0) < TODAY - contact["created_at"].date() < dt.timedelta(days=430)
        assert contact["created_at"].tzinfo is dt.UTC
        if contact["birth_date"]:
            assert 20 < (TODAY - contact["birth_date"]).days / 365.25 < 70
    assert [contact["created_at"] for contact in CONTACTS] == sorted(contact["created_at"] for contact in CONTACTS)


def test_values_have_the_types_of_their_fields() -> None:
    for contact in CONTACTS:
        assert contact["country"] in country_codes()
        assert len(contact["currency"]) == 3
        assert isinstance(contact["shipping_same"], bool)
        assert contact["shipping_same"] == (contact["shipping_address"] is None)
        for name, bound in (("latitude", 90), ("longitude", 180), ("opening_purchases", None)):
            value = contact[name]
            assert value is None or (isinstance(value, Decimal) and (bound is None or abs(value) <= bound))


def test_names_are_written_in_their_own_letters() -> None:
    """Persian names with Persian letters, Arabic ones with Arabic letters: no mixture of ی and ي."""
    for contact in CONTACTS:
        if contact["country"] in ("IR", "AF"):
            assert not set(contact["name"]) & set("يكىة")
        elif contact["country"] in ("SA", "EG", "AE"):
            assert not set(contact["name"]) & set("یکپچژگ\u200c")


def test_people_who_log_in() -> None:
    users = sample.users()
    assert [user["role"] for user in users] == [
        "administrator", "sales_manager", "sales_representative", "sales_representative", "read_only",
    ]  # fmt: skip
    assert [user["language"] for user in users] == ["fa", "ar", "en", "fa", "ar"]
    assert users[0]["name"] == "سارا احمدی"
    owners = {contact["owner"] for contact in CONTACTS}
    assert owners == {user["email"] for user in users if user["role"] != "read_only"}


def test_look_ups_are_named_in_three_languages() -> None:
    for entry in sample.categories() + sample.tags():
        assert set(entry["labels"]) == {"ar", "fa", "en"}
        assert len(set(entry["labels"].values())) == 3
    hues = {choice.value for choice in models.Category.__table__.c.hue.info["field"].choices}
    assert {category["hue"] for category in sample.categories()} <= hues
    keys = {category["key"] for category in sample.categories()}
    assert {contact["category"] for contact in CONTACTS} == keys | {None}
    assert {tag for contact in CONTACTS for tag in contact["tags"]} == {tag["key"] for tag in sample.tags()}
