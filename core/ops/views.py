"""For whoever watches the installation: /healthz, /readyz and /metrics."""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa
from flask import Blueprint, Response, current_app, g, jsonify, request
from sqlalchemy.engine import Engine

from core import outages
from core.config import LOOPBACK as NAMES_OF_LOOPBACK
from core.config import Config
from core.errors import DiwanError, ReadOnly
from core.jobs import reading as jobs_reading
from core.mail import reading as mail_reading
from core.plugin import containment, lifecycle, loader, migrate
from core.plugin.containment import FAULTS
from core.web import METRICS, PUBLIC, route

blueprint = Blueprint("ops", __name__)
LOOPBACK = frozenset({"127.0.0.1", "::1", "::ffff:127.0.0.1"})
_CAUSES: dict[type[DiwanError], str] = {ReadOnly: "read_only"}
#: Where `core.ops.metrics` keeps the figures of an application.
FIGURES = "diwan_figures"


@route(blueprint, "/healthz", access=PUBLIC)
def healthz() -> Response:
    """The process answers. Nothing else is asked, so that a slow database gets no process restarted."""
    return Response("ok\n", mimetype="text/plain")


@route(blueprint, "/readyz", access=PUBLIC)
def readyz() -> tuple[Response, int]:
    """Whether requests may be sent here: the database answers, stands at the newest migration and takes what is saved.

    Where not, `cause` says why.
    """
    engine: Engine = current_app.engine  # type: ignore[attr-defined]
    try:
        behind = pending(engine)
    except sa.exc.SQLAlchemyError:
        return jsonify(ready=False, cause="database", database=False, migrations=[]), 503
    answer: dict[str, Any] = {"ready": True, "database": True, "migrations": behind}
    outage = None if behind else outages.found(engine)
    if behind or outage is not None:
        answer |= {"ready": False, "cause": "migrations" if outage is None else _CAUSES.get(outage, outage.code)}
    if not behind:
        with engine.connect() as connection:
            # Told, and no reason to send requests elsewhere: pages work while the queues stand still.
            answer["jobs"] = jobs_reading.health(connection)
            answer["mail"] = mail_reading.health(connection)
    return jsonify(**answer), 200 if answer["ready"] else 503


@route(blueprint, METRICS, access=PUBLIC)
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
    """None for the token that is set for it, for an administrator's, and for this machine itself where neither a
    token is set nor a proxy stands in front: what that passes on comes from this machine, and need not say so.

    A program asks, so it gets a status and no page for logging in.
    """
    config: Config = current_app.settings  # type: ignore[attr-defined]
    if g.get("opens_metrics"):
        return None
    forwarded = "X-Forwarded-For" in request.headers or "Forwarded" in request.headers
    is_here = request.environ.get("REMOTE_ADDR") in LOOPBACK and not forwarded and _called_by_a_name_of_its_own()
    if is_here and not config.metrics_token and not config.is_behind_proxy:
        return None
    if g.identity is None or not g.get("by_token"):
        return Response("", 401, {"WWW-Authenticate": "Bearer"})
    return None if g.identity.actor.is_admin else Response("", 403)


def _called_by_a_name_of_its_own() -> bool:
    """Whether the program asked for this machine itself; a proxy that nobody told Diwan of hands on another name."""
    return urlsplit(f"//{request.host}").hostname in NAMES_OF_LOOPBACK
