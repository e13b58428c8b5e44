"""`/settings/working-time`: the week, the hours, and the days off that come next."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, redirect, request

from core import records
from core.actor import actor
from core.auth.models import WEEKENDS
from core.entity.base import utc_now
from core.home import home_country
from core.language.calendars import format_date, format_time
from core.language.i18n import _, ngettext
from core.language.i18n import current as preferences
from core.language.regions import country_choices
from core.language.timezones import local
from core.permissions import can
from core.ui import rendering
from core.ui.settings_frame import frame
from core.ui.shell_model import Choice
from core.web import route
from core.worktime import ready
from core.worktime.reading import holidays_between, span
from core.worktime.times import WorkingTime

blueprint = Blueprint("working_time", __name__)
ADDRESS, NEEDED = "/settings/working-time", "core.holiday.add"
YEAR = dt.timedelta(days=366)


@dataclass(frozen=True, slots=True)
class WorkingTimeScreen:
    """The organisation's week and hours in words, the coming days off, and of which countries more can be added."""

    organisation: str
    weekend: str
    hours: str
    ramadan: str
    edit_href: str
    holidays: tuple[tuple[str, str], ...]
    countries: tuple[Choice, ...]
    months: tuple[Choice, ...]


@route(blueprint, ADDRESS, access=NEEDED)
def show() -> Response:
    """The organisation in which the reader works."""
    title, home = _("Working time and holidays"), records.get("core.organisation", _organisation())
    return rendering.page("working_time.html", title, current="settings.working-time", screen=_screen(home),
                          settings=frame("working-time", title))  # fmt: skip


@route(blueprint, f"{ADDRESS}/ready", access=NEEDED, methods=("POST",))
def add_ready() -> Any:
    """Add the holidays of a country, those excepted that are there."""
    months = request.form.get("months", "")
    chosen = next((number for number in ready.MONTHS if str(number) == months), ready.MONTHS[0])
    count = ready.add(request.form.get("country", ""), chosen, _organisation())
    return rendering.say(redirect(ADDRESS, 303), ngettext("{n} holiday added.", "{n} holidays added.", count))


def _organisation() -> int:
    who = actor()
    return who.chosen_organisation_id or who.organisation_ids[0]


def _screen(home: dict[str, Any]) -> WorkingTimeScreen:
    reader, usual = preferences(), WorkingTime()
    locale = reader.formatting_locale
    hours = _from_to(*(span(home["work_from"], home["work_until"]) or (usual.begins, usual.ends)), locale)
    later, season = (span(home[f"{name}_from"], home[f"{name}_until"]) for name in ("later", "ramadan"))
    if later:
        hours = str(_("{first} and {second}", first=hours, second=_from_to(*later, locale)))
    today = local(utc_now(), reader.timezone).date()
    known, own = frozenset(ready.countries()), home_country()
    weekend = next((one.label for one in WEEKENDS if frozenset(one.value) - {"0"} == set(map(str, reader.weekend))), "")
    return WorkingTimeScreen(
        organisation=home["name"],
        weekend=str(weekend),
        hours=hours,
        ramadan=_from_to(*season, locale) if season else "",
        edit_href=f"/core/organisation/{home['id']}/edit" if can("core.organisation.change") else "",
        holidays=tuple((format_date(day, locale, reader.calendar, "full"), name)
                       for day, name in holidays_between(today, today + YEAR).items()),
        countries=tuple(Choice(code, name, code == own) for code, name in country_choices(reader.language)
                        if code in known),
        months=tuple(Choice(str(number), ngettext("{n} month", "{n} months", number), number == ready.MONTHS[0])
                     for number in ready.MONTHS),
    )  # fmt: skip


def _from_to(begins: dt.time, ends: dt.time, locale: Any) -> str:
    return str(_("{begin} to {end}", begin=format_time(begins, locale), end=format_time(ends, locale)))
