"""`/chat`: conversations and messages. A right lets one use the chat; whoever is in a conversation reads it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast
from urllib.parse import urlsplit

from flask import Blueprint, Response, current_app, redirect, request, send_file

from core.attachments import limits
from core.chat import people, reading, rules, talking
from core.entity.types_file import StoredFile, Ticket
from core.errors import Malformed, NotFound
from core.files import uploads
from core.files.names import clean_name
from core.files.s3 import store_of
from core.files.store import Store
from core.files.views import handed_out
from core.language.i18n import _
from core.rest import body
from core.rest.problems import json_answer
from core.ui import chat_build as screen
from core.ui import rendering
from core.web import PANEL_HEADER, Application, route

blueprint = Blueprint("chat", __name__)
ADDRESS = "/chat"
ONE = f"{ADDRESS}/<int:chat_id>"
MESSAGE = f"{ADDRESS}/messages/<int:message_id>"
#: Programs write by the same ways; what they read is in `core.rest.chat_views`.
API = "/api/v1"
RECORDS = 5


@route(blueprint, ADDRESS, access=rules.USE)
def overview() -> Response:
    """All conversations, or with `q` the messages that a search finds."""
    return _page(None)


@route(blueprint, ONE, access=rules.USE)
def show(chat_id: int) -> Response:
    """A conversation beside all others; as a piece the messages `before` or `after` one."""
    chat = reading.one(chat_id)
    before, after = _number("before"), _number("after")
    if request.headers.get(PANEL_HEADER):
        found = reading.written(chat_id, before=before, after=after)
        return Response(rendering.fragment("fragments/chat_messages.html", thread=screen.thread(chat, found)))
    return _page(chat)


def _page(chat: reading.Conversation | None) -> Response:
    asked = request.args.get("q", "").strip()[:100]
    values: dict[str, Any] = {
        "chats": screen.lines(reading.conversations(), chat.id if chat else None),
        "found": screen.hits(reading.search(asked)) if asked else (),
        "asked": asked,
        "thread": screen.thread(chat, _messages(chat.id)) if chat else None,
        "largest": limits.largest(),
        "too_large": str(_("The file is larger than {limit} MB.", limit=limits.largest() // limits.MEGABYTE)),
    }
    return rendering.page("chat.html", chat.title if chat else _("Chat"), current="core.chat", **values)


def _messages(chat_id: int) -> list[reading.Message]:
    """The last ones, or those around the message `at`, which a search has found."""
    at = _number("at")
    if at is None:
        return reading.written(chat_id)
    return [*reading.written(chat_id, before=at), *reading.written(chat_id, after=at - 1)]


@route(blueprint, f"{ADDRESS}/list", access=rules.USE)
def conversations() -> Response:
    """The list alone, for a page that is open."""
    chats = screen.lines(reading.conversations(), _number("chosen"))
    return Response(rendering.fragment("fragments/chat_list.html", chats=chats))


@route(blueprint, f"{ADDRESS}/people", access=rules.USE)
@route(blueprint, f"{API}{ADDRESS}/people", access=rules.USE, endpoint="api_colleagues")
def colleagues() -> Response:
    """Whom one may write to, by the first letters of a name; less those who are in the conversation `chat`."""
    chat_id = _number("chat")
    there = reading.one(chat_id).others if chat_id else {}
    found = people.offered(request.args.get("q", "")[:60], there)
    return json_answer({"data": [{"id": one, "title": name} for one, name in found]})


@route(blueprint, f"{ONE}/mentions", access=rules.USE)
def mentionable(chat_id: int) -> Response:
    """Members and records to name in a message, by the first letters; what is stored is the number alone."""
    chat, typed = reading.one(chat_id), request.args.get("q", "")[:60]
    return json_answer({"data": [*screen.members_named(chat, typed), *screen.records_named(typed, RECORDS)]})


@route(blueprint, f"{ADDRESS}/new", access=rules.USE, methods=("POST",))
@route(blueprint, f"{API}{ADDRESS}", access=rules.USE, methods=("POST",), endpoint="api_begin")
def begin() -> Response:
    """A conversation with the colleagues `user_ids`; answers where it is."""
    given = body.read_object(("user_ids", "name"))
    chat_id = talking.begin(_ids(given), str(given.get("name") or ""))
    return json_answer({"id": chat_id, "href": f"{ADDRESS}/{chat_id}"}, 201)


@route(blueprint, f"{ONE}/messages", access=rules.USE, methods=("POST",))
@route(blueprint, f"{API}{ONE}/messages", access=rules.USE, methods=("POST",), endpoint="api_write")
def write(chat_id: int) -> Response:
    """Say `body`, with the `files` whose tickets are given; answers the message's number."""
    given = body.read_object(("body", "files"))
    text, tickets = given.get("body") or "", given.get("files") or []
    if not isinstance(text, str) or not isinstance(tickets, list):
        raise Malformed(_("Write a message."))
    hosts = {request.host, urlsplit(_settings().base_url).netloc}
    made = talking.write(reading.one(chat_id), text, [_sent(one) for one in tickets], hosts)
    return json_answer({"id": made.id}, 201)


