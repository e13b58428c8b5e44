"""Telling users of something, inside the transaction that it follows from: rolled back, nobody is told.

    notify([task.assignee_id], "activities.assigned", "activities.activity", task.id, {"due": task.due_on})
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from core.actor import actor
from core.auth.models import User
from core.db import unit
from core.declarations import NoticeKind
from core.entity.base import utc_now
from core.errors import DeclarationError
from core.jobs import queue
from core.notify import several
from core.notify.models import choices, notices
from core.registry import current

MAIL_JOB = "core.mail_notices"
#: The same from the same person about the same record is one notice as long as it is unread and not older.
TOGETHER = dt.timedelta(minutes=10)
LONGEST_VALUE = 300


class ByMail(StrEnum):
    """Whether somebody gets a mail of what happened: at once, or with all else of the day in one."""

    NEVER = "never"
    NOW = "now"
    DIGEST = "digest"


@dataclass(frozen=True, slots=True)
class Channels:
    """The ways in which somebody is told of one kind of notice; what is `urgent` to him comes in quiet hours too."""

    bell: bool
    mail: ByMail = ByMail.NEVER
    urgent: bool = False

    @property
    def any(self) -> bool:
        return self.bell or self.mail is not ByMail.NEVER


def usual(kind: NoticeKind) -> Channels:
    """The ways for whoever has chosen nothing."""
    return Channels(kind.bell, ByMail.NOW if kind.mail else ByMail.DIGEST if kind.digest else ByMail.NEVER)


def notify(
    user_ids: Iterable[int | None], kind: str, entity: str = "", record_id: int | None = None,
    values: Mapping[str, Any] | None = None, *, href: str = "", count: int = 1, of: Collection[int] = (),
) -> None:  # fmt: skip
    """Tell these users, each in the ways he chose, of something that the present actor did.

    `kind` is declared with `register_notice_kinds`; `values` fill the placeholders of its text: texts, numbers, dates
    and times, which are written in each reader's calendar and zone. The names of actor and record are looked up when
    the notice is read, and shown to those who may see the record then. It leads to the record, or to `href`, an
    address on this site. Without a number it is about `count` records of the entity together, and
    leads to the list of just those in `of`. Nobody is told of what
    he did himself, unless the kind says so, and users that are switched off are told nothing.
    """
    declared = _declared(kind)
    who = actor()
    own = None if declared.tells_self else who.id
    wanted = sorted({one for one in user_ids if one is not None and one != own})
    if not wanted:
        return
    values_given = stored_values(values or {})
    if href and (not href.startswith("/") or href[1:2] in ("/", "\\") or not href.isprintable()):
        raise DeclarationError(f"A notice leads to an address on this site, which {href!r} is not.")
    unit().begin_write()
    channels = {user_id: found for user_id, found in chosen(declared, wanted).items() if found.any}
    # Two imports, or two changes of many records, lead to pages of their own: each is told with its own figures.
    about = {"kind": kind, "entity": entity, "record_id": record_id, "actor_id": who.id, "href": href}
    known = _waiting(about, channels)
    moment = utc_now()
    if known:
        # What the daily mail has told already comes in the next one, with what is new of it.
        anew = [
            {"known_id": row.id, "told_at": moment, **several.together(row, values_given, of, count),
             "digest_due": row.digest_due or (channels[user_id].mail is ByMail.DIGEST and not row.mail_due)}
            for user_id, row in known.items()
        ]  # fmt: skip
        # One that was taken back stands at the bell again, where it stood there.
        read_at = sa.case((notices.c.count > 0, notices.c.read_at), (notices.c.in_bell, sa.null()), else_=moment)
        statement = sa.update(notices).where(notices.c.id == sa.bindparam("known_id")).values(read_at=read_at)
        unit().execute(statement, anew)
    rows = [
        {**about, "user_id": user_id, "values": several.told(values_given, of), "count": count,
         "in_bell": ways.bell, "mail_due": ways.mail is ByMail.NOW, "digest_due": ways.mail is ByMail.DIGEST,
         "created_at": moment, "told_at": moment, "read_at": None if ways.bell else moment}
        for user_id, ways in channels.items() if user_id not in known
    ]  # fmt: skip
    if rows:
        unit().execute(sa.insert(notices), rows)
    if any(row["mail_due"] for row in rows) and MAIL_JOB not in unit().state:
        unit().state[MAIL_JOB] = queue.enqueue(MAIL_JOB)


def stored_choice(row: Any) -> Channels:
    """What a row of `choices` holds."""
    return Channels(row.bell, ByMail(row.by_mail), row.urgent)


def _declared(kind: str) -> NoticeKind:
    found = current().derived.notice_kinds.get(kind)
    if found is None:
        raise DeclarationError(f"There is no kind of notice {kind!r}: declare it with register_notice_kinds.")
    return found


def stored_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """As JSON; days and instants keep what they are, so that each reader sees them in his calendar and zone."""
    return {name: _stored(value) for name, value in values.items() if value is not None}


def _stored(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return {"time": value.astimezone(dt.UTC).isoformat()}
    if isinstance(value, dt.date):
        return {"date": value.isoformat()}
    return value if isinstance(value, int) else str(value)[:LONGEST_VALUE]


def chosen(kind: NoticeKind, user_ids: Iterable[int]) -> dict[int, Channels]:
    """How each of these users wants to be told of it; programs and those who are switched off are left out."""
    users = User.__table__
    statement = (
        sa.select(users.c.id, choices.c.bell, choices.c.by_mail, choices.c.urgent)
        .outerjoin(choices, sa.and_(choices.c.user_id == users.c.id, choices.c.kind == kind.name))
        .where(users.c.id.in_(list(user_ids)), users.c.active, users.c.deleted_at.is_(None),
               sa.func.coalesce(users.c.kind, "person") == "person")
    )  # fmt: skip
    return {row.id: usual(kind) if row.bell is None else stored_choice(row) for row in unit().execute(statement)}


def _waiting(about: Mapping[str, Any], user_ids: Iterable[int]) -> dict[int, Any]:
    """{user: his notice of the same that he has not read yet, or that was taken back}."""
    same = [notices.c[name].is_not_distinct_from(value) for name, value in about.items()]
    lately = (sa.or_(notices.c.read_at.is_(None), notices.c.count == 0), notices.c.told_at > utc_now() - TOGETHER)
    statement = sa.select(notices).where(
        notices.c.user_id.in_(list(user_ids)), *lately, *same)  # fmt: skip
    return {row.user_id: row for row in unit().execute(statement.order_by(notices.c.id))}
