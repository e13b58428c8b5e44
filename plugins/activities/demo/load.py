"""Saving the sample through the write path: some late, some for today, some later, some done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from core.api import Change, NotFound, entity_spec, reader, records, scoped, unit

from ..models import Activity, Plan, PlanStep

#: (type, days from today, whether it is done, subject by language); a past day that is not done is late.
SAMPLE: tuple[tuple[str, int, bool, dict[str, str]], ...] = (
    ("call", -2, False, {"fa": "تماس برای پیگیری پیش‌فاکتور", "ar": "مكالمة لمتابعة عرض السعر",
                         "en": "Call about the quotation"}),
    ("task", 0, False, {"fa": "فرستادن فهرست قیمت", "ar": "إرسال قائمة الأسعار", "en": "Send the price list"}),
    ("meeting", 3, False, {"fa": "جلسه معرفی محصول", "ar": "اجتماع عرض المنتج", "en": "Product presentation"}),
    ("visit", 9, False, {"fa": "بازدید از فروشگاه", "ar": "زيارة المتجر", "en": "Visit the shop"}),
    ("call", -6, True, {"fa": "تماس نخست", "ar": "المكالمة الأولى", "en": "First call"}),
)
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
_users = sa.table("core_user", sa.column("id"), sa.column("language"))
_organisation = sa.table("core_organisation", sa.column("id"))


def load(today: dt.date) -> None:
    """Activities about the first customers, each for whoever leads the customer; without customers none."""
    try:
        customers = entity_spec(ABOUT).table
    except NotFound:
        return
    organisation_id = unit().execute(sa.select(_organisation.c.id).order_by(_organisation.c.id).limit(1)).scalar_one()
    _add_plan()
    languages = dict(unit().execute(sa.select(_users.c.id, _users.c.language)).all())
    statement = scoped(sa.select(customers.c.id, customers.c.owner_id), ABOUT).where(customers.c.owner_id.is_not(None))
    led = _by_owner(unit().execute(statement.order_by(customers.c.id.desc())).all())
    rows = [one for customers_of_one in led.values() for one in customers_of_one[:EACH]]
    records.save_many(Activity, [
        Change(values=_values(kind, days + number % 2, done, texts[languages.get(owner) or "en"], today)
               | {"entity": ABOUT, "record_id": record_id, "assignee_id": owner, "owner_id": owner,
                  "organisation_id": organisation_id})
        for number, (record_id, owner) in enumerate(rows) for kind, days, done, texts in SAMPLE
    ])


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


def _values(kind: str, days: int, done: bool, subject: str, today: dt.date) -> dict[str, Any]:
    at = dt.datetime.combine(today, dt.time(15, 0), dt.UTC) + dt.timedelta(days=days)
    return {"type": kind, "subject": subject, "due_at": at, "done_at": at if done else None,
            "direction": "outgoing" if kind == "call" and done else None}
