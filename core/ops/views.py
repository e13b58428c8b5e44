"""For whoever watches the installation: /healthz, /readyz and /metrics."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, current_app, g, jsonify, request
from sqlalchemy.engine import Engine

from core.jobs import reading as jobs_reading
from core.mail import reading as mail_reading
from core.plugin import containment, lifecycle, loader, migrate
from core.plugin.containment import FAULTS
from core.web import PUBLIC, route

blueprint = Blueprint("ops", __name__)
LOOPBACK = frozenset({"127.0.0.1", "::1", "::ffff:127.0.0.1"})
#: Where `core.ops.metrics` keeps the figures of an application.
FIGURES = "diwan_figures"


@route(blueprint, "/healthz", access=PUBLIC)
def healthz() -> Response:
    """The process answers. Nothing else is asked, so that a slow database gets no process restarted."""
    return Response("ok\n", mimetype="text/plain")


@route(blueprint, "/readyz", access=PUBLIC)
def readyz() -> tuple[Response, int]:
    """Whether requests may be sent here: the database answers and stands at the newest migration."""
    engine: Engine = current_app.engine  # type: ignore[attr-defined]
    try:
        behind = pending(engine)
    except sa.exc.SQLAlchemyError:
        return jsonify(ready=False, database=False, migrations=[]), 503
    answer = {"ready": not behind, "database": True, "migrations": behind}
    if not behind:
        with engine.connect() as connection:
            # Told, and no reason to send requests elsewhere: pages work while the queues stand still.
            answer["jobs"] = jobs_reading.health(connection)
            answer["mail"] = mail_reading.health(connection)
    return jsonify(**answer), 503 if behind else 200


@route(blueprint, "/metrics", access=PUBLIC)
def metrics() -> Response:
    """Figures for Prometheus."""
    refusal = _refusal()
    if refusal is not None:
        return refusal
    content_type, text = current_app.extensions[FIGURES].exposition()
    return Response(text, content_type=content_type)


def pending(engine: Engine) -> list[str]:
    """The kernel and the enabled plugins whose tables are older than their code."""
    if migrate.stands_at(engine, migrate.KERNEL) != _head(migrate.KERNEL):
        return [migrate.KERNEL]
    with engine.connect() as connection:
        names = lifecycle.enabled_names(connection)
    installed = loader.installed().plugins
    return [name for name in names if name in installed and _head(name) not in (None, migrate.stands_at(engine, name))]


@lru_cache(maxsize=200)
def _head(owner: str) -> Any:
    """Files of migrations do not change while a process runs, and reading them takes longer than the query.

    None for a plugin whose files cannot be read: that is its trouble, not this installation's.
    """
    try:
        return migrate.head(owner, loader.installed().plugins.get(owner))
    except FAULTS as error:
        containment.note(owner, "migrations", containment.cause_of(error))
        return None


def _refusal() -> Response | None:
    """None for this machine itself and for an administrator's token. What a proxy here passes on is from elsewhere.

    A program asks, so it gets a status and no page for logging in.
    """
    forwarded = "X-Forwarded-For" in request.headers or "Forwarded" in request.headers
    if request.environ.get("REMOTE_ADDR") in LOOPBACK and not forwarded:
        return None
    if g.identity is None or not g.get("by_token"):
        return Response("", 401, {"WWW-Authenticate": "Bearer"})
    return None if g.identity.actor.is_admin else Response("", 403)
