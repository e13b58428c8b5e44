"""What a reader has seen of his notices."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from core.actor import actor
from core.db import Unit, unit
from core.entity.base import utc_now
from core.notify.models import notices


def read(notice_id: int) -> None:
    """The reader has seen one of his notices; nothing happens for one of somebody else."""
    _mark(unit(), actor().id, notices.c.id == notice_id)


def read_all(up_to: int | None = None) -> None:
    """The reader has seen all his notices, or those up to the newest that he was shown."""
    _mark(unit(), actor().id, *(() if up_to is None else (notices.c.id <= up_to,)))


def reader_of(entity: str, record_id: int) -> Callable[[Unit], None]:
    """Work that marks what the present actor was told of a record as seen, as he has opened it; for after the answer,
    in a unit of its own."""
    user_id = actor().id
    return lambda own: _mark(own, user_id, notices.c.entity == entity, notices.c.record_id == record_id)


def _mark(opened: Unit, user_id: int | None, *conditions: Any) -> None:
    opened.begin_write()
    unread = (notices.c.user_id == user_id, notices.c.read_at.is_(None))
    # What he has read is no news for his daily mail.
    opened.execute(sa.update(notices).where(*unread, *conditions).values(read_at=utc_now(), digest_due=False))
