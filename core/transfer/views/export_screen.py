"""The pages of an export that a job writes, and the list of all that a user has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from core.attachments.panel import size_text
from core.entity.base import utc_now
from core.entity.spec import EntitySpec
from core.language.calendars import exact_time, format_date, format_datetime, relative_time
from core.language.i18n import _, ngettext
from core.language.i18n import current as preferences
from core.language.timezones import local
from core.permissions import can
from core.query import ListQuery
from core.registry import current as registry
from core.transfer.exports import keeping
from core.transfer.views.blueprint import figure
from core.transfer.views.running_screen import time_left, waiting_text
from core.ui.exports_model import ExportHead, ExportOffer, ExportProgress, ExportResult
from core.ui.jobs_model import Fact, Line, LinesScreen
from core.ui.list_address import ListAddress
from core.ui.list_build import crumbs
from core.ui.list_filters import chips
from core.ui.shell_model import Crumb
from core.ui.views_model import Action, EmptyState

FORMATS = {"xlsx": _("Excel"), "csv": _("CSV"), "json": _("JSON")}
STATES = {
    "waiting": (_("Waiting", context="job"), "grey"),
    "running": (_("Running"), "blue"),
    "done": (_("Ready", context="export"), "green"),
    "failed": (_("Failed"), "red"),
    "cancelled": (_("Cancelled", context="job"), "grey"),
}
_CLOSED = _("You may not export this any more.")
#: How long all rows take follows from the first of so many parts.
TELLING = 10


def address(spec: EntitySpec, row: Mapping[str, Any], rest: str = "") -> str:
    return f"{spec.path}/export/{row['id']}{rest}"


def list_address(spec: EntitySpec, pairs: Sequence[Sequence[str]]) -> str:
    """The list that is exported."""
    return ListAddress(spec.path, tuple((name, value) for name, value in pairs)).without("fields")


def _head(spec: EntitySpec, back_href: str) -> ExportHead:
    plural = str(spec.meta.plural)
    entities = plural.lower() if preferences().language == "en" else plural
    return ExportHead(str(_("Export {entities}", entities=entities)), crumbs(spec, Crumb(str(_("Export")))), back_href)


def offer(asked: ListQuery, kind: str, count: int, action: str, back_href: str) -> ExportOffer:
    """Before it begins: how much it is, and by which conditions."""
    spec, reader = asked.spec, preferences()
    given = [f"{one.label}: {one.value}" for one in chips(asked, ListAddress(spec.path, ()))]
    labels = [str(spec.fields[name].label) for name in asked.fields]
    facts = [(str(_("Format")), str(FORMATS[kind])), (str(_("Columns")), reader.comma.join(labels))]
    if asked.q:
        facts.append((str(_("Search")), asked.q))
    if given:
        facts.append((str(_("Conditions")), reader.comma.join(given)))
    sentence = ngettext("{n} record goes into the file.", "{n} records go into the file.", count)
    text = _("That takes longer than a page should wait. It is written in the background, and a notice tells you when "
             "the file is ready.")  # fmt: skip
    return ExportOffer(_head(spec, back_href), action, sentence, str(text), tuple(facts))


def progress(spec: EntitySpec, row: Mapping[str, Any]) -> ExportProgress:
    done, total, now = row["done"], row["total"], utc_now()
    is_waiting = row["state"] == "waiting"
    text = waiting_text(row["created_at"], now) if is_waiting else str(
        _("{done} of {total} rows", done=figure(done), total=figure(total)))
    if done >= total and not is_waiting:
        text = str(_("The file is being completed."))
    # The first rows take long for what has to be got ready: they say nothing of the others.
    left = "" if is_waiting or done * TELLING < total else time_left(row["started_at"], done, total, now)
    return ExportProgress(
        _head(spec, list_address(spec, row["asked"] or ())), keeping.shown(row["name"]), address(spec, row, "/status"),
        address(spec, row, "/cancel"), address(spec, row), keeping.ADDRESS, done, total, text, left)  # fmt: skip


def progress_answer(spec: EntitySpec, row: Mapping[str, Any]) -> dict[str, Any]:
    """The JSON that the page asks for; it goes to `location` when there is one."""
    view = progress(spec, row)
    over = row["state"] not in keeping.AT_WORK
    return {"state": row["state"], "done": view.done, "total": view.total, "text": view.text, "left": view.left_text,
            "location": address(spec, row) if over else ""}  # fmt: skip


def result(spec: EntitySpec, row: Mapping[str, Any]) -> ExportResult:
    is_done = row["state"] == "done"
    head = _head(spec, list_address(spec, row["asked"] or ()))
    return ExportResult(
        head, keeping.shown(row["name"]), row["state"], str(_SENTENCES[row["state"]]),
        row["error"] if row["state"] == "failed" else "", tuple(_facts(row)) if is_done else (), keeping.ADDRESS,
        file=_file(spec, row) if is_done else None,
        again=_again(spec, row),
        discard=Action(str(_("Delete file")), address(spec, row, "/discard"), "trash", "post", danger=True,
                       confirm=str(_("Delete this file?"))) if is_done else None)  # fmt: skip


_SENTENCES = {
    "done": _("The file is ready."),
    "failed": _("The file could not be written."),
    "cancelled": _("The export was cancelled. There is no file."),
}


def _facts(row: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [
        (str(_("Rows")), figure(row["rows"])),
        (str(_("Size", context="file")), size_text(row["size"])),
        (str(_("Made", context="file")), format_datetime(row["finished_at"])),
        (str(_("Kept until")), format_datetime(keeping.kept_until(row))),
    ]


def _file(spec: EntitySpec, row: Mapping[str, Any]) -> Action:
    return Action(str(_("Download")), address(spec, row, "/file"), "download")


def _again(spec: EntitySpec, row: Mapping[str, Any]) -> Action | None:
    """The same list once more; not where what was asked has been forgotten."""
    if row["asked"] is None:
        return None
    given = urlencode([*map(tuple, row["asked"]), ("fields", ",".join(row["fields"])), ("format", row["format"])])
    return Action(str(_("Export again")), f"{spec.path}/export?{given}", "refresh")


def mine() -> LinesScreen:
    """The user's exports; those of what he may not export any more wait for their end."""
    entities = registry().entities
    lines = tuple(_line(entities[row["entity"]], row) for row in keeping.mine() if row["entity"] in entities)
    days = ngettext("{n} day", "{n} days", keeping.KEPT.days)
    return LinesScreen(
        lines=lines, states=(), address=keeping.ADDRESS, live_href=f"{keeping.ADDRESS}/live",
        note=str(_("Only you can fetch these files. Each is kept for {days}, then it is deleted.", days=days)),
        empty=None if lines else EmptyState("nothing", str(_("No exported files")), str(_(
            "When you export a long list, the file waits for you here. A short list is downloaded at once.")),
            "download"))  # fmt: skip


