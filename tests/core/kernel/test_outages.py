"""A full disk, a database that restarts or is slow: people are told in words, nothing is half there, all heals by
itself (REL-13, REL-14)."""

from __future__ import annotations

import errno
import re
import resource
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from psycopg import sql

from core import db, outages, records
from core.audit import verify
from core.db import make_engine, unit
from core.declarations import Job
from core.files.store import FolderStore
from core.jobs.clock import database_time
from core.testing import ADMIN, PASSWORD, Api, Site, eventually
from tests.core.jobs.conftest import declare, queue  # noqa: F401 - fixtures
from tests.support import postgresql

CONTACT = "/contacts/contact"
#: Part of the line above each page while nothing can be saved.
BANNER = "nothing can be saved"


@pytest.fixture(autouse=True)
def _nothing_is_remembered() -> Iterator[None]:
    """What one test has learnt is no business of the next."""
    yield
    outages.forget()


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
def test_on_a_full_disk_nothing_is_stored_and_everybody_is_told(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    api, client = site.api(), site.client()
    assert BANNER not in client.get(CONTACT).text
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
        for language, words in {"en": "nothing can be saved until", "fa": "دیسک", "ar": "قرص الخادم"}.items():
            assert words in client.get(f"{CONTACT}?lang={language}").text, "each page says so"
        monkeypatch.setattr(outages, "TRY_EVERY", 0)
        assert BANNER in client.get(CONTACT).text, "as long as it is so"
    assert BANNER not in client.get(CONTACT).text
    assert state(site) == before
    assert api.create("contacts.contact", name="After", email="after@example.com")["number"]
    with site.app.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
    assert verify.verify(site.app.engine).ok


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_the_page_after_a_save_does_not_say_that_nothing_can_be_saved(
        site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outages, "TRY_EVERY", 600)
    api, client = site.api(), site.client()
    with full_disk():
        assert api.call("POST", CONTACT, {"name": "Now", "email": "now@example.com"}).status_code == 507
        assert BANNER in client.get(CONTACT).text
    assert BANNER in client.get(CONTACT).text, "nobody has tried since"
    api.create("contacts.contact", name="Now", email="now@example.com")
    assert BANNER not in client.get(CONTACT).text


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
        go_on.wait(60)

    sa.event.listen(site.app.engine, "commit", wait)
    answers: list[Any] = []
    body = {"name": "Now", "email": "now@example.com", "tags": ["new"]}
    saving = threading.Thread(target=lambda: answers.append(api.call("POST", CONTACT, body)))
    saving.start()
    assert reached.wait(60)
    with database_away(site):
        go_on.set()
        saving.join(60)
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


@contextmanager
def mounted(folder: Path, size: int) -> Iterator[None]:
    """A disk of so many kilobytes in memory, of whoever has the folder above; only root can make one."""
    options = f"size={size}k,uid={folder.parent.stat().st_uid},mode=700"
    command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder]
    if subprocess.run(command, capture_output=True, timeout=10, check=False).returncode:
        pytest.skip("no disk can be mounted here")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", folder], timeout=10, check=True)


def fill(folder: Path) -> Path:
    """Take what room is left."""
    filler = folder / "filler"
    with suppress(OSError), filler.open("wb", buffering=0) as out:
        while True:
            out.write(bytes(4096))
    return filler


def log_in(site: Site, language: str) -> str:
    """The page of a log-in that was refused, or "in"."""
    visitor = site.app.test_client()
    token = re.search(r'name="csrf_token" value="([^"]+)"', visitor.get(f"/login?lang={language}").text)
    assert token
    answer = visitor.post(f"/login?lang={language}", data={
        "csrf_token": token[1], "email": ADMIN, "password": PASSWORD})
    assert answer.status_code in (303, 507), answer.text
    return answer.text if answer.status_code == 507 else "in"


