"""When a yearly date comes next, and who is reminded of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from core.api import Change, NoticeKind, _, calendars, entity_spec, notify, reader, records, unit

from .linking import today
from .models import Company, Contact
from .occasions import Occasion

NEAR = NoticeKind("contacts.occasion_near", _("A yearly date is near"), _("{what} of {record} is on {day}"),
                  icon="cake", tells_self=True)  # fmt: skip
#: What a yearly date can be about, and the field that says so.
ABOUT = (("contact_id", Contact), ("company_id", Company))


def next_time(day: dt.date, calendar: str, after: dt.date) -> dt.date:
    """The first day on or after `after` that is `day` of the year in this calendar; a leap day falls on its eve.

    next_time(dt.date(1991, 8, 3), "jalali", dt.date(2026, 1, 1))  # 12 Mordad 1405
    """
    system = calendars.calendar_named(calendar)
    born, year = system.parts(day), system.parts(after).year
    for one in (year, year + 1):
        found = system.day(one, born.month, min(born.day, system.month_length(one, born.month)))
        if found >= after:
            return found
    raise AssertionError("a day comes back within two years")


def plan(changes: Iterable[Any]) -> None:
    """Fill in the calendar of whoever entered the date, and when it comes next."""
    for change in changes:
        if not change.after.get("calendar"):
            change.set("calendar", reader().calendar)
        day = change.after.get("date")
        if isinstance(day, dt.date) and "date" not in change.errors:
            change.set("next_on", next_time(day, change.after["calendar"], today()))


def check(changes: Iterable[Any]) -> None:
    """A date of nobody is kept, yet would come and go without a word: those in charge of whom it is about are
    reminded."""
    for change in changes:
        touched = change.is_new or any(change.changed(of) for of, _entity in ABOUT)
        if touched and not any(change.after.get(of) for of, _entity in ABOUT):
            change.warn("contact_id", _("Choose whose date it is: a contact or a company."))


def remind(_context: Any) -> dict[str, int]:
    """Once a day: tell of what is near, and move on what has passed, by the clock of the organisation."""
    table, now = Occasion.__table__, today()
    statement = sa.select(table).where(table.c.deleted_at.is_(None), table.c.next_on <= now + dt.timedelta(days=366))
    rows = [dict(row) for row in unit().execute(statement).mappings()]
    near = [
        row
        for row in rows
        if row["next_on"] >= now
        and row["next_on"] - dt.timedelta(days=int(row["remind_days"] or 0)) <= now
        and row["reminded_on"] != row["next_on"]
    ]
    owners = {entity: _owners(entity, {row[of] for row in near if row[of]}) for of, entity in ABOUT}
    for row in near:
        _tell(row, owners)
    passed = [row["id"] for row in rows if row["next_on"] < now]
    records.save_many(Occasion, [Change(values={}, id=one) for one in passed])
    unit().connection.execute(
        sa.update(table).where(table.c.id.in_([row["id"] for row in near])).values(reminded_on=table.c.next_on)
    )
    return {"near": len(near), "passed": len(passed)}


def _owners(entity: Any, ids: set[int]) -> dict[int, int | None]:
    """Who is in charge of these people or companies; nobody of those in the trash."""
    table = entity.__table__
    statement = sa.select(table.c.id, table.c.owner_id).where(table.c.id.in_(sorted(ids)), table.c.deleted_at.is_(None))
    return dict(unit().execute(statement).all()) if ids else {}


def _tell(occasion: Mapping[str, Any], owners: Mapping[Any, Mapping[int, int | None]]) -> None:
    """Whoever is in charge of the person or the company."""
    of, entity = ABOUT[0] if occasion["contact_id"] else ABOUT[1]
    values = {"what": occasion["name"], "day": occasion["next_on"]}
    # Two dates of the same customer are two notices: each leads to a place of its own.
    href = f"{entity_spec(entity).path}/{occasion[of]}#occasion-{occasion['id']}"
    notify([owners[entity].get(occasion[of])], NEAR.name, entity.__entity__, occasion[of], values, href=href)
