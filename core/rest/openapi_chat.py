"""The chat in the OpenAPI document: conversations and messages of whoever asks."""

from __future__ import annotations

from typing import Any

from apispec import APISpec

from core.language.i18n import _
from core.rest.openapi_parts import FILE, TEXT, WRITING, operation, parameter, ref

USE = "core.chat.use"
NUMBER = {"type": "integer", "minimum": 1, "maximum": 2**62}
YES, MOMENT = {"type": "boolean"}, {"type": "string", "format": "date-time"}
MADE = {"type": "object", "required": ["id"], "properties": {"id": NUMBER}}
PEOPLE = {"type": "array", "items": {"type": "object", "properties": {"id": NUMBER, "title": TEXT}}}
SOME = {"type": "array", "items": {"type": "object"}}


def describe(spec: APISpec) -> None:
    """All calls of the chat, for whoever may use it."""
    tag = str(_("Chat"))
    _shapes(spec)
    every, found = _listed("Conversation"), _listed("Message")
    name, asked = parameter("name", TEXT, required=True), parameter("q", TEXT)
    several = {"type": "array", "items": NUMBER, "minItems": 1, "maxItems": 100}
    whom = {"type": "object", "required": ["user_ids"], "properties": {"user_ids": several, "name": TEXT}}
    said = {"type": "object", "properties": {"body": TEXT, "files": {"type": "array", "items": TEXT, "maxItems": 10}}}
    ticket = {"type": "object", "required": ["upload"], "properties": {"upload": TEXT, "name": TEXT}}
    colleagues = {"type": "object", "required": ["data"], "properties": {"data": PEOPLE}}

    def call(path: str, parameters: Any = (), **operations: Any) -> None:
        in_path = [parameter(one, NUMBER, "path", True) for one in parameters]
        spec.path(f"/chat{path}", parameters=in_path, operations=operations)

    call("", get=operation("listConversations", str(_("Your conversations")), tag, {200: every}),
         post=operation("beginConversation", str(_("Begin a conversation with colleagues")), tag, {201: MADE},
                        body=whom, errors=WRITING))  # fmt: skip
    call("/people", get=operation("listColleagues", str(_("Whom you may write to")), tag, {200: colleagues},
                                  parameters=[asked]))  # fmt: skip
    call("/messages", get=operation("searchMessages", str(_("Search in messages")), tag, {200: found},
                                    parameters=[asked]))  # fmt: skip
    call("/messages/{message_id}", ["message_id"], delete=operation(
        "deleteMessage", str(_("Take your own message back")), tag, {204: None}))  # fmt: skip
    call("/files/{file_id}", ["file_id"], get=operation(
        "fetchMessageFile", str(_("A file of a message")), tag, {200: FILE}))  # fmt: skip
    named = {"type": "object", "required": ["name"], "properties": {"name": {"type": "string", "maxLength": 100}}}
    joining = {"type": "object", "required": ["user_ids"], "properties": {"user_ids": several}}
    call("/{chat_id}", ["chat_id"], get=operation(
        "getConversation", str(_("A conversation")), tag, {200: ref("Conversation")}), patch=operation(
        "renameGroup", str(_("Name a group")), tag, {204: None}, body=named, errors=WRITING))  # fmt: skip
    call("/{chat_id}/members", ["chat_id"], post=operation(
        "addMembers", str(_("Add colleagues to a group")), tag, {204: None}, body=joining, errors=WRITING))  # fmt: skip
    call("/{chat_id}/members/{user_id}", ["chat_id", "user_id"], delete=operation(
        "removeMember", str(_("Take a colleague out of a group")), tag, {204: None}, errors=WRITING))  # fmt: skip
    call("/{chat_id}/members/me", ["chat_id"], delete=operation(
        "leaveGroup", str(_("Leave a group")), tag, {204: None}, errors=WRITING))  # fmt: skip
    call(
        "/{chat_id}/messages",
        ["chat_id"],
        get=operation(
            "listMessages",
            str(_("The messages of a conversation")),
            tag,
            {200: found},
            parameters=[parameter(one, NUMBER) for one in ("before", "after", "limit")],
        ),
        post=operation("writeMessage", str(_("Write a message")), tag, {201: MADE}, body=said, errors=WRITING),
    )
    call("/{chat_id}/files", ["chat_id"], post=operation(
        "sendMessageFile", str(_("Send a file; its ticket goes with a message")), tag, {201: ticket}, body=FILE,
        errors=WRITING, parameters=[name]))  # fmt: skip
    call("/{chat_id}/read", ["chat_id"], post=operation(
        "markConversationRead", str(_("Mark as read")), tag, {204: None}))  # fmt: skip


def _shapes(spec: APISpec) -> None:
    for name, shape in (
        ("Conversation", {"title": TEXT, "is_group": YES, "unread": {"type": "integer"}, "members": PEOPLE,
                          "last_at": MOMENT}),
        ("Message", {"chat_id": NUMBER, "user_id": {"type": ["integer", "null"]}, "writer": TEXT, "text": TEXT,
                     "is_mine": YES, "is_deleted": YES, "created_at": MOMENT, "links": SOME, "files": SOME}),
    ):  # fmt: skip
        spec.components.schema(name, {"type": "object", "required": ["id"], "properties": {"id": NUMBER, **shape}})


def _listed(name: str) -> dict[str, Any]:
    return {"type": "object", "required": ["data"], "properties": {"data": {"type": "array", "items": ref(name)}}}
