"""Holidays of a country from the library `holidays`, which knows them without asking anybody.

Days that follow the moon are reckoned ahead and may move by a day, so each stands as a record of its own that people
can correct.
"""

from __future__ import annotations

import datetime as dt
from importlib import import_module
from typing import Any

import sqlalchemy as sa

from core import records
from core.db import unit
from core.entity.base import utc_now
from core.errors import Invalid
from core.language.i18n import _
from core.language.i18n import current as preferences
from core.language.preferences import RTL_LANGUAGES
from core.language.timezones import local
from core.records import Change
from core.worktime.models import Holiday

MONTHS = (12, 24)


def library() -> Any:
    """Taken when it is asked for: loading it takes a quarter of a second, and it is needed once a year."""
    return import_module("holidays")


def countries() -> tuple[str, ...]:
    """The countries whose holidays are known, as ISO 3166 codes."""
    return tuple(sorted(code for code in library().list_supported_countries(include_aliases=False) if len(code) == 2))


def known(country: str, months: int) -> list[tuple[dt.date, str]]:
    """(day, name) from today on for so many months, named in the reader's language where the library has it; else in
    another one of his script, which stands better among his days than English."""
    if country not in countries():
        raise Invalid(errors={"country": [_("The holidays of this country are not known here. Add them yourself.")]})
    first = local(utc_now(), preferences().timezone).date()
    last = first + dt.timedelta(days=months * 365 // 12)
    years = range(first.year, last.year + 1)
    spoken = library().country_holidays(country, years=first.year).supported_languages
    reader = preferences().language
    akin = (reader, *(one for one in RTL_LANGUAGES if reader in RTL_LANGUAGES and one != reader), "en")
    language = next((one for wanted in akin for one in spoken if one.partition("_")[0] == wanted), None)
    found = library().country_holidays(country, years=years, language=language)
    return [(day, str(name)) for day, name in sorted(found.items()) if first <= day <= last]


def add(country: str, months: int, organisation_id: int | None) -> int:
    """Add a country's holidays for an organisation; how many were not there yet."""
    table = Holiday.__table__
    there = sa.select(table.c.date).where(table.c.deleted_at.is_(None), table.c.organisation_id == organisation_id)
    taken = set(unit().execute(there).scalars())
    fresh = [(day, name) for day, name in known(country, months) if day not in taken]
    records.save_many(Holiday, [
        Change(values={"name": name[:200], "date": day, "days": 1, "organisation_id": organisation_id})
        for day, name in fresh
    ])  # fmt: skip
    return len(fresh)
