"""How things are shown to a user: by his settings, else the organisation's, else its country's usage (D1).

Digits follow the language shown, so the settings are kept apart from it: an address with `?lang=` resolves the
same settings for another language.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from core.among import among
from core.auth.models import Organisation, User, user_organisation
from core.db import unit
from core.language.i18n import Preferences
from core.language.region_defaults import preferences_for
from core.language.timezones import is_zone

#: What a user may have chosen for himself.
OWN = ("language", "calendar", "digits", "timezone", "week_start")


@dataclass(frozen=True, slots=True)
class Display:
    """Settings as stored, those of the organisation filled in; empty or 0 where neither has one.

    `language` is what to show when the address does not say; `chosen_language` only the user's own choice,
    since without one the browser's comes before the organisation's. `digits` are the user's own; `weekend` are ISO
    weekdays in a row, "0" for none.
    """

    language: str = ""
    chosen_language: str = ""
    region: str = ""
    calendar: str = ""
    digits: str = ""
    timezone: str = ""
    week_start: int = 0
    organisation_language: str = ""
    organisation_digits: str = ""
    weekend: str = ""

    def preferences(self, language: str = "") -> Preferences:
        """The preferences in `language`, else in the user's or organisation's, else in English."""
        return _resolve(self, language or self.chosen_language or self.language or "en")


@lru_cache(maxsize=4096)
def _resolve(settings: Display, language: str) -> Preferences:
    # A zone the system does not know (any more) must not keep a page from opening.
    timezone = settings.timezone if is_zone(settings.timezone) else ""
    # Those of the organisation are the digits of its language: they would be strange in another script.
    common = settings.organisation_digits if language == settings.organisation_language else ""
    own: dict[str, Any] = {
        "calendar": settings.calendar, "digits": settings.digits or common, "timezone": timezone,
        "week_start": settings.week_start,
    }  # fmt: skip
    usual = preferences_for(settings.region, language)
    weekend = frozenset(int(day) for day in settings.weekend if day != "0") if settings.weekend else usual.weekend
    return replace(usual, weekend=weekend, **{name: value for name, value in own.items() if value})


def organisation_preferences(organisation_id: int | None = None) -> Preferences:
    """The habits of an organisation, by default the first one: for commands, jobs and mails to nobody in particular."""
    row = unit().execute(_organisation(organisation_id)).first()
    return Preferences() if row is None else _usual(row).preferences()


def user_preferences(user_id: int) -> Preferences:
    """As a user reads: by his own settings, else those of his first organisation; for what is written to him."""
    return preferences_of([user_id]).get(user_id) or organisation_preferences()


def preferences_of(user_ids: Collection[int]) -> dict[int, Preferences]:
    """The same for several users, in two queries whatever their number."""
    first = sa.select(sa.func.min(user_organisation.c.organisation_id)).where(user_organisation.c.user_id == User.id)
    own = sa.select(User.id, *(User.__table__.c[name] for name in OWN),
                    first.correlate(User.__table__).scalar_subquery().label("organisation_id"))  # fmt: skip
    users = unit().execute(own.where(among(User.__table__.c.id, user_ids))).all()
    rows = unit().execute(_homes({user.organisation_id for user in users})).all() if users else []
    usual = {row.id: _usual(row) for row in rows}
    # Whoever works in none has the habits of the first.
    usual[None] = usual[rows[0].id] if rows else Display()
    return {user.id: _own(user, usual.get(user.organisation_id, Display())) for user in users}


def _own(user: Any, usual: Display) -> Preferences:
    own_values: dict[str, Any] = {name: getattr(user, name) for name in OWN if getattr(user, name)}
    common = {"digits": "", "organisation_digits": usual.digits, "organisation_language": usual.language}
    return replace(usual, **{**common, **own_values, "chosen_language": user.language or "",
                             "week_start": int(user.week_start or usual.week_start)}).preferences()  # fmt: skip


def _organisations() -> Any:
    table = Organisation.__table__
    columns = ("id", "language", "country", "calendar", "digits", "timezone", "week_start", "weekend")
    return sa.select(*(table.c[name] for name in columns)).where(table.c.deleted_at.is_(None)).order_by(table.c.id)


def _homes(organisation_ids: Collection[int | None]) -> Any:
    """Those of users, the first one where a user has none: there may be thousands."""
    ids = Organisation.__table__.c.id
    named = ids.in_([one for one in organisation_ids if one is not None])
    if None not in organisation_ids:
        return _organisations().where(named)
    first = sa.select(sa.func.min(ids)).where(Organisation.__table__.c.deleted_at.is_(None)).scalar_subquery()
    return _organisations().where(sa.or_(named, ids == first))


def _organisation(organisation_id: int | None) -> Any:
    statement = _organisations().limit(1)
    return statement if organisation_id is None else statement.where(Organisation.__table__.c.id == organisation_id)


def _usual(row: Any) -> Display:
    return Display(language=row.language or "", region=row.country or "", calendar=row.calendar or "",
                   digits=row.digits or "", timezone=row.timezone or "", week_start=int(row.week_start or 0),
                   weekend=row.weekend or "")  # fmt: skip
