"""Backups on a schedule, drills of restoring them, and what `diwan check` and the page of health say of both."""

import datetime as dt
import json
import re
import resource
import subprocess

import pytest
import sqlalchemy as sa

from core.actor import SYSTEM, acting
from core.db import unit_of_work
from core.jobs import queue
from core.jobs.models import jobs, schedules
from core.mail.delivery import JOB
from core.mail.models import mails
from core.testing import open_site
from tests.support.installation import Installation, command
from tests.support.machine import ROOT

LONG_AGO = "2020-01-01T00:00:00+00:00"


def _found(installation, check):
    told = json.loads(installation.diwan("check", "--json").stdout)
    (one,) = [finding for finding in told if finding["check"] == check]
    return one


@pytest.fixture
def folder(tmp_path):
    """A folder for backups, with a file in it that is none."""
    made = tmp_path / "backups"
    made.mkdir()
    (made / "notes.txt").write_text("keep me")
    for day in range(1, 5):
        (made / f"diwan-2020010{day}T000000Z.zip").write_text("old")
    return made


def _backups(folder):
    return sorted(path.name for path in folder.glob("*.zip"))


def test_a_backup_into_a_folder_names_itself_and_keeps_the_newest(installed, folder):
    done = installed.diwan("backup", str(folder), "--keep", "3")
    assert done.exit_code == 0, done.stderr
    kept = _backups(folder)
    assert kept[:2] == ["diwan-20200103T000000Z.zip", "diwan-20200104T000000Z.zip"]
    assert re.fullmatch(r"diwan-20\d{6}T\d{6}Z\.zip", kept[2])
    assert "diwan-20200101T000000Z.zip" in done.output
    assert (folder / "notes.txt").exists()
    assert kept[2] in _found(installed, "backup")["message"]


def test_without_keep_nothing_is_removed_and_keep_needs_a_folder(installed_sqlite, folder, tmp_path):
    assert installed_sqlite.diwan("backup", str(folder)).exit_code == 0
    assert len(_backups(folder)) == 5
    refused = installed_sqlite.diwan("backup", str(tmp_path / "one.zip"), "--keep", "3")
    assert refused.exit_code == 1
    assert "--keep" in refused.stderr


def test_a_backup_that_fails_removes_and_remembers_nothing(installed_sqlite, folder):
    """No file may grow beyond a part of the database, as on a disk that is full."""
    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))

    failed = subprocess.run(command("backup", str(folder), "--keep", "1"), env=installed_sqlite.full(), cwd=ROOT,
                            capture_output=True, preexec_fn=limit, check=False)
    assert failed.returncode != 0
    assert len(_backups(folder)) == 4
    assert "no backup" in _found(installed_sqlite, "backup")["message"]


def test_a_drill_restores_beside_the_installation_and_leaves_it_alone(installed, tmp_path, database_kind,
                                                                      fresh_database):
    copy = tmp_path / "one.zip"
    assert installed.diwan("backup", str(copy)).exit_code == 0
    before = installed.value("SELECT count(*) FROM core_audit")
    into = ("--into", fresh_database("postgresql")) if database_kind == "postgresql" else ()
    done = installed.diwan("restore", "--drill", str(copy), *into)
    assert done.exit_code == 0, done.stderr
    assert "The drill went well" in done.output
    assert installed.value("SELECT count(*) FROM core_audit") == before
    assert str(copy) in _found(installed, "drill")["message"]


