"""Backups made while people write, restored into nothing, and every file that is none refused (REL-19)."""

from __future__ import annotations

import json
import os
import shutil
import stat
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
import sqlalchemy as sa

from core import records
from core import registry as registries
from core.actor import SYSTEM, Origin, acting
from core.db import run_unit
from core.jobs import backing_up
from core.jobs.worker import Worker
from core.ops import archive, contents
from core.plugin import lifecycle
from tests.support.installation import Installation, prepare


@contextmanager
def _registry(engine) -> Iterator[None]:
    with registries.pinned(lifecycle.build_registry(engine)), acting(SYSTEM, Origin("web")):
        yield


def _add(engine, number: int) -> None:
    run_unit(engine, lambda _unit: records.create(
        "contacts.contact", name=f"مخاطب {number}", email=f"c{number}@example.com"))


@pytest.fixture
def busy(installed):
    """An installation with contacts and files."""
    with installed.engine() as engine, _registry(engine):
        for number in range(5):
            _add(engine, number)
    folder = installed.config.files / "ab"
    folder.mkdir(parents=True)
    (folder / "رسید.pdf").write_bytes(os.urandom(3000))
    return installed


@pytest.fixture
def target(tmp_path, database_kind, fresh_database):
    """An empty installation on the same kind of database."""
    return Installation(tmp_path / "target", fresh_database(database_kind))


@pytest.fixture
def backup(busy, tmp_path) -> Path:
    path = tmp_path / "diwan.backup"
    done = busy.diwan("backup", str(path))
    assert done.exit_code == 0, done.output
    return path


def _contents(installation):
    with installation.engine() as engine, engine.connect() as connection:
        return contents.read(connection)


def _manifest(path):
    with archive.reading(path) as opened:
        return opened.manifest


def _rewritten(path, target, change):
    """A copy of a backup with other members: `change` gets and answers {name: content}."""
    with zipfile.ZipFile(path) as source:
        members = change({name: source.read(name) for name in source.namelist()})
    with zipfile.ZipFile(target, "w") as made:
        for name, content in members.items():
            made.writestr(name, content)
    return target


def _with_manifest(content, **changes):
    found = json.loads(content["manifest.json"])
    return {**content, "manifest.json": json.dumps({**found, **changes})}


def test_what_is_restored_is_what_was_there(busy, backup, target):
    before = _contents(busy)
    manifest = _manifest(backup)
    assert (manifest.tables, manifest.audit) == (before.tables, before.audit)
    restored = target.diwan("restore", str(backup))
    assert restored.exit_code == 0, restored.output
    after = _contents(target)
    grown = {"core_audit", "core_audit_link"}  # by the entry that it was restored
    assert {**after.tables, **dict.fromkeys(grown, 0)} == {**before.tables, **dict.fromkeys(grown, 0)}
    assert after.audit["seq"] == before.audit["seq"] + 1
    assert target.value("SELECT prev_hash FROM core_audit_link ORDER BY seq DESC LIMIT 1").hex() == before.audit["hash"]
    assert target.rows("SELECT name FROM contacts_contact ORDER BY id") == busy.rows(
        "SELECT name FROM contacts_contact ORDER BY id")
    files = [path.relative_to(busy.config.files) for path in busy.config.files.rglob("*.pdf")]
    assert [(target.config.files / path).read_bytes() for path in files] == [
        (busy.config.files / path).read_bytes() for path in files]
    assert (target.folder / "secret_key").read_text() == (busy.folder / "secret_key").read_text()


def test_the_restored_installation_works_on(busy, backup, target):
    target.diwan("restore", str(backup))
    assert target.diwan("audit", "verify").exit_code == 0
    assert target.diwan("migrate", "--check").exit_code == 0
    with target.engine() as engine, _registry(engine):
        _add(engine, 100)
        found = run_unit(engine, lambda unit: unit.execute(
            registries.current().entity("contacts.contact").table.select()).all())
    assert len(found) == 6
    assert target.rows("SELECT action FROM core_audit WHERE action IN ('backup', 'restore_backup') ORDER BY id") == [
        ("backup",), ("restore_backup",)]


def test_a_backup_while_people_write_is_one_moment(busy, tmp_path, target):
    ended, written = threading.Event(), []
    with busy.engine() as engine:
        registry = lifecycle.build_registry(engine)

        def write(first):
            with registries.pinned(registry), acting(SYSTEM, Origin("web")):
                for number in range(first, first + 10_000):
                    if ended.is_set():
                        return
                    _add(engine, number)
                    written.append(number)

        writers = [threading.Thread(target=write, args=(first,)) for first in (10_000, 20_000, 30_000)]
        for writer in writers:
            writer.start()
        try:
            path = tmp_path / "busy.backup"
            before = len(written)
            done = busy.diwan("backup", str(path))
            during = len(written) - before
        finally:
            ended.set()
            for writer in writers:
                writer.join()
    assert done.exit_code == 0, done.output
    assert during > 0, "nobody was kept waiting until the backup was done"
    manifest = _manifest(path)
    assert 5 < manifest.tables["contacts_contact"] <= 5 + len(written)
    assert manifest.tables["core_audit_link"] == manifest.audit["seq"]
    assert target.diwan("restore", str(path)).exit_code == 0
    assert target.value("SELECT count(*) FROM contacts_contact") == manifest.tables["contacts_contact"]


