"""Mentions that somebody who leaves has not seen: whoever takes over hears on which records they stand.

What was written stays where it is, in the timeline of a record, and is read by the rights of the reader; of the chat,
whose messages are their writers' and readers' own, nothing is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from core import query
from core.actor import acting
from core.auth.actors import load_actor
from core.auth.models import User
from core.db import unit
from core.declarations import NoticeKind
from core.entity.base import utc_now
from core.language.i18n import _
from core.notify.models import notices
from core.notify.telling import notify
from core.permissions import can
from core.plugin.hookspecs import hookimpl
from core.registry import current

TAKEN_OVER = "core.mentions_taken_over"
#: So many records have room in the address of their list.
TOGETHER = 40


@hookimpl
def register_notice_kinds() -> list[NoticeKind]:
    return [NoticeKind(
        TAKEN_OVER, _("Open mentions of a colleague whose work I take over"),
        _("{actor} handed over to you the work of {person}, who was mentioned on {record} and has not seen it"), "at",
        _("{actor} handed over to you the work of {person}, who was mentioned on {entity} and has not seen it "
          "({count})"), mail=True, tells_self=True)]  # fmt: skip


def held(user_id: int) -> list[int]:
    """The notices of mentions on records that the user has not seen."""
    wanted = sa.select(notices.c.id).where(*_open(user_id)).order_by(notices.c.id)
    return list(unit().execute(wanted).scalars())


def _open(user_id: int) -> tuple[Any, ...]:
    kinds = [kind.name for kind in current().derived.notice_kinds.values() if kind.mention]
    return (notices.c.user_id == user_id, notices.c.in_bell, notices.c.read_at.is_(None), notices.c.kind.in_(kinds),
            notices.c.entity.in_(list(current().entities)), notices.c.record_id.is_not(None))  # fmt: skip


def hand_over(ids: Sequence[int], before: int, after: int) -> list[int]:
    """Tell `after` of the records on which `before` was mentioned; handed back to whom they came from, they are unseen
    again, and what told of them is gone. Answers the notices that this is about."""
    unit().begin_write()
    owner = notices.c.user_id
    back = sa.update(notices).where(notices.c.id.in_(ids), owner == after).values(read_at=None)
    returned = unit().execute(back.returning(notices.c.id)).scalars().all()
    if returned:
        _take_back(before, after)
        return list(returned)
    seen = sa.update(notices).where(notices.c.id.in_(ids), *_open(before)).values(read_at=utc_now(), digest_due=False)
    found = unit().execute(seen.returning(notices.c.id, notices.c.entity, notices.c.record_id)).all()
    person = unit().execute(sa.select(User.name).where(User.id == before)).scalar_one()
    _tell(after, found, {"person": person, "person_id": before})
    return [row.id for row in found]


def _tell(user_id: int, found: Iterable[Any], values: dict[str, Any]) -> None:
    """One notice for each kind of record that he may see at all: which of them he sees, the list says when he opens it,
    for some may be given to him by a job that has not run yet."""
    by_entity: dict[str, set[int]] = {}
    for row in found:
        by_entity.setdefault(row.entity, set()).add(row.record_id)
    reader = load_actor(unit().connection, user_id)
    if reader is None:
        return
    with acting(reader):
        wanted = {entity: sorted(ids) for entity, ids in by_entity.items() if can(f"{entity}.view")}
        shown = query.titles(wanted)
    for entity, ids in wanted.items():
        if len(ids) == 1 and shown[entity]:
            notify([user_id], TAKEN_OVER, entity, ids[0], values)
            continue
        for some in (ids[first : first + TOGETHER] for first in range(0, len(ids), TOGETHER)):
            href = f"{current().entities[entity].path}?id__in={','.join(map(str, some))}"
            notify([user_id], TAKEN_OVER, entity, values=values, count=len(some), href=href)


def _take_back(user_id: int, leaver_id: int) -> None:
    """What told the user of this colleague's mentions, and he has not seen yet."""
    told = sa.select(notices.c.id, notices.c["values"]).where(
        notices.c.user_id == user_id, notices.c.kind == TAKEN_OVER, notices.c.read_at.is_(None))
    gone = [row.id for row in unit().execute(told) if row[1].get("person_id") == leaver_id]
    unit().execute(sa.delete(notices).where(notices.c.id.in_(gone)))
