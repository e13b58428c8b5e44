"""A receiver that listens on loopback and answers as a test tells it to, and a worker that sends."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import orjson
import pytest
import sqlalchemy as sa

from core.jobs import worker as workers
from core.plugin import lifecycle
from core.plugin.models import setting
from core.testing import Site
from core.vault import Vault
from core.webhooks import delivering, setup
from core.webhooks.models import deliveries, webhooks


class Receiver:
    """What it has got, newest last; `answer` is the status of the next answers, or a function of the request."""

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.answer: int | Callable[[BaseHTTPRequestHandler], None] = 200
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.got.append((dict(self.headers), body))
                if callable(receiver.answer):
                    receiver.answer(self)
                    return
                self.send_response(receiver.answer)
                self.send_header("Location", "/elsewhere")
                self.end_headers()

            def log_message(self, *_arguments: Any) -> None:
                """Quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/news?from=diwan"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def messages(self) -> list[Any]:
        return [orjson.loads(body) for _headers, body in self.got]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.server.shutdown()
    made.server.server_close()


class Hooks:
    """Webhooks of an installation under test."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.vault = Vault(site.app.settings.secret_key)
        self.allow("127.0.0.1")

    def allow(self, hosts: str) -> None:
        """Hosts inside this network that may be called."""
        with self.site.unit() as opened:
            opened.begin_write()
            opened.execute(sa.delete(setting).where(setting.c.name == delivering.ALLOWED))
            opened.execute(sa.insert(setting).values(name=delivering.ALLOWED, value=hosts))
            lifecycle.bump(opened)
        lifecycle.refresh(self.site.app.engine)

    def make(self, url: str, user_id: int | None = None, entities: tuple[str, ...] = ("contacts.contact",),
             events: tuple[str, ...] = ("created", "updated", "deleted", "restored")) -> tuple[int, str]:
        with self.site.unit(user_id or 1):
            made = setup.create(self.vault, "Accounting", url, entities, events)
        lifecycle.refresh(self.site.app.engine)
        return made

    def work(self) -> int:
        """Do all jobs that are due now."""
        worker, count = workers.Worker(self.site.app.engine, self.site.app.settings), 0
        while count < 100 and worker.work_next():
            count += 1
        return count

    def again(self, hook_id: int) -> None:
        """As when the waiting is over."""
        with self.site.unit():
            setup.send_now(hook_id)
        self.work()

    def rows(self, hook_id: int) -> list[Any]:
        with self.site.app.engine.connect() as connection:
            mine = sa.select(deliveries).where(deliveries.c.webhook_id == hook_id).order_by(deliveries.c.id)
            return list(connection.execute(mine))

    def row(self, hook_id: int) -> Any:
        with self.site.app.engine.connect() as connection:
            return connection.execute(sa.select(webhooks).where(webhooks.c.id == hook_id)).one()

    def since(self, hook_id: int, days: int) -> None:
        """As if its events were so many days old."""
        with self.site.app.engine.begin() as connection:
            for row in connection.execute(sa.select(deliveries.c.id, deliveries.c.created_at)).all():
                older = row.created_at - delivering.dt.timedelta(days=days)
                connection.execute(sa.update(deliveries).where(deliveries.c.id == row.id).values(created_at=older))


@pytest.fixture
def hooks(site: Site) -> Hooks:
    return Hooks(site)
