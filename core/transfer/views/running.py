"""Step 3 and after: the start, the progress, the result, and taking it back."""

from __future__ import annotations

from typing import IO, Any

import sqlalchemy as sa
from flask import Response

from core.db import unit
from core.entity.base import utc_now
from core.entity.spec import EntitySpec
from core.errors import Invalid, NotFound
from core.language.i18n import _
from core.permissions import require
from core.rest.problems import json_answer
from core.transfer import drafts, jobs, queueing
from core.transfer.commands import missing_columns
from core.transfer.dry_run import DryRun, checked_rows
from core.transfer.models import failed_rows
from core.transfer.plan import ImportPlan
from core.transfer.views import result_screen, running_screen
from core.transfer.views.blueprint import IMPORT, address, blueprint, see, spec_for_import
from core.transfer.views.download import download
from core.transfer.writer import ErrorsFile
from core.ui import rendering
from core.ui.import_model import progress_answer
from core.web import entity_action, route

ENDED = (*jobs.ENDED, "undone")


@route(blueprint, f"{IMPORT}/confirm", access=entity_action("import"))
def confirm(plugin: str, noun: str, import_id: int) -> Response:
    """All that will happen, once more; nothing has been written so far."""
    spec = spec_for_import(plugin, noun)
    job = drafts.visible(spec, import_id)
    if job["state"] != "draft" or not ImportPlan.from_json(job["plan"]).columns:
        return see(address(spec, import_id))
    screen = running_screen.confirm(spec, job)
    return rendering.page("import/confirm.html", screen.head.title, current=spec.name, screen=screen)


@route(blueprint, f"{IMPORT}/run", access=entity_action("import"), methods=("POST",))
def run(plugin: str, noun: str, import_id: int) -> Response:
    """Hand the import to the workers. Pressing twice starts it once."""
    spec = spec_for_import(plugin, noun)
    job = drafts.visible(spec, import_id)
    if job["state"] == "draft":
        plan = ImportPlan.from_json(job["plan"])
        if not any(plan.columns) or missing_columns(spec, plan):
            raise Invalid(_("Map the columns first."))
        drafts.begin(job)
    return see(address(spec, import_id))


def show(spec: EntitySpec, job: dict[str, Any]) -> Response:
    """The page of an import that was started: at work, or over."""
    if job["state"] not in ENDED:
        screen = running_screen.progress(spec, job, utc_now())
        return rendering.page("import/progress.html", screen.head.title, current=spec.name, screen=screen)
    result = result_screen.result(spec, job)
    return rendering.page("import/result.html", result.head.title, current=spec.name, screen=result)


@route(blueprint, f"{IMPORT}/status", access=entity_action("import"))
def status(plugin: str, noun: str, import_id: int) -> Response:
    """How far it is, for the page that asks every second."""
    spec = spec_for_import(plugin, noun)
    job = drafts.visible(spec, import_id)
    return json_answer(progress_answer(running_screen.progress(spec, job, utc_now())))


@route(blueprint, f"{IMPORT}/cancel", access=entity_action("import"), methods=("POST",))
def cancel(plugin: str, noun: str, import_id: int) -> Response:
    """Stop after the chunk at hand; what was written stays and can be undone."""
    spec = spec_for_import(plugin, noun)
    drafts.visible(spec, import_id)
    jobs.cancel(import_id)
    return see(address(spec, import_id))


@route(blueprint, f"{IMPORT}/undo", access=entity_action("import"), methods=("POST",))
def undo(plugin: str, noun: str, import_id: int) -> Response:
    """Take it back in the background, with the rights of whoever asks."""
    spec = spec_for_import(plugin, noun)
    job = drafts.visible(spec, import_id)
    for permission in result_screen.needed_to_undo(spec, job):
        require(permission)
    jobs.ask_undo(import_id, result_screen.asking())
    queueing.ask(import_id)
    return see(address(spec, import_id))


@route(blueprint, f"{IMPORT}/errors.csv", access=entity_action("import"))
def errors(plugin: str, noun: str, import_id: int) -> Response:
    """The rows that failed, or would fail, with their reasons: corrected, it can be imported again (P16)."""
    spec = spec_for_import(plugin, noun)
    job = drafts.visible(spec, import_id)
    plan = ImportPlan.from_json(job["plan"])
    path = result_screen.file_of(job)
    if path is None:
        raise NotFound(_("The file of this import has been removed, as it ended more than 30 days ago."))
    table = plan.open(path, job["file_name"])

    def write(out: IO[bytes]) -> None:
        file = ErrorsFile(out, table.header, plan.delimiter or None, plan.kind == "xlsx")  # type: ignore[arg-type]
        if job["state"] == "draft":
            for rows in checked_rows(spec, plan, table, DryRun(table.row_count)):
                for row in rows:
                    if row.act == "error":
                        file.add(row.row.cells, row.messages)
            return
        statement = sa.select(failed_rows.c.cells, failed_rows.c.messages).where(failed_rows.c.import_id == import_id)
        for failed in unit().execute(statement.order_by(failed_rows.c.line)):
            file.add(failed.cells, failed.messages)

    stem = job["file_name"].rpartition(".")[0] or job["file_name"]
    return download(write, str(_("{file} – errors", file=stem)), f"errors-{import_id}", "csv")


