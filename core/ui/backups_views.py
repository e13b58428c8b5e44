"""`/settings/backups`: the backups in the instance folder, making one, and fetching one that is encrypted."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any, cast

from flask import Blueprint, Response, current_app, make_response, redirect, send_file

from core.attachments.panel import size_text
from core.audit import listener
from core.config import Config
from core.db import unit
from core.errors import NotFound
from core.files.views import handed_out
from core.jobs import backing_up, reading
from core.language.calendars import exact_time, format_datetime, relative_time
from core.language.i18n import _
from core.ui import jobs_views, rendering
from core.ui.jobs_model import Fact, Line, LinesScreen
from core.ui.settings_frame import frame
from core.ui.views_model import Action, EmptyState
from core.web import Application, route

blueprint = Blueprint("backups", __name__)
ADDRESS = "/settings/backups"
NEEDED = "core.settings.change"
#: States of a job that are still worth telling here.
TOLD = ("running", "waiting", "failed", "dead")


@route(blueprint, ADDRESS, access=NEEDED)
def show() -> Response:
    title = _("Backups")
    return rendering.page("lines.html", title, current="settings.backups", screen=_screen(), live=True,
                          settings=frame("backups", title))  # fmt: skip


@route(blueprint, f"{ADDRESS}/live", access=NEEDED)
def live() -> Response:
    """The lines as they stand now."""
    return make_response(rendering.fragment("fragments/lines.html", screen=_screen()))


@route(blueprint, ADDRESS, access=NEEDED, methods=("POST",))
def make() -> Any:
    """Have one made now."""
    job_id = backing_up.ask()
    listener.record("core.job", job_id, backing_up.JOB, "ask_backup", {})
    return rendering.say(redirect(ADDRESS, 303), _("The backup is being made. It shows up here when it is complete."))


@route(blueprint, f"{ADDRESS}/<name>", access=NEEDED)
def fetch(name: str) -> Response:
    """An encrypted one: whoever gets hold of it on the way or afterwards reads nothing without the key."""
    found = next((path for path in backing_up.made(_config()) if path.name == name and _is_sealed(path)), None)
    if found is None:
        raise NotFound(_("This file is not there any more."))
    unit().begin_write()
    listener.record("core.instance", None, name, "download", {})
    return handed_out(send_file(found, "application/octet-stream", as_attachment=True, download_name=name, max_age=0))


def _screen() -> LinesScreen:
    found = backing_up.made(_config())
    latest = next(iter(reading.page("", backing_up.JOB, None, 1)), None)
    under_way = () if latest is None or latest.state not in TOLD else (jobs_views.line(latest, {}),)
    return LinesScreen(
        lines=(*under_way, *(_line(path) for path in found)), states=(), address=ADDRESS, live_href=f"{ADDRESS}/live",
        note=_note(), note_hue="grey" if _config().backup_public_key else "amber",
        act=Action(str(_("Back up now")), ADDRESS, "database", "post"),
        empty=None if found or under_way else EmptyState("nothing", str(_("No backups here yet")), str(_(
            "A backup holds the database, all files and the secret key, as they are at one moment. Under Settings, "
            "Backups you can have one made every night.")), "database"))  # fmt: skip


def _note() -> str:
    if _config().backup_public_key:
        return str(_("Backups are encrypted. Only the key file that “{command}” wrote opens them.",
                     command="diwan backup-key"))
    return str(_("Backups are not encrypted, so they can only be fetched on the server itself. With "
                 "“{command}” you make a key for them.", command="diwan backup-key FILE"))


def _line(path: Path) -> Line:
    kept = path.stat()
    at = dt.datetime.fromtimestamp(kept.st_mtime, dt.UTC)
    sealed = _is_sealed(path)
    fetch_it = Action(str(_("Download")), f"{ADDRESS}/{path.name}", "download")
    return Line(
        key=path.name, state=str(_("Encrypted") if sealed else _("Not encrypted")), hue="green" if sealed else "grey",
        title=format_datetime(at), detail=size_text(kept.st_size), time=relative_time(at), moment=exact_time(at),
        facts=(Fact(str(_("Path")), str(path), "code"), Fact(str(_("To restore it")), _command(path, sealed), "code")),
        actions=(fetch_it,) if sealed else ())  # fmt: skip


def _command(path: Path, sealed: bool) -> str:
    return f"diwan restore {path}{' --key FILE' if sealed else ''}"


def _is_sealed(path: Path) -> bool:
    return path.name.endswith(backing_up.SEALED)


def _config() -> Config:
    return cast(Application, current_app).settings
