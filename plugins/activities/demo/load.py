"""Saving the sample through the write path: some late, some for today, some later, some done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from core.api import Change, NotFound, entity_spec, reader, records, scoped, unit

from ..models import Activity, Plan, PlanStep

#: (type, days from today, whether it is done, its minutes, subjects by language); what is past and not done is late.
SAMPLE: tuple[tuple[str, int, bool, int | None, tuple[dict[str, str], ...]], ...] = (
    ("call", -2, False, None, (
        {"fa": "تماس برای پیگیری پیش‌فاکتور", "ar": "مكالمة لمتابعة عرض السعر", "en": "Call about the quotation"},
        {"fa": "پاسخ به پرسش درباره زمان تحویل", "ar": "الرد على سؤال عن موعد التسليم", "en": "Tell delivery times"})),
    ("task", 0, False, None, (
        {"fa": "فرستادن فهرست قیمت", "ar": "إرسال قائمة الأسعار", "en": "Send the price list"},
        {"fa": "آماده کردن متن قرارداد", "ar": "تجهيز نص العقد", "en": "Prepare the contract"})),
    ("meeting", 3, False, 60, (
        {"fa": "جلسه معرفی محصول", "ar": "اجتماع عرض المنتج", "en": "Product presentation"},
        {"fa": "جلسه درباره تمدید قرارداد", "ar": "اجتماع بشأن تجديد العقد", "en": "Meeting about the renewal"})),
    ("visit", 9, False, 90, (
        {"fa": "بازدید از فروشگاه", "ar": "زيارة المتجر", "en": "Visit the shop"},
        {"fa": "بازدید از انبار", "ar": "زيارة المستودع", "en": "Visit the warehouse"})),
    ("call", -6, True, 12, (
        {"fa": "تماس نخست", "ar": "المكالمة الأولى", "en": "First call"},
        {"fa": "تماس درباره نیاز مشتری", "ar": "مكالمة عن احتياجات العميل", "en": "Call about their needs"})),
)  # fmt: skip
#: When the activities of one colleague are, each about another customer.
TIMES = (dt.time(9, 30), dt.time(11, 0), dt.time(12, 30), dt.time(14, 0), dt.time(15, 30))
#: A plan of the sample company: (type, working days after the step before, subject by language).
PLAN = {"fa": "خوشامدگویی به مشتری تازه", "ar": "الترحيب بعميل جديد", "en": "Welcome a new customer"}
STEPS: tuple[tuple[str, int, dict[str, str]], ...] = (
    ("call", 0, {"fa": "تماس آشنایی", "ar": "مكالمة تعارف", "en": "Call to get to know each other"}),
    ("task", 1, {"fa": "فرستادن کاتالوگ", "ar": "إرسال الكتالوج", "en": "Send the catalogue"}),
    ("meeting", 5, {"fa": "نمایش محصول", "ar": "عرض المنتج", "en": "Show the product"}),
)
ABOUT = "contacts.contact"
EACH = 5

# The kernel's own tables, of which a plugin knows no more than these columns.
_users = sa.table("core_user", sa.column("id"), sa.column("language"), sa.column("timezone"))
_organisation = sa.table("core_organisation", sa.column("id"), sa.column("timezone"))


def load(today: dt.date) -> None:
    """Activities about the first customers, each for whoever leads the customer; without customers none."""
    try:
        customers = entity_spec(ABOUT).table
    except NotFound:
        return
    organisation = unit().execute(sa.select(_organisation).order_by(_organisation.c.id).limit(1)).one()
    _add_plan()
    colleagues = {row.id: row for row in unit().execute(sa.select(_users))}
    statement = scoped(sa.select(customers.c.id, customers.c.owner_id), ABOUT).where(customers.c.owner_id.is_not(None))
    activities = []
    for owner, rows in _by_owner(unit().execute(statement.order_by(customers.c.id.desc())).all()).items():
        language = colleagues[owner].language or "en"
        zone = ZoneInfo(colleagues[owner].timezone or organisation.timezone or "UTC")
        for number, (record_id, _owner) in enumerate(rows[:EACH]):
            about = {"entity": ABOUT, "record_id": record_id, "owner_id": owner, "assignee_id": owner,
                     "organisation_id": organisation.id}
            for kind, days, done, minutes, texts in SAMPLE:
                at = dt.datetime.combine(today + dt.timedelta(days=days + number % 2), TIMES[number], zone)
                subject = texts[number % len(texts)][language]
                values = _values(kind, subject, at.astimezone(dt.UTC), minutes, done)
                activities.append(Change(values=about | values))
    records.save_many(Activity, activities)


def _add_plan() -> None:
    """In the language of the organisation."""
    language = reader().language
    plan = records.create(Plan, name=PLAN[language], entity=ABOUT).id
    records.save_many(PlanStep, [
        Change(values={"plan_id": plan, "position": number, "type": kind, "subject": texts[language], "days": days})
        for number, (kind, days, texts) in enumerate(STEPS, 1)
    ])  # fmt: skip


def _by_owner(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.owner_id, []).append(row)
    return found


def _values(kind: str, subject: str, at: dt.datetime, minutes: int | None, done: bool) -> dict[str, Any]:
    return {"type": kind, "subject": subject, "due_at": at, "done_at": at if done else None,
            "duration": minutes * 60 if minutes else None,
            "direction": "outgoing" if kind == "call" and done else None}