def save_until_full(api: Api) -> tuple[int, Any]:
    """How many contacts were saved, and how the first that was not was refused."""
    for number in range(500):
        body = {"name": f"Full {number}", "email": f"full{number}@example.com", "note": "long " * 800}
        answer = api.call("POST", CONTACT, body)
        if answer.status_code != 201:
            return number, answer
    raise AssertionError("the disk never was full")


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_disk_that_is_really_full_under_sqlite(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk, kept = tmp_path / "disk", Path(str(site.app.engine.url.database))
    disk.mkdir()
    site.api()
    db.checkpoint(site.app.engine)
    site.app.engine.dispose()
    with mounted(disk, kept.stat().st_size // 1024 + 1500):
        shutil.copy(kept, disk / kept.name)
        engine = make_engine(f"sqlite:///{disk / kept.name}")
        monkeypatch.setattr(site.app, "engine", engine)
        api, client = site.api(), site.client()
        filler = fill(disk)
        saved, answer = save_until_full(api)
        assert (answer.status_code, answer.get_json()["code"]) == (507, "no_space")
        assert BANNER in client.get(CONTACT).text
        assert api.get(CONTACT)["total"] == saved
        outages.forget()  # whoever watches learns it also where nobody has tried to save
        told = client.get("/readyz")
        assert (told.status_code, told.get_json()["cause"]) == (503, "no_space")
        refused = {"en": "nobody can log in", "fa": "نمی‌تواند وارد شود", "ar": "تسجيل الدخول على الجميع"}
        for language, words in refused.items():
            assert words in log_in(site, language)
        filler.unlink()
        monkeypatch.setattr(outages, "TRY_EVERY", 0)
        assert client.get("/readyz").status_code == 200
        assert log_in(site, "en") == "in"
        assert BANNER not in client.get(CONTACT).text
        assert api.create("contacts.contact", name="After", email="after@example.com")["number"]
        assert verify.verify(engine).ok
        with engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
        engine.dispose()


@pytest.mark.postgresql
@pytest.mark.parametrize("database_kind", ["postgresql"])
def test_a_disk_that_is_really_full_under_postgresql(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a tablespace, not of the server's log, without which PostgreSQL itself stops."""
    api, client, folder = site.api(), site.client(), Path(postgresql.server()) / "small disk"
    folder.mkdir()
    name = str(site.app.engine.url.database)
    with mounted(folder, 12_000), postgresql.connect(postgresql.server()) as server:
        server.execute(sql.SQL("CREATE TABLESPACE small LOCATION {}").format(str(folder)))
        try:
            with site.app.engine.begin() as connection:
                connection.execute(sa.text("ALTER TABLE contacts_contact SET TABLESPACE small"))
            server.execute(sql.SQL("ALTER DATABASE {} SET temp_tablespaces = small").format(sql.Identifier(name)))
            site.app.engine.dispose()
            filler = fill(folder)
            saved, answer = save_until_full(api)
            assert (answer.status_code, answer.get_json()["code"]) == (507, "no_space")
            monkeypatch.setattr(outages, "TRY_EVERY", 0)
            assert BANNER in client.get(CONTACT).text, "also when it is tried again"
            assert api.get(CONTACT)["total"] == saved
            filler.unlink()
            assert BANNER not in client.get(CONTACT).text
            assert api.create("contacts.contact", name="After", email="after@example.com")["number"]
            assert verify.verify(site.app.engine).ok
        finally:
            filler.unlink(missing_ok=True)
            with site.app.engine.begin() as connection:
                connection.execute(sa.text("ALTER TABLE contacts_contact SET TABLESPACE pg_default"))
            site.app.engine.dispose()
            server.execute("DROP TABLESPACE small")
    folder.rmdir()


@pytest.mark.postgresql
@pytest.mark.parametrize("database_kind", ["postgresql"])
def test_while_the_database_can_only_be_read_pages_say_so(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    client, name = site.client(), sql.Identifier(str(site.app.engine.url.database))
    monkeypatch.setattr(outages, "TRY_EVERY", 0)

    def only_read(answer: str) -> None:
        with postgresql.connect(postgresql.server()) as server:
            server.execute(sql.SQL("ALTER DATABASE {} SET default_transaction_read_only = {}").format(name, answer))
        site.app.engine.dispose()

    only_read("on")
    refused = client.post(f"{CONTACT}/new", {"name": "Now", "email": "now@example.com"})
    assert refused.status_code == 503
    assert "can only be read" in refused.text
    assert BANNER in client.get(CONTACT).text
    only_read("off")
    assert BANNER not in client.get(CONTACT).text


def test_when_all_connections_are_in_use_others_are_told_to_come_back(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    api, client = site.api(), site.client()
    site.app.engine.dispose()
    for name, value in {"MOST_BEYOND": 0, "POOL_WITHIN": 0.1}.items():
        monkeypatch.setattr(db, name, value)
    monkeypatch.setattr(site.app, "engine", make_engine(site.app.settings.database_url, pool_size=2))
    held = [site.app.engine.connect() for _ in range(2)]
    page, answer = client.get(CONTACT), api.call("POST", CONTACT, {"name": "Now", "email": "now@example.com"})
    assert [(one.status_code, one.headers["Retry-After"]) for one in (page, answer)] == [(503, "5"), (503, "5")]
    assert "busy" in page.text
    assert site.app.test_client().get("/healthz").status_code == 200
    for one in held:
        one.close()
    assert client.get(CONTACT).status_code == 200
    assert api.get(CONTACT)["total"] == 0
    assert api.create("contacts.contact", name="After", email="after@example.com")["number"]
    site.app.engine.dispose()


class FarAway:
    """A way to the database's server on which every word takes a while, or none arrives any more."""

    def __init__(self, socket_folder: str, delay: float) -> None:
        self.delay = delay
        self._there = f"{socket_folder}/.s.PGSQL.5432"
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _address = self._listener.accept()
                far = socket.socket(socket.AF_UNIX)
                far.connect(self._there)
                for source, target in ((near, far), (far, near)):
                    threading.Thread(target=self._carry, args=(source, target), daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError), source, target:
            while said := source.recv(65_536):
                time.sleep(self.delay)
                target.sendall(said)


@pytest.mark.postgresql
@pytest.mark.parametrize("database_kind", ["postgresql"])
def test_requests_end_in_time_when_the_database_is_far_away(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    api, client, before = site.api(), site.client(), state(site)
    way = FarAway(postgresql.server(), 0)
    near, name = site.app.engine, site.app.engine.url.database
    far = make_engine(f"postgresql+psycopg://{postgresql.USER}@127.0.0.1:{way.port}/{name}", statement_seconds=60)
    outages.keep_time(far)
    monkeypatch.setattr(site.app, "engine", far)
    assert client.get(CONTACT).status_code == 200
    monkeypatch.setattr(outages, "REQUEST_WITHIN", 0.3)
    way.delay = 0.05
    began = time.monotonic()
    page = client.get(f"{CONTACT}?lang=fa")
    answer = api.call("POST", CONTACT, {"name": "Now", "email": "now@example.com", "tags": ["new"]})
    assert time.monotonic() - began < 30
    assert (page.status_code, answer.status_code, answer.headers["Retry-After"]) == (503, 503, "5")
    assert "took too long" in answer.get_json()["detail"]
    assert 'dir="rtl"' in page.text
    way.delay = 0
    assert api.call("POST", CONTACT, {"name": "Later", "email": "later@example.com"}).status_code == 201
    monkeypatch.setattr(site.app, "engine", near)
    assert state(site)[:3] == (1, *before[1:3]), "nothing of what was ended is there"
    far.dispose()
    way.close()
