"""Long lists are written by a job: the same file, for its user alone, whole or not at all, told of once."""

from __future__ import annotations

import datetime as dt
import io
import json
import os
import re
import signal
import sqlite3
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa

from core import records
from core.actor import ALL, HIDDEN, NONE, OWN, WRITE
from core.auth import accounts, rights
from core.db import make_engine
from core.entity.base import utc_now
from core.files import sweeping
from core.files.s3 import store_of
from core.jobs.clock import database_time
from core.jobs.context import Context
from core.jobs.models import jobs
from core.jobs.queue import enqueue
from core.jobs.worker import Worker
from core.ops import erase
from core.testing import Client, Site, eventually
from core.transfer import exporter
from core.transfer.exports import keeping
from core.transfer.exports.models import exports
from core.transfer.views import export as direct
from tests.core.transfer.steps import CONTACT, PATH, company, text_of

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
ASKED = f"{PATH}/export?format=csv&fields=name,email&sort=name"
OVER = ("done", "cancelled", "failed", "dead")


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seven people are a long list, of four pages."""
    monkeypatch.setattr(direct, "MOST_AT_ONCE", 5)
    monkeypatch.setattr(exporter, "PAGE", 2)


def people(site: Site, count: int = 7, user_id: int | None = None, **more: Any) -> list[int]:
    with site.unit(user_id):
        changes = [records.Change(values={"name": f"Person {n}", "email": f"p{n}@example.com", **more})
                   for n in range(count)]  # fmt: skip
        return [int(one.id or 0) for one in records.save_many(CONTACT, changes)]


def exporter_of(site: Site) -> tuple[int, int]:
    """A user who may see and export all contacts, and his role."""
    role = site.role("Exporter", contacts__contact__view=ALL, contacts__contact__export=ALL)
    user_id = site.user("exporter@example.com")
    site.give_roles(user_id, role)
    return user_id, role


def asked(client: Client, address: str = ASKED) -> str:
    """The page of an export that was asked for."""
    answer = client.post(address)
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def work(site: Site, name: str = keeping.JOB) -> None:
    worker = Worker(site.app.engine, site.app.settings)
    while worker.work_next([name]):
        pass


def state(client: Client, place: str) -> str:
    return str(client.get(f"{place}/status").get_json()["state"])


def lines(answer: Any) -> list[str]:
    return str(answer.data.decode("utf-8-sig")).split("\r\n")[1:-1]


def all_rows(site: Site, statement: str, **values: Any) -> list[Any]:
    with site.app.engine.connect() as connection:
        return list(connection.execute(sa.text(statement), values))


@pytest.fixture
def at_page(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[Context, int], None]], None]:
    """Have something happen whenever the job has told how far it is, between two pages."""
    original = Context.progress

    def use(act: Callable[[Context, int], None]) -> None:
        def progress(self: Context, done: int, total: int = 0, note: str = "") -> None:
            original(self, done, total, note)
            act(self, done)

        monkeypatch.setattr(Context, "progress", progress)

    return use


def test_a_long_list_is_offered_written_and_given_to_its_user_alone(site: Site) -> None:
    people(site)
    client, other = site.client(), site.client(site.user("second@example.com", "administrator"))
    wanted = client.get(ASKED)
    assert (wanted.content_type, len(lines(wanted))) == ("text/csv; charset=utf-8", 7), "a program gets it at once"
    offer = client.get(f"{ASKED}&name__contains=Person", headers=BROWSER)
    told = text_of(offer)
    assert "7 records go into the file." in told
    assert "Name: contains Person" in told
    assert "Name, Email" in told
    assert client.get(f"{ASKED}&name=Person 1", headers=BROWSER).content_type == wanted.content_type

    place = asked(client)
    assert (state(client, place), client.get(f"{place}/file").status_code) == ("waiting", 404)
    assert "data-import-cancel" in client.get(place).text
    work(site)
    found = client.get(f"{place}/file")
    assert found.data == wanted.data
    assert found.content_length == len(wanted.data)
    assert found.headers["Content-Disposition"].startswith("attachment;")
    assert client.get(f"{place}/status").get_json()["location"] == place
    page = text_of(client.get(place))
    assert "The file is ready." in page
    assert "Rows 7" in page

    for path in ("", "/status", "/file"):
        assert other.get(f"{place}{path}").status_code == 404
    for path in ("/cancel", "/discard"):
        assert other.post(f"{place}{path}").status_code == 404
    assert "Contacts" in text_of(client.get(keeping.ADDRESS))
    assert "No exported files" in text_of(other.get(keeping.ADDRESS))

    log = all_rows(site, "SELECT action, channel, actor_id, changes FROM core_audit WHERE action IN "
                         "('ask_export', 'export', 'download') AND channel IN ('web', 'job') ORDER BY id")  # fmt: skip
    assert [(row.action, row.channel, row.actor_id) for row in log][-3:] == [
        ("ask_export", "web", 1), ("export", "job", 1), ("download", "web", 1)]
    changes = log[-2].changes if isinstance(log[-2].changes, dict) else json.loads(log[-2].changes)
    assert (changes["rows"], changes["format"]) == ([None, 7], [None, "csv"])
    ((kind, href),) = all_rows(site, "SELECT kind, href FROM core_notice WHERE user_id = 1")
    assert (kind, href) == ("core.exported", place)

    store, same = store_of(site.app.settings), asked(client)
    work(site)
    assert len(list(store.settled(-1))) == 1, "the same content lies there once"
    for one, left in ((place, 1), (same, 0)):
        assert client.post(f"{one}/discard").status_code == 303
        assert client.get(f"{one}/file").status_code == 404
        work(site, sweeping.REMOVE)
        assert len(list(store.settled(-1))) == left, "it goes with the last that holds it"


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_it_is_what_its_user_asked_for_in_his_language(site: Site) -> None:
    company(site, "IR")
    people(site, country="IR")
    people(site, 1, country="SA", phone="=1+1")
    client = site.client()
    place = asked(client, f"{PATH}/export?format=xlsx&country=IR&sort=-name&fields=name,country,created_at&lang=fa")
    work(site)
    answer = client.get(f"{place}/file")
    found = [[cell.value for cell in row] for row in openpyxl.load_workbook(io.BytesIO(answer.data)).active.rows]
    assert [row[:2] for row in found] == [["نام مخاطب", "کشور"], *([f"Person {n}", "ایران"] for n in range(6, -1, -1))]
    assert all(isinstance(row[2], dt.datetime) for row in found[1:])
    assert "filename*=UTF-8''%D9%85%D8%AE%D8%A7%D8%B7%D8%A8%D8%A7%D9%86%2014" in answer.headers["Content-Disposition"]
    assert "۱۴" in text_of(client.get(place))
    # Searched for, and as programs like it.
    place = asked(client, f"{PATH}/export?format=json&q=person&email=p3@example.com&fields=name")
    work(site)
    assert [row["name"] for row in json.loads(client.get(f"{place}/file").data)] == ["Person 3"]
    for query, status in (("format=pdf", 400), ("format=csv&nothing=1", 400)):
        assert client.post(f"{PATH}/export?{query}").status_code == status


def test_each_record_of_the_beginning_is_written_once_as_it_stands_then(site: Site, at_page: Any) -> None:
    ids = people(site)

    def change(_context: Context, done: int) -> None:
        if done == 2:
            with site.unit():
                # One page is written: its record moves to the end, later ones change, go, and come.
                records.update(CONTACT, ids[0], {"name": "Zahra"})
                records.update(CONTACT, ids[4], {"email": "new@example.com"})
                records.delete(CONTACT, [ids[5]])
                records.create(CONTACT, name="Person 45", email="late@example.com")

    at_page(change)
    client = site.client()
    place = asked(client)
    work(site)
    assert lines(client.get(f"{place}/file")) == [
        "Person 0,p0@example.com", "Person 1,p1@example.com", "Person 2,p2@example.com", "Person 3,p3@example.com",
        "Person 4,new@example.com", "Person 6,p6@example.com"]  # fmt: skip


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_no_read_lasts_so_that_others_write_and_the_log_is_emptied(site: Site, at_page: Any) -> None:
    people(site)
    path = sa.make_url(site.app.settings.database_url).database or ""
    emptied = []

    def write(_context: Context, done: int) -> None:
        with sqlite3.connect(path, timeout=30, isolation_level=None) as beside:
            beside.execute("UPDATE contacts_contact SET city = ?", (f"City {done}",))
            busy, left, moved = beside.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            emptied.append((busy, left, moved))

    at_page(write)
    client = site.client()
    place = asked(client)
    work(site)
    assert state(client, place) == "done"
    assert emptied == [(0, 0, 0)] * 5


def test_what_is_taken_from_its_user_counts(site: Site, at_page: Any) -> None:
    """Before it runs, between two pages, and when the file is fetched."""
    user_id, role = exporter_of(site)
    people(site)
    client, full = site.client(user_id), {"contacts.contact.view": ALL, "contacts.contact.export": ALL}

    def grant(**levels: int) -> None:
        with site.unit():
            rights.set_role_grants(role, {**full, **{f"contacts.contact.{name}": one for name, one in levels.items()}})

    place = asked(client)
    work(site)
    assert client.get(f"{place}/file").status_code == 200
    for levels, status in (({"export": NONE}, 403), ({"export": OWN}, 403), ({"view": OWN}, 403), ({}, 200)):
        grant(**levels)
        assert client.get(f"{place}/file").status_code == status, levels
    for level, status in ((HIDDEN, 403), (WRITE, 200)):
        with site.unit():
            rights.set_role_fields(role, CONTACT, {"email": level})
        assert client.get(f"{place}/file").status_code == status

    place = asked(client)
    grant(export=OWN)
    work(site)
    assert lines(client.get(f"{place}/file")) == [], "what he may export when it is written, not when he asked"
    grant()
    place, condition = asked(client), asked(client, f"{ASKED}&email__contains=p")
    with site.unit():
        rights.set_role_fields(role, CONTACT, {"email": HIDDEN})
    work(site)
    assert lines(client.get(f"{place}/file"))[0] == "Person 0"
    assert state(client, condition) == "failed", "nobody finds out by conditions what he may not see"
    with site.unit():
        rights.set_role_fields(role, CONTACT, {"email": WRITE})

    at_page(lambda _context, done: grant(export=OWN) if done == 2 else None)
    place = asked(client)
    work(site)
    told = text_of(client.get(place))
    assert "Your rights have changed while the file was being written." in told
    assert client.get(f"{place}/file").status_code == 404
    grant(export=NONE)
    assert client.post(ASKED).status_code == 403
    listed = client.get(keeping.ADDRESS).text
    assert (listed.count("You may not export this any more."), "/export/" in listed) == (5, False)
    assert keeping.ADDRESS in client.get("/settings/me").text, "he has files"
    with site.unit() as opened:
        opened.begin_write()
        opened.execute(sa.delete(exports))
    assert keeping.ADDRESS not in client.get("/settings/me").text, "nothing of it is for him"
    grant()
    assert keeping.ADDRESS in client.get("/settings/me").text
    kinds = all_rows(site, "SELECT kind, count(*) FROM core_notice GROUP BY kind ORDER BY kind")
    assert list(map(tuple, kinds)) == [("core.export_failed", 2), ("core.exported", 3)]


def test_who_is_switched_off_gets_no_file(site: Site) -> None:
    user_id, _role = exporter_of(site)
    people(site)
    place = asked(site.client(user_id))
    with site.unit():
        accounts.disable_user(user_id)
    work(site)
    assert all_rows(site, "SELECT state, digest FROM core_export") == [("failed", None)]
    assert site.client().get(place).status_code == 404


def test_all_his_organisations_count_as_in_his_lists(site: Site) -> None:
    with site.unit():
        other = int(records.create("core.organisation", name="Second").id or 0)
    user_id = site.user("both@example.com", "sales_manager", organisation_ids=(1, other))
    with site.unit():
        rights.set_user_roles(user_id, [site_role(site)])
        for n, organisation in enumerate((1, other)):
            records.create(CONTACT, name=f"In {n}", email=f"in{n}@example.com", organisation_id=organisation)
    client = site.client(user_id)
    place = asked(client)
    work(site)
    assert lines(client.get(f"{place}/file")) == ["In 0,in0@example.com", "In 1,in1@example.com"]
    client.post("/settings/me", {"intent": "organisation", "organisation": str(other), "next": PATH})
    assert client.get(f"{place}/file").status_code == 200, "it is his, wherever he works just now"
    place = asked(client)
    work(site)
    assert lines(client.get(f"{place}/file")) == ["In 1,in1@example.com"]


def site_role(site: Site) -> int:
    return site.role("Both", contacts__contact__view=ALL, contacts__contact__export=ALL)


def test_cancelled_it_leaves_nothing(site: Site, at_page: Any) -> None:
    people(site)
    client = site.client()
    waiting = asked(client)
    assert client.post(f"{waiting}/cancel").status_code == 303
    work(site)
    running = asked(client)

    def cancel(context: Context, done: int) -> None:
        if done == 2:
            client.post(f"{running}/cancel")
            eventually(lambda: context.is_cancelled)

    at_page(cancel)
    work(site)
    for place in (waiting, running):
        assert "The export was cancelled. There is no file." in text_of(client.get(place))
        assert client.get(f"{place}/file").status_code == 404
    assert all_rows(site, "SELECT DISTINCT state, digest FROM core_export") == [("cancelled", None)]
    assert all_rows(site, "SELECT DISTINCT state FROM core_job WHERE name = 'core.run_export'") == [("cancelled",)]
    assert all_rows(site, "SELECT id FROM core_notice") == []
    assert list((site.app.settings.instance / "incoming").iterdir()) == []
    assert list(store_of(site.app.settings).settled(-1)) == []


def end_lease(site: Site) -> None:
    with site.app.engine.begin() as connection:
        connection.execute(sa.update(jobs).where(jobs.c.name == keeping.JOB).values(
            state="running", lease_until=database_time(-1)))  # fmt: skip


def test_killed_in_the_middle_it_is_written_anew_and_told_once(site: Site, at_page: Any) -> None:
    people(site)
    client = site.client()
    place = asked(client)
    url = site.app.settings.database_url
    site.app.engine.dispose()
    child = os.fork()
    if child == 0:
        try:
            at_page(lambda _context, done: signal.pause() if done == 4 else None)
            Worker(make_engine(url), site.app.settings).work_next([keeping.JOB])
        finally:
            os._exit(0)
    folder = site.app.settings.instance / "incoming"
    eventually(lambda: folder.exists() and list(folder.glob("*/file")))
    eventually(lambda: state(client, place) == "running")
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    assert client.get(f"{place}/file").status_code == 404
    assert list(store_of(site.app.settings).settled(-1)) == [], "half a file is in no store"
    end_lease(site)
    work(site)
    assert len(lines(client.get(f"{place}/file"))) == 7
    assert list(folder.iterdir()) == []
    # Killed once more, after all was written and before its job was over.
    end_lease(site)
    work(site)
    told = all_rows(site, "SELECT (SELECT sum(count) FROM core_notice), (SELECT count(*) FROM core_audit "
                          "WHERE action = 'export' AND channel = 'job')")  # fmt: skip
    assert list(map(tuple, told)) == [(1, 1)]
    assert all_rows(site, "SELECT state FROM core_job WHERE name = 'core.run_export'") == [("done",)]


def test_files_go_when_their_time_is_over_and_nobody_has_too_many(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "MOST_KEPT", 2)
    people(site)
    client, store = site.client(), store_of(site.app.settings)
    form_id = re.findall(r'name="form_id" value="([^"]+)"', client.get(ASKED, headers=BROWSER).text)[0]
    pressed = [client.post(ASKED, {"form_id": form_id}).location for _press in range(2)]
    assert pressed[0] == pressed[1], "pressed twice it is one export"
    others = [asked(client, f"{ASKED}&{more}") for more in ("phone__empty=1", "city__empty=1")]
    assert asked(client) == pressed[0], "so it is while it is being written"
    assert client.post(f"{ASKED}&lang=fa").status_code == 429, "with other headings it is another one"
    work(site)
    others.append(asked(client))
    assert client.get(pressed[0]).status_code == 404, "the oldest gave way"
    work(site)
    with site.app.engine.connect() as connection:
        assert sweeping.sweep(store, sweeping.holding(connection), -1) == 0
    assert len(list(store.settled(-1))) == 1, "of what gave way nothing is left"

    with site.app.engine.begin() as connection:
        connection.execute(sa.update(exports).values(created_at=utc_now() - keeping.KEPT))
    assert {client.get(f"{place}/file").status_code for place in others} == {404}
    with site.unit():
        enqueue("core.forget_exports")
    Worker(site.app.engine, site.app.settings).work_next(["core.forget_exports"])
    assert all_rows(site, "SELECT id FROM core_export") == []
    work(site, sweeping.REMOVE)
    assert list(store.settled(-1)) == []


def test_a_person_who_is_erased_is_in_no_file_that_waits(site: Site) -> None:
    ids = people(site)
    client = site.client()
    ready = asked(client)
    work(site)
    (digest,) = store_of(site.app.settings).settled(-1)
    waiting = asked(client, f"{ASKED}&email=p0@example.com")
    erase.forget(site.app.settings, CONTACT, ids[0])
    work(site)
    assert store_of(site.app.settings).open(digest) is None
    assert client.get(f"{ready}/file").status_code == 404
    told = client.get(waiting)
    assert "Personal data were erased while the file was being written." in text_of(told)
    assert "p0@example.com" not in told.text
    assert all_rows(site, "SELECT state, asked FROM core_export") == [("failed", None)]


def test_a_program_gets_a_long_file_while_no_other_is_written(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each keeps a thread of the server at work, and pages need those that are left."""
    people(site)
    client, other = site.client(), site.client()
    seen: list[Any] = []
    write = exporter.export

    def busy(*given: Any, **more: Any) -> int:
        if not seen:
            seen.append(other.get(ASKED))
            seen.append(other.get(f"{ASKED}&name=Person%201"))
        return write(*given, **more)

    monkeypatch.setattr(exporter, "export", busy)
    assert client.get(ASKED).data.count(b"\r\n") == 8
    long, short = seen
    assert (long.status_code, int(long.headers["Retry-After"]) > 0) == (429, True)
    assert short.status_code == 200, "a short one is no burden"
    assert other.get(ASKED).status_code == 200, "once it is written the next may come"
