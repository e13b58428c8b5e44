"""The organisation that the actor works in, as far as values are read by it: its country and its currency."""

from __future__ import annotations

import sqlalchemy as sa

from core.actor import actor
from core.db import unit
from core.registry import current


def home_country() -> str:
    """The country by which bare phone numbers are read: that of the organisation the actor works in."""
    return _at_home("country")


def home_currency() -> str:
    """The currency of amounts without one of their own: that of the organisation the actor works in."""
    return _at_home("currency")


def note_home(organisation_id: int | None, country: str, currency: str) -> None:
    """What the query that told who asks has told of the organisation he works in, so that nobody asks again."""
    if organisation_id:
        unit().state.update({("country", organisation_id): country, ("currency", organisation_id): currency})


def _at_home(name: str) -> str:
    organisation_id = actor().organisation_id
    state = unit().state
    key = (name, organisation_id)
    if key not in state:
        table = current().entity("core.organisation").table
        statement = sa.select(table.c[name]).order_by(table.c.id).limit(1)
        if organisation_id:
            statement = statement.where(table.c.id == organisation_id)
        state[key] = unit().execute(statement).scalar() or ""
    found: str = state[key]
    return found
