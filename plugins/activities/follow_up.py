"""Following customers up: their status, what is done next and when, in a tab of whatever entity asks for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.api import can, entity_spec, readable

from . import screens, services
from .models import Activity

#: What the Meta of an entity names to have the tab, with the choice field that is its status.
EXTRA = "activities.follow_up"
FORM = "follow_up"
PLANNED, EARLIER = 20, 10


def given(record: Mapping[str, Any], entity: str) -> dict[str, str]:
    """What the tab's form begins with: a call about this record."""
    number = record.get("phone")
    return {"entity": entity, "record_id": str(record["id"]), "type": "call", **({"phone": number} if number else {})}


def panel(record: Mapping[str, Any], entity: str) -> dict[str, Any]:
    """The status, the appointments ahead, and what was done before."""
    own, path = Activity.__table__, entity_spec(entity).path
    about = (own.c.entity == entity, own.c.record_id == record["id"])
    ahead = services.read(*about, own.c.done_at.is_(None), limit=PLANNED)
    before = services.read(*about, own.c.done_at.is_not(None), limit=EARLIER,
                           order=(own.c.done_at.desc(), own.c.id.desc()))  # fmt: skip
    lines = screens.lines([*ahead, *before])
    return {
        "status": _status(record, entity),
        "planned": lines[: len(ahead)],
        "earlier": lines[len(ahead) :],
        "back": f"{path}/{record['id']}",
        "may_finish": can(f"{screens.NAME}.change"),
    }


def _status(record: Mapping[str, Any], entity: str) -> dict[str, str] | None:
    """The record's own status, and where it is chosen by those who may change the record."""
    spec = entity_spec(entity)
    f = readable(spec).get(spec.meta.extras[EXTRA])
    if f is None:
        return None
    present = f.choice(record.get(f.name))
    return {
        "label": str(f.label),
        "value": str(present.label) if present else "",
        "hue": present.hue if present and present.hue else "grey",
        "menu_href": f"{spec.path}/{record['id']}/field/{f.name}?as=menu" if can(f"{entity}.change") else "",
    }