def test_a_drill_with_a_damaged_backup_fails(installed_sqlite, tmp_path):
    copy = tmp_path / "one.zip"
    installed_sqlite.diwan("backup", str(copy))
    content = bytearray(copy.read_bytes())
    content[len(content) // 3] ^= 1
    copy.write_bytes(content)
    refused = installed_sqlite.diwan("restore", "--drill", str(copy))
    assert refused.exit_code == 1
    assert "damaged" in refused.stderr
    assert "Nobody has tried" in _found(installed_sqlite, "drill")["message"]


@pytest.mark.postgresql
def test_a_drill_on_postgresql_asks_for_a_database(tmp_path, fresh_database):
    installation = Installation(tmp_path / "instance", fresh_database("postgresql"))
    (tmp_path / "one.zip").write_text("")
    refused = installation.diwan("restore", "--drill", str(tmp_path / "one.zip"))
    assert refused.exit_code == 1
    assert "--into" in refused.stderr


def _set(installation, name, value):
    with installation.engine() as engine, engine.begin() as connection:
        connection.exec_driver_sql(f"DELETE FROM core_setting WHERE name = '{name}'")
        connection.exec_driver_sql(f"INSERT INTO core_setting (name, value) VALUES ('{name}', '{json.dumps(value)}')")


def test_what_is_overdue_is_told_in_the_command_and_on_the_page(installed, tmp_path):
    _set(installed, "core.last_backup", {"at": LONG_AGO, "file": "/backups/old.zip", "rows": 3})
    late = _found(installed, "backup")
    assert (late["ok"], late["remedy"]) == (False, "diwan backup --keep 14 FOLDER")
    assert "/backups/old.zip" in late["message"]
    site = open_site(installed.config.database_url, installed.folder)
    try:
        page = site.client().get("/settings/health")
        assert page.status_code == 200
        assert page.text.index("Needs attention") < page.text.index("/backups/old.zip") < page.text.index("SQL")
        assert "diwan backup --keep 14 FOLDER</code>" in page.text
        age = re.search(r"^diwan_backup_age_seconds ([\d.e+]+)$", site.client().get("/metrics").text, re.MULTILINE)
        assert age is not None
        assert float(age[1]) > 6 * 365 * 86_400
        reader = site.user("reader@example.com", "read_only")
        assert site.client(reader).get("/settings/health").status_code == 403
    finally:
        site.app.engine.dispose()


@pytest.mark.parametrize("language", ["ar", "fa", "en"])
def test_the_page_of_health_names_every_check(installed_sqlite, language):
    site = open_site(installed_sqlite.config.database_url, installed_sqlite.folder)
    try:
        page = site.client().get(f"/settings/health?lang={language}").text
    finally:
        site.app.engine.dispose()
    checks = {one["check"] for one in json.loads(installed_sqlite.diwan("check", "--json").stdout)}
    assert page.count("dw-health-label") >= len(checks) > 10


def test_a_checked_log_is_told(installed_sqlite):
    assert _found(installed_sqlite, "verified")["advice"]
    assert installed_sqlite.diwan("audit", "verify").exit_code == 0
    told = _found(installed_sqlite, "verified")
    assert (told["ok"], told["advice"]) == (True, False)
    assert "whole" in told["message"]


def test_jobs_that_nobody_does_are_told(installed):
    assert _found(installed, "jobs")["message"] == "In order."
    with installed.engine() as engine, engine.begin() as connection:
        connection.execute(sa.insert(schedules).values(
            name="core.sweep", rule="daily", next_at=dt.datetime(2020, 1, 1, tzinfo=dt.UTC)))
    told = _found(installed, "jobs")
    assert (told["ok"], told["remedy"]) == (False, "diwan worker")
    assert "2020" in told["message"]
    with installed.engine() as engine, unit_of_work(engine) as opened, acting(SYSTEM):
        queue.enqueue(JOB)
        opened.execute(sa.update(jobs).values(state="dead", error="no answer"))
    told = json.loads(installed.diwan("check", "--json").stdout)
    assert [one["message"].split(". ")[0] for one in told if one["check"] == "jobs" and one["advice"]] == [
        "A job failed for good: Send mails"]


def test_mails_that_do_not_go_are_told(installed):
    assert _found(installed, "mail")["message"] == "In order."
    long_ago = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    with installed.engine() as engine, engine.begin() as connection:
        for number in range(2):
            connection.execute(sa.insert(mails).values(
                message_id=f"<{number}@x>", state="queued", language="en", recipients=[], subject="s", text="t",
                is_private=False, next_try_at=long_ago, created_at=long_ago))
    told = _found(installed, "mail")
    assert (told["advice"], told["message"]) == (True, "2 mails wait to be sent.")


def test_the_probe_and_the_page_agree_when_tables_are_behind(installed_sqlite):
    site = open_site(installed_sqlite.config.database_url, installed_sqlite.folder)
    try:
        with installed_sqlite.engine() as engine, engine.begin() as connection:
            connection.exec_driver_sql("UPDATE alembic_version_contacts SET version_num = 'contacts_0000'")
        assert site.app.test_client().get("/readyz").get_json()["migrations"] == ["contacts"]
        assert "Older than this version of Diwan: contacts" in site.client().get("/settings/health").text
    finally:
        site.app.engine.dispose()
