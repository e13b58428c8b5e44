"""Figures for Prometheus: requests and their duration, and the state of the installation when it is asked."""

from __future__ import annotations

import os
from collections.abc import Iterator
from time import perf_counter
from typing import Any

import sqlalchemy as sa
from flask import Response, g, request
from sqlalchemy.engine import Connection, Engine

from core import __version__
from core.audit.models import head
from core.entity.base import utc_now
from core.jobs import reading as jobs_reading
from core.mail import reading as mail_reading
from core.ops import landmarks, views
from core.plugin import loader
from core.plugin.models import plugin
from core.web import Application

# In seconds: fine where pages are quick, coarse where something is wrong.
BUCKETS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10)
#: prometheus-client looks here for the folder in which several processes add up their figures.
SHARED = "PROMETHEUS_MULTIPROC_DIR"


class Figures:
    """The figures of one application, or of all processes that serve it."""

    def __init__(self, engine: Engine) -> None:
        # Deferred: the package decides while it is imported whether processes share their figures.
        import prometheus_client as prometheus
        from prometheus_client import multiprocess

        prometheus.disable_created_metrics()  # type: ignore[no-untyped-call]
        own = prometheus.CollectorRegistry()
        names = ["method", "route", "status"]
        self.requests = prometheus.Counter("diwan_requests", "Requests answered.", names, registry=own)
        self.seconds = prometheus.Histogram(
            "diwan_request_seconds", "Time to answer.", ["route"], registry=own, buckets=BUCKETS)
        self._own = own
        if os.environ.get(SHARED):
            self._own = prometheus.CollectorRegistry()
            multiprocess.MultiProcessCollector(self._own)  # type: ignore[no-untyped-call]
        self._own.register(Installation(engine))
        self._prometheus = prometheus

    def count(self, answer: Response) -> Response:
        """Count one answered request. Addresses are counted by their rule, so that their number is limited."""
        rule = request.url_rule.rule if request.url_rule else "none"
        self.requests.labels(request.method, rule, answer.status_code).inc()
        if "began" in g:
            self.seconds.labels(rule).observe(perf_counter() - g.began)
        return answer

    def exposition(self) -> tuple[str, bytes]:
        """Content type and text."""
        return self._prometheus.CONTENT_TYPE_LATEST, self._prometheus.generate_latest(self._own)


class Installation:
    """What is read from the database while the figures are collected."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def describe(self) -> list[Any]:
        """Nothing beforehand: registering must not ask the database."""
        return []

    def collect(self) -> Iterator[Any]:
        # Deferred with the rest of the package, see Figures.
        from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily

        yield InfoMetricFamily("diwan", "This installation.", value={"version": __version__})
        up = GaugeMetricFamily("diwan_database_up", "Whether the database answers.")
        try:
            found = self._read()
        except sa.exc.SQLAlchemyError:
            up.add_metric([], 0)
            yield up
            return
        up.add_metric([], 1)
        yield up
        yield GaugeMetricFamily("diwan_migrations_pending", "Owners with tables older than their code.",
                                value=found["pending"])
        yield GaugeMetricFamily("diwan_audit_transactions", "Transactions in the audit log.", value=found["audit"])
        states = GaugeMetricFamily("diwan_plugin_state", "The state of each plugin.", labels=["plugin", "state"])
        for name, state in found["states"].items():
            states.add_metric([name, state], 1)
        yield states
        for name, text, value in found["work"]:
            yield GaugeMetricFamily(f"diwan_{name}", text, value=value)

    def _read(self) -> dict[str, Any]:
        with self._engine.connect() as connection:
            states = dict(connection.execute(sa.select(plugin.c.name, plugin.c.state)).all())
            work = list(_work(connection))
            seq = connection.execute(sa.select(head.c.seq)).scalar() or 0
        states.update(dict.fromkeys(loader.installed().broken, "broken"))
        return {"pending": len(views.pending(self._engine)), "audit": seq, "states": states, "work": work}


def _work(connection: Connection) -> Iterator[tuple[str, str, int]]:
    """Name, meaning and value of what stands in queues, and of what grows old (REL-23)."""
    jobs, mail = jobs_reading.health(connection), mail_reading.health(connection)
    yield "jobs_due", "Jobs that are due and not begun.", jobs["waiting"]
    yield "jobs_oldest_seconds", "How long the oldest of them has been due.", jobs["age"]
    yield "jobs_dead", "Jobs that were given up.", jobs["dead"]
    yield "mail_queued", "Mails that wait to be sent.", mail["queued"]
    yield "mail_oldest_seconds", "How long the oldest of them has been waiting.", mail["age"]
    yield "mail_held", "Mails of which nobody knows whether they arrived.", mail["held"]
    yield "mail_failed", "Mails that a server has refused.", mail["failed"]
    backup = landmarks.last(connection, landmarks.BACKUP)
    if backup is not None:
        age = (utc_now() - backup.at).total_seconds()
        yield "backup_age_seconds", "How long ago the last backup was made.", int(age)


def set_up(app: Application) -> None:
    """Count the requests of `app`."""
    figures = Figures(app.engine)
    app.extensions[views.FIGURES] = figures

    @app.before_request
    def begin() -> None:
        g.began = perf_counter()

    app.after_request(figures.count)
