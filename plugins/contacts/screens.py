"""What the page of a contact shows beside its fields."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from core.api import Choice, settings

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
