"""One try of one job, from its claim to its end."""

from __future__ import annotations

import logging
import random
import traceback
from collections.abc import Mapping
from contextlib import ExitStack
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from core import outages
from core import registry as registries
from core.db import Unit, is_contention, run_unit
from core.declarations import Job
from core.errors import Conflict, DiwanError, TooMany, Unavailable
from core.jobs import delivery, lease, queue
from core.jobs.clock import database_time
from core.jobs.context import Cancelled, Context, Stopped
from core.jobs.models import jobs
from core.jobs.overdue import Overdue
from core.language.i18n import use
from core.plugin import containment, sentences

LONGEST_WAIT = 3600.0
#: Seconds until a job is tried again that a full disk or a database that was away has stopped.
OUTAGE_WAIT = 30.0
#: How often what contends with others is tried again at once.
TRIES = 3
#: What may be otherwise in a while; other refusals are final.
PASSING = (Conflict, TooMany, Unavailable)

log = logging.getLogger("diwan.jobs")


def take(engine: Engine, job_id: int, declared: Job) -> dict[str, Any] | None:
    """Claim a job; None when there is nothing to do any more."""
    found: dict[str, Any] | None = run_unit(engine, lambda opened: lease.claim(opened, job_id, declared))
    return found


def carry_out(context: Context) -> None:
    """Run a claimed job and note how it ended. What it raises ends here, so that no job stops a worker."""
    engine, row, declared = context.engine, context.row, context.declared
    with ExitStack() as stack:
        stack.enter_context(registries.pinned(registries.current()))
        stack.enter_context(use(queue.from_json(row["reader"])))
        try:
            if row["attempts"] > declared.retries + 1:
                raise DiwanError(sentences.written(sentences.JOB_LOST))
            log.info("job %s: %s, try %s", row["id"], row["name"], row["attempts"])
            with context.kept():
                _run(context)
        except lease.Overtaken:
            log.warning("job %s: another worker has taken over", row["id"])
        except Cancelled:
            _note(engine, row, "cancelled")
        except Stopped:
            run_unit(engine, lambda opened: _hand_back(opened, row))
        except containment.FAULTS as error:
            fail(engine, row, declared, error)


def _run(context: Context) -> None:
    declared = context.declared
    if declared.in_steps:
        result = declared.run(context)
        with context.unit() as opened:
            context.end(opened, result)
        return
    for attempt in range(1, TRIES + 1):
        try:
            with context.unit() as opened:
                result = declared.run(context)
                context.end(opened, result)
            return
        except sa.exc.DBAPIError as error:
            if attempt == TRIES or not is_contention(error):
                raise


def _hand_back(opened: Unit, row: Mapping[str, Any]) -> None:
    if lease.hand_back(opened, row):
        delivery.announce(opened, row["id"], row["name"])


def _note(engine: Engine, row: Mapping[str, Any], state: str) -> None:
    run_unit(engine, lambda opened: lease.end(opened, row, state))


def fail(engine: Engine, row: Mapping[str, Any], declared: Job, error: BaseException) -> None:
    """Wait for the next try, or give up: at the last one, and where trying again cannot help.

    What an outage has stopped is no try: it may last longer than all of them.
    """
    if isinstance(error.__cause__, Overdue):
        # It was in a hook, whose failure is a refusal for whoever called.
        error = error.__cause__
    outage = outages.told(error)
    is_outage = outage is not None
    if outage is not None:
        outages.notice(outage)
    is_refusal = isinstance(error, DiwanError)
    is_final = is_refusal and not isinstance(error, PASSING)
    if is_refusal:
        log.warning("job %s: %s", row["id"], error)
    else:
        log.error("job %s failed", row["id"], exc_info=error)
    text = str(error) if is_refusal else _blame(declared, error) or _told(error)
    trace = "" if is_refusal else _trace(error)

    def write(opened: Unit) -> None:
        if not is_outage and (is_final or row["attempts"] > declared.retries):
            lease.end(opened, row, "dead", text, trace)
            return
        wait = OUTAGE_WAIT if is_outage else back_off(declared, row["attempts"])
        tries = row["attempts"] - is_outage
        lease.end(opened, row, "failed", text, trace, run_after=database_time(wait), attempts=tries)
        at = opened.execute(sa.select(jobs.c.run_after).where(jobs.c.id == row["id"])).scalar_one()
        delivery.announce(opened, row["id"], row["name"], at)

    try:
        run_unit(engine, write)
    except lease.Overtaken:
        log.warning("job %s: another worker has taken over", row["id"])


def back_off(declared: Job, attempts: int) -> float:
    """Seconds until the next try: twice as long each time, and never all at the same moment."""
    return float(min(declared.backoff * 2 ** (attempts - 1), LONGEST_WAIT) * random.uniform(0.5, 1.5))


def _blame(declared: Job, error: BaseException) -> str:
    """What to say of a job that took a place or memory without end, or wanted to end the worker; kept with its plugin
    for administrators as well. Empty for all other errors."""
    if not isinstance(error, (MemoryError, SystemExit)):
        return ""
    plugin = declared.name.partition(".")[0]
    found = registries.current()
    if plugin in found.plugins:
        containment.note(plugin, f"job {declared.name}", _trace(error) + _told(error))
    module = found.label(plugin)
    if isinstance(error, Overdue):
        return sentences.written(sentences.JOB_SILENT, module=module)
    if isinstance(error, MemoryError):
        return sentences.written(sentences.JOB_MEMORY, module=module)
    return ""


def _told(error: BaseException) -> str:
    """One line for the page. A database's error without its statement, whose values are nobody's business there."""
    original = getattr(error, "orig", None) or error
    return f"{type(original).__name__}: {original}".strip().splitlines()[0]


def _trace(error: BaseException) -> str:
    """Where it happened, frame by frame, without values."""
    if isinstance(error, Overdue) and error.cause:
        return error.cause
    return "".join(traceback.format_tb(error.__traceback__))
