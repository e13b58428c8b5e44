"""Whose working time it is: of a user's team where it has one of its own, else of his organisation."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from core.actor import actor
from core.auth.display import organisation_preferences, user_preferences
from core.auth.models import Organisation, Team, user_organisation, user_team
from core.db import unit
from core.worktime.models import Holiday
from core.worktime.times import DaysOff, WorkingTime

USUAL = WorkingTime()


def working_time(user_id: int | None = None) -> WorkingTime:
    """When this user works, on his own clocks; without one, when the first organisation does."""
    reader = organisation_preferences() if user_id is None else user_preferences(user_id)
    home, team = _rows(user_id)
    weekend = frozenset(int(day) for day in team.weekend if day != "0") if team and team.weekend else reader.weekend
    hours = team if team and team.work_from else home
    season = span(home.ramadan_from, home.ramadan_until) if home and hours is home else None
    return WorkingTime(
        weekend=weekend,
        begins=clock(hours.work_from if hours else None) or USUAL.begins,
        ends=clock(hours.work_until if hours else None) or USUAL.ends,
        timezone=reader.timezone,
        off=days_off([home.id] if home else ()),
        ramadan=season,
        later=span(hours.later_from, hours.later_until) if hours else None,
    )


def _rows(user_id: int | None) -> tuple[Any, Any]:
    """The organisation that he works in first, and the first of his teams with hours or a weekend of its own."""
    home, team = Organisation.__table__, Team.__table__
    wanted = sa.select(home.c.id, home.c.work_from, home.c.work_until, home.c.later_from, home.c.later_until,
                       home.c.ramadan_from, home.c.ramadan_until).where(home.c.deleted_at.is_(None))
    if user_id is not None:
        wanted = wanted.where(home.c.id.in_(sa.select(user_organisation.c.organisation_id).where(
            user_organisation.c.user_id == user_id)))  # fmt: skip
    first = unit().execute(wanted.order_by(home.c.id).limit(1)).first()
    if user_id is None:
        return first, None
    mine = sa.select(user_team.c.team_id).where(user_team.c.user_id == user_id)
    own = sa.select(team.c.work_from, team.c.work_until, team.c.later_from, team.c.later_until, team.c.weekend).where(
        team.c.deleted_at.is_(None), team.c.id.in_(mine),
        sa.or_(team.c.work_from.is_not(None), team.c.weekend.is_not(None)))  # fmt: skip
    return first, unit().execute(own.order_by(team.c.id).limit(1)).first()


def days_off(organisation_ids: Iterable[int]) -> tuple[DaysOff, ...]:
    """The holidays of these organisations, and those of all."""
    table = Holiday.__table__
    statement = sa.select(table.c.name, table.c.date, table.c.days, table.c.yearly, table.c.calendar).where(
        table.c.deleted_at.is_(None),
        sa.or_(table.c.organisation_id.is_(None), table.c.organisation_id.in_(list(organisation_ids))))  # fmt: skip
    return tuple(
        DaysOff(row.name, row.date, int(row.days), (row.calendar or "gregorian") if row.yearly else "")
        for row in unit().execute(statement.order_by(table.c.date, table.c.id))
    )


def holidays_between(first: dt.date, after: dt.date) -> dict[dt.date, str]:
    """The days off where the actor works, from `first` to before `after`, with their names."""
    off = days_off(actor().organisation_ids)
    days = (first + dt.timedelta(days=number) for number in range((after - first).days))
    found = {day: next((one.name for one in off if one.covers(day)), "") for day in days} if off else {}
    return {day: name for day, name in found.items() if name}


def clock(text: str | None) -> dt.time | None:
    """A time of day as it is stored, such as 08:30."""
    return dt.time(int(text[:2]), int(text[3:])) if text else None


def span(begins: str | None, ends: str | None) -> tuple[dt.time, dt.time] | None:
    """Begin and end as they are stored; None where they are not given."""
    first, last = clock(begins), clock(ends)
    return (first, last) if first and last else None
