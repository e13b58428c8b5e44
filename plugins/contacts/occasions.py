"""Yearly dates: a company's birthday, a season of buying, and when to be reminded of them."""

from __future__ import annotations

import datetime as dt

from core.api import CalendarDates, Choice, Entity, Mapped, Meta, _, calendars, fields

CALENDARS = tuple(Choice(name, label) for name, label in calendars.CALENDAR_LABELS.items())


class Occasion(Entity):
    """A day that comes back each year in one of the calendars."""

    __entity__ = "contacts.occasion"
    __meta__ = Meta(
        _("Yearly date"),
        _("Yearly dates"),
        icon="cake",
        group="customers",
        order=30,
        list=("name", "contact_id", "company_id", "next_on", "remind_days"),
        sort="next_on",
        # It stands where it comes back next; a new one begins with the day that was pressed.
        calendar=CalendarDates(at=("next_on", "date")),
        match=("name",),
        sections=((_("Yearly date"), "name contact_id company_id date calendar remind_days note"),),
        customizable=False,
        erased_with=("contact_id",),
    )

    name: Mapped[str] = fields.text(_("Name"), required=True, search=10, filter=True)
    contact_id: Mapped[int | None] = fields.ref("contacts.contact", _("Contact"), filter=True)
    company_id: Mapped[int | None] = fields.ref("contacts.company", _("Company"), filter=True)
    date: Mapped[dt.date] = fields.date(
        _("Date"), required=True, personal=True, help=_("Of any year: it comes back each year.")
    )
    calendar: Mapped[str | None] = fields.choice(
        _("Calendar", context="of dates"), CALENDARS, fixed=True, help=_("In which the day stays the same.")
    )
    remind_days: Mapped[int | None] = fields.number(
        _("Days of notice"), minimum=0, default=7, help=_("So many days before, a reminder comes.")
    )
    next_on: Mapped[dt.date | None] = fields.date(_("Next time"), filter=True, index=True, readonly=True, personal=True)
    reminded_on: Mapped[dt.date | None] = fields.date(_("Reminded of"), readonly=True, audit=False)
    note: Mapped[str | None] = fields.text(_("Note"), max_length=500)
