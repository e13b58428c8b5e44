"""When a contact was last spoken with, and of what: told by the activities about it, while their module is on."""

from __future__ import annotations

from typing import Any, NamedTuple

import sqlalchemy as sa

from core.api import NotFound, can, entity_spec, readable, scoped, unit

ACTIVITY = "activities.activity"
#: Planning a task is no contact with anybody; these kinds are, once they are done.
KINDS = frozenset({"call", "meeting", "visit", "email", "message"})


class Interaction(NamedTuple):
    """The kind of an activity in words, and what came of it, or what it was about."""

    what: str
    outcome: str
    href: str


def types(activity: Any) -> frozenset[str]:
    """The types of activity that are contacts, with those that an administrator made of such a kind."""
    return frozenset(one.value for one in activity.fields["type"].choices if {one.kind, one.value} & KINDS)


def latest(contact_id: int) -> Interaction | None:
    """The last one about a contact that the reader may see."""
    try:
        spec = entity_spec(ACTIVITY)
    except NotFound:  # its module is off
        return None
    if not can(f"{ACTIVITY}.view"):
        return None
    own, allowed = spec.table.c, readable(spec)
    if not {"type", "done_at", "record_id"} <= allowed.keys():
        return None
    told = [name for name in ("result", "subject") if name in allowed]
    wanted = sa.select(own.id, own.type, *(own[name] for name in told)).where(
        own.entity == "contacts.contact", own.record_id == contact_id, own.done_at.is_not(None),
        own.type.in_(types(spec)))  # fmt: skip
    found = unit().execute(scoped(wanted, spec).order_by(own.done_at.desc(), own.id.desc()).limit(1)).mappings().first()
    if found is None:
        return None
    kind = spec.fields["type"].choice(found["type"])
    outcome = next((found[name] for name in told if found[name]), "")
    return Interaction(str(kind.label) if kind else "", outcome, f"{spec.path}/{found['id']}")