def _line(spec: EntitySpec, row: Mapping[str, Any]) -> Line:
    label, hue = STATES[row["state"]]
    moment = row["finished_at"] or row["created_at"]
    may_export = can(f"{spec.name}.export")
    is_running = row["state"] == "running"
    percent = min(100, row["done"] * 100 // row["total"]) if is_running and row["total"] else -1
    return Line(
        key=str(row["id"]), state=str(label), hue=hue, note=_until(row),
        title=keeping.shown(row["name"].rpartition(".")[0]), detail=_detail(row) if may_export else str(_CLOSED),
        time=relative_time(moment), moment=exact_time(moment), percent=percent,
        facts=tuple(Fact(label, text) for label, text in (_facts(row) if row["state"] == "done" else ())),
        actions=_actions(spec, row) if may_export else (),
        href=address(spec, row) if may_export and row["state"] in keeping.AT_WORK else "")  # fmt: skip


def _until(row: Mapping[str, Any]) -> str:
    if row["state"] != "done":
        return ""
    here = preferences()
    day = local(keeping.kept_until(row), here.timezone).date()
    return str(_("Until {time}", time=format_date(day, here.formatting_locale, here.calendar)))


def _detail(row: Mapping[str, Any]) -> str:
    if row["state"] == "done":
        rows = ngettext("{n} row", "{n} rows", row["rows"])
        return preferences().comma.join((str(FORMATS[row["format"]]), rows, size_text(row["size"])))
    if row["state"] == "running":
        return str(_("{done} of {total}", done=figure(row["done"]), total=figure(row["total"])))
    return str(row["error"]).partition("\n")[0][:200]


def _actions(spec: EntitySpec, row: Mapping[str, Any]) -> tuple[Action, ...]:
    view = result(spec, row) if row["state"] not in keeping.AT_WORK else None
    return tuple(filter(None, (view.file, view.again, view.discard))) if view else ()