def test_a_backup_is_private_and_never_overwrites(busy, backup, tmp_path):
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    before = backup.read_bytes()
    refused = busy.diwan("backup", str(backup))
    assert refused.exit_code == 1
    assert "exists already" in refused.stderr
    assert backup.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir() if "partial" in path.name or path.name.startswith(".")] == []


def test_a_backup_can_be_made_when_the_new_version_is_there_and_the_old_tables_are(installed, tmp_path):
    with installed.engine() as engine, engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version_contacts SET version_num = 'contacts_0001'")
    assert installed.diwan("migrate", "--check").exit_code == 1
    done = installed.diwan("backup", str(tmp_path / "late.zip"))
    assert (done.exit_code, done.stderr) == (0, "")
    assert _manifest(tmp_path / "late.zip").migrations["contacts"] == "contacts_0001"


def test_a_folder_that_is_not_there_is_named(busy, tmp_path):
    refused = busy.diwan("backup", str(tmp_path / "nowhere" / "x.backup"))
    assert refused.exit_code == 1
    assert "nowhere" in refused.stderr


def _refusal(target, path, *options):
    """The one line that says why; neither files nor tables may be there after it."""
    done = target.diwan("restore", *options, str(path))
    assert done.exit_code == 1
    assert not target.config.files.exists()
    with target.engine() as engine, engine.connect() as connection:
        assert sa.inspect(connection).get_table_names() == []
    (line,) = done.stderr.strip().splitlines()
    return line


