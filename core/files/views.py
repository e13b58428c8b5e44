"""Sending a file, and fetching one that a record holds: by the rights on the record and on the field (SEC-22)."""

from __future__ import annotations

from typing import Any, cast

from flask import Blueprint, Response, current_app, request, send_file

from core import records
from core.audit import listener
from core.db import unit
from core.entity.spec import EntitySpec
from core.entity.types_file import ImageType, StoredFile
from core.errors import NotFound
from core.files import uploads
from core.files.s3 import store_of
from core.language.i18n import _
from core.permissions import readable
from core.registry import current as registry
from core.rest.problems import json_answer
from core.web import SIGNED_IN, Application, entity_action, route

blueprint = Blueprint("files", __name__)
HELD = "/<plugin>/<noun>/<int:record_id>/file/<name>"
#: Nothing that is served here may do anything, whatever it turns out to be.
POLICY = "sandbox; default-src 'none'; img-src 'self'; style-src 'none'"


@route(blueprint, "/files", access=SIGNED_IN, methods=("POST",))
@route(blueprint, "/api/v1/files", access=SIGNED_IN, methods=("POST",), endpoint="api_send")
def send() -> Response:
    """Take the body as a file, `?name=` is what it is called; answers the ticket to give to a record's field.

    `?as=image` has it drawn anew, as a field for images asks.
    """
    settings = cast(Application, current_app).settings
    answer = uploads.receive(store_of(settings), settings.instance / "incoming", cast(Any, request.stream),
                             request.content_length, request.args.get("name", ""), request.args.get("as") == "image")
    return json_answer(answer, 201)


@route(blueprint, HELD, access=entity_action("view"))
@route(blueprint, f"/api/v1{HELD}", access=entity_action("view"), endpoint="api_fetch")
def fetch(plugin: str, noun: str, record_id: int, name: str) -> Response:
    """The file in a field of a record. Images in a page come with `?show=1`, small with `?show=small`."""
    spec = registry().entity(f"{plugin}.{noun}")
    held = _held(spec, record_id, name)
    asked = request.args.get("show", "")
    is_shown = bool(asked) and isinstance(spec.fields[name].type, ImageType)
    settings = cast(Application, current_app).settings
    found = store_of(settings).open(held.digest, small=is_shown and asked == "small")
    if found is None:
        raise NotFound(_("This file is not there any more."))
    if not is_shown:
        unit().begin_write()
        listener.record(spec.name, record_id, held.name, "download", {name: [None, held.digest]})
    return handed_out(send_file(found, held.kind, as_attachment=not is_shown, download_name=held.name, max_age=0))


def handed_out(answer: Response, policy: str = POLICY) -> Response:
    """A file on its way out, which no page of another site may take in."""
    answer.headers["Content-Security-Policy"] = policy
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return answer


def _held(spec: EntitySpec, record_id: int, name: str) -> StoredFile:
    value = records.get(spec, record_id).get(name) if name in readable(spec) else None
    if not isinstance(value, StoredFile):
        raise NotFound(_("There is no such page."))
    return value


