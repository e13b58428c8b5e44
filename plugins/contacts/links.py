"""Links of people: to one another, each with what the one is to the other, and to companies, with role and dates."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from core.api import Choice, Entity, Mapped, Meta, _, fields
from plugins.contacts import headings

#: What the second one is to the first. Fixed: code knows what each is the other way round.
KINDS = (
    Choice("colleague", _("Colleague", context="relation")),
    Choice("friend", _("Friend", context="relation")),
    Choice("family", _("Family", context="relation")),
    Choice("spouse", _("Spouse")),
    Choice("sibling", _("Brother or sister")),
    Choice("parent", _("Father or mother")),
    Choice("child", _("Son or daughter")),
    Choice("manager", _("Manager", context="relation")),
    Choice("report", _("Staff member")),
    Choice("assistant", _("Assistant", context="relation")),
    Choice("assisted", _("Is assisted by this person")),
    Choice("referrer", _("Recommended us to this person")),
    Choice("referred", _("Recommended by this person")),
    Choice("partner", _("Business partner")),
)
INVERSE = {
    "parent": "child", "child": "parent", "manager": "report", "report": "manager", "assistant": "assisted",
    "assisted": "assistant", "referrer": "referred", "referred": "referrer",
}  # fmt: skip


class Relation(Entity):
    """Two people who belong together; stored once, shown on the card of either."""

    __entity__ = "contacts.relation"
    __meta__ = Meta(
        _("Linked person"),
        _("Linked people"),
        icon="users",
        list=("contact_id", "kind", "other_id", "note"),
        sort="-created_at",
        match=("contact_id",),
        sections=((_("Linked person"), "contact_id kind other_id note"),),
        erased_with=("contact_id", "other_id"),
        customizable=False,
    )

    #: Composed from both names where nobody gave one, for the log and the trash.
    name: Mapped[str | None] = fields.text(_("Name"), max_length=420, search=4)
    contact_id: Mapped[int] = fields.ref("contacts.contact", _("Contact"), required=True, filter=True)
    kind: Mapped[str] = fields.choice(
        _("What the other is"), KINDS, required=True, default="colleague", filter=True, fixed=True
    )
    other_id: Mapped[int] = fields.ref("contacts.contact", _("Linked person"), required=True, filter=True)
    note: Mapped[str | None] = fields.text(_("Note"), max_length=500)


class Position(Entity):
    """A person's place in a company, now or in the past."""

    __entity__ = "contacts.position"
    __meta__ = Meta(
        _("Role in a company"),
        _("Roles in companies"),
        icon="briefcase",
        list=("contact_id", "company_id", "role", "starts_on", "ends_on"),
        sort="-created_at",
        match=("contact_id",),
        sections=((_("Role in a company"), "contact_id company_id role starts_on ends_on note"),),
        erased_with=("contact_id",),
        customizable=False,
    )
    __table_args__ = (
        sa.Index(
            "ix_contacts_position_company_contact",
            "company_id",
            "contact_id",
            sqlite_where=sa.text("deleted_at IS NULL"),
            postgresql_where=sa.text("deleted_at IS NULL"),
        ),
    )

    #: Composed from both names where nobody gave one, for the log and the trash.
    name: Mapped[str | None] = fields.text(_("Name"), max_length=420, search=4)
    contact_id: Mapped[int] = fields.ref("contacts.contact", _("Contact"), required=True, filter=True)
    company_id: Mapped[int] = fields.ref("contacts.company", _("Company"), required=True, filter=True)
    role: Mapped[str | None] = fields.text(_("Job title"), filter=True, search=4, synonyms=headings.JOB_TITLE)
    starts_on: Mapped[dt.date | None] = fields.date(_("Since"), filter=True)
    ends_on: Mapped[dt.date | None] = fields.date(_("Until"), filter=True)
    note: Mapped[str | None] = fields.text(_("Note"), max_length=500)