@pytest.mark.parametrize("share", [0.999, 0.5, 0.01, 0])
def test_a_file_cut_short_changes_nothing(backup, target, tmp_path, share):
    content = backup.read_bytes()
    cut = tmp_path / "cut.backup"
    cut.write_bytes(content[:int(len(content) * share)])
    assert "not a backup" in _refusal(target, cut)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_an_encrypted_one_opens_with_its_key_alone(busy, target, tmp_path):
    """Made by the page's job; another key, no key, a cut and a changed byte restore nothing, and each is told."""
    right, wrong = tmp_path / "right.key", tmp_path / "wrong.key"
    made = busy.diwan("backup-key", str(right))
    assert made.exit_code == 0, made.output
    assert stat.S_IMODE(right.stat().st_mode) == 0o600
    assert busy.diwan("backup-key", str(right)).exit_code == 1, "a key is never written over"
    target.diwan("backup-key", str(wrong))
    public = made.stdout.strip().removeprefix("DIWAN_BACKUP_PUBLIC_KEY=")
    config = replace(busy.config, backup_public_key=public)
    with busy.engine() as engine, _registry(engine):
        job_id = run_unit(engine, lambda _unit: backing_up.ask())
        Worker(engine, config).work(job_id)
        assert busy.rows(f"SELECT state, error FROM core_job WHERE id = {job_id}") == [("done", "")]
    (sealed,) = backing_up.made(config)
    assert sealed.suffix == ".age"
    assert [path.name for path in config.backups.iterdir()] == [sealed.name], "no plain copy lies beside it"
    content = sealed.read_bytes()
    assert not any(word in content for word in (b"contacts_contact", b"secret_key", b"PK\x03\x04"))
    assert "is encrypted" in _refusal(target, sealed)
    assert "does not open" in _refusal(target, sealed, "--key", str(wrong))
    assert "holds no key" in _refusal(target, sealed, "--key", str(sealed))
    changed = bytearray(content)
    changed[len(content) // 2] ^= 1
    for broken in (content[:-1], content[:len(content) // 2], content[:100], bytes(changed)):
        (tmp_path / "broken.age").write_bytes(broken)
        assert "damaged" in _refusal(target, tmp_path / "broken.age", "--key", str(right))
    done = target.diwan("restore", "--key", str(right), str(sealed))
    assert done.exit_code == 0, done.output
    assert target.value("SELECT count(*) FROM contacts_contact") == 5
    assert [path.name for path in target.folder.iterdir() if path.name.startswith(".")] == []


def test_a_file_of_something_else_changes_nothing(target, tmp_path):
    other = tmp_path / "letter.zip"
    with zipfile.ZipFile(other, "w") as made:
        made.writestr("letter.txt", "hello")
    assert "not a backup" in _refusal(target, other)
    with zipfile.ZipFile(other, "w") as made:
        made.writestr("manifest.json", "[]")
    assert "not a backup" in _refusal(target, other)
    with zipfile.ZipFile(other, "w") as made:
        made.writestr("manifest.json", '{"format": "diwan.backup", "version": 1, "database": 5}')
    assert "damaged" in _refusal(target, other)


def test_a_changed_byte_changes_nothing(backup, target, tmp_path):
    content = bytearray(backup.read_bytes())
    content[len(content) // 3] ^= 1
    (tmp_path / "changed.backup").write_bytes(content)
    assert "damaged" in _refusal(target, tmp_path / "changed.backup")


def test_a_member_more_less_or_other_changes_nothing(backup, target, tmp_path):
    def more(members):
        return {**members, "files/more": b"x"}

    def less(members):
        return {name: content for name, content in members.items() if name != "secret_key"}

    def other(members):
        return {**members, "secret_key": b"another key of the same length?"}

    for change in (more, less, other):
        assert "damaged" in _refusal(target, _rewritten(backup, tmp_path / "x.backup", change))


@pytest.mark.parametrize("name", ["../evil", "files/../../evil", "/etc/evil", "files/a\\..\\evil", "evil", "files/x/"])
def test_a_member_that_would_lie_elsewhere_changes_nothing(backup, target, tmp_path, name):
    def change(members):
        content = b"x"
        listed = json.loads(members["manifest.json"])["members"]
        listed[name] = {"size": 1, "sha256": sha256(content).hexdigest()}
        return _with_manifest({**members, name: content}, members=listed)

    assert "damaged" in _refusal(target, _rewritten(backup, tmp_path / "x.backup", change))
    assert not (target.folder.parent / "evil").exists()


def test_a_backup_of_a_newer_diwan_changes_nothing(backup, target, tmp_path):
    later = _rewritten(backup, tmp_path / "later.backup", lambda members: _with_manifest(members, version=2))
    assert "newer version" in _refusal(target, later)
    ahead = _rewritten(backup, tmp_path / "ahead.backup", lambda members: _with_manifest(
        members, migrations={"core": "core_0999"}))
    assert "newer version" in _refusal(target, ahead)


def test_a_backup_that_is_not_what_it_says_is_not_used(backup, target, tmp_path):
    wrong = _rewritten(backup, tmp_path / "wrong.backup", lambda members: _with_manifest(
        members, audit={"seq": 1, "hash": "00"}))
    done = target.diwan("restore", str(wrong))
    assert done.exit_code == 1
    assert "differs" in done.stderr


def test_an_installation_with_data_is_left_alone(busy, backup):
    before = _contents(busy)
    refused = busy.diwan("restore", str(backup))
    assert refused.exit_code == 1
    assert "not empty" in refused.stderr
    assert _contents(busy) == before


def test_files_that_are_there_are_left_alone(backup, target):
    target.config.files.mkdir(parents=True)
    (target.config.files / "mine").write_text("mine")
    assert target.diwan("restore", str(backup)).exit_code == 1
    assert (target.config.files / "mine").read_text() == "mine"


def test_the_other_kind_of_database_is_refused(backup, tmp_path, database_kind, fresh_database):
    other = Installation(tmp_path / "other", fresh_database("postgresql" if database_kind == "sqlite" else "sqlite"))
    assert "another kind of database" in _refusal(other, backup)


def test_a_log_that_was_broken_before_is_restored_and_told(busy, tmp_path, target):
    with busy.engine() as engine, engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("DROP TRIGGER core_audit_no_update")
        else:
            connection.exec_driver_sql("DROP TRIGGER core_audit_no_change ON core_audit")
        connection.exec_driver_sql("UPDATE core_audit SET actor_name = 'Nobody' WHERE id = 2")
    busy.diwan("backup", str(tmp_path / "x.backup"))
    done = target.diwan("restore", str(tmp_path / "x.backup"))
    assert done.exit_code == 1
    assert "broken already" in done.stderr
    assert target.value("SELECT count(*) FROM contacts_contact") == 5


@pytest.mark.postgresql
def test_a_missing_pg_dump_is_named_with_its_package(tmp_path, copied_database, monkeypatch):
    installation = Installation(tmp_path / "instance", copied_database("postgresql", "installed", prepare))
    monkeypatch.setattr("core.ops.postgresql_tools.DEBIAN", tmp_path)
    monkeypatch.setenv("PATH", str(Path(shutil.which("true") or "").parent / "nothing"))
    refused = installation.diwan("backup", str(tmp_path / "x.backup"))
    assert refused.exit_code == 1
    assert "apt-get install postgresql-client" in refused.stderr
    assert not (tmp_path / "x.backup").exists()
