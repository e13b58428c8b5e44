"""How far the set-up of an organisation has come: due, left at a step, or over.

It is a fact of the organisation, so whoever may set it up goes on where another left off.
"""

from __future__ import annotations

import sqlalchemy as sa

from core.actor import Actor, actor
from core.audit import listener
from core.auth.models import Organisation
from core.db import unit
from core.permissions import can

#: A new organisation that nobody has begun to set up: whoever may is led there when he logs in.
DUE = "due"
PERMISSIONS = ("core.settings.change", "core.organisation.view", "core.organisation.change")


def may_set_up(who: Actor | None = None) -> bool:
    """Whether the actor may: it changes the organisation and settings of modules."""
    return all(can(permission, who) for permission in PERMISSIONS)


def step(who: Actor | None = None) -> str:
    """The step at which the set-up waits in the organisation the actor works in: DUE, a step's key, or "" for none."""
    statement = sa.select(Organisation.setup).where(Organisation.id == (who or actor()).organisation_id)
    return unit().execute(statement).scalar() or ""


def is_due(who: Actor) -> bool:
    """Whether this is the moment to lead the actor to the set-up."""
    return who.organisation_id is not None and may_set_up(who) and step(who) == DUE


def wait_at(key: str | None, organisation_id: int | None = None) -> None:
    """Go on at this step next time; None: there is nothing to set up."""
    table = Organisation.__table__
    unit().begin_write()
    chosen = organisation_id or actor().organisation_id
    unit().execute(sa.update(table).where(table.c.id == chosen).values(setup=key))


def end(skipped: bool = False) -> None:
    """The set-up is over, done or skipped, which is on record. One that is not under way has no end."""
    before = step()
    if not before:
        return
    organisation_id = actor().organisation_id
    wait_at(None)
    name = dict(actor().organisations).get(organisation_id or 0, "")
    listener.record("core.organisation", organisation_id, name, "setup_skip" if skipped else "setup", {})
