"""An outbox, and the worker that empties it into a server of the test."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa

from core import mail
from core.jobs import worker as workers
from core.jobs.clock import database_time
from core.mail import outbox
from core.mail.models import mails
from core.testing import Site


class Outbox:
    def __init__(self, site: Site) -> None:
        self.site, self.engine, self.url = site, site.app.engine, ""

    def write(self, to: Any = "sara@example.com", subject: Any = "Hello", text: Any = "Hello", **options: Any) -> int:
        with self.site.unit():
            return mail.send(to, subject, text, **options)

    def worker(self) -> workers.Worker:
        return workers.Worker(self.engine, replace(self.site.app.settings, smtp_url=self.url))

    def deliver(self) -> None:
        """Everything that is due, as the worker does it."""
        worker = self.worker()
        while worker.work_next([outbox.JOB]):
            pass

    def again(self) -> None:
        """Time goes by: what waits is due, and dead workers' leases are over."""
        with self.engine.begin() as connection:
            connection.execute(sa.update(mails).values(
                next_try_at=database_time(-1), lease_until=database_time(-1)))
        with self.site.unit() as opened:
            outbox.wake(opened)
        self.deliver()

    def __getitem__(self, mail_id: int) -> Any:
        with self.engine.connect() as connection:
            row = connection.execute(sa.select(mails).where(mails.c.id == mail_id)).mappings().one()
            return SimpleNamespace(**row)

    def states(self) -> list[str]:
        with self.engine.connect() as connection:
            return list(connection.execute(sa.select(mails.c.state).order_by(mails.c.id)).scalars())


@pytest.fixture
def post(site: Site) -> Outbox:
    return Outbox(site)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Let the waits for a server that says nothing be short."""
    from core.mail import smtp

    def make(seconds: float) -> None:
        monkeypatch.setattr(smtp, "TIMEOUT", seconds)
        monkeypatch.setattr(smtp, "TIMEOUT_OF_DATA", seconds)

    return make
