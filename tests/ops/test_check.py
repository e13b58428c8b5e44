"""`diwan check` finds what is wrong, says so, and says how to mend it."""

import json
import sys

import pytest

from core.plugin import lifecycle
from tests.support.installation import Installation


@pytest.fixture(autouse=True)
def _compiled(monkeypatch, tmp_path):
    """The translations of a working copy may be waiting to be compiled; here they are not."""
    monkeypatch.setattr(lifecycle, "CATALOGUES", tmp_path / "i18n")


def _wrong(installation):
    done = installation.diwan("check", "--json")
    found = [one for one in json.loads(done.output) if not one["ok"]]
    assert done.exit_code == (1 if found else 0)
    assert all(one["message"] and one["remedy"] for one in found)
    return found


def _change(installation, *statements):
    with installation.engine() as engine, engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


def _said(found, check, *words):
    return [one for one in found if one["check"] == check and all(word in one["message"] for word in words)]


def test_a_new_installation_is_in_order(installed):
    assert _wrong(installed) == []
    shown = installed.diwan("check")
    assert shown.exit_code == 0
    assert "✗" not in shown.output


def test_a_setting_without_effect_is_told_and_nothing_is_wrong(installed_sqlite):
    done = installed_sqlite.start("check", "--json", DIWAN_REDIS_URL="redis://127.0.0.1:1/0")
    [said] = [one for one in json.loads(done.stdout) if one["check"] == "settings"]
    assert said["advice"]
    assert "DIWAN_REDIS_URL" in said["message"]


def test_without_a_database_init_is_what_helps(blank):
    assert [one["remedy"] for one in _said(_wrong(blank), "database")] == ["diwan init"]
    assert not (blank.folder / "diwan.db").exists()


def test_a_database_that_does_not_answer(tmp_path):
    lost = Installation(tmp_path / "instance", "postgresql://nobody@127.0.0.1:1/none")
    (found,) = _wrong(lost)
    assert found["check"] == "database"
    assert "DIWAN_DATABASE_URL" in found["remedy"]


def test_tables_that_are_behind(installed):
    _change(installed, "UPDATE alembic_version_contacts SET version_num = 'contacts_0000'")
    (found,) = _said(_wrong(installed), "migrations", "contacts")
    assert found["remedy"] == "diwan migrate"


def test_folders_and_keys_that_others_can_read(installed_sqlite):
    installed_sqlite.config.instance.chmod(0o755)
    (installed_sqlite.folder / "secret_key").chmod(0o644)
    remedies = [one["remedy"] for one in _wrong(installed_sqlite)]
    assert remedies == [f"chmod 700 {installed_sqlite.folder}", f"chmod 600 {installed_sqlite.folder}/secret_key"]


def test_an_enabled_plugin_that_is_gone(installed):
    _change(installed, "INSERT INTO core_plugin (name, state, version, error, changed_at)"
                       " VALUES ('gone', 'enabled', '1', '', '2026-01-01 00:00:00')")
    (found,) = _said(_wrong(installed), "plugins", "gone")
    assert "diwan plugin disable gone" in found["remedy"]


def test_a_plugin_that_failed(installed_sqlite):
    _change(installed_sqlite, "UPDATE core_plugin SET state = 'failed', error = 'disk full'")
    (found,) = _said(_wrong(installed_sqlite), "plugins", "contacts", "disk full")
    assert found["remedy"] == "diwan plugin enable contacts"


def test_nobody_who_could_administer(installed):
    _change(installed, "DELETE FROM core_credential")
    (found,) = _wrong(installed)
    assert (found["check"], found["remedy"]) == ("administrators", "diwan init")


def test_a_log_without_head(installed_sqlite):
    _change(installed_sqlite, "DROP TRIGGER core_audit_head_no_delete", "DELETE FROM core_audit_head")
    assert _said(_wrong(installed_sqlite), "audit", "head")


def test_translations_that_are_not_compiled(installed_sqlite):
    source = lifecycle.CATALOGUES / "fa" / "LC_MESSAGES" / "core.po"
    source.parent.mkdir(parents=True)
    source.write_text("")
    (found,) = _said(_wrong(installed_sqlite), "translations", "core")
    assert found["remedy"] == f"{sys.executable} -m core.language.catalogues compile"

