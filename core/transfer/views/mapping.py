"""Step 2 of the wizard: which column goes to which field, and what that does, drawn anew after every change."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import Response, request

from core.entity.spec import EntitySpec
from core.transfer import drafts, jobs
from core.transfer.commands import missing_columns
from core.transfer.dry_run import SHOWN, DryRun, dry_run
from core.transfer.importer import Outcome
from core.transfer.plan import ImportPlan
from core.transfer.refusals import TransferRefused
from core.transfer.revise import reread, revised
from core.transfer.table import Table
from core.transfer.views import running
from core.transfer.views.blueprint import IMPORT, address, blueprint, see, spec_for_import
from core.transfer.views.map_screen import Work, map_screen
from core.ui import rendering
from core.web import entity_action, route

#: So long the step to the confirmation counts the rows of a large file, so that it can say what will happen.
COUNTING = 4.0


@route(blueprint, IMPORT, access=entity_action("import"))
def show(plugin: str, noun: str, import_id: int) -> Response:
    """The import wherever it stands: its mapping, its progress or its result."""
    spec = spec_for_import(plugin, noun)
    job = drafts.visible(spec, import_id)
    if job["state"] != "draft":
        return running.show(spec, job)
    work = _work(spec, job, {})
    return _page(spec, job, work)


@route(blueprint, IMPORT, access=entity_action("import"), methods=("POST",))
def go_on(plugin: str, noun: str, import_id: int) -> Response:
    """To the confirmation; or the same page again, after a test run or with what is still missing."""
    spec = spec_for_import(plugin, noun)
    job = drafts.own_draft(spec, import_id)
    goes_on = request.form.get("act") != "dry_run"
    work = _work(spec, job, request.form, COUNTING if goes_on else None)
    if not goes_on or not work.can_continue:
        return _page(spec, job, work, 422 if goes_on else 200)
    if request.form.get("remember"):
        drafts.remember(spec, work.table.header, work.plan.columns)
    return see(address(spec, import_id, "confirm"))


@route(blueprint, f"{IMPORT}/preview", access=entity_action("import"), methods=("POST",))
def preview(plugin: str, noun: str, import_id: int) -> Response:
    """The work area after a change."""
    spec = spec_for_import(plugin, noun)
    job = drafts.own_draft(spec, import_id)
    work = _work(spec, job, request.form)
    return Response(rendering.fragment("import/work.html", screen=map_screen(spec, job, work)))


def _page(spec: EntitySpec, job: Mapping[str, Any], work: Work, status: int = 200) -> Response:
    screen = map_screen(spec, job, work)
    return rendering.page("import/map.html", screen.head.title, status, current=spec.name, screen=screen)


def _work(spec: EntitySpec, job: Mapping[str, Any], form: Mapping[str, str], seconds: float | None = None) -> Work:
    """The plan as the form has it, its dry run, and what it lacks; all of it is kept on the draft."""
    stored, refused = ImportPlan.from_json(job["plan"]), ""
    try:
        plan, table = reread(spec, job, form)
    except TransferRefused as error:
        # The settings stay as they were: with them the file could be read.
        refused, plan = str(error.message), stored
        table = stored.open(Path(job["file_path"]), job["file_name"])
    if plan == stored and not refused:
        plan = revised(spec, plan, form)
    show = form.get("show", "")
    is_test = form.get("act") == "dry_run"
    found = _checked(spec, job, plan, table, show, is_test, seconds)
    is_hopeless = 0 < found.checked == found.outcome.failed
    missing = tuple(missing_columns(spec, plan, changes_any=not is_hopeless))
    drafts.save(job, plan, table.row_count, found.outcome, found.checked)
    return Work(plan, table, found, missing, refused, show, form.get("remember") == "1" if form else True, is_test)


def _checked(spec: EntitySpec, job: Mapping[str, Any], plan: ImportPlan, table: Table, show: str, is_test: bool,
             seconds: float | None) -> DryRun:
    """A dry run as long as it is asked for; counts of all rows that are known already are kept."""
    if not any(plan.columns):
        return DryRun(table.row_count)
    if is_test:
        return dry_run(spec, plan, table, most=None)
    is_known = plan.as_json() == job["plan"] and job["done"] >= job["total"]
    if not is_known:
        return dry_run(spec, plan, table, most=None, seconds=seconds) if seconds else dry_run(spec, plan, table)
    wanted = {"errors": job["failed"], "warnings": job["warned"]}
    found = dry_run(spec, plan, table, most=None if show in wanted else SHOWN,
                    is_enough=lambda so_far: len(so_far.shown(show)) >= min(SHOWN, wanted.get(show, SHOWN)))
    found.outcome = Outcome(job["created"], job["updated"], job["skipped"], job["failed"], jobs.unchanged(job),
                            found.outcome.notes, warned=job["warned"])
    found.checked = job["done"]
    return found
