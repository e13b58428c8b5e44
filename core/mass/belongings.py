"""What somebody has besides records: views that he saved and webhooks that he set up. They go to one successor as a
whole, in the transaction of whoever hands them over, and can be taken back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from core.audit import listener
from core.auth.models import User
from core.db import unit
from core.language.i18n import _
from core.permissions import can
from core.savedviews.models import views
from core.webhooks.models import webhooks


@dataclass(frozen=True, slots=True)
class Belonging:
    """A table whose rows belong to the user in `owner`; `subject` is how the log names them, `right` what whoever hands
    them over needs."""

    name: str
    table: sa.Table
    owner: str
    label: Any
    icon: str
    subject: str
    right: str = ""


BELONGINGS = (
    Belonging("views", views, "owner_id", _("Saved views"), "bookmark", "core.list_view"),
    Belonging("webhooks", webhooks, "user_id", _("Webhooks"), "send", "core.webhook", "core.webhook.change"),
)


def held(leaver_id: int) -> dict[Belonging, list[int]]:
    """The ids of what a user has, as far as the actor may hand it over."""
    found: dict[Belonging, list[int]] = {}
    for one in BELONGINGS:
        if not one.right or can(one.right):
            mine = sa.select(one.table.c.id).where(one.table.c[one.owner] == leaver_id).order_by(one.table.c.id)
            if ids := list(unit().execute(mine).scalars()):
                found[one] = ids
    return found


def give(one: Belonging, ids: Sequence[int], before: int, after: int) -> list[int]:
    """From one user to another, as far as they are still the first one's; the ids that went. Each is on record."""
    table, owner = one.table, one.table.c[one.owner]
    unit().begin_write()
    statement = sa.update(table).where(table.c.id.in_(ids), owner == before).values({one.owner: after})
    gone = unit().execute(statement.returning(table.c.id, table.c.name)).all()
    users = User.__table__
    names = dict(unit().execute(sa.select(users.c.id, users.c.name).where(users.c.id.in_((before, after)))).all())
    for row in gone:
        listener.record(one.subject, row.id, row.name, "update", {"owner": [names[before], names[after]]})
    return [row.id for row in gone]


def stored(chosen: Mapping[Belonging, tuple[Iterable[int], int]]) -> list[dict[str, Any]]:
    """What is to go to whom, as a handing over keeps it."""
    return [{"name": one.name, "ids": list(ids), "to": to} for one, (ids, to) in chosen.items()]


def named(name: str) -> Belonging | None:
    return next((one for one in BELONGINGS if one.name == name), None)
