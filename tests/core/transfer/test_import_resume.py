"""Imports survive everything: killed at any moment, cancelled, taken over, run by several workers (REL-07, REL-08)."""

from __future__ import annotations

import datetime as dt
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from core import records
from core.errors import Conflict
from core.jobs.models import jobs as queued
from core.testing import Site, eventually
from core.transfer import commands, jobs, running, undo
from core.transfer.models import imports
from tests.core.transfer.steps import CONTACT, Wizard, csv_of, rows, work, work_once
from tests.support.machine import ROOT

ROWS = 3_000
KILLS = 3


def people(count: int) -> str:
    """Valid rows, some that fail, and a tail that changes what the head has made."""
    lines = [f"Person {n},p{n}@example.com,{'Tehran' if n % 3 else ''},{'lost' if n % 50 else 'nope'}"
             for n in range(count - count // 10)]
    lines += [f"Changed {n},p{n * 7}@example.com,Isfahan,new" for n in range(count // 10)]
    return csv_of("Name,Email,City,Status", lines)


def outline(site: Site) -> list[tuple[Any, ...]]:
    return sorted((record["name"], record["email"], record["city"], record["status"], record["number"] is not None)
                  for record in rows(site))


def job_of(site: Site, import_id: int) -> dict[str, Any]:
    with site.unit():
        return jobs.find(import_id) or {}


def waiting(site: Site, text: str) -> int:
    wizard = Wizard(site)
    assert wizard.choose("people.csv", text).status_code == 303
    assert wizard.client.post(f"{wizard.at}/run").status_code == 303
    return wizard.import_id


def age(site: Site, import_id: int) -> None:
    """Let the heartbeat be of half a minute ago, as it is half a minute after the process was killed."""
    old = dt.datetime.now(dt.UTC) - jobs.STALE - dt.timedelta(seconds=1)
    with site.unit() as opened:
        opened.begin_write()
        opened.execute(sa.update(imports).where(imports.c.id == import_id).values(heartbeat_at=old))
        opened.execute(sa.update(queued).where(queued.c.state == "running").values(lease_until=old))


@pytest.fixture
def processes(site: Site, tmp_path: Path) -> Iterator[Any]:
    """`processes()` starts a worker as a process of its own."""
    started: list[subprocess.Popen[bytes]] = []
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DIWAN_")}
    url = site.app.settings.database_url
    environment = {**kept, "DIWAN_DATABASE_URL": url, "DIWAN_INSTANCE": str(site.app.settings.instance)}

    def start() -> subprocess.Popen[bytes]:
        log = (tmp_path / f"worker-{len(started)}.log").open("wb")
        started.append(subprocess.Popen([sys.executable, "-m", "core", "worker"], env=environment, cwd=ROOT,
                                        stdout=log, stderr=log))
        log.close()
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()


@pytest.mark.slow
def test_killed_at_any_moment_it_ends_with_the_same_rows(site: Site, processes: Any, tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text(people(ROWS))
    reference = commands.import_file(site.app.engine, CONTACT, path)
    wanted, told = outline(site), job_of(site, reference["id"])
    undo.undo(site.app.engine, reference["id"], None)
    import_id, dice = waiting(site, people(ROWS)), random.Random(7)
    for kills in range(KILLS):
        process = processes()
        before = job_of(site, import_id)["done"]
        eventually(lambda was=before: job_of(site, import_id)["done"] > was, 120)
        time.sleep(dice.random() * 0.15)
        process.kill()
        process.wait()
        job = job_of(site, import_id)
        if job["state"] == "done":
            assert kills > 0, "it was over before it could be killed twice"
            break
        assert job["state"] == "running"
        age(site, import_id)
    processes()
    eventually(lambda: job_of(site, import_id)["state"] == "done", 120)
    assert outline(site) == wanted
    job = job_of(site, import_id)
    counts = ("created", "updated", "skipped", "failed", "warned")
    assert {name: job[name] for name in counts} == {name: told[name] for name in counts}
    with site.unit() as opened:
        links = sa.text("SELECT count(*) FROM core_audit WHERE action = 'import'")
        assert opened.execute(links).scalar_one() == 2


def test_told_to_stop_a_worker_hands_its_job_back(site: Site, processes: Any) -> None:
    import_id = waiting(site, people(3_000))
    process = processes()
    eventually(lambda: job_of(site, import_id)["done"] > 0, 120)
    process.send_signal(signal.SIGTERM)
    assert process.wait(60) == 0
    job = job_of(site, import_id)
    if job["state"] != "done":
        assert (job["state"], job["heartbeat_at"], job["worker"]) == ("running", None, "")
    work(site)
    job = job_of(site, import_id)
    assert (job["state"], job["done"]) == ("done", 3_000)


def test_several_workers_share_out_the_imports(site: Site) -> None:
    ids = [waiting(site, csv_of("Name,Email", [f"P{n},w{m}-{n}@example.com" for n in range(40)])) for m in range(4)]
    threads = [threading.Thread(target=work, args=(site,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    work(site)
    assert {job_of(site, import_id)["state"] for import_id in ids} == {"done"}
    assert len(rows(site)) == 160


def test_an_import_is_claimed_once(site: Site) -> None:
    import_id = waiting(site, people(10))
    with site.unit() as opened:
        first = jobs.claim(opened, import_id)
    with site.unit() as opened:
        assert jobs.claim(opened, import_id) is None
        assert jobs.next_waiting(opened) is None
    age(site, import_id)
    with site.unit() as opened:
        second = jobs.claim(opened, import_id)
    assert first is not None
    assert second is not None
    # The first was only slow: whatever it still writes is undone with its transaction.
    with pytest.raises(jobs.Overtaken):
        running.carry_out(site.app.engine, first)
    assert rows(site) == []
    running.carry_out(site.app.engine, second)
    assert len(rows(site)) == 9


def test_cancelled_it_stops_after_its_chunk(site: Site) -> None:
    wizard = Wizard(site)
    wizard.choose("people.csv", csv_of("Name,Email", [f"P{n},c{n}@example.com" for n in range(2_500)]))
    wizard.client.post(f"{wizard.at}/run")
    with site.unit() as opened:
        job = jobs.claim(opened, wizard.import_id)
    assert job is not None

    def cancel(_done: int, _total: int) -> None:
        assert wizard.client.post(f"{wizard.at}/cancel").status_code == 303

    running.carry_out(site.app.engine, job, cancel)
    written = job_of(site, wizard.import_id)["created"]
    assert wizard.status()["state"] == "cancelled"
    assert 0 < written < 2_500
    assert len(rows(site)) == written
    assert "What was written until then stays" in wizard.page()
    wizard.undo()
    assert rows(site) == []


def test_cancelled_while_it_waits_it_never_begins(site: Site) -> None:
    wizard = Wizard(site)
    wizard.choose("people.csv", people(10))
    wizard.client.post(f"{wizard.at}/run")
    wizard.client.post(f"{wizard.at}/cancel")
    work(site)
    assert (wizard.status()["state"], rows(site)) == ("cancelled", [])


def test_a_file_that_changed_meanwhile_is_not_gone_on_with(site: Site) -> None:
    import_id = waiting(site, csv_of("Name,Email", [f"P{n},f{n}@example.com" for n in range(1_500)]))
    with site.unit() as opened:
        job = jobs.claim(opened, import_id) or {}
    running.carry_out(site.app.engine, job, None, lambda: False)
    written = len(rows(site))
    path = Path(job["file_path"])
    path.write_text(path.read_text().replace("P14", "Q14"))
    assert work_once(site)
    job = job_of(site, import_id)
    assert (job["state"], len(rows(site))) == ("failed", written)
    assert "was changed" in job["error"]


def test_people_may_edit_the_very_records_that_are_being_imported(site: Site) -> None:
    """A row that was checked against a version somebody has replaced since is looked at again: no edit is lost."""
    with site.unit():
        made = records.save_many(CONTACT, [records.Change(values={"name": f"P{n}", "email": f"e{n}@example.com"})
                                           for n in range(600)])
    import_id = waiting(site, csv_of("Email,City", [f"e{n}@example.com,Cairo" for n in range(600)]))
    over, noted = threading.Event(), set()

    def edit() -> None:
        dice = random.Random(3)
        while not over.is_set():
            record_id = int(dice.choice(made).id or 0)
            with suppress(Conflict, sa.exc.OperationalError), site.unit():
                records.update(CONTACT, record_id, {"note": "called"})
                noted.add(record_id)

    editors = [threading.Thread(target=edit) for _ in range(2)]
    for editor in editors:
        editor.start()
    try:
        work(site)
    finally:
        over.set()
        for editor in editors:
            editor.join()
    assert job_of(site, import_id)["state"] == "done"
    found = rows(site)
    assert {record["city"] for record in found} == {"Cairo"}
    assert {record["id"] for record in found if record["note"] == "called"} >= noted
    assert noted
