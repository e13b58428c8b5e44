"""`diwan audit`: a whole log, a broken one, and one that was cut off after an anchor was taken."""

import datetime as dt
import json
import stat
from pathlib import Path

import pytest

from core.jobs import keeping_log


def _edit(installation, statement):
    """As somebody who may write the database past Diwan."""
    with installation.engine() as engine, engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            for name, in connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'"
                                                    " AND name LIKE 'core_audit%'").fetchall():
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
        else:
            for table in ("core_audit", "core_audit_link", "core_audit_head"):
                connection.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
        for one in statement.split(";"):
            connection.exec_driver_sql(one)


def test_a_whole_log_is_counted(installed):
    there = installed.value("SELECT count(*) FROM core_audit")
    done = installed.diwan("audit", "verify")
    assert done.exit_code == 0
    assert str(there) in done.output
    counted = json.loads(installed.diwan("audit", "verify", "--json").output)
    assert (counted["ok"], counted["rows"]) == (True, there + 1), "the first check is an entry itself"
    assert installed.value("SELECT count(*) FROM core_audit WHERE action = 'verify_log' AND channel = 'cli'") == 2


def test_the_first_broken_entry_is_named(installed):
    _edit(installed, "UPDATE core_audit SET record_title = 'x' WHERE id = 3")
    done = installed.diwan("audit", "verify")
    assert done.exit_code == 1
    assert "3" in done.stderr
    found = installed.diwan("audit", "verify", "--json")
    assert found.exit_code == 1
    broken = json.loads(found.stdout)["first_broken"]
    assert (broken["reason"], broken["row_id"]) == ("row_changed", 3)


def test_an_anchor_shows_that_the_end_was_cut_off(installed, tmp_path):
    installed.diwan("user", "add", "a@example.com")
    anchor = tmp_path / "anchor.json"
    assert installed.diwan("audit", "anchor", "-o", str(anchor)).exit_code == 0
    assert stat.S_IMODE(anchor.stat().st_mode) == 0o600
    assert installed.diwan("audit", "verify", "--anchor", str(anchor)).exit_code == 0
    last = json.loads(anchor.read_text())["seq"]
    previous = installed.value("SELECT prev_hash FROM core_audit_link WHERE seq = :seq", seq=last).hex()
    literal = f"X'{previous}'" if installed.url.startswith("sqlite") else f"decode('{previous}', 'hex')"
    _edit(installed, f"DELETE FROM core_audit WHERE tx >= (SELECT tx FROM core_audit_link WHERE seq = {last});"
                     f"DELETE FROM core_audit_link WHERE seq >= {last};"
                     f"UPDATE core_audit_head SET seq = {last} - 1, hash = {literal}")
    assert "anchor" in installed.diwan("audit", "verify", "--anchor", str(anchor)).stderr
    assert installed.diwan("audit", "verify").exit_code == 0, "nothing in the log itself shows it"
    again = installed.diwan("audit", "verify", "--anchor", str(anchor))
    assert (again.exit_code, str(last) in again.stderr) == (1, True), "also when the log has grown again"


def test_an_anchor_is_printed_without_a_file(installed_sqlite):
    printed = json.loads(installed_sqlite.diwan("audit", "anchor").output)
    assert printed["format"] == "diwan.audit.anchor"
    assert printed["seq"] == installed_sqlite.value("SELECT seq FROM core_audit_head")


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff\xfe", b"[1]", b'{"format": "diwan.audit.anchor"}'])
def test_a_file_that_is_no_anchor_is_refused(installed_sqlite, tmp_path, content):
    (tmp_path / "x.json").write_bytes(content)
    refused = installed_sqlite.diwan("audit", "verify", "--anchor", str(tmp_path / "x.json"))
    assert refused.exit_code == 1
    assert "not an anchor" in refused.stderr


def test_the_old_part_is_archived_and_verified_with_the_rest(installed, tmp_path, monkeypatch):
    early = tmp_path / "early.json"
    installed.diwan("audit", "anchor", "-o", str(early))
    assert installed.diwan("audit", "verify").exit_code == 0
    count = installed.value("SELECT count(*) FROM core_audit")
    assert installed.diwan("audit", "archive", "--dry-run").output.startswith("0 "), "nothing is ten years old"
    for wrong in ("2999-01-01", "soon"):
        assert installed.diwan("audit", "archive", "--before", wrong).exit_code == 1
    # Entries of another time cannot be made: ten years pass.
    monkeypatch.setattr(keeping_log, "utc_now", lambda: dt.datetime.now(dt.UTC) + dt.timedelta(days=3660))
    done = installed.diwan("audit", "archive")
    assert done.exit_code == 0, done.output
    assert str(count) in done.output.splitlines()[0]
    (path,) = [line for line in done.output.splitlines() if line.endswith(".gz")]
    assert stat.S_IMODE(Path(path).stat().st_mode) == 0o600
    assert installed.value("SELECT count(*) FROM core_audit") == 1
    assert installed.diwan("audit", "verify").exit_code == 0
    assert installed.diwan("audit", "verify", "--anchor", str(early)).exit_code == 1
    whole = installed.diwan("audit", "verify", "--anchor", str(early), "--archive", path, "--json")
    assert (whole.exit_code, json.loads(whole.stdout)["rows"]) == (0, count + 1 + 2), whole.output
    Path(path).write_bytes(b"x")
    assert installed.diwan("audit", "verify", "--archive", path).exit_code == 1
