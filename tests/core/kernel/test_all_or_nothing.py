"""REL-02: a save that fails at any of its statements leaves nothing, neither in the log, the outbox nor the queue.

REL-15: what the clocks of the machines say decides neither the order of the log nor who holds what.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa

from core import mail, records
from core.audit import listener, verify
from core.entity import base
from core.jobs.models import jobs as queued
from core.mail import outbox
from core.records import write
from core.testing import Site
from core.transfer import jobs as imports
from tests.core.transfer.steps import Wizard, csv_of, rows, work

TABLES = ("contacts_contact", "contacts_contact_tags", "contacts_tag", "core_audit", "core_audit_link", "core_mail",
          "core_job")  # fmt: skip


#: Instructions of SQLite's own machine from one place to fail at to the next.
STEP = 150


@contextmanager
def failing_at(site: Site, number: int) -> Iterator[list[int]]:
    """The database fails at the n-th place of what is written; how many are left. On PostgreSQL before or after each
    statement in turn, on SQLite also within them, and within those that go past SQLAlchemy."""
    left = [number]
    if site.app.engine.dialect.name == "sqlite":
        with _interrupted(site, left):
            yield left
        return

    def fail(connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.lstrip()[:6].upper() in ("INSERT", "UPDATE", "DELETE"):
            left[0] -= 1
            if left[0] == 0:
                connection.connection.driver_connection.close()

    for when in ("before_cursor_execute", "after_cursor_execute"):
        sa.event.listen(site.app.engine, when, fail)
    try:
        yield left
    finally:
        for when in ("before_cursor_execute", "after_cursor_execute"):
            sa.event.remove(site.app.engine, when, fail)


@contextmanager
def _interrupted(site: Site, left: list[int]) -> Iterator[None]:
    def look() -> int:
        left[0] -= 1
        return int(left[0] == 0)

    def set_up(connection: Any, *_rest: Any) -> None:
        connection.set_progress_handler(look, STEP)

    sa.event.listen(site.app.engine, "checkout", set_up)
    try:
        yield
    finally:
        sa.event.remove(site.app.engine, "checkout", set_up)
        with site.app.engine.connect() as connection:
            connection.connection.driver_connection.set_progress_handler(None, 0)


def counts(site: Site) -> dict[str, Any]:
    with site.unit() as opened:
        found = {name: opened.execute(sa.text(f"SELECT count(*) FROM {name}")).scalar() for name in TABLES}
        contacts = opened.execute(sa.text("SELECT id, name, version, city FROM contacts_contact ORDER BY id")).all()
        return {**found, "records": contacts}


def test_a_save_that_fails_at_any_statement_leaves_nothing(site: Site) -> None:
    with site.unit():
        known = records.create("contacts.contact", name="Known", email="known@example.com", city="Qom")

    def act() -> None:
        with site.unit():
            records.save_many("contacts.contact", [
                records.Change(values={"name": "New", "email": "new@example.com", "tags": ["fresh", "fresher"]}),
                records.Change(id=known.id, version=1, values={"city": "Yazd", "tags": ["fresh"]})])
            mail.send("new@example.com", "Welcome", "Hello")

    before, number = counts(site), 0
    while True:
        number += 1
        with failing_at(site, number) as left:
            try:
                act()
            except sa.exc.DBAPIError:
                assert left[0] <= 0
            else:
                assert left[0] > 0
                break
        assert counts(site) == before, f"place {number}"
    assert number > 10, "there were that many places to fail at"
    after = counts(site)
    assert (after["contacts_contact"], after["contacts_tag"], after["core_mail"]) == (2, 2, before["core_mail"] + 1)
    assert verify.verify(site.app.engine).ok


def test_a_clock_that_goes_wrong_takes_nothing_from_anybody(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """This machine's clock is ten minutes ahead, then ten behind, while another one holds an import."""
    wizard = Wizard(site)
    wizard.choose("people.csv", csv_of("Name,Email", [f"P{n},p{n}@example.com" for n in range(10)]))
    wizard.client.post(f"{wizard.at}/run")
    with site.unit() as opened:
        held = imports.claim(opened, wizard.import_id)
    assert held is not None
    for way, minutes in (("ahead", 10), ("behind", -10)):
        skewed(monkeypatch, dt.timedelta(minutes=minutes))
        with site.unit() as opened:
            assert imports.claim(opened, wizard.import_id) is None
            assert imports.next_waiting(opened) is None
            made = records.create("contacts.tag", name=f"clock {way}")
            assert made.id
            outbox.wake(opened)
        with site.unit() as opened:
            due = sa.select(queued.c.id).where(queued.c.name == outbox.JOB, queued.c.state == "waiting")
            assert opened.execute(due).first() is not None
    with site.unit() as opened:
        imports.hand_back(opened, held)
    work(site)
    assert len(rows(site)) == 10
    with site.unit() as opened:
        titles = opened.execute(sa.text(
            "SELECT record_title FROM core_audit WHERE entity = 'contacts.tag' ORDER BY id")).scalars().all()
    assert titles == ["clock ahead", "clock behind"]
    assert verify.verify(site.app.engine).ok


def skewed(monkeypatch: pytest.MonkeyPatch, by: dt.timedelta) -> None:
    """Let this machine's clock be wrong wherever the kernel asks it."""
    def wrong() -> dt.datetime:
        return dt.datetime.now(dt.UTC) + by

    for module in (base, imports, listener, write):
        if hasattr(module, "utc_now"):
            monkeypatch.setattr(module, "utc_now", wrong)
