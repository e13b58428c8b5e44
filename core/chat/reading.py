"""Conversations as their members read them: nobody else gets at one, an administrator neither."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from core.actor import actor
from core.auth.models import User
from core.chat.models import chats, files, members, messages
from core.db import unit
from core.errors import NotFound
from core.language.i18n import _
from core.language.text import escape_like, search_key

MOST, PAGE, FOUND = 100, 50, 40
GONE = _("This conversation does not exist, or you are not in it.")


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation of the reader; `others` are its other members by id, `text` is the last message as stored."""

    id: int
    name: str
    is_group: bool
    others: dict[int, str]
    unread: int
    last_at: dt.datetime
    text: str
    writer: str
    is_mine: bool

    @property
    def title(self) -> str:
        return self.name or "، ".join(self.others.values()) or str(_("Nobody else"))


@dataclass(frozen=True, slots=True)
class Message:
    """A message as stored, with the facts of its files."""

    id: int
    chat_id: int
    user_id: int | None
    writer: str
    body: str
    created_at: dt.datetime
    is_deleted: bool
    files: tuple[Any, ...] = ()


def conversations(chat_id: int | None = None) -> list[Conversation]:
    """The reader's, those written to lately first; or one of them."""
    writer = User.__table__.alias("writer")
    statement = (
        sa.select(chats.c.id, chats.c.name, chats.c.pair, chats.c.last_at, members.c.unread, members.c.from_id,
                  messages.c.id.label("message_id"), messages.c.body, messages.c.user_id, writer.c.name.label("writer"))
        .select_from(members.join(chats, chats.c.id == members.c.chat_id)
                     .outerjoin(messages, messages.c.id == chats.c.last_message_id)
                     .outerjoin(writer, writer.c.id == messages.c.user_id))
        .where(*_mine(), *(() if chat_id is None else (chats.c.id == chat_id,)))
        .order_by(chats.c.last_at.desc(), chats.c.id.desc()).limit(MOST)
    )  # fmt: skip
    rows = unit().execute(statement).all()
    others = _others([row.id for row in rows])
    return [Conversation(row.id, row.name, row.pair is None, others.get(row.id, {}), row.unread, row.last_at,
                         (row.body or "") if (row.message_id or 0) > row.from_id else "", row.writer or "",
                         row.user_id == actor().id) for row in rows]  # fmt: skip


def one(chat_id: int) -> Conversation:
    """A conversation of the reader; NotFound for one that he is not in."""
    found = conversations(chat_id)
    if not found:
        raise NotFound(GONE)
    return found[0]


def written(chat_id: int, *, before: int | None = None, after: int | None = None, limit: int = PAGE) -> list[Message]:
    """A page of a conversation's messages, the oldest first: the last ones, those before or those after one."""
    wanted: list[Any] = [messages.c.chat_id == chat_id]
    if before is not None:
        wanted.append(messages.c.id < before)
    if after is not None:
        wanted.append(messages.c.id > after)
    order = messages.c.id.asc() if after is not None else messages.c.id.desc()
    return sorted(_read(*wanted, order=order, limit=limit), key=lambda message: message.id)


def search(text: str) -> list[Message]:
    """The reader's messages with all words of a text, the newest first."""
    words = [escape_like(word) for word in search_key(text).split()]
    if not words:
        return []
    conditions = [messages.c.body_key.like(f"%{word}%", escape="\\") for word in words]
    return _read(*conditions, order=messages.c.id.desc(), limit=FOUND)


def message(message_id: int) -> Message:
    """A message that the reader may read; NotFound for any other."""
    found = _read(messages.c.id == message_id, order=messages.c.id, limit=1)
    if not found:
        raise NotFound(GONE)
    return found[0]


def file(file_id: int) -> Any:
    """The facts of a file in a conversation of the reader."""
    statement = sa.select(files, messages.c.chat_id).select_from(
        files.join(messages, messages.c.id == files.c.message_id).join(members, members.c.chat_id == messages.c.chat_id)
    ).where(files.c.id == file_id, messages.c.id > members.c.from_id, *_mine())  # fmt: skip
    found = unit().execute(statement).first()
    if found is None:
        raise NotFound(_("This file is not there any more."))
    return found


def _mine() -> tuple[Any, Any]:
    return members.c.user_id == actor().id, members.c.left_at.is_(None)


def _others(chat_ids: Iterable[int]) -> dict[int, dict[int, str]]:
    found: dict[int, dict[int, str]] = {}
    statement = (
        sa.select(members.c.chat_id, User.id, User.name).select_from(members.join(User, User.id == members.c.user_id))
        .where(members.c.chat_id.in_(list(chat_ids)), members.c.user_id != actor().id, members.c.left_at.is_(None))
        .order_by(members.c.chat_id, User.id)
    )  # fmt: skip
    for chat_id, user_id, name in unit().execute(statement):
        found.setdefault(chat_id, {})[user_id] = name
    return found


def _read(*conditions: Any, order: Any, limit: int) -> list[Message]:
    statement = (
        sa.select(messages.c.id, messages.c.chat_id, messages.c.user_id, User.name, messages.c.body,
                  messages.c.created_at, messages.c.deleted_at.is_not(None))
        .select_from(messages.join(members, members.c.chat_id == messages.c.chat_id)
                     .outerjoin(User, User.id == messages.c.user_id))
        .where(*_mine(), messages.c.id > members.c.from_id, *conditions).order_by(order).limit(limit)
    )  # fmt: skip
    rows = unit().execute(statement).all()
    held: dict[int, list[Any]] = {}
    if rows:
        wanted = sa.select(files).where(files.c.message_id.in_([row[0] for row in rows])).order_by(files.c.id)
        for one_file in unit().execute(wanted):
            held.setdefault(one_file.message_id, []).append(one_file)
    return [Message(row[0], row[1], row[2], row[3] or "", row[4], row[5], bool(row[6]), tuple(held.get(row[0], ())))
            for row in rows]  # fmt: skip