@route(blueprint, f"{ONE}/files", access=rules.USE, methods=("POST",))
@route(blueprint, f"{API}{ONE}/files", access=rules.USE, methods=("POST",), endpoint="api_send")
def send(chat_id: int) -> Response:
    """Take the body as a file called `?name=`; answers the ticket that goes with the message."""
    reading.one(chat_id)
    name, length = clean_name(request.args.get("name", "")), request.content_length
    limits.check_name(name)
    limits.check_size(length or 0)
    uploads.check_quota(length or 0)
    kept, look = uploads.take(_store(), _settings().instance / "incoming", cast(Any, request.stream), length, name,
                              limits.largest())  # fmt: skip
    return json_answer(uploads.ticket_for(kept, is_image=look == "image"), 201)


@route(blueprint, f"{ONE}/read", access=rules.USE, methods=("POST",))
@route(blueprint, f"{API}{ONE}/read", access=rules.USE, methods=("POST",), endpoint="api_read")
def read(chat_id: int) -> Response:
    """What there is has been seen."""
    talking.mark_read(reading.one(chat_id))
    return Response(status=204)


@route(blueprint, f"{ONE}/members", access=rules.USE, methods=("POST",))
@route(blueprint, f"{API}{ONE}/members", access=rules.USE, methods=("POST",), endpoint="api_add")
def add(chat_id: int) -> Response:
    """Let the colleagues `user_ids` into a group."""
    talking.add(reading.one(chat_id), _ids(body.read_object(("user_ids",))))
    return Response(status=204)


@route(blueprint, f"{ONE}/name", access=rules.USE, methods=("POST",))
@route(blueprint, f"{API}{ONE}", access=rules.USE, methods=("PATCH",), endpoint="api_rename")
def rename(chat_id: int) -> Response:
    """Call a group `name`; an empty one lets its members name it."""
    name = body.read_object(("name",)).get("name")
    if not isinstance(name, str):
        raise Malformed(_("Send the name of the group as text."))
    talking.rename(reading.one(chat_id), name)
    return Response(status=204)


@route(blueprint, f"{API}{ONE}/members/me", access=rules.USE, methods=("DELETE",), endpoint="api_leave")
def leave_by_program(chat_id: int) -> Response:
    """Leave a group."""
    talking.leave(reading.one(chat_id))
    return Response(status=204)


@route(blueprint, f"{API}{ONE}/members/<int:user_id>", access=rules.USE, methods=("DELETE",), endpoint="api_remove")
def remove_by_program(chat_id: int, user_id: int) -> Response:
    """Take another member out of a group."""
    talking.remove(reading.one(chat_id), user_id)
    return Response(status=204)


@route(blueprint, f"{ONE}/members/<int:user_id>/remove", access=rules.USE, methods=("POST",))
def remove(chat_id: int, user_id: int) -> Response:
    """Take another member out of a group, from its page."""
    chat = reading.one(chat_id)
    talking.remove(chat, user_id)
    said = _("{person} is not in the group any more.", person=chat.others[user_id])
    return rendering.say(redirect(f"{ADDRESS}/{chat_id}", 303), said)


@route(blueprint, f"{ONE}/leave", access=rules.USE, methods=("POST",))
def leave(chat_id: int) -> Response:
    """Leave a group."""
    talking.leave(reading.one(chat_id))
    return rendering.say(redirect(ADDRESS, 303), _("You have left the group."))


@route(blueprint, MESSAGE, access=rules.USE, methods=("DELETE",))
@route(blueprint, f"{API}{MESSAGE}", access=rules.USE, methods=("DELETE",), endpoint="api_delete")
def delete(message_id: int) -> Response:
    """Take one's own message back."""
    talking.delete(message_id)
    return Response(status=204)


@route(blueprint, f"{ADDRESS}/files/<int:file_id>", access=rules.USE)
@route(blueprint, f"{API}{ADDRESS}/files/<int:file_id>", access=rules.USE, endpoint="api_fetch")
def fetch(file_id: int) -> Response:
    """A file of a conversation; `?show=1` is an image as it was drawn anew."""
    found = reading.file(file_id)
    is_shown = bool(request.args.get("show")) and found.is_image
    content = _store().open_small(found.digest) if is_shown else _store().open(found.digest)
    if content is None:
        raise NotFound(_("This file is not there any more."))
    kind = found.kind
    if is_shown:
        kind = "image/png" if content.read(4) == b"\x89PNG" else "image/jpeg"
        content.seek(0)
    return handed_out(send_file(content, kind, as_attachment=not is_shown, download_name=found.name, max_age=0))


def _settings() -> Any:
    return cast(Application, current_app).settings


def _store() -> Store:
    return store_of(_settings())


def _number(name: str) -> int | None:
    text = request.args.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else None


def _ids(given: dict[str, Any]) -> Sequence[int]:
    found = given.get("user_ids")
    if not isinstance(found, list) or not all(type(one) is int and 0 < one < 2**62 for one in found[:100]):
        raise Malformed(_("Choose whom to write to from the list."))
    return found[:100]


def _sent(ticket: Any) -> tuple[StoredFile, bool]:
    found = uploads.redeemed(Ticket(ticket), as_image=False) if isinstance(ticket, str) else None
    if found is None:
        raise Malformed(_("Send the file first."))
    small = _store().open_small(found.digest) if found.kind.startswith("image/") else None
    if small is not None:
        small.close()
    return found, small is not None
