"""`/api/v1/core/job`: background jobs for programs, by the same right and on record as on their page."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request

from core.entity.types_time import iso_moment
from core.errors import Malformed
from core.jobs import by_hand, reading
from core.language.i18n import _
from core.rest import body
from core.rest.problems import json_answer
from core.web import route

blueprint = Blueprint("jobs_programs", __name__)
ADDRESS = "/api/v1/core/job"
ONE = f"{ADDRESS}/<int:job_id>"
USUAL, MOST = 80, 1000
MOMENTS = ("run_after", "created_at", "started_at", "finished_at")


@route(blueprint, ADDRESS, access=by_hand.PERMISSION)
def listing() -> Response:
    """Jobs, the newest first: `state`, `name`, `limit`, `cursor`."""
    state, name = request.args.get("state", ""), request.args.get("name", "")[:120]
    if state and state not in reading.STATES:
        raise Malformed(_("Choose one of these: {values}", values=", ".join(reading.STATES)), field="state")
    limit = min(body.asked_number("limit") or USUAL, MOST)
    rows = reading.page(state, name, body.asked_number("cursor"), limit + 1)
    return json_answer({
        "data": [_written(reading.facts(row._mapping)) for row in rows[:limit]], "total": reading.total(state, name),
        "total_is_exact": True, "next": str(rows[limit - 1].id) if len(rows) > limit else None})  # fmt: skip


@route(blueprint, ONE, access=by_hand.PERMISSION)
def show(job_id: int) -> Response:
    """One job, with where it failed."""
    return _one(job_id)


@route(blueprint, f"{ONE}/cancel", access=by_hand.PERMISSION, methods=("POST",))
def cancel(job_id: int) -> Response:
    """Stop one: at once while it waits, else at its next step. Answers it as it stands then."""
    by_hand.cancel(job_id)
    return _one(job_id)


@route(blueprint, f"{ONE}/retry", access=by_hand.PERMISSION, methods=("POST",))
def retry(job_id: int) -> Response:
    """Have one done again that has failed or was cancelled."""
    by_hand.retry(job_id)
    return _one(job_id)


def _one(job_id: int) -> Response:
    return json_answer(_written(reading.facts(by_hand.find(job_id), whole=True)))


def _written(facts: dict[str, Any]) -> dict[str, Any]:
    return facts | {name: None if facts[name] is None else iso_moment(facts[name]) for name in MOMENTS}
