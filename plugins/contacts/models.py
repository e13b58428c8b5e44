"""Contacts, companies and their look-up lists."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from core.api import Choice, Entity, Mapped, Meta, Party, _, fields
from plugins.contacts import headings

#: Names of people and firms with all their titles; shorter ones are the rule.
LONGEST_NAME = 300
STATUSES = (
    Choice("new", _("New", context="contact"), "blue", kind="new"),
    Choice("in_progress", _("In progress", context="contact"), "amber", kind="in_progress"),
    Choice("converted", _("Converted", context="contact"), "green", kind="converted"),
    Choice("lost", _("Lost", context="contact"), "grey", kind="lost"),
)
SOURCES = (
    Choice("facebook", _("Facebook"), icon="brand-facebook"),
    Choice("zalo", _("Zalo"), icon="message"),
    Choice("instagram", _("Instagram"), icon="brand-instagram"),
    Choice("telegram", _("Telegram"), icon="brand-telegram"),
    Choice("landing_page", _("Landing page"), icon="browser"),
    Choice("email", _("Email"), icon="mail"),
    Choice("phone_call", _("Phone call"), icon="phone"),
    Choice("meeting", _("Meeting"), icon="users"),
    Choice("exhibition", _("Exhibition"), icon="building-store"),
    Choice("campaign", _("Campaign"), icon="speakerphone"),
    Choice("referral", _("Referral"), icon="user-plus"),
    Choice("other", _("Other"), icon="dots"),
)
KINDS = (
    Choice("person", _("Person"), icon="user"),
    Choice("business", _("Business"), icon="building"),
)
PURCHASE_STATUSES = (
    Choice("paid", _("Paid", context="purchase"), "green"),
    Choice("pending", _("Pending", context="purchase"), "brown"),
    Choice("no_need", _("No need", context="purchase"), "grey"),
)
PAYMENT_ORDERS = (
    Choice("prepaid", _("Pays before receipt")),
    Choice("postpaid", _("Pays after receipt")),
)
ACQUAINTANCES = (
    Choice("friend", _("Through a friend")),
    Choice("customer", _("Through a customer")),
    Choice("advertising", _("Advertising")),
    Choice("internet", _("Internet search")),
    Choice("exhibition", _("Exhibition")),
    Choice("other", _("Other")),
)
CHANNELS = (
    Choice("phone", _("Phone"), icon="phone"),
    Choice("email", _("Email"), icon="mail"),
    Choice("whatsapp", _("WhatsApp"), icon="brand-whatsapp"),
    Choice("telegram", _("Telegram"), icon="brand-telegram"),
    Choice("sms", _("SMS"), icon="message"),
    Choice("meeting", _("Meeting"), icon="users"),
)
FOLLOW_UPS = (
    Choice("none", _("No follow-up"), "grey"),
    Choice("to_contact", _("To be contacted"), "blue"),
    Choice("waiting_reply", _("Waiting for a reply"), "violet"),
    Choice("waiting_visit", _("Waiting for a visit"), "violet"),
    Choice("done", _("Followed up"), "green"),
)


PHONE_LABELS = (
    Choice("mobile", _("Mobile")),
    Choice("work", _("Work", context="label of a phone")),
    Choice("home", _("Home", context="label of a phone")),
    Choice("assistant", _("Assistant", context="label of a phone")),
    Choice("fax", _("Fax")),
    Choice("other", _("Other")),
)
EMAIL_LABELS = (
    Choice("work", _("Work", context="label of a phone")),
    Choice("personal", _("Personal", context="label of an email")),
    Choice("invoices", _("For invoices")),
    Choice("other", _("Other")),
)
ADDRESS_LABELS = (
    Choice("office", _("Office", context="label of an address")),
    Choice("home", _("Home", context="label of a phone")),
    Choice("branch", _("Branch", context="label of an address")),
    Choice("warehouse", _("Warehouse")),
    Choice("billing", _("For invoices")),
    Choice("other", _("Other")),
)
#: The fields that say where the main address is on the map.
PLACE = ("latitude", "longitude")
#: The fields that hold the main address, part by part.
MAIN_ADDRESS = {
    "street": "address",
    "city": "city",
    "region": "region",
    "postal_code": "postal_code",
    "country": "country",
}
#: Where goods are sent, part by part: while they go to the main address, each has the value of the field behind it.
SHIPPING = {
    "shipping_country": "country",
    "shipping_region": "region",
    "shipping_city": "city",
    "shipping_postal_code": "postal_code",
    "shipping_address": "address",
}


def _shipping(main: str) -> dict[str, Any]:
    """What the part of the shipping address is that has the value of `main` while the tick stands."""
    return {"hidden_while": "shipping_same", "copies": (main,)}


class Category(Entity):
    """A class of customers, such as “pays well”."""

    __entity__ = "contacts.category"
    __meta__ = Meta(
        _("Category", context="record type"),
        _("Categories"),
        icon="category",
        sort="name",
        match=("name",),
        customizable=False,
        value_list=True,
    )

    name: Mapped[str] = fields.text(_("Name"), required=True, search=10)


class Tag(Entity):
    """A free word on contacts, such as “birthday”."""

    __entity__ = "contacts.tag"
    __meta__ = Meta(
        _("Tag", context="record type"),
        _("Tags"),
        icon="tag",
        sort="name",
        match=("name",),
        customizable=False,
        value_list=True,
    )

    name: Mapped[str] = fields.text(_("Name"), required=True, unique=True, search=10, max_length=60)


class Company(Entity):
    """A customer that is an organisation, with the people who work there."""

    __entity__ = "contacts.company"
    __meta__ = Meta(
        _("Company", context="record type"),
        _("Companies"),
        icon="building",
        group="customers",
        order=20,
        list=("name", "domain", "email", "phone", "country", "city", "owner_id"),
        sort="name",
        match=("domain", "name"),
        extras={"activities.follow_up": ""},
        owned=True,
        organised=True,
        subtitle="email phone",
        party=Party(("phone", "email"), kind="business"),
        duplicates=(("email",), ("phone",), ("national_id",), ("tax_number",), ("domain",), ("name",)),
        place=PLACE,
        sections=(
            (_("Company"), "name domain email emails phone phones website"),
            (_("Address"),
                "country region city postal_code address latitude longitude addresses"),
            (_("Registration"), "national_id tax_number owner_id"),
            (_("Note"), "note"),
        ),
    )

    name: Mapped[str] = fields.text(
        _("Name"),
        required=True,
        max_length=LONGEST_NAME,
        search=10,
        filter=True,
        options={"identifies": True},
        synonyms=headings.COMPANY,
    )
    domain: Mapped[str | None] = fields.code(
        _("Email domain"),
        filter=True,
        search=6,
        index=True,
        help=_("People with an email address of this domain are linked to the company."),
    )
    email: Mapped[str | None] = fields.email(_("Email"), filter=True, search=6)
    emails: Mapped[Any | None] = fields.several(
        _("More emails"), "email", labels=EMAIL_LABELS, primary="email", search=6, filter=True
    )
    phone: Mapped[str | None] = fields.phone(_("Phone"), filter=True, search=6)
    phones: Mapped[Any | None] = fields.several(
        _("More phones"), "phone", labels=PHONE_LABELS, primary="phone", search=6, filter=True
    )
    website: Mapped[str | None] = fields.url(_("Website"), filter=True)
    country: Mapped[str | None] = fields.country(_("Country"), filter=True, index=True)
    region: Mapped[str | None] = fields.text(_("State or province"), filter=True, synonyms=headings.REGION)
    city: Mapped[str | None] = fields.text(_("City"), filter=True, synonyms=headings.CITY)
    postal_code: Mapped[str | None] = fields.code(
        _("Postal code"), filter=True, max_length=20, synonyms=headings.POSTAL_CODE
    )
    address: Mapped[str | None] = fields.text(_("Address"), max_length=500, filter=True, synonyms=headings.ADDRESS)
    addresses: Mapped[Any | None] = fields.several(
        _("More addresses"), "address", labels=ADDRESS_LABELS, primary=MAIN_ADDRESS, place=PLACE, search=1
    )
    latitude: Mapped[Decimal | None] = fields.number(_("Latitude"), scale=6, minimum=-90, maximum=90)
    longitude: Mapped[Decimal | None] = fields.number(_("Longitude"), scale=6, minimum=-180, maximum=180)
    national_id: Mapped[str | None] = fields.code(_("Company national ID"), filter=True, search=4)
    tax_number: Mapped[str | None] = fields.code(_("Tax number"), filter=True, search=4, synonyms=headings.TAX_NUMBER)
    note: Mapped[str | None] = fields.note(_("Note"))


class Contact(Entity):
    """A person or business we deal with or may deal with."""

    __entity__ = "contacts.contact"
    __meta__ = Meta(
        _("Contact", context="record type"),
        _("Contacts"),
        icon="address-book",
        group="customers",
        order=10,
        list=("name", "email", "phone", "country", "status", "source", "owner_id"),
        sort="-created_at",
        match=("email", "phone", "number"),
        extras={"activities.follow_up": "follow_up_status"},
        timeline_in=("company_id",),
        personal=True,
        owned=True,
        organised=True,
        subtitle="email phone",
        party=Party(("phone", "email"), "preferred_channel", kind_by="kind", role=("job_title", "company_id"),
                    person_by=("first_name", "last_name")),
        duplicates=(("email",), ("phone",), ("national_id",), ("name", "city"), ("name", "company_id")),
        place=PLACE,
        sections=(
            (_("Personal data"), "name email emails phone phones kind company_id job_title birth_date national_id"),
            (_("Follow-up"), ("status follow_up_status source owner_id category_id more_categories tags acquaintance "
                "preferred_channel")),
            (_("Address"),
                ("country region city postal_code address latitude longitude addresses shipping_same "
                 "shipping_country shipping_region shipping_city shipping_postal_code shipping_address")),
            (_("Purchases"), "purchase_status payment_order currency opening_purchases"),
            (_("More"), "first_name last_name number website note"),
        ),
    )
    __table_args__ = (
        sa.Index(
            "ix_contacts_contact_compact_name",
            sa.text("replace(name_key, ' ', '')"),
            sqlite_where=sa.text("deleted_at IS NULL"),
            postgresql_where=sa.text("deleted_at IS NULL"),
        ),
    )

    number: Mapped[str | None] = fields.series(
        _("Number"),
        pattern="C-{n:05}",
        unique=True,
        filter=True,
        search=8,
        write="contacts.contact.number",
        synonyms=headings.NUMBER,
    )
    name: Mapped[str] = fields.text(
        _("Name", context="contact"),
        required=True,
        max_length=LONGEST_NAME,
        search=10,
        filter=True,
        options={"identifies": True},
        synonyms=headings.NAME,
    )
    first_name: Mapped[str | None] = fields.text(
        _("First name"),
        filter=True,
        synonyms=headings.FIRST_NAME,
        options={"synonyms_beside": {"last_name": headings.SHORT_NAME}},
    )
    last_name: Mapped[str | None] = fields.text(
        _("Last name"),
        filter=True,
        options={"identifies": True},
        synonyms=headings.LAST_NAME,
    )
    email: Mapped[str | None] = fields.email(_("Email"), filter=True, search=8, index=True)
    emails: Mapped[Any | None] = fields.several(
        _("More emails"), "email", labels=EMAIL_LABELS, primary="email", search=8, filter=True
    )
    phone: Mapped[str | None] = fields.phone(_("Phone"), filter=True, search=8, index=True)
    phones: Mapped[Any | None] = fields.several(
        _("More phones"), "phone", labels=PHONE_LABELS, primary="phone", search=8, filter=True
    )
    country: Mapped[str | None] = fields.country(_("Country"), filter=True, index=True)
    region: Mapped[str | None] = fields.text(
        _("State or province"),
        filter=True,
        synonyms=headings.REGION,
    )
    city: Mapped[str | None] = fields.text(_("City"), filter=True, synonyms=headings.CITY)
    postal_code: Mapped[str | None] = fields.code(
        _("Postal code"),
        filter=True,
        max_length=20,
        synonyms=headings.POSTAL_CODE,
    )
    address: Mapped[str | None] = fields.text(
        _("Address"), max_length=500, filter=True, synonyms=headings.ADDRESS
    )
    addresses: Mapped[Any | None] = fields.several(
        _("More addresses"), "address", labels=ADDRESS_LABELS, primary=MAIN_ADDRESS, place=PLACE, search=1
    )
    status: Mapped[str | None] = fields.choice(
        _("Status"), STATUSES, default="new", filter=True, index=True, synonyms=headings.STATUS
    )
    source: Mapped[str | None] = fields.choice(
        _("Source"), SOURCES, filter=True, index=True, synonyms=headings.SOURCE
    )
    kind: Mapped[str | None] = fields.choice(
        _("Type", context="contact"), KINDS, filter=True, fixed=True, synonyms=headings.KIND
    )
    job_title: Mapped[str | None] = fields.text(_("Job title"), filter=True, synonyms=headings.JOB_TITLE)
    company_id: Mapped[int | None] = fields.ref(
        "contacts.company", _("Company"), filter=True, synonyms=headings.COMPANY
    )
    category_id: Mapped[int | None] = fields.ref(
        "contacts.category",
        _("Category"),
        filter=True,
        options={"alongside": "more_categories"},
        synonyms=headings.CATEGORY,
    )
    more_categories = fields.tags(
        "contacts.category", _("More categories"), filter=True, options={"while_setting": "contacts.many_categories"}
    )
    tags = fields.tags("contacts.tag", _("Tags"), filter=True, synonyms=headings.TAGS)
    website: Mapped[str | None] = fields.url(_("Website"), filter=True)
    currency: Mapped[str | None] = fields.currency(_("Currency"), filter=True)
    birth_date: Mapped[dt.date | None] = fields.date(
        _("Birth date"),
        maximum=fields.TODAY,
        filter=True,
        personal=True,
        synonyms=headings.BIRTH_DATE,
    )
    national_id: Mapped[str | None] = fields.code(
        _("National ID"),
        filter=True,
        search=5,
        synonyms=headings.NATIONAL_ID,
    )
    purchase_status: Mapped[str | None] = fields.choice(_("Purchase status"), PURCHASE_STATUSES, filter=True)
    payment_order: Mapped[str | None] = fields.choice(_("Payment order"), PAYMENT_ORDERS, filter=True)
    shipping_same: Mapped[bool] = fields.bool(_("Shipping address is the main address"), default=True)
    shipping_country: Mapped[str | None] = fields.country(
        _("Shipping country"), filter=True, options=_shipping("country")
    )
    shipping_region: Mapped[str | None] = fields.text(
        _("Shipping state or province"), options=_shipping("region")
    )
    shipping_city: Mapped[str | None] = fields.text(
        _("Shipping city"), filter=True, options=_shipping("city")
    )
    shipping_postal_code: Mapped[str | None] = fields.code(
        _("Shipping postal code"), filter=True, max_length=20, options=_shipping("postal_code")
    )
    shipping_address: Mapped[str | None] = fields.text(
        _("Shipping address"), max_length=500, options=_shipping("address")
    )
    latitude: Mapped[Decimal | None] = fields.number(_("Latitude"), scale=6, minimum=-90, maximum=90, personal=True)
    longitude: Mapped[Decimal | None] = fields.number(_("Longitude"), scale=6, minimum=-180, maximum=180, personal=True)
    acquaintance: Mapped[str | None] = fields.choice(_("How we met"), ACQUAINTANCES, filter=True)
    preferred_channel: Mapped[str | None] = fields.choice(_("Preferred channel"), CHANNELS, filter=True)
    opening_purchases: Mapped[Decimal | None] = fields.money(
        _("Opening purchases"), minimum=0, measure=True, help=_("What the customer bought before this system was used.")
    )
    follow_up_status: Mapped[str | None] = fields.choice(_("Follow-up status"), FOLLOW_UPS, filter=True)
    last_interaction_at: Mapped[dt.datetime | None] = fields.datetime(
        _("Last interaction"), filter=True, index=True, system=True, audit=False
    )
    note: Mapped[str | None] = fields.note(_("Note"), search=2)
