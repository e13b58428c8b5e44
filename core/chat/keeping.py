"""Messages that go: by age, as the settings say, and with a user who is forgotten."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from core.chat.models import files, messages
from core.db import unit
from core.entity.base import utc_now
from core.jobs import Context
from core.registry import settings
from core.signals import on


def forget_old(context: Context) -> dict[str, int]:
    """How many messages are gone now, with their files."""
    with context.unit() as opened:
        kept = str(settings("core.chat_kept") or "all")
        if not kept.isdigit():
            return {"deleted": 0}
        opened.begin_write()
        old = messages.c.created_at < utc_now() - dt.timedelta(days=int(kept))
        opened.execute(sa.delete(files).where(files.c.message_id.in_(sa.select(messages.c.id).where(old))))
        return {"deleted": opened.execute(sa.delete(messages).where(old)).rowcount}


def empty(*conditions: Any) -> None:
    """Take the text and the files out of these messages; that there was one stays for those who read it."""
    unit().begin_write()
    mine = sa.select(messages.c.id).where(*conditions)
    unit().execute(sa.delete(files).where(files.c.message_id.in_(mine)))
    unit().execute(sa.update(messages).where(*conditions).values(body="", body_key="", deleted_at=utc_now()))


@on("core.records_erased")
def forget_erased(entity: Any, ids: Sequence[int]) -> None:
    if entity.name == "core.user":
        empty(messages.c.user_id.in_(ids))


def digests_of(user_id: int) -> set[str]:
    """The files that a user sent."""
    mine = sa.select(messages.c.id).where(messages.c.user_id == user_id)
    return set(unit().execute(sa.select(files.c.digest).where(files.c.message_id.in_(mine))).scalars())
