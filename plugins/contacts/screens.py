"""What the page of a contact shows beside its fields."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from core.api import Choice, FigureValue, _, calendars, entity_spec, ngettext, readable, scoped, settings, unit

from . import interactions, linking
from .links import Position
from .models import Contact

COMPLETE = (
    "email", "phone", "country", "city", "address", "birth_date", "national_id", "company_id", "job_title", "source",
    "category_id", "preferred_channel", "acquaintance",
)  # fmt: skip
#: A business has no birthday, and works for nobody.
OF_PEOPLE = frozenset({"birth_date", "job_title"})
_MORE = (
    "region", "postal_code", "tags", "website", "purchase_status", "payment_order", "status", "follow_up_status",
    "owner_id", "note", "latitude",
)  # fmt: skip
COMPLETE_CHOICES = tuple(Choice(name, Contact.__fields__[name].label) for name in (*COMPLETE, *_MORE))


def wanted(record: Mapping[str, Any]) -> Iterable[str]:
    """The fields that a complete record of this kind has, as an administrator chose them."""
    chosen = settings("contacts.complete_fields")
    return [name for name in chosen if name not in OF_PEOPLE] if record.get("kind") == "business" else chosen


def last_interaction(record: Mapping[str, Any]) -> FigureValue | None:
    """When somebody last spoke with the contact, how, and what came of it."""
    if "last_interaction_at" not in record:
        return None
    at = record["last_interaction_at"]
    if not at:
        return FigureValue(str(_("Not yet")))
    last = interactions.latest(record["id"])
    told = " · ".join(part for part in (last.what, last.outcome) if part) if last else ""
    return FigureValue(calendars.relative_time(at), told, href=last.href if last else "")


def purchases(record: Mapping[str, Any]) -> FigureValue | None:
    """What was bought before this system was used, and marked so; what is sold in it is told by those who sell."""
    amount = record.get("opening_purchases")
    if amount is None:
        return None
    return FigureValue(Decimal(amount), str(_("opening balance")), currency=record.get("currency") or "")


def people(record: Mapping[str, Any]) -> FigureValue:
    """How many people of the company the reader may see: whose company it is, and who has a role in it besides."""
    table, role = Contact.__table__, Position.__table__
    own = table.c.company_id == record["id"]
    present = sa.or_(role.c.ends_on.is_(None), role.c.ends_on > linking.today())
    besides = scoped(sa.select(role.c.contact_id).where(role.c.company_id == record["id"], present), Position)
    # By their ids: either kind is found by its index, where both in one condition would read all contacts.
    people = sa.union(sa.select(table.c.id).where(own), besides)
    counted = scoped(sa.select(sa.func.count(), sa.func.count(sa.case((own, 1)))).where(
        table.c.id.in_(people)), Contact)  # fmt: skip
    number, listed = unit().execute(counted).one()
    # The list holds those whose company it is; where there are others, only the tab holds all.
    address = (
        f"/contacts/contact?company_id={record['id']}"
        if number == listed
        else f"/contacts/company/{record['id']}#people"
    )
    href = address if number else ""
    return FigureValue(ngettext("{n}", "{n}", number), href=href)


def converted(table: Any) -> Any:
    """Whoever has a status that means converted, whatever an administrator calls it."""
    if "status" not in readable(entity_spec(Contact)):
        return sa.false()
    won = [choice.value for choice in entity_spec(Contact).fields["status"].choices if choice.kind == "converted"]
    return table.c.status.in_(won)


def not_contacted(table: Any) -> Any:
    """Nobody has spoken with them for 90 days, or ever."""
    return sa.or_(table.c.last_interaction_at.is_(None), table.c.last_interaction_at < _ago(90))


def not_updated(table: Any) -> Any:
    """What nobody has changed for half a year may be stale."""
    return table.c.updated_at < _ago(182)


def _ago(days: int) -> dt.datetime:
    return dt.datetime.now(dt.UTC) - dt.timedelta(days=days)
