"""What somebody has besides records: views that he saved, webhooks that he set up, and what plugins keep of him.

It goes to one successor as a whole, in the transaction of whoever hands it over, and can be taken back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any

import sqlalchemy as sa

from core.audit import listener
from core.auth.models import User
from core.db import unit
from core.declarations import Belonging
from core.language.i18n import _
from core.notify import open_mentions
from core.permissions import can
from core.plugin.hookspecs import hookimpl
from core.registry import current
from core.savedviews.models import views
from core.webhooks.models import webhooks


@hookimpl
def register_belongings() -> list[Belonging]:
    return [
        Belonging("views", _("Saved views"), partial(_held, views.c.owner_id),
                  partial(_give, views.c.owner_id, "core.list_view"), "bookmark"),
        Belonging("webhooks", _("Webhooks"), partial(_held, webhooks.c.user_id),
                  partial(_give, webhooks.c.user_id, "core.webhook"), "send", "core.webhook.change"),
        Belonging("mentions", _("Open mentions"), open_mentions.held, open_mentions.hand_over, "at"),
    ]  # fmt: skip


def held(leaver_id: int) -> dict[Belonging, Sequence[Any]]:
    """The keys of what a user has, as far as the actor may hand it over."""
    found = {}
    for one in current().derived.belongings:
        if not one.right or can(one.right):
            with current().holding(one.held, f"belonging {one.name}"):
                found[one] = one.held(leaver_id)
    return {one: keys for one, keys in found.items() if keys}


def give(one: Belonging, keys: Sequence[Any], before: int, after: int) -> Sequence[Any]:
    """From one user to another, as far as it is still the first one's; the keys of what went."""
    with current().holding(one.give, f"belonging {one.name}"):
        return one.give(keys, before, after)


def stored(chosen: Mapping[Belonging, tuple[Iterable[Any], int]]) -> list[dict[str, Any]]:
    """What is to go to whom, as a handing over keeps it."""
    return [{"name": one.name, "ids": list(keys), "to": to} for one, (keys, to) in chosen.items()]


def named(name: str) -> Belonging | None:
    return next((one for one in current().derived.belongings if one.name == name), None)


def _held(owner: sa.Column[Any], user_id: int) -> list[int]:
    key = owner.table.c.id
    return list(unit().execute(sa.select(key).where(owner == user_id).order_by(key)).scalars())


def _give(owner: sa.Column[Any], subject: str, ids: Sequence[int], before: int, after: int) -> list[int]:
    """Rows of a table of the kernel; each is on record under `subject`."""
    table = owner.table
    unit().begin_write()
    statement = sa.update(table).where(table.c.id.in_(ids), owner == before).values({owner: after})
    gone = unit().execute(statement.returning(table.c.id, table.c.name)).all()
    users = User.__table__
    names = dict(unit().execute(sa.select(users.c.id, users.c.name).where(users.c.id.in_((before, after)))).all())
    for row in gone:
        listener.record(subject, row.id, row.name, "update", {"owner": [names[before], names[after]]})
    return [row.id for row in gone]
