"""The screens of step 3: the confirmation and the progress."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from core.entity.spec import EntitySpec
from core.language.calendars import CALENDAR_LABELS
from core.language.i18n import _, ngettext
from core.transfer import jobs
from core.transfer.plan import ImportPlan
from core.transfer.views.blueprint import address, figure, head
from core.transfer.views.map_screen import ENCODING_NAMES
from core.ui.import_model import ConfirmView, ProgressView

#: A worker looks for work twice a second; after so long none is running.
PATIENCE = dt.timedelta(seconds=10)
ON_MATCH_LABELS = {"update": _("Update"), "skip": _("Skip"), "error": _("Error")}


def confirm(spec: EntitySpec, job: Mapping[str, Any]) -> ConfirmView:
    plan = ImportPlan.from_json(job["plan"])
    table = plan.open(Path(job["file_path"]), job["file_name"])
    is_whole = job["done"] >= job["total"]
    good = job["total"] - job["failed"] if is_whole else job["total"]
    return ConfirmView(
        head(spec, 3), address(spec, job["id"], "run"), address(spec, job["id"]), job["file_name"],
        figure(job["created"]), figure(job["updated"]), figure(job["failed"]),
        figure(jobs.unchanged(job)) if jobs.unchanged(job) else "", figure(job["skipped"]) if job["skipped"] else "",
        _facts(spec, job, plan, is_whole),
        tuple(heading for heading, name in zip(table.header, plan.columns, strict=True) if not name and heading),
        ngettext("Import {n} row", "Import {n} rows", good))


def _facts(spec: EntitySpec, job: Mapping[str, Any], plan: ImportPlan, is_whole: bool) -> tuple[tuple[str, str], ...]:
    facts = [(str(_("Rows in the file")), figure(job["total"]))]
    if not is_whole:
        facts.append((str(_("Rows checked so far")), figure(job["done"])))
    if plan.kind != "xlsx":
        facts.append((str(_("Encoding")), str(ENCODING_NAMES.get(plan.encoding, plan.encoding))))
    facts.append((str(_("Dates")), str(CALENDAR_LABELS[plan.calendar])))
    if not plan.match:
        return (*facts, (str(_("Records are recognised by")), str(_("Nothing: every row is new"))))
    facts.append((str(_("Records are recognised by")), str(spec.fields[plan.match].label)))
    return (*facts, (str(_("If it exists already")), str(ON_MATCH_LABELS[plan.on_match])))


def progress(spec: EntitySpec, job: Mapping[str, Any], now: dt.datetime) -> ProgressView:
    is_undo = job["state"] in ("undoing", "undone")
    done, total = _undone(job) if is_undo else (job["done"], job["total"])
    at_work = job["state"] in ("waiting", "running")
    return ProgressView(
        head(spec, 3), job["file_name"], address(spec, job["id"], "status"),
        address(spec, job["id"], "cancel") if at_work or job["state"] == "cancelling" else "",
        address(spec, job["id"]), done, total, _text(job, done, total, now),
        time_left(job["started_at"], done, total, now) if job["state"] == "running" else "",
        job["state"], str(_("The import is being undone.")) if is_undo else "")


def _undone(job: Mapping[str, Any]) -> tuple[int, int]:
    return sum((job["undone"] or {}).values()), job["created"] + job["updated"]


def _text(job: Mapping[str, Any], done: int, total: int, now: dt.datetime) -> str:
    if job["state"] == "cancelling":
        return str(_("The import is being cancelled."))
    is_waiting = job["state"] == "waiting" or (job["state"] == "undoing" and not job["heartbeat_at"] and not done)
    if not is_waiting:
        return str(_("{done} of {total}", done=figure(done), total=figure(total)))
    return waiting_text(job["created_at"] if job["state"] == "waiting" else now, now)


def waiting_text(asked_at: dt.datetime, now: dt.datetime) -> str:
    """What is said while no worker has begun."""
    if now - asked_at > PATIENCE:
        return str(_("Still waiting: no worker has begun. An administrator can start one with “diwan worker”."))
    return str(_("Waiting to begin"))


def time_left(started_at: dt.datetime | None, done: int, total: int, now: dt.datetime) -> str:
    """How long it will take, once it has run long enough to tell."""
    if not started_at or not done:
        return ""
    elapsed = (now - started_at).total_seconds()
    if elapsed < 2:
        return ""
    seconds = round(elapsed / done * (total - done))
    if seconds < 60:
        return ngettext("About {n} second left", "About {n} seconds left", max(seconds, 1))
    return ngettext("About {n} minute left", "About {n} minutes left", round(seconds / 60))
