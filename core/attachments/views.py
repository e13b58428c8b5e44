"""`/{plugin}/{noun}/{id}/attachments`: the files of a record, by the rights on the record (SEC-22).

To see them is to see the record, to add, rename or delete one is to change it: both are asked in SQL, for the very
record, before its files are looked for.
"""

from __future__ import annotations

import codecs
from typing import Any, BinaryIO, cast

import sqlalchemy as sa
from flask import Blueprint, Response, current_app, request, send_file

from core import records
from core.actor import actor
from core.attachments import keeping, limits, panel, reading
from core.attachments.models import versions
from core.attachments.reading import Attachment
from core.audit import listener
from core.db import unit
from core.entity.base import utc_now
from core.entity.spec import EntitySpec
from core.entity.types_time import iso_moment
from core.errors import Malformed, NotFound, TooMany
from core.files.names import clean_name
from core.files.s3 import store_of
from core.files.store import Store
from core.files.uploads import MOST_FILES, MOST_TOTAL, VALID, take
from core.files.views import POLICY, handed_out
from core.language.i18n import _
from core.permissions import can, without_hidden
from core.registry import current as registry
from core.rest import body
from core.rest.problems import json_answer
from core.ui import rendering
from core.ui.record_views import living_or_trashed
from core.web import PANEL_HEADER, Application, entity_action, route

blueprint = Blueprint("attachments", __name__)
ALL = "/<plugin>/<noun>/<int:record_id>/attachments"
ONE = f"{ALL}/<int:attachment_id>"
API = "/api/v1"
#: The browser's viewer of PDF is no page of ours and reaches nothing here; in a sandbox it would show nothing.
VIEWER_POLICY = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'none'"
#: So much of a text is shown; the whole of it can be fetched.
SHOWN_TEXT = 200_000


@route(blueprint, ALL, access=entity_action("view"))
def tab(plugin: str, noun: str, record_id: int) -> Response:
    """The files of a record, as its page shows them."""
    spec = _spec(plugin, noun)
    record = without_hidden(spec, living_or_trashed(spec, record_id))
    return Response(rendering.fragment("fragments/attachments.html", **panel.panel(record, spec.name)))


@route(blueprint, ONE, access=entity_action("view"))
def look(plugin: str, noun: str, record_id: int, attachment_id: int) -> Response:
    """One file: what it shows, its versions, and what may be done with it. `version` is one that is not the newest."""
    spec = _spec(plugin, noun)
    record = living_or_trashed(spec, record_id)
    asked = request.args.get("version", "")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 9 else None
    chosen = reading.one(spec.name, record_id, attachment_id, number)
    every = reading.all_versions(spec.name, record_id, attachment_id)
    values: dict[str, Any] = {
        "file": panel.line(chosen),
        "text": _text(chosen) if chosen.look == "text" else "",
        "every": [panel.line(one) for one in every],
        "may_change": can(f"{spec.name}.change") and record.get("deleted_at") is None,
        "record_href": f"{spec.path}/{record_id}",
        "record_name": spec.title_of(without_hidden(spec, record)),
    }
    if request.headers.get(PANEL_HEADER):
        return Response(rendering.fragment("fragments/attachment.html", **values))
    return rendering.page("attachment.html", chosen.name, current=spec.name, **values)


@route(blueprint, f"{ONE}/<int:number>", access=entity_action("view"))
@route(blueprint, f"{API}{ONE}/<int:number>", access=entity_action("view"), endpoint="api_fetch")
def fetch(plugin: str, noun: str, record_id: int, attachment_id: int, number: int) -> Response:
    """A version of a file. `?show=1` gives an image as it was drawn anew, and a PDF to the browser's viewer."""
    spec = _spec(plugin, noun)
    record = living_or_trashed(spec, record_id)
    found = reading.one(spec.name, record_id, attachment_id, number)
    asked = request.args.get("show", "") != ""
    if asked and found.look == "image":
        drawn = _opened(_store().open_small(found.digest))
        kind = "image/png" if drawn.read(4) == b"\x89PNG" else "image/jpeg"
        drawn.seek(0)
        return handed_out(send_file(drawn, kind, max_age=0))
    content = _opened(_store().open(found.digest))
    unit().begin_write()
    listener.record(spec.name, record_id, spec.title_of(record), "download", {
        "file": [None, found.name], "version": [None, number], "sha256": [None, found.digest]})  # fmt: skip
    in_viewer = asked and found.look == "pdf"
    answer = send_file(content, found.kind, as_attachment=not in_viewer, download_name=found.name, max_age=0)
    return handed_out(answer, VIEWER_POLICY if in_viewer else POLICY)


