"""Field visits: plan, record and report visits to contacts."""

import datetime as dt

from core.api import Manifest, RelatedList, Report, _, hookimpl, on, records

from .models import Visit

manifest = Manifest("visits", _("Field visits"), "1.0", requires=("contacts",), optional=("billing",))


@hookimpl
def register_entities():
    return [Visit]


@hookimpl
def register_panels():
    return [RelatedList(on="contacts.contact", entity="visits.visit", via="contact_id")]


@hookimpl
def register_reports():
    return [Report("visits.by_outcome", _("Visits by outcome"), "visits.visit",
                   rows=("outcome", "planned_on:month"), measures=("count",))]


@hookimpl
def validate(entity, changes):
    if entity.name == "visits.visit":
        return [c.error("outcome", _("A future visit has no outcome yet.")) for c in changes
                if c.after.get("outcome") and c.after["planned_on"] > dt.date.today()]


@on("billing.invoice_paid")
def plan_thank_you(invoice, **_payload):
    records.create(Visit, subject=_("Thank you"), contact_id=invoice.contact_id,
                   planned_on=dt.date.today() + dt.timedelta(days=7))
