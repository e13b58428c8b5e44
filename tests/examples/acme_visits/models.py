"""A sales rep visits a contact and writes down how it went."""

import datetime as dt

from core.api import Entity, Mapped, Meta, _, fields

OUTCOMES = {"met": _("Met"), "absent": _("Absent"), "refused": _("Refused")}


class Visit(Entity):
    __entity__ = "visits.visit"
    __meta__ = Meta(_("Visit"), _("Visits"), title="subject", group="sales",
                    list=("subject", "contact_id", "planned_on", "outcome"))

    subject: Mapped[str] = fields.text(_("Subject"), required=True, search=10)
    contact_id: Mapped[int] = fields.ref("contacts.contact", _("Contact"), required=True)
    planned_on: Mapped[dt.date] = fields.date(_("Planned on"), required=True, filter=True)
    outcome: Mapped[str | None] = fields.choice(_("Outcome"), OUTCOMES, filter=True)
