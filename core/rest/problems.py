"""Errors of the API as RFC 9457 problem documents, in the language of the request."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from flask import Response

from core.errors import Conflict, DiwanError, Forbidden, Invalid, TooMany, Unavailable
from core.language.i18n import _

TITLES = {
    "malformed": _("The request cannot be read"),
    "unauthenticated": _("Log in first"),
    "forbidden": _("Not allowed"),
    "password_due": _("A new password is needed first"),
    "factor_due": _("Two-factor authentication is needed first"),
    "network": _("Not from this network"),
    "csrf": _("The form is no longer valid"),
    "not_found": _("Not found"),
    "method_not_allowed": _("This address does not answer to this method"),
    "conflict": _("Changed by someone else"),
    "too_large": _("Too large"),
    "unsupported_media_type": _("Send JSON"),
    "invalid": _("Some values need a correction"),
    "too_many_requests": _("Too many requests"),
    "unavailable": _("Not available now"),
    "no_space": _("The disk is full"),
    "plugin_failed": _("A module has failed"),
    "internal": _("An unexpected error occurred"),
}


def problem(error: DiwanError, request_id: str = "") -> Response:
    """The answer that tells of `error`."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": str(TITLES.get(error.code, TITLES["internal"])),
        "status": error.status,
        "code": error.code,
        "detail": str(error.message),
    }
    if request_id:
        body["instance"] = f"urn:diwan:request:{request_id}"
    if isinstance(error, Invalid):
        body["errors"] = messages(error.errors)
        if error.by_index and not error.errors:
            body["data"] = [
                {"index": index, "errors": messages(found)} for index, found in sorted(error.by_index.items())
            ]
    if isinstance(error, Conflict) and error.current.get("version"):
        body["current_version"] = error.current["version"]
    if error.details.get("merged_into"):
        body["merged_into"] = error.details["merged_into"]
    if isinstance(error, Forbidden) and error.permission:
        body["permission"] = error.permission
    answer = json_answer(body, error.status, "application/problem+json")
    if isinstance(error, (TooMany, Unavailable)):
        answer.headers["Retry-After"] = str(error.retry_after)
    if error.status == 401:
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


def messages(errors: Mapping[str, Any]) -> dict[str, list[str]]:
    return {name: [str(message) for message in found] for name, found in errors.items()}


def json_answer(body: Any, status: int = 200, media_type: str = "application/json") -> Response:
    return Response(orjson.dumps(body, default=str), status, content_type=media_type)
