"""Work on a field that goes on after the request, as a job: its index, or the deletion of its values."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from core import jobs
from core.customfields import indexing, purging, searching
from core.db import Unit, make_engine
from core.declarations import Job
from core.jobs import queue
from core.language.i18n import _
from core.language.i18n import current as reader
from core.plugin.hookspecs import hookimpl

JOB = "core.settle_field"
#: So long an index of the largest table may be in the making: the database gives no sign meanwhile.
HOURS = 6 * 3600.0


@hookimpl
def register_jobs() -> list[Job]:
    return [Job(JOB, _carry_out, label=_("Build the index of a field, or delete its values"), in_steps=True,
                is_long=True, as_system=True, retries=3, silence=HOURS)]


def ask(field_id: int, search: bool = False) -> None:
    """Bring the index of a field to what its definition asks for, and delete its values where that is asked for.

    With `search` what its records are found by is written anew: the field has been retired or brought back.
    """
    jobs.enqueue(JOB, {"field": field_id, "search": search}, dedupe=f"{JOB}-{field_id}-{search:d}")


def ask_alone(opened: Unit, field_id: int, search: bool = False) -> None:
    """The same where there may be no registry: a plugin is turned off by whatever still works."""
    queue.insert(opened, {"name": JOB, "arguments": {"field": field_id, "search": search}, "priority": 0,
                          "dedupe": f"{JOB}-{field_id}-{search:d}", "acts_as": queue.SYSTEM,
                          "reader": queue.as_json(reader())})


def _carry_out(context: jobs.Context) -> dict[str, Any]:
    settings = context.settings
    owner_url = settings.migration_url if settings is not None else ""
    return work(context.engine, owner_url, context.arguments["field"], context.arguments.get("search", False))


def work(engine: Engine, owner_url: str, field_id: int, search: bool = False) -> dict[str, Any]:
    """All there is to do for one field, with the connection that may change tables (empty: the same). Being killed in
    the middle does no harm: it may be done again."""
    same = not owner_url or sa.make_url(owner_url) == engine.url
    owner = engine if same else make_engine(owner_url)
    try:
        return settle(engine, owner, field_id, search)
    finally:
        if owner is not engine:
            owner.dispose()


def settle(engine: Engine, owner: Engine, field_id: int, search: bool = False) -> dict[str, Any]:
    """The same with an engine that may change tables."""
    state = indexing.settle(engine, owner, field_id)
    found = searching.write_anew(engine, field_id) if search else 0
    return {"index": state, "found_anew": found, "deleted": purging.carry_out(engine, field_id)}
