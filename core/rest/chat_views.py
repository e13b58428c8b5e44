"""`/api/v1/chat`: one's own conversations for programs. What is written, sent or left goes by the ways of the pages,
which answer programs under the same addresses."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request

from core.actor import actor
from core.chat import reading, rules, wording
from core.chat.reading import Conversation, Message
from core.entity.types_time import iso_moment
from core.rest import body
from core.rest.problems import json_answer
from core.web import route

blueprint = Blueprint("chat_programs", __name__)
ADDRESS = "/api/v1/chat"
ONE = f"{ADDRESS}/<int:chat_id>"
MOST = 200


@route(blueprint, ADDRESS, access=rules.USE)
def conversations() -> Response:
    """One's conversations, those written to lately first."""
    return json_answer({"data": [_facts(one) for one in reading.conversations()]})


@route(blueprint, ONE, access=rules.USE)
def conversation(chat_id: int) -> Response:
    """One of them; 404 for one that the reader is not in."""
    return json_answer(_facts(reading.one(chat_id)))


@route(blueprint, f"{ONE}/messages", access=rules.USE)
def messages(chat_id: int) -> Response:
    """The last messages, the oldest first; `before` or `after` one, `limit` of them."""
    chat = reading.one(chat_id)
    limit = min(body.asked_number("limit") or reading.PAGE, MOST)
    found = reading.written(chat.id, before=body.asked_number("before"), after=body.asked_number("after"), limit=limit)
    return json_answer({"data": _messages(found)})


@route(blueprint, f"{ADDRESS}/messages", access=rules.USE)
def search() -> Response:
    """The messages of all one's conversations with the words `q`, the newest first."""
    return json_answer({"data": _messages(reading.search(request.args.get("q", "")[:100]))})


def _facts(chat: Conversation) -> dict[str, Any]:
    return {
        "id": chat.id, "title": chat.title, "is_group": chat.is_group, "unread": chat.unread,
        "members": [{"id": one, "title": name} for one, name in chat.others.items()],
        "last_at": iso_moment(chat.last_at),
    }  # fmt: skip


def _messages(found: list[Message]) -> list[dict[str, Any]]:
    """As the reader may read them: `links` has the records in the text that he may see."""
    return [_message(one, lines) for one, lines in
            zip(found, wording.pieces([one.body for one in found]), strict=True)]  # fmt: skip


def _message(one: Message, lines: list[list[wording.Piece]]) -> dict[str, Any]:
    return {
        "id": one.id, "chat_id": one.chat_id, "user_id": one.user_id, "writer": one.writer,
        "is_mine": one.user_id == actor().id, "is_deleted": one.is_deleted, "created_at": iso_moment(one.created_at),
        "text": "\n".join("".join(f"@{piece.text}" if piece.is_person else piece.text for piece in line)
                          for line in lines),
        "links": [{"title": piece.text, "href": piece.href} for line in lines for piece in line if piece.href],
        "files": [{"id": f.id, "name": f.name, "type": f.kind, "size": f.size, "href": f"{ADDRESS}/files/{f.id}"}
                  for f in one.files],
    }  # fmt: skip

