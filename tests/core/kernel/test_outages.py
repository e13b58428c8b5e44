"""A full disk, a database that restarts or is slow: people are told in words, nothing is half there, all heals by
itself (REL-13, REL-14)."""

from __future__ import annotations

import errno
import resource
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from psycopg import sql

from core import records
from core.audit import verify
from core.db import make_engine, unit
from core.declarations import Job
from core.files.store import FolderStore
from core.jobs.clock import database_time
from core.testing import Site, eventually
from tests.core.jobs.conftest import declare, queue  # noqa: F401 - fixtures
from tests.support import postgresql

CONTACT = "/contacts/contact"


def state(site: Site) -> tuple[Any, ...]:
    """What a save writes to: records, tags, log, jobs."""
    with site.unit() as opened:
        return tuple(opened.execute(sa.text(f"SELECT count(*) FROM {name}")).scalar() for name in (
            "contacts_contact", "contacts_contact_tags", "contacts_tag", "core_audit", "core_audit_link", "core_job"))


@contextmanager
def full_disk() -> Iterator[None]:
    """No file may grow any more: every write beyond its end fails, as on a disk without room."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_on_a_full_disk_nothing_is_stored_and_everybody_is_told(site: Site) -> None:
    api, client = site.api(), site.client()
    made = api.create("contacts.contact", name="Before", email="before@example.com")
    before = state(site)
    with full_disk():
        answer = api.call("POST", CONTACT, {"name": "Now", "email": "now@example.com", "tags": ["new"]})
        assert (answer.status_code, answer.get_json()["code"]) == (507, "no_space")
        assert "disk of the server is full" in answer.get_json()["detail"]
        form = {"name": "Now", "email": "now@example.com"}
        page = client.post(f"{CONTACT}/new", form, headers={"Accept-Language": "fa"}, query_string={"lang": "fa"})
        assert page.status_code == 507
        assert "دیسک" in page.text
        assert 'dir="rtl"' in page.text
        panel = client.post(f"{CONTACT}/new", form, headers={"X-Diwan-Panel": "1"})
        assert (panel.status_code, panel.mimetype) == (507, "application/problem+json")
        assert api.get(f"{CONTACT}/{made['id']}")["name"] == "Before", "reading goes on"
        assert client.get(CONTACT).status_code == 200
    assert state(site) == before
    assert api.create("contacts.contact", name="After", email="after@example.com")["number"]
    with site.app.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
    assert verify.verify(site.app.engine).ok


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_file_that_finds_no_room_is_told_as_well(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_arguments: Any, **_named: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(FolderStore, "add", refuse)
    site.add_field("contacts.contact", "paper", "file")
    answer = site.client().post("/files?name=hello.txt", b"Hello", content_type="application/octet-stream")
    assert answer.status_code == 507
    with site.unit() as opened:
        assert opened.execute(sa.text("SELECT count(*) FROM core_upload")).scalar() == 0


@pytest.mark.postgresql
@pytest.mark.parametrize("database_kind", ["postgresql"])
def test_postgresql_without_room_is_told_in_the_same_way(site: Site) -> None:
    """Its own code for a full disk, from within the save."""
    api, before = site.api(), state(site)
    with site.app.engine.begin() as connection:
        connection.execute(sa.text(
            "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS"
            " $$BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'; END$$"))
        connection.execute(sa.text(
            "CREATE TRIGGER no_room BEFORE INSERT ON core_audit_link FOR EACH ROW EXECUTE FUNCTION no_room()"))
    answer = api.call("POST", CONTACT, {"name": "Now", "email": "now@example.com", "tags": ["new"]})
    assert (answer.status_code, answer.get_json()["code"]) == (507, "no_space")
    with site.app.engine.begin() as connection:
        connection.execute(sa.text("DROP TRIGGER no_room ON core_audit_link"))
    assert state(site) == before
    assert api.create("contacts.contact", name="After", email="after@example.com")["number"]


@contextmanager
def database_away(site: Site) -> Iterator[None]:
    """Every connection is ended and no new one let in, as while the server restarts."""
    name = sql.Identifier(str(site.app.engine.url.database))
    with postgresql.connect(postgresql.server()) as connection:
        def allow(answer: sql.SQL) -> None:
            connection.execute(sql.SQL("ALTER DATABASE {} WITH ALLOW_CONNECTIONS {}").format(name, answer))

        allow(sql.SQL("false"))
        try:
            connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
                               (site.app.engine.url.database,))
            yield
        finally:
            allow(sql.SQL("true"))


@pytest.mark.postgresql
@pytest.mark.parametrize("database_kind", ["postgresql"])
def test_while_the_database_is_away_pages_say_so_and_then_all_goes_on(
    site: Site, queue: Any, declare: Callable[..., None],  # noqa: F811
) -> None:
    done = []
    declare(Job("test.note", lambda context: done.append(context.id)))
    api, client = site.api(), site.client()
    assert client.get(CONTACT).status_code == 200
    with queue.working():
        first = queue.ask("test.note")
        eventually(lambda: queue[first].state == "done")
        with database_away(site):
            page = client.get(f"{CONTACT}?lang=ar")
            assert (page.status_code, page.headers["Retry-After"]) == (503, "5")
            assert 'lang="ar"' in page.text
            answer = api.call("POST", CONTACT, {"name": "Now", "email": "now@example.com"})
            assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
            assert answer.get_json()["code"] == "unavailable"
            watcher = site.app.test_client()
            assert watcher.get("/healthz").status_code == 200
            assert watcher.get("/readyz").status_code == 503
        assert client.get(CONTACT).status_code == 200, "the pool heals at the first request"
        assert api.get(CONTACT)["total"] == 0
        second = queue.ask("test.note")
        eventually(lambda: queue[second].state == "done", 20)
    assert done == [first, second]


@pytest.mark.postgresql
@pytest.mark.parametrize("database_kind", ["postgresql"])
def test_what_is_cut_off_in_the_middle_of_a_save_leaves_nothing(site: Site) -> None:
    api, before = site.api(), state(site)
    reached, go_on = threading.Event(), threading.Event()

    def wait(_connection: Any) -> None:
        reached.set()
        go_on.wait(10)

    sa.event.listen(site.app.engine, "commit", wait)
    answers: list[Any] = []
    body = {"name": "Now", "email": "now@example.com", "tags": ["new"]}
    saving = threading.Thread(target=lambda: answers.append(api.call("POST", CONTACT, body)))
    saving.start()
    assert reached.wait(10)
    with database_away(site):
        go_on.set()
        saving.join(20)
    sa.event.remove(site.app.engine, "commit", wait)
    assert [answer.status_code for answer in answers] == [503]
    assert state(site) == before


@pytest.mark.postgresql
@pytest.mark.parametrize("database_kind", ["postgresql"])
def test_a_slow_statement_and_a_long_lock_end_by_themselves(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    made = site.api().create("contacts.contact", name="One", email="one@example.com")
    url = site.app.settings.database_url
    site.app.engine.dispose()
    monkeypatch.setattr(site.app, "engine", make_engine(url, statement_seconds=1))
    with psycopg.connect(url.replace("postgresql+psycopg", "postgresql")) as blocker:
        blocker.execute("SELECT 1 FROM contacts_contact WHERE id = %s FOR UPDATE", (made["id"],))
        answer = site.api().call("PATCH", f"{CONTACT}/{made['id']}", {"city": "Qom", "version": 1})
        blocker.rollback()
    assert answer.status_code == 503
    assert "took too long" in answer.get_json()["detail"]
    assert site.api().call("PATCH", f"{CONTACT}/{made['id']}", {"city": "Qom", "version": 1}).status_code == 200


def test_an_outage_costs_a_job_none_of_its_tries(queue: Any, declare: Callable[..., None]) -> None:  # noqa: F811
    troubles = [OSError(errno.ENOSPC, "No space left on device")] * 3

    def run(_context: Any) -> None:
        records.create("contacts.tag", name="once")
        if troubles:
            raise troubles.pop()

    declare(Job("test.full", run, retries=0))
    job_id = queue.ask("test.full")
    for _ in range(3):
        queue.work()
        assert (queue[job_id].state, queue[job_id].attempts) == ("failed", 0)
        queue.change(job_id, run_after=database_time(-1))
    queue.work()
    assert queue[job_id].state == "done"
    with queue.site.unit():
        assert unit().execute(sa.text("SELECT count(*) FROM contacts_tag")).scalar() == 1