@route(blueprint, f"{API}{ALL}", access=entity_action("view"), endpoint="api_list")
def listing(plugin: str, noun: str, record_id: int) -> Response:
    """The files of a record, the newest version of each."""
    spec = _spec(plugin, noun)
    records.get(spec, record_id)
    return json_answer({"data": [_facts(one) for one in reading.of_record(spec.name, record_id)]})


@route(blueprint, f"{API}{ALL}", access=entity_action("change"), methods=("POST",), endpoint="api_add")
def add(plugin: str, noun: str, record_id: int) -> Response:
    """Attach the body as a file called `?name=`; under a name that the record has already it is a new version."""
    spec = _spec(plugin, noun)
    record = records.get(spec, record_id, "change")
    name, length = clean_name(request.args.get("name", "")), request.content_length
    limits.check_name(name)
    limits.check_size(length or 0)
    _check_quota(length or 0)
    incoming = cast(Application, current_app).settings.instance / "incoming"
    kept, shown = take(_store(), incoming, cast(Any, request.stream), length, name, limits.largest())
    made = keeping.add(spec.name, record_id, spec.title_of(record), kept, shown)
    return json_answer(_facts(made), 201)


@route(blueprint, f"{API}{ONE}", access=entity_action("change"), methods=("PATCH",), endpoint="api_rename")
def rename(plugin: str, noun: str, record_id: int, attachment_id: int) -> Response:
    """Give a file the `name` in the body."""
    spec = _spec(plugin, noun)
    record = records.get(spec, record_id, "change")
    name = body.read_object(("name",)).get("name")
    if not isinstance(name, str):
        raise Malformed(_("Enter a name."))
    done = keeping.rename(spec.name, record_id, spec.title_of(record), attachment_id, name)
    return json_answer(_facts(done))


@route(blueprint, f"{API}{ONE}", access=entity_action("change"), methods=("DELETE",), endpoint="api_delete")
def delete(plugin: str, noun: str, record_id: int, attachment_id: int) -> Response:
    """Move a file to the trash, with all its versions."""
    spec = _spec(plugin, noun)
    record = records.get(spec, record_id, "change")
    keeping.delete(spec.name, record_id, spec.title_of(record), attachment_id)
    return Response(status=204)


@route(blueprint, f"{API}{ONE}/restore", access=entity_action("change"), methods=("POST",), endpoint="api_restore")
def restore(plugin: str, noun: str, record_id: int, attachment_id: int) -> Response:
    """Bring a file back from the trash."""
    spec = _spec(plugin, noun)
    record = records.get(spec, record_id, "change")
    return json_answer(_facts(keeping.restore(spec.name, record_id, spec.title_of(record), attachment_id)))


def _spec(plugin: str, noun: str) -> EntitySpec:
    spec = registry().entities.get(f"{plugin}.{noun}")
    if spec is None or not panel.holds_files(spec):
        raise NotFound(_("There is no such page."))
    return spec


def _store() -> Store:
    return store_of(cast(Application, current_app).settings)


def _opened(found: BinaryIO | None) -> BinaryIO:
    if found is None:
        raise NotFound(_("This file is not there any more."))
    return found


def _check_quota(length: int) -> None:
    """Nobody sends more in a day than a person would."""
    mine = sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(versions.c.size), 0)).where(
        versions.c.sent_by_id == actor().id, versions.c.sent_at > utc_now() - VALID)  # fmt: skip
    count, total = unit().execute(mine).one()
    if count >= MOST_FILES or total + length > MOST_TOTAL:
        raise TooMany(_("You have uploaded too much today. Go on tomorrow."))


def _text(found: Attachment) -> str:
    with _opened(_store().open(found.digest)) as content:
        return codecs.getincrementaldecoder("utf-8-sig")("replace").decode(content.read(SHOWN_TEXT))


def _facts(found: Attachment) -> dict[str, Any]:
    """A file as programs get it."""
    return {
        "id": found.id, "name": found.name, "version": found.number, "size": found.size, "type": found.kind,
        "sha256": found.digest, "sent_at": iso_moment(found.sent_at), "sent_by": found.sent_by,
        "href": f"{API}{found.path}/{found.number}",
    }  # fmt: skip
