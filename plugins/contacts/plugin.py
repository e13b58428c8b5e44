"""Contacts: people and companies, with statuses, sources, tags, categories and the rules of their identity."""

from __future__ import annotations

import datetime as dt
from typing import Any

from core.api import (
    Choice,
    FirstStep,
    Manifest,
    Permission,
    RelatedList,
    Setting,
    _,
    hookimpl,
    setting_choice,
    setting_flag,
    setting_text,
)

from . import services
from .demo.load import load as load_sample
from .models import Category, Company, Contact, Tag

manifest = Manifest("contacts", _("Contacts"), "0.1.0", description=_("People and companies you deal with."),
                    icon="address-book", hue="blue")


@hookimpl
def register_entities() -> list[type]:
    return [Category, Tag, Company, Contact]


@hookimpl
def register_permissions() -> list[Permission]:
    return [Permission("contacts.contact.number", _("Give contact numbers by hand"))]


@hookimpl
def register_settings() -> list[Setting]:
    return [
        setting_choice("contacts.identity", _("What identifies a contact"), (
            Choice("either", _("Email or mobile")), Choice("email", _("Email")), Choice("phone", _("Mobile")),
            Choice("both", _("Email and mobile"))), default="either", first_run=True,
            help=_("New contacts cannot be saved without it.")),
        setting_text("contacts.free_mail_domains", _("Free mail domains"), default=services.FREE_MAIL, help=_(
            "Addresses of these domains belong to persons; all others make a contact a business.")),
        setting_choice("contacts.national_id_check", _("National ID check"), (
            Choice("refuse", _("Refuse wrong ones")), Choice("warn", _("Warn only")), Choice("off", _("Off"))),
            default="refuse"),
        setting_flag("contacts.unique_national_id", _("A national ID belongs to one contact"), default=False),
    ]


@hookimpl
def register_first_steps() -> list[FirstStep]:
    return [
        FirstStep("contacts.import", _("Import your customers"), "/contacts/contact/import", "file-upload",
                  "contacts.contact.import", entity="contacts.contact", imported=True, order=20,
                  hint=_("From a CSV or Excel file, in any encoding; it can be undone.")),
        FirstStep("contacts.contact", _("Add a contact"), "/contacts/contact/new", "address-book",
                  "contacts.contact.add", entity="contacts.contact", panel=True, order=30,
                  hint=_("A person or a company you deal with.")),
    ]


@hookimpl
def register_panels() -> list[RelatedList]:
    return [RelatedList(on="contacts.company", entity="contacts.contact", via="company_id", label=_("People"))]


@hookimpl
def prepare(entity: Any, changes: Any) -> None:
    if entity.name == "contacts.contact":
        services.compose_names(changes)
        services.classify(changes)
        services.link_companies(changes)
        services.follow_shipping_address(changes)


@hookimpl
def validate(entity: Any, changes: Any) -> None:
    if entity.name == "contacts.contact":
        services.check_identity(changes)
        services.check_national_ids(changes)
        services.check_unique_national_ids(changes)


@hookimpl
def find_duplicates(entity: Any, values: Any) -> list[Any]:
    return services.duplicate_conditions(values) if entity.name == "contacts.contact" else []


@hookimpl
def demo(today: dt.date) -> None:
    load_sample(today)
