"""The sample company: who can log in, what is there, and which databases it leaves alone."""

import stat

import pytest

from core.auth.passwords import matches
from core.ops import demo


def _logins(text):
    return dict(line.split()[:2] for line in text.splitlines() if line.startswith("  "))


def _count(installation, table):
    return len(installation.rows(f"SELECT id FROM {table} WHERE deleted_at IS NULL"))


@pytest.fixture
def loaded(empty):
    """The sample company without any other administrator, as `diwan run --demo` makes it."""
    demo.instance.initialise(empty.config, with_admin=False)
    done = empty.diwan("demo", "load")
    assert done.exit_code == 0
    return empty, done.output


def test_the_sample_company_is_complete(loaded):
    installation, output = loaded
    tables = {"contacts_contact": 500, "contacts_company": 60, "contacts_tag": 8, "contacts_category": 5,
              "core_user": 5, "core_organisation": 1}  # fmt: skip
    assert {table: _count(installation, table) for table in tables} == tables
    roles = installation.rows("SELECT r.key FROM core_user_role l JOIN core_role r ON r.id = l.role_id")
    assert sorted(role for (role,) in roles) == [
        "administrator", "read_only", "sales_manager", "sales_representative", "sales_representative"]
    assert {language for (language,) in installation.rows("SELECT language FROM core_user")} == {"ar", "fa", "en"}
    assert installation.value("SELECT count(*) FROM contacts_contact WHERE owner_id IS NULL") == 0
    assert installation.diwan("audit", "verify").exit_code == 0
    assert installation.diwan("check").output.count("✗") in (0, 1), "translations may wait to be compiled"
    assert set(_logins(output)) == {colleague.email for colleague in demo.COLLEAGUES}


def test_everybody_of_it_can_log_in_and_the_file_is_private(loaded):
    installation, output = loaded
    kept = installation.folder / "demo-logins.txt"
    assert kept.read_text() == output
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    rows = installation.rows("SELECT email, password_hash FROM core_user u JOIN core_credential c ON c.user_id = u.id")
    logins = _logins(output)
    assert [email for email, stored in rows if not matches(stored, logins[email])] == []


def test_reset_brings_it_back_with_new_passwords(loaded):
    installation, output = loaded
    installation.diwan("user", "add", "somebody@example.com")
    assert installation.diwan("demo", "reset", answer="n\n").exit_code == 1
    assert _count(installation, "core_user") == 6
    done = installation.diwan("demo", "reset", "--yes")
    assert done.exit_code == 0, done.output
    assert _count(installation, "core_user") == 5
    assert _count(installation, "contacts_contact") == 500
    assert not set(_logins(done.output).values()) & set(_logins(output).values())
    assert installation.diwan("audit", "verify").exit_code == 0


def test_it_is_not_loaded_twice(loaded):
    installation, _output = loaded
    refused = installation.diwan("demo", "load")
    assert refused.exit_code == 1
    assert _count(installation, "contacts_contact") == 500


def test_it_goes_into_a_database_that_was_only_initialised(installed):
    assert installed.diwan("demo", "load").exit_code == 0
    assert _count(installed, "core_user") == 6


def test_reset_leaves_other_databases_alone(installed):
    refused = installed.diwan("demo", "reset", "--yes")
    assert refused.exit_code == 1
    assert "not emptied" in refused.stderr
    assert _count(installed, "core_user") == 1
