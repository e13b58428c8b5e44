"""Conversations and messages as the pages show them: finished texts in the reader's language."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from core import query
from core.actor import actor
from core.attachments.panel import size_text
from core.chat import wording
from core.chat.reading import Conversation, Message
from core.chat.wording import Piece
from core.language import calendars
from core.language.i18n import _, ngettext
from core.language.i18n import current as preferences
from core.language.numbers import format_number
from core.language.text import search_key
from core.language.timezones import local
from core.permissions import can
from core.plugin.containment import PluginFailed
from core.registry import current as registry
from core.ui.shell import person
from core.ui.views_model import Person

#: Messages of one person that follow each other within this time stand under one name.
TOGETHER = dt.timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class ChatLine:
    """A conversation in the list. `lead` says whose the `text` is; each is cut for itself, in its own direction."""

    href: str
    title: str
    face: Person
    is_group: bool
    lead: str
    text: str
    when: str
    unread: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class FileView:
    name: str
    href: str
    show_href: str
    size: str


@dataclass(frozen=True, slots=True)
class MessageView:
    """A message; `day` is set where a new day begins, `has_head` where somebody else goes on, or after a while."""

    id: int
    who: str
    face: Person
    lines: list[list[Piece]]
    files: tuple[FileView, ...]
    when: str
    moment: str
    day: str
    is_mine: bool
    is_deleted: bool
    has_head: bool
    delete_href: str


@dataclass(frozen=True, slots=True)
class Thread:
    """An open conversation with a page of its messages."""

    id: int
    href: str
    title: str
    name: str
    face: Person
    is_group: bool
    note: str
    members: tuple[tuple[int, str], ...]
    messages: tuple[MessageView, ...]
    before_href: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A message that a search found."""

    href: str
    who: str
    text: str
    when: str


def lines(found: Sequence[Conversation], chosen: int | None) -> tuple[ChatLine, ...]:
    titles = _titles(one.text for one in found)
    return tuple(_line(one, titles, one.id == chosen) for one in found)


def _line(chat: Conversation, titles: dict[str, dict[int, str]], is_chosen: bool) -> ChatLine:
    text, lead = wording.plain(chat.text, titles)[:120], ""
    if chat.is_mine and text:
        lead = str(_("You: {text}", text="")).strip()
    elif chat.is_group and text and chat.writer:
        lead = str(_("{person}: {text}", person=chat.writer, text="")).strip()
    unread = format_number(min(chat.unread, 99), preferences().formatting_locale) if chat.unread else ""
    return ChatLine(f"/chat/{chat.id}", chat.title, person(chat.title), chat.is_group, lead, text,
                    _short(chat.last_at), unread, is_chosen)  # fmt: skip


def thread(chat: Conversation, found: Sequence[Message]) -> Thread:
    """The messages under their days, each after the one before it."""
    pieces = wording.pieces([one.body for one in found])
    views, last = [], None
    for one, text in zip(found, pieces, strict=True):
        views.append(_message(one, text, last))
        last = one
    others = tuple(chat.others.items())
    note = ngettext("{n} member", "{n} members", len(others) + 1) if chat.is_group else ""
    return Thread(chat.id, f"/chat/{chat.id}", chat.title, chat.name, person(chat.title), chat.is_group, note, others,
                  tuple(views), f"/chat/{chat.id}?before={found[0].id}" if found else "")  # fmt: skip


def _message(one: Message, text: list[list[Piece]], last: Message | None) -> MessageView:
    here = preferences()
    at = local(one.created_at, here.timezone)
    is_new_day = last is None or local(last.created_at, here.timezone).date() != at.date()
    goes_on = last is not None and last.user_id == one.user_id and one.created_at - last.created_at < TOGETHER
    is_mine, name = one.user_id == actor().id, one.writer or str(_("a colleague"))
    return MessageView(
        id=one.id, who=name, face=person(name), lines=text,
        files=tuple(FileView(f.name, f"/chat/files/{f.id}", f"/chat/files/{f.id}?show=1" if f.is_image else "",
                             size_text(f.size)) for f in one.files),
        when=calendars.format_time(at, here.formatting_locale), moment=calendars.exact_time(one.created_at),
        day=calendars.format_date(at.date(), here.formatting_locale, here.calendar, "full") if is_new_day else "",
        is_mine=is_mine, is_deleted=one.is_deleted, has_head=is_new_day or not goes_on,
        delete_href=f"/chat/messages/{one.id}" if is_mine and not one.is_deleted else "",
    )  # fmt: skip


def hits(found: Sequence[Message]) -> tuple[Hit, ...]:
    titles = _titles(one.body for one in found)
    return tuple(Hit(f"/chat/{one.chat_id}?at={one.id}#message-{one.id}", one.writer,
                     wording.plain(one.body, titles)[:200], _short(one.created_at)) for one in found)  # fmt: skip


def members_named(chat: Conversation, typed: str) -> list[dict[str, Any]]:
    """The members whose name has a word that begins so."""
    key = search_key(typed)
    return [{"kind": "user", "name": name, "token": f"<core.user:{one}>"} for one, name in chat.others.items()
            if any(word.startswith(key) for word in (search_key(name), *search_key(name).split()))]  # fmt: skip


def records_named(typed: str, limit: int) -> list[dict[str, Any]]:
    """Records that the reader may see, of any kind that can be searched, with this in their title: those first that
    have it as a word, then those with a word that begins so."""
    found: list[dict[str, Any]] = []
    key = search_key(typed)
    for spec in registry().entities.values() if len(typed.strip()) > 1 else ():
        if spec.plugin == "core" or not spec.is_searchable or spec.meta.seen_with or not can(f"{spec.name}.view"):
            continue
        try:
            rows = query.options(spec, typed, limit)
        except PluginFailed:
            continue  # who may see these cannot be said now; the others are found
        found += [{"kind": "record", "name": row["title"], "token": f"<{spec.name}:{row['id']}>",
                   "note": str(spec.meta.label)}
                  for row in rows if key in search_key(row.get("title") or "")]  # fmt: skip
    return sorted(found, key=lambda one: _distance(key, search_key(one["name"])))[: 2 * limit]


def _distance(key: str, title: str) -> int:
    """How far a title is from what was typed: a word of it, the beginning of one, or a part."""
    around = f" {title} "
    return 0 if f" {key} " in around else 1 if f" {key}" in around else 2


def _titles(texts: Iterable[str]) -> dict[str, dict[int, str]]:
    wanted: dict[str, set[int]] = {}
    for text in texts:
        for entity, number in wording.TOKEN.findall(text):
            wanted.setdefault(entity, set()).add(int(number))
    return query.titles({name: ids for name, ids in wanted.items() if name in registry().entities})


def _short(at: dt.datetime) -> str:
    here = preferences()
    there, now = local(at, here.timezone), local(dt.datetime.now(dt.UTC), here.timezone)
    if there.date() == now.date():
        return str(calendars.format_time(there, here.formatting_locale))
    return str(calendars.format_date(there.date(), here.formatting_locale, here.calendar, "short"))
