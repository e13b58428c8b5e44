"""An application that does not own its tables: it works, and cannot rewrite the audit log (PostgreSQL)."""

import pytest
import sqlalchemy as sa

from core.db import make_engine
from tests.support.installation import ADMIN, PASSWORD, Installation

ROLE = "diwan_app"


@pytest.fixture
def separated(tmp_path, fresh_database):
    """An empty database with an owner and an application that has no rights in it yet."""
    owner = fresh_database("postgresql")
    engine = make_engine(owner)
    with engine.begin() as connection:
        found = connection.execute(sa.text("SELECT 1 FROM pg_roles WHERE rolname = :role"), {"role": ROLE}).scalar()
        if not found:
            connection.exec_driver_sql(f"CREATE ROLE {ROLE} LOGIN")
        connection.exec_driver_sql("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    engine.dispose()
    return Installation(tmp_path / "instance", owner.replace("//diwan@", f"//{ROLE}@"),
                        {"DIWAN_MIGRATION_URL": owner})


@pytest.mark.postgresql
def test_the_application_works_with_data_and_only_adds_to_the_log(separated, tmp_path, fresh_database):
    done = separated.diwan("init", "--admin-email", ADMIN, "--admin-password", PASSWORD)
    assert done.exit_code == 0, done.stderr
    assert separated.value("SELECT current_user") == ROLE
    assert separated.diwan("user", "add", "a@example.com", "--role", "read_only").exit_code == 0
    assert separated.diwan("plugin", "disable", "contacts").exit_code == 0
    assert separated.diwan("plugin", "enable", "contacts").exit_code == 0
    assert separated.diwan("audit", "verify").exit_code == 0
    assert separated.diwan("check").output.count("✗ database") == 0
    for statement in ("UPDATE core_audit SET actor_name = 'x'", "DELETE FROM core_audit", "TRUNCATE core_audit",
                      "DELETE FROM core_audit_link", "ALTER TABLE core_audit DISABLE TRIGGER ALL",
                      "DROP TABLE core_audit", "CREATE TABLE mine (id integer)"):  # fmt: skip
        with separated.engine() as engine, pytest.raises(sa.exc.ProgrammingError, match=r"permission|owner"):  # noqa: SIM117
            with engine.begin() as connection:
                connection.exec_driver_sql(statement)
    copy = tmp_path / "x.backup"
    assert separated.diwan("backup", str(copy)).exit_code == 0
    owner = fresh_database("postgresql")
    other = Installation(tmp_path / "other", owner.replace("//diwan@", f"//{ROLE}@"), {"DIWAN_MIGRATION_URL": owner})
    restored = other.diwan("restore", str(copy))
    assert restored.exit_code == 0, restored.stderr
    assert other.diwan("user", "add", "b@example.com").exit_code == 0
    assert other.value("SELECT count(*) FROM core_user") == 3
