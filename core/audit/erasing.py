"""Taking a person's data out of the log, with the chain still whole (AUD-07).

Each entry has two halves with a salt each (see `chain`): what happened to which record, and who did it from where.
Erasing a half removes its text and its salt and keeps its digest, so the entry's own digest and all links still fit,
and nothing can be guessed back. That an erasing took place has an entry of its own.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from core.audit import chain
from core.audit.models import audit
from core.audit.protect import entries_unlocked
from core.db import Unit

_HALF = chain.SALT_BYTES


def erase_record(opened: Unit, entity: str, record_id: int) -> int:
    """Take out what happened to a record: its title and all values. Answers the number of entries."""
    mine = sa.and_(audit.c.entity == entity, audit.c.record_id == record_id, audit.c.changes.is_not(None))
    return _erase(opened, mine, {"record_title": "", "changes": None}, first=False)


def erase_actor(opened: Unit, actor_id: int) -> int:
    """Take out who acted: the name and the address of a user in all entries. Answers their number."""
    mine = sa.and_(audit.c.actor_id == actor_id, sa.or_(audit.c.actor_name != "", audit.c.address != ""))
    return _erase(opened, mine, {"actor_name": "", "address": ""}, first=True)


def count(opened: Unit, entity: str, record_id: int) -> int:
    """How many entries tell of a record."""
    mine = sa.select(sa.func.count()).where(audit.c.entity == entity, audit.c.record_id == record_id)
    found: int = opened.execute(mine).scalar_one()
    return found


def _erase(opened: Unit, condition: Any, emptied: dict[str, Any], *, first: bool) -> int:
    rows = opened.execute(sa.select(audit.c.id, audit.c.salt).where(condition)).all()
    if not rows:
        return 0
    by_id = audit.c.id == sa.bindparam("at_id")
    statement = sa.update(audit).where(by_id).values(**emptied, salt=sa.bindparam("kept_salt", type_=sa.LargeBinary))
    with entries_unlocked(opened.connection):
        opened.connection.execute(
            statement, [{"at_id": row.id, "kept_salt": _without(row.salt, first)} for row in rows])
    return len(rows)


def _without(salt: bytes | None, first: bool) -> bytes:
    whole = salt or bytes(2 * _HALF)
    return chain.NO_SALT + whole[_HALF:] if first else whole[:_HALF] + chain.NO_SALT
