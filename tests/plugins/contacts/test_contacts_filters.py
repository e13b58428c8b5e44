"""The conditions that people who come from another system look for first stand in the panel, and find (S63)."""

from __future__ import annotations

import re
from urllib.parse import quote

from core.language.digits import to_family
from core.testing import Site
from tests.core.transfer.steps import company

LIST = "/contacts/contact"


def test_each_of_the_known_filters_is_offered_and_finds(site: Site) -> None:
    api = site.api()
    category = api.create("contacts.category", name="Pays well")["id"]
    made = api.create(
        "contacts.contact", name="Sara Karimi", email="sara@peyk.example", phone="+989121234567", country="IR",
        currency="IRR", website="https://peyk.example", follow_up_status="done", category_id=category,
        tags=["birthday"],
    )  # fmt: skip
    api.create("contacts.contact", name="Bob Stone", email="bob@elsewhere.example", country="GB")
    asked = {
        "id": str(made["id"]), "number": made["number"], "currency": "IRR", "name__contains": "karimi",
        "country": "IR", "follow_up_status": "done", "category_id": str(category), "tags": "birthday",
        "email__contains": "peyk", "phone__contains": "0912", "website__contains": "peyk",
    }  # fmt: skip
    panel = site.client().get(f"{LIST}?lang=en").text
    offered = re.findall(r'<option value="([a-z_.]+)"', re.search(r"data-filter-field.*?</select>", panel, re.S)[0])
    for parameter, value in asked.items():
        assert parameter.partition("__")[0] in offered, parameter
        found = api.get(f"{LIST}?{parameter}={quote(value)}")["data"]
        assert [one["id"] for one in found] == [made["id"]], parameter
    assert offered[0] != "id", "what people look by stands before the number in the table"
    for digits in ("arab", "arabext"):
        found = api.get(f"{LIST}?id={quote(to_family(str(made['id']), digits))}")["data"]
        assert [one["id"] for one in found] == [made["id"]], digits
    day = made["created_at"][:10]
    for parameter, count in {"created_at": 2, "created_at__lte": 2, "created_at__gt": 0, "created_at__ne": 0}.items():
        assert api.get(f"{LIST}?{parameter}={day}")["total"] == count, "a day is the whole of it"
    assert "00:00" not in site.client().get(f"{LIST}?created_at__lte=2031-05-09&lang=en").text


def test_a_choice_in_which_nothing_is_chosen_can_be_asked_for_and_is_told_in_each_language(site: Site) -> None:
    api, client = site.api(), site.client()
    names = {source: f"From {source or 'nowhere'}" for source in ("exhibition", "", "campaign")}
    for source, name in names.items():
        api.create("contacts.contact", name=name, source=source or None, email=f"p{source}@x.example")
    for asked, found in {"source__empty=1": {""}, "any1.source=exhibition&any1.source__empty=1": {"exhibition", ""},
                         "any1.source__in=exhibition,campaign&any1.source__empty=1": set(names)}.items():
        assert {one["name"] for one in api.get(f"{LIST}?{asked}")["data"]} == {names[one] for one in found}
        for language, told in (("en", "Not set"), ("fa", "تعیین‌نشده"), ("ar", "غير محدد")):
            page = client.get(f"{LIST}?{asked}&lang={language}").text
            box = re.search(r'<template data-field="source".*?</template>', page, re.S)[0]
            assert re.search(rf"data-unset><span>{told}<", box), language
            assert re.search(rf'class="dw-chip(?:(?!dw-chip).)*{told}', page, re.S), "the chip says it"


def test_a_phone_is_asked_for_as_it_is_dialled_at_home(site: Site) -> None:
    company(site, "IR", language="en")
    api = site.api()
    api.create("contacts.contact", name="Sara", phone="09121112233", phones=[{"value": "021 4455 6677"}])
    for asked in ("phone=09121112233", "phone=۰۹۱۲ ۱۱۱ ۲۲۳۳", "phone__in=09121112233,09350000000",
                  "phones=02144556677", "phone=00989121112233", "phone__ne=02144556677"):  # fmt: skip
        assert api.get(f"{LIST}?{quote(asked, safe='=,_')}")["total"] == 1, asked
    assert api.get(f"{LIST}?phone__ne=09121112233")["total"] == 0


def test_identifiers_are_found_in_any_digits_and_letters(site: Site) -> None:
    api = site.api()
    api.create("contacts.contact", name="Sara", email="s@x.example", number="VIP-12", postal_code="SW1A 2AA")
    api.create("contacts.contact", name="Omar", email="o@x.example", number="B-7", national_id="0499370899")
    for asked, name in {"number=vip-12": "Sara", "number=VIP-۱۲": "Sara", "postal_code=sw1a 2aa": "Sara",
                        "national_id=۰۴۹۹۳۷۰۸۹۹": "Omar", "national_id__in=٠٤٩٩٣٧٠٨٩٩,1": "Omar",
                        "number__ne=b-7": "Sara"}.items():  # fmt: skip
        found = api.get(f"{LIST}?{quote(asked, safe='=,_')}")["data"]
        assert [one["name"] for one in found] == [name], asked


def test_the_type_follows_the_email_until_somebody_says_otherwise(site: Site) -> None:
    api = site.api()

    def kind_after(record_id: int, **values: str) -> str:
        return api.call("PATCH", f"{LIST}/{record_id}", values).get_json()["kind"]

    made = api.create("contacts.contact", name="Ali", email="ali@gmail.com")
    assert made["kind"] == "person"
    assert kind_after(made["id"], email="ali@acme.example") == "business"
    assert kind_after(made["id"], kind="person") == "person"
    assert kind_after(made["id"], email="ali@other.example") == "person", "a choice by hand stays"
