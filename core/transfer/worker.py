"""Imports and undos as background jobs, and the upkeep of what imports leave behind.

The import itself keeps how far it is, so each try of its job goes on after the last chunk that was written. A job of
an import that somebody else works on waits for the end of that heartbeat.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Mapping
from typing import Any

import sqlalchemy as sa

from core.db import run_unit
from core.declarations import Job
from core.errors import DiwanError, Unavailable
from core.jobs import Context
from core.language.i18n import _
from core.plugin.hookspecs import hookimpl
from core.transfer import drafts, jobs, queueing, running, telling, undo
from core.transfer.models import imports

log = logging.getLogger("diwan.worker")


def carry_out(context: Context) -> dict[str, Any]:
    """Run one import, or take it back, to its end; what came of it."""
    import_id: int = context.arguments["import"]
    engine = context.engine
    job: Mapping[str, Any] | None = run_unit(engine, lambda opened: jobs.claim(opened, import_id))
    if job is None:
        return _not_ours(context, import_id)
    log.info("import %s: %s rows of %s", job["id"], job["total"], job["entity"])
    work: Callable[..., Any] = undo.carry_out if job["state"] == "undoing" else running.carry_out
    try:
        work(engine, job, context.tell, lambda: _goes_on(context, import_id))
    except jobs.Overtaken as error:
        raise Unavailable(str(error)) from error
    except (DiwanError, sa.exc.DBAPIError):
        raise
    except Exception as error:
        log.exception("import %s failed", job["id"])
        message = str(_("An unexpected error occurred. Reference: {code}", code=f"import-{job['id']}"))
        run_unit(engine, lambda opened: telling.end_failed(opened, job, message))
        raise DiwanError(message) from error
    context.check()
    return _outcome(context, import_id)


def _goes_on(context: Context, import_id: int) -> bool:
    """Whether to write another chunk. A job that is cancelled on its page is an import that is cancelled."""
    if context.is_cancelled:
        run_unit(context.engine, lambda _opened: jobs.cancel(import_id))
        return True
    return not context.is_ending


def _not_ours(context: Context, import_id: int) -> dict[str, Any]:
    found = _outcome(context, import_id)
    if found["state"] in jobs.AT_WORK:
        raise Unavailable(_("Another process works on this import now."))
    return found


def _outcome(context: Context, import_id: int) -> dict[str, Any]:
    names = ("state", "created", "updated", "skipped", "failed")
    stored: Mapping[str, Any] = run_unit(context.engine, lambda _opened: jobs.find(import_id) or {})
    return {**{name: stored.get(name) for name in names}, "unchanged": jobs.unchanged(stored) if stored else None}


def resume(context: Context) -> dict[str, int]:
    """Ask for a job for each import that nobody works on any more: one whose command was killed."""
    left = sa.select(imports.c.id).where(jobs.claimable()).order_by(imports.c.id)
    with context.unit() as opened:
        ids = list(opened.execute(left).scalars())
        for import_id in ids:
            queueing.ask(import_id)
    return {"imports": len(ids)}


def tidy(context: Context) -> None:
    """Forget drafts and files that nobody needs any more."""
    if context.settings is not None:
        drafts.tidy(context.settings.files / "imports")


@hookimpl
def register_jobs() -> list[Job]:
    return [
        Job(queueing.JOB, carry_out, label=_("Import"), is_long=True, in_steps=True, as_system=True, lease=30,
            retries=12),
        Job("core.resume_imports", resume, label=_("Resume imports"), every=dt.timedelta(minutes=1), retries=0,
            in_steps=True, as_system=True),
        Job("core.tidy_imports", tidy, label=_("Forget old import files"), every=dt.timedelta(hours=1), retries=0,
            as_system=True),
    ]

