"""Beginning a conversation, writing in it, reading it, leaving it. The log tells who did that and when, never the text.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import sqlalchemy as sa

from core.actor import actor
from core.audit import listener
from core.chat import keeping, people, reading, rules, wording
from core.chat.models import chats, files, members, messages
from core.chat.reading import Conversation, Message
from core.db import unit
from core.entity.base import utc_now
from core.entity.types_file import StoredFile
from core.errors import Forbidden, Invalid, NotFound
from core.language.i18n import _
from core.language.text import clean, clean_multiline, search_key
from core.notify.telling import notify

LONGEST, MOST_FILES, MOST_MEMBERS = 5_000, 10, 30
SUBJECT = "core.chat"


def begin(user_ids: Iterable[int], name: str = "") -> int:
    """A conversation with these colleagues: with one, and without a name, the one there is already. Answers its id."""
    wanted = set(user_ids) - {_me()}
    if not wanted or wanted - people.reachable(wanted):
        raise Invalid(_("Choose whom to write to from the list."))
    _check_number(len(wanted) + 1)
    title = clean(name)[:100]
    pair = ":".join(map(str, sorted((_me(), *wanted)))) if len(wanted) == 1 and not title else None
    unit().begin_write()
    known = unit().execute(sa.select(chats.c.id).where(chats.c.pair == pair)).scalar() if pair else None
    if known is not None:
        _join(known, [_me(), *wanted], 0)
        return int(known)
    now = utc_now()
    made: int = unit().execute(sa.insert(chats).values(pair=pair, name=title, created_at=now, last_at=now)
                               .returning(chats.c.id)).scalar_one()  # fmt: skip
    _join(made, [_me(), *wanted], 0)
    listener.record(SUBJECT, made, title, "chat_begin", {"members": [None, sorted((_me(), *wanted))]})
    return made


def add(chat: Conversation, user_ids: Iterable[int]) -> None:
    """Let further colleagues into a group; they read what is written from now on."""
    wanted = set(user_ids) - {_me(), *chat.others}
    if not chat.is_group:
        raise Invalid(_("Begin a group to write to several colleagues."))
    if wanted - people.reachable(wanted):
        raise Invalid(_("Choose whom to write to from the list."))
    _check_number(len(wanted) + len(chat.others) + 1)
    if wanted:
        unit().begin_write()
        newest = unit().execute(sa.select(sa.func.coalesce(sa.func.max(messages.c.id), 0)).where(
            messages.c.chat_id == chat.id)).scalar_one()  # fmt: skip
        _join(chat.id, sorted(wanted), newest)
        listener.record(SUBJECT, chat.id, chat.name, "chat_join", {"members": [None, sorted(wanted)]})


def rename(chat: Conversation, name: str) -> None:
    if not chat.is_group:
        raise Invalid(_("Only a group has a name."))
    title = clean(name)[:100]
    unit().begin_write()
    unit().execute(sa.update(chats).where(chats.c.id == chat.id).values(name=title))
    listener.record(SUBJECT, chat.id, title, "chat_rename", {"label": [chat.name, title]})


def leave(chat: Conversation) -> None:
    """A group is left for good, unless somebody lets one in again."""
    if not chat.is_group:
        raise Invalid(_("A conversation of two cannot be left."))
    unit().begin_write()
    unit().execute(sa.update(members).where(*_own(chat.id)).values(left_at=utc_now(), unread=0))
    listener.record(SUBJECT, chat.id, chat.name, "chat_leave", {})


def remove(chat: Conversation, user_id: int) -> None:
    """Take another member out of a group: he reads no more of it. Any member may, as any may let somebody in; the log
    tells who did."""
    if user_id not in chat.others:
        raise NotFound(_("This colleague is not in the conversation."))
    if not chat.is_group:
        raise Invalid(_("A conversation of two cannot be left."))
    unit().begin_write()
    unit().execute(sa.update(members).where(members.c.chat_id == chat.id, members.c.user_id == user_id)
                   .values(left_at=utc_now(), unread=0))  # fmt: skip
    listener.record(SUBJECT, chat.id, chat.name, "chat_remove", {"members": [[user_id], None]})


def write(chat: Conversation, text: str, sent: Sequence[tuple[StoredFile, bool]], hosts: Iterable[str]) -> Message:
    """Say something; `sent` are files with whether each is an image that can be shown. Tells the others."""
    body = wording.stored(clean_multiline(text), hosts)
    if not body and not sent:
        raise Invalid(errors={"body": [_("Write a message.")]})
    if len(body) > LONGEST:
        raise Invalid(errors={"body": [_("This is longer than {limit} characters. Shorten it.", limit=LONGEST)]})
    if len(sent) > MOST_FILES:
        raise Invalid(errors={"files": [_("Send at most {limit} files at once.", limit=MOST_FILES)]})
    if not chat.others or not (chat.is_group or people.reachable(chat.others)):
        raise Forbidden(_("Nobody who is in this conversation can read the chat now."))
    unit().begin_write()
    made: int = unit().execute(sa.insert(messages).values(
        chat_id=chat.id, user_id=_me(), body=body, body_key=search_key(body), created_at=utc_now())
        .returning(messages.c.id)).scalar_one()  # fmt: skip
    for kept, is_image in sent:
        unit().execute(sa.insert(files).values(message_id=made, digest=kept.digest, name=kept.name, kind=kept.kind,
                                               size=kept.size, is_image=is_image))  # fmt: skip
    unit().execute(sa.update(chats).where(chats.c.id == chat.id).values(last_message_id=made, last_at=utc_now()))
    others = sa.and_(members.c.chat_id == chat.id, members.c.user_id != _me(), members.c.left_at.is_(None))
    unit().execute(sa.update(members).where(others).values(unread=members.c.unread + 1, newest_id=made))
    listener.record(SUBJECT, chat.id, chat.name, "chat_message", {})
    named = wording.people(body) & set(chat.others)
    href = f"/chat/{chat.id}"
    notify(named, rules.MENTION, href=href)
    notify(set(chat.others) - named, rules.MESSAGE, href=href)
    return reading.message(made)


def mark_read(chat: Conversation) -> None:
    """The reader has seen what there is."""
    if chat.unread:
        unit().begin_write()
        unit().execute(sa.update(members).where(*_own(chat.id)).values(unread=0, read_id=members.c.newest_id))


def delete(message_id: int) -> Message:
    """Take one's own message back: that there was one stays, its text and files go."""
    found = reading.message(message_id)
    if found.user_id != _me():
        raise Forbidden(_("Only whoever wrote a message may delete it."))
    keeping.empty(messages.c.id == message_id)
    listener.record(SUBJECT, found.chat_id, "", "chat_delete", {})
    return reading.message(message_id)


def _me() -> int:
    who = actor().id
    if who is None:
        raise Forbidden(_("You may not use the chat."))
    return who


def _own(chat_id: int) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[bool]]:
    return members.c.chat_id == chat_id, members.c.user_id == _me()


def _check_number(count: int) -> None:
    if count > MOST_MEMBERS:
        raise Invalid(_("A group has at most {limit} members.", limit=MOST_MEMBERS))


def _join(chat_id: int, user_ids: Sequence[int], from_id: int) -> None:
    """Those who are in it stay as they are; who had left comes back."""
    present = dict(unit().execute(sa.select(members.c.user_id, members.c.left_at).where(
        members.c.chat_id == chat_id)).all())  # fmt: skip
    rows = [{"chat_id": chat_id, "user_id": one, "from_id": from_id, "read_id": from_id, "unread": 0, "newest_id": 0}
            for one in user_ids if one not in present]  # fmt: skip
    if rows:
        unit().execute(sa.insert(members), rows)
    back = [one for one in user_ids if present.get(one) is not None]
    if back:
        unit().execute(sa.update(members).where(members.c.chat_id == chat_id, members.c.user_id.in_(back))
                       .values(left_at=None, from_id=from_id))  # fmt: skip
