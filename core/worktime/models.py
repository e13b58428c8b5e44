"""Holidays as an entity; the week and the hours stand in organisations and teams."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Mapped

from core.auth.models import CALENDARS
from core.entity import fields
from core.entity.base import Entity
from core.entity.spec import Meta
from core.language.i18n import _

LONGEST = 60


class Holiday(Entity):
    """A day, or some days, on which an organisation does not work: once, or every year in one of the calendars."""

    __entity__ = "core.holiday"
    __meta__ = Meta(
        _("Holiday"),
        _("Holidays"),
        title="name",
        icon="calendar-event",
        customizable=False,
        list=("name", "date", "days", "yearly", "calendar", "organisation_id"),
        sort="date",
        match=("date", "name"),
        organised=True,
        sections=((_("Holiday"), "name date days yearly calendar organisation_id"),),
    )

    name: Mapped[str] = fields.text(_("Name"), required=True, filter=True)
    date: Mapped[dt.date] = fields.date(_("First day"), required=True, filter=True)
    days: Mapped[int] = fields.number(_("Days"), default=1, required=True, minimum=1, maximum=LONGEST)
    yearly: Mapped[bool] = fields.bool(_("Every year"), filter=True)
    calendar: Mapped[str | None] = fields.choice(
        _("In the calendar"), CALENDARS, fixed=True,
        help=_("By which a yearly holiday comes back; empty is the calendar of whoever enters it."))
