"""Entries of a kind that is kept for a shorter time than the log lose their text, with the chain still whole (AUD-08).

The log is one chain and can only be cut at its beginning, so what is over before the rest is stays as a shell: number,
moment, act and the numbers of user and record, which the digests are made of. Names, addresses, titles and values go
for good, as when a person is erased (`erasing`), and so they are in no archive that is made later.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from core.audit import chain, listener
from core.audit.models import audit
from core.audit.protect import entries_unlocked
from core.db import Unit, run_unit

#: Entries emptied in one transaction: others cannot write meanwhile.
AT_ONCE = 1_000
_EMPTY = {"actor_name": "", "address": "", "record_title": "", "changes": None, "salt": 2 * chain.NO_SALT}


def carry_out(owner: Engine, acts: Collection[str], before: dt.datetime) -> int:
    """Empty all entries of these acts from before a moment, with the connection of the tables' owner; their number."""
    done = 0
    while step := run_unit(owner, lambda opened: _step(opened, acts, before)):
        done += step
    if done:
        told: dict[str, Any] = {"entries": [None, done], "acts": [None, sorted(acts)], "before": [None, before]}
        run_unit(owner, lambda _opened: listener.record("core.audit", None, "", "shorten_log", told))
    return done


def count(owner: Engine, acts: Collection[str], before: dt.datetime) -> int:
    """How many would be emptied."""
    with owner.connect() as connection:
        found: int = connection.execute(
            sa.select(sa.func.count()).select_from(audit).where(_due(acts, before))).scalar_one()
    return found


def _step(opened: Unit, acts: Collection[str], before: dt.datetime) -> int:
    opened.begin_write()
    due = sa.select(audit.c.id).where(_due(acts, before)).order_by(audit.c.at).limit(AT_ONCE)
    ids = opened.execute(due).scalars().all()
    if ids:
        with entries_unlocked(opened.connection):
            opened.connection.execute(sa.update(audit).where(audit.c.id.in_(ids)).values(**_EMPTY))
    return len(ids)


def _due(acts: Collection[str], before: dt.datetime) -> Any:
    has_text = sa.or_(audit.c.changes.is_not(None), audit.c.actor_name != "", audit.c.address != "")
    return sa.and_(audit.c.at < before, audit.c.action.in_(acts), has_text)
