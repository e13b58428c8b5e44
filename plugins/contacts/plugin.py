"""Contacts: people and companies, with statuses, sources, tags, categories and the rules of their identity."""

from __future__ import annotations

import datetime as dt
from typing import Any

from core.api import (
    Action,
    Choice,
    Figure,
    Filter,
    FirstStep,
    Job,
    Manifest,
    NoticeKind,
    Permission,
    RecordScreen,
    RelatedList,
    Report,
    Setting,
    TemplatePanel,
    TourStep,
    _,
    hookimpl,
    setting_choice,
    setting_choices,
    setting_flag,
    setting_text,
)

from . import linking, listeners, reminding, screens, services
from .demo.load import load as load_sample
from .links import Position, Relation
from .models import Category, Company, Contact, Tag
from .occasions import Occasion

__all__ = ["listeners"]  # listens as soon as it is imported

manifest = Manifest("contacts", _("Contacts"), "0.1.0", description=_("People and companies you deal with."),
                    icon="address-book", hue="blue")


@hookimpl
def register_entities() -> list[type]:
    return [Category, Tag, Company, Contact, Relation, Position, Occasion]


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
        setting_flag("contacts.many_categories", _("A contact may have several categories"), default=False, help=_(
            "Beside its category a contact then has “More categories”; the filter by category finds them too.")),
        setting_text("contacts.free_mail_domains", _("Free mail domains"), default=services.FREE_MAIL, help=_(
            "Addresses of these domains belong to persons; all others make a contact a business.")),
        setting_choice("contacts.national_id_check", _("National ID check"), (
            Choice("refuse", _("Refuse wrong ones")), Choice("warn", _("Warn only")), Choice("off", _("Off"))),
            default="refuse"),
        setting_choices("contacts.complete_fields", _("A complete contact has"), screens.COMPLETE_CHOICES,
                        default=screens.COMPLETE, help=_(
            "The bar on a contact's page counts these fields; those that only people have are not asked of a "
            "business.")),
        setting_flag("contacts.unique_national_id", _("A national ID belongs to one contact"), default=False),
    ]


@hookimpl
def register_tour() -> list[TourStep]:
    return [
        TourStep("contacts.contact", "[data-key='contacts.contact'], .dw-bottom [href='/contacts/contact']",
                 _("Your customers"), _("People and companies, each with all that was said and done with them."),
                 "contacts.contact.view", order=10),
    ]  # fmt: skip


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
def register_screens() -> list[RecordScreen]:
    return [RecordScreen("contacts.contact", completeness=screens.wanted)]


@hookimpl
def register_panels() -> list[Any]:
    return [
        TemplatePanel("contacts.company", "people", _("People"), "contacts/people.html", linking.people_of,
                      "contacts.contact.view", order=20),
        TemplatePanel("contacts.contact", "linked", _("Linked people"), "contacts/linked.html",
                      linking.linked_people, "contacts.relation.view", order=30),
        RelatedList(on="contacts.contact", entity="contacts.position", via="contact_id", label=_("Companies"),
                    columns=("company_id", "role", "starts_on", "ends_on"), order=40),
        RelatedList(on="contacts.contact", entity="contacts.occasion", via="contact_id", label=_("Yearly dates"),
                    columns=("name", "next_on", "remind_days"), order=50),
        RelatedList(on="contacts.company", entity="contacts.occasion", via="company_id", label=_("Yearly dates"),
                    columns=("name", "next_on", "remind_days"), order=50),
    ]


@hookimpl
def register_figures() -> list[Figure]:
    return [
        Figure("contacts.contact", "last_interaction", _("Last interaction"), screens.last_interaction, order=10),
        Figure("contacts.contact", "purchases", _("Purchases"), screens.purchases, order=60),
        Figure("contacts.company", "people", _("People"), screens.people, "contacts.contact.view", order=10),
    ]


@hookimpl
def register_filters() -> list[Filter]:
    return [
        Filter("contacts.contact", "converted", _("Converted", context="contact"), screens.converted),
        Filter("contacts.contact", "not_contacted", _("Not contacted for ninety days"), screens.not_contacted),
        Filter("contacts.contact", "not_updated", _("Not updated for six months"), screens.not_updated),
        Filter("contacts.company", "not_updated", _("Not updated for six months"), screens.not_updated),
    ]


@hookimpl
def register_reports() -> list[Report]:
    figures = ("count", "count:converted")
    return [
        Report("contacts.by_owner", _("Performance by person in charge"), "contacts.contact", ("owner_id",),
               (*figures, "count:not_contacted", "max:last_interaction_at")),
        Report("contacts.by_source", _("Contacts by source"), "contacts.contact", ("source",), figures),
        Report("contacts.by_acquaintance", _("Contacts by how we met"), "contacts.contact", ("acquaintance",), figures),
        Report("contacts.by_category", _("Contacts by category"), "contacts.contact", ("category_id",), figures),
    ]


@hookimpl
def register_actions() -> list[Action]:
    return [Action("contacts.company", "match_people", _("Match people by email domain"), linking.match_people,
                   icon="users-group", permission="contacts.contact.change")]


@hookimpl
def register_jobs() -> list[Job]:
    return [Job("contacts.remind_occasions", reminding.remind, _("Reminders of yearly dates"), cron="0 6 * * *",
                as_system=True)]


@hookimpl
def register_notice_kinds() -> list[NoticeKind]:
    return [reminding.NEAR]


@hookimpl
def scope_query(entity: Any, actor: Any, action: Any) -> Any:
    return linking.visible(entity, actor) if entity.name in linking.OF_PEOPLE else None


@hookimpl
def prepare(entity: Any, changes: Any) -> None:
    if entity.name == "contacts.contact":
        services.compose_names(changes)
        services.classify(changes)
        services.link_companies(changes)
        services.follow_shipping_address(changes)
    elif entity.name == "contacts.company":
        services.tidy_domains(changes)
    elif entity.name in ("contacts.relation", "contacts.position"):
        linking.name_links(changes, entity.name)
    elif entity.name == "contacts.occasion":
        reminding.plan(changes)


@hookimpl
def validate(entity: Any, changes: Any) -> None:
    if entity.name == "contacts.contact":
        services.check_identity(changes)
        services.check_national_ids(changes)
        services.check_unique_national_ids(changes)
    elif entity.name == "contacts.relation":
        linking.check_relations(changes)
    elif entity.name == "contacts.position":
        linking.check_positions(changes)
    elif entity.name == "contacts.occasion":
        reminding.check(changes)


@hookimpl
def find_duplicates(entity: Any, values: Any) -> list[Any]:
    return services.duplicate_conditions(values) if entity.name == "contacts.contact" else []


@hookimpl
def demo(today: dt.date) -> None:
    load_sample(today)
