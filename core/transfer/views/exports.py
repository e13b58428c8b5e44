"""`/{plugin}/{noun}/export/{id}`: an export that a job writes, from its progress to its file; and all of a user's own.

Each is found by its own user alone, and its file is given out only while he may export what is in it.
"""

from __future__ import annotations

from typing import Any, cast

from flask import Response, current_app, make_response, redirect

from core.audit import listener
from core.db import unit
from core.entity.spec import EntitySpec
from core.errors import Conflict, Forbidden, NotFound
from core.files.s3 import store_of
from core.language.i18n import _
from core.registry import current as registry
from core.rest.problems import json_answer
from core.transfer.exports import keeping
from core.transfer.exports.reach import still_reaches
from core.transfer.views import export_screen
from core.transfer.views.blueprint import ENTITY, blueprint, see
from core.transfer.views.download import handed_over
from core.ui import rendering
from core.ui.settings_frame import frame
from core.web import SIGNED_IN, Application, entity_action, route

EXPORT = f"{ENTITY}/export/<int:export_id>"


@route(blueprint, EXPORT, access=entity_action("export"))
def show_export(plugin: str, noun: str, export_id: int) -> Response:
    """How far it is, or what came of it."""
    spec, row = _found(plugin, noun, export_id)
    if row["state"] in keeping.AT_WORK:
        progress = export_screen.progress(spec, row)
        return rendering.page("export/progress.html", progress.head.title, current=spec.name, screen=progress)
    result = export_screen.result(spec, row)
    return rendering.page("export/result.html", result.head.title, current=spec.name, screen=result)


@route(blueprint, f"{EXPORT}/status", access=entity_action("export"))
def export_status(plugin: str, noun: str, export_id: int) -> Response:
    """How far it is, for the page that asks every second."""
    return json_answer(export_screen.progress_answer(*_found(plugin, noun, export_id)))


@route(blueprint, f"{EXPORT}/cancel", access=entity_action("export"), methods=("POST",))
def cancel_export(plugin: str, noun: str, export_id: int) -> Response:
    """Stop it; nothing is left of its file."""
    spec, row = _found(plugin, noun, export_id)
    if row["state"] in keeping.AT_WORK:
        keeping.cancel(row)
    return see(export_screen.address(spec, row))


@route(blueprint, f"{EXPORT}/discard", access=entity_action("export"), methods=("POST",))
def discard_export(plugin: str, noun: str, export_id: int) -> Any:
    """Delete it before its time."""
    _spec, row = _found(plugin, noun, export_id)
    if row["state"] in keeping.AT_WORK:
        raise Conflict(_("This export is still being written. Cancel it first."))
    keeping.discard(row)
    return rendering.say(redirect(keeping.ADDRESS, 303), _("The exported file is deleted."))


@route(blueprint, f"{EXPORT}/file", access=entity_action("export"))
def export_file(plugin: str, noun: str, export_id: int) -> Response:
    """The file, for whoever may still export what is in it."""
    spec, row = _found(plugin, noun, export_id)
    if row["state"] != "done":
        raise NotFound(keeping.GONE)
    if not still_reaches(spec, row["fields"], row["reach"]):
        raise Forbidden(_("Your rights have changed since this file was written. Export again."))
    found = store_of(cast(Application, current_app).settings).open(row["digest"])
    if found is None:
        raise NotFound(_("This file is not there any more."))
    unit().begin_write()
    told = {"export": [None, row["id"]], "rows": [None, row["rows"]]}
    listener.record(spec.name, None, row["name"], "download", told)
    return handed_over(found, row["size"], row["name"], f"{spec.noun}-{row['id']}.{row['format']}", row["format"])


@route(blueprint, keeping.ADDRESS, access=SIGNED_IN)
def own_exports() -> Response:
    """All of one's own, the newest first."""
    title = _("Exported files")
    return rendering.page("lines.html", title, current="settings.exports", screen=export_screen.mine(), live=True,
                          settings=frame("exports", title))  # fmt: skip


@route(blueprint, f"{keeping.ADDRESS}/live", access=SIGNED_IN)
def own_exports_live() -> Response:
    """The lines as they stand now."""
    return make_response(rendering.fragment("fragments/lines.html", screen=export_screen.mine()))


def _found(plugin: str, noun: str, export_id: int) -> tuple[EntitySpec, dict[str, Any]]:
    spec = registry().entity(f"{plugin}.{noun}")
    return spec, keeping.find(spec, export_id)
