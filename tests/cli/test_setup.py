"""`diwan init` and `diwan migrate`, on both databases."""

import os
import stat

import pytest

from tests.support.installation import ADMIN, PASSWORD, Installation


def _password(output):
    return next(line.split(": ")[1] for line in output.splitlines() if line.startswith("Password: "))


def test_init_makes_everything_and_shows_the_password_once(empty):
    first = empty.diwan("init", "--admin-email", "chef@example.com")
    assert first.exit_code == 0
    assert len(_password(first.output)) == 23
    assert empty.rows("SELECT email FROM core_user") == [("chef@example.com",)]
    again = empty.diwan("init")
    assert again.exit_code == 0
    assert "Password" not in again.output
    assert again.stderr == ""
    late = empty.diwan("init", "--admin-email", "late@example.com")
    assert (late.exit_code, "diwan user add late@example.com" in late.stderr) == (0, True)
    assert empty.value("SELECT count(*) FROM core_user") == 1
    assert empty.diwan("migrate", "--check").exit_code == 0


def test_init_takes_the_language_and_a_password(blank):
    done = blank.diwan("init", "--language", "fa", "--admin-email", ADMIN, "--admin-password", PASSWORD)
    assert done.exit_code == 0
    assert PASSWORD not in done.output
    assert ADMIN in done.output
    assert blank.value("SELECT language FROM core_organisation") == "fa"
    assert blank.value("SELECT name FROM core_role WHERE is_admin = 1") == "مدیر سیستم"


ORGANISATION = "SELECT country, currency, language FROM core_organisation"


@pytest.mark.parametrize(("arguments", "expected"), [
    (("--country", "SA"), ("SA", "SAR", "ar")),
    (("--country", "iran"), ("IR", "IRR", "fa")),
    (("--country", "eg", "--language", "en"), ("EG", "EGP", "en")),
], ids=["SA", "iran", "eg"])  # fmt: skip
def test_money_and_language_follow_the_country_given_to_init(blank, arguments, expected):
    assert blank.diwan("init", "--plugins", "", *arguments).exit_code == 0
    assert blank.rows(ORGANISATION) == [expected]


def test_a_country_is_given_later_but_not_replaced(blank):
    assert blank.diwan("init", "--plugins", "").exit_code == 0
    assert blank.rows(ORGANISATION) == [(None, None, "en")]
    for country in ("AE", "DE"):
        assert blank.diwan("init", "--plugins", "", "--country", country).exit_code == 0
        assert blank.rows(ORGANISATION) == [("AE", "AED", "en")]
    assert blank.value("SELECT count(*) FROM core_audit WHERE entity = 'core.organisation'") == 2


def test_init_turns_on_just_the_plugins_asked_for(blank):
    assert blank.diwan("init", "--plugins", "").exit_code == 0
    assert blank.value("SELECT count(*) FROM core_plugin") == 0
    assert blank.diwan("init", "--plugins", "contacts").exit_code == 0
    assert blank.rows("SELECT name, state FROM core_plugin") == [("contacts", "enabled")]


@pytest.mark.parametrize(("arguments", "reason"), [
    (("--plugins", "teleport"), "teleport"),
    (("--country", "Atlantis"), "Atlantis"),
    (("--admin-email", "not an address"), "email"),
    (("--admin-password", "short"), "10"),
])  # fmt: skip
def test_init_refuses_what_it_cannot_use_and_can_be_repeated(blank, arguments, reason):
    refused = blank.diwan("init", *arguments)
    assert refused.exit_code == 1
    assert reason in refused.stderr
    assert blank.diwan("init").exit_code == 0
    assert blank.value("SELECT count(*) FROM core_user") == 1


def test_what_init_makes_is_for_its_owner_alone(blank):
    done = blank.start("init")
    assert done.returncode == 0, done.stderr
    open_to_others = [path.name for path in [blank.folder, *blank.folder.iterdir()]
                      if stat.S_IMODE(os.stat(path).st_mode) & 0o077]
    assert open_to_others == []


@pytest.mark.parametrize(("setting", "value", "reason"), [
    ("DIWAN_DATABASE_URL", "mysql://localhost/diwan", "sqlite:///"),
    ("DIWAN_DATABASE_URL", "postgresql://u@127.0.0.1:1/none", "cannot be used"),
    ("DIWAN_DATABASE_URL", "sqlite:////nowhere/at/all/diwan.db", "cannot be used"),
    ("DIWAN_DATABASE_URL", "postgresql://u@[:x/none", "cannot be read"),
    ("DIWAN_DATABSE_URL", "sqlite:///x.db", "DIWAN_DATABASE_URL"),
    ("DIWAN_LOG_FORMAT", "xml", "json"),
])  # fmt: skip
def test_wrong_settings_end_with_one_clear_sentence(tmp_path, setting, value, reason):
    installation = Installation(tmp_path / "instance", settings={setting: value})
    for arguments in (("init",), ("migrate",), ("migrate", "--check"), ("user", "list"), ("check",)):
        refused = installation.diwan(*arguments)
        assert refused.exit_code == 1
        if arguments in (("init",), ("migrate",)):
            assert reason in refused.stderr
            assert len(refused.stderr.strip().splitlines()) == 1


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    refused = Installation(tmp_path / "file" / "instance").diwan("init")
    assert refused.exit_code == 1
    assert str(tmp_path / "file") in refused.stderr


def test_migrate_check_names_what_is_behind(empty):
    behind = empty.diwan("migrate", "--check")
    assert behind.exit_code == 1
    assert "core" in behind.stderr
    assert empty.diwan("migrate").exit_code == 0
    assert empty.diwan("migrate", "--check").exit_code == 0


def test_commands_ask_for_init_first(blank):
    for arguments in (("user", "list"), ("audit", "verify"), ("plugin", "list"), ("demo", "load"), ("backup", "x")):
        refused = blank.diwan(*arguments)
        assert refused.exit_code == 1
        assert "diwan init" in refused.stderr
    assert not (blank.folder / "diwan.db").exists(), "looking makes no empty database"


def test_migrate_writes_keys_of_older_rules_anew(installed):
    installed.diwan("user", "add", "a@example.com", "--name", "يوسف")
    with installed.engine() as engine, engine.begin() as connection:
        connection.exec_driver_sql("UPDATE core_user SET name_key = 'old', search_text = 'old'")
        connection.exec_driver_sql("DELETE FROM core_setting WHERE name = 'core.key_version'")
    assert "keys" in installed.diwan("migrate", "--check").stderr
    assert installed.diwan("migrate").exit_code == 0
    assert installed.diwan("migrate", "--check").exit_code == 0
    assert installed.value("SELECT count(*) FROM core_user WHERE name_key = 'old' OR search_text = 'old'") == 0
