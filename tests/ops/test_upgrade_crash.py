"""An upgrade that is killed at any statement can be repeated, and no data is lost (REL-12).

Two upgrades with data in the tables: the kernel and contacts from nothing, and the second migration of a plugin,
which adds a column, moves data into it and drops the old one. Each is killed by SIGKILL before its n-th
statement that is more than a question, for every n, in a process of its own; then a plain `diwan migrate` has to
reach the end. A death before a question leaves what a death before the next other statement, or a rollback, leaves.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from itertools import count

import pytest
import sqlalchemy as sa

from core.config import load
from core.db import make_engine
from core.ops import instance
from tests.cli.plugin_package import Package

PLUGIN = '''
from core.api import Entity, Manifest, Mapped, Meta, fields, hookimpl

manifest = Manifest("visits", "Visits", "0.2.0")


class Visit(Entity):
    __entity__ = "visits.visit"
    __meta__ = Meta("Visit", "Visits", list=("name",), sort="name", sections=(("Visit", "name subject"),))

    name: Mapped[str] = fields.text("Name", required=True, search=10)
    subject: Mapped[str | None] = fields.text("Subject")


@hookimpl
def register_entities():
    return [Visit]
'''
SECOND = '''
import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "visits_0002", "visits_0001", None, None


def upgrade():
    op.add_column("visits_visit", sa.Column("place", sa.Text()))
    op.execute("UPDATE visits_visit SET place = 'at ' || subject")
    op.create_index("ix_visits_visit_place", "visits_visit", ["place"])
    op.create_table("visits_place", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("name", sa.Text()))
    op.execute("INSERT INTO visits_place (name) SELECT place FROM visits_visit")
    with op.batch_alter_table("visits_visit") as batch:
        batch.alter_column("name", new_column_name="title")
    op.execute("UPDATE visits_visit SET title = upper(title)")
'''
QUESTIONS = ("SELECT", "PRAGMA", "SHOW")
# Forks over and over; each child runs `diwan migrate` and dies before its n-th statement. Prints after each death.
DRIVER = """
from core.cli import setup, tree  # Imported once, here and not in each child.
from core.plugin import loader
from tests.ops.test_upgrade_crash import deaths
loader.installed()
for state in deaths(lambda: tree.build()(["migrate"], prog_name="diwan"), "visits_visit"):
    print(*state, flush=True)
"""


def _kill_at(number: int, upgrade: Callable[[], object]) -> bool:
    """Run the upgrade in a fork that dies before its n-th statement, questions left out; whether it came that far."""
    child = os.fork()
    if child == 0:
        left = [number]

        def die(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
            if statement.lstrip().upper().startswith(QUESTIONS):
                return
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)

        sa.event.listen(sa.engine.Engine, "before_cursor_execute", die)
        try:
            upgrade()
        finally:
            os._exit(0)
    _pid, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


def deaths(upgrade: Callable[[], object], table: str) -> Iterator[tuple[object, ...]]:
    """The number of each death, with the revision and the columns that it left; the last one is the end."""
    engine = make_engine(load().database_url)
    alive = False
    for number in count(1):
        alive = not _kill_at(number, upgrade)
        with engine.connect() as connection:
            revision = connection.exec_driver_sql("SELECT version_num FROM alembic_version_visits").scalar()
            columns = {column["name"] for column in sa.inspect(connection).get_columns(table)}
            places = sa.inspect(connection).has_table("visits_place")
        engine.dispose()
        yield number, "end" if alive else "killed", revision, "place" in columns, "title" in columns, places
        if alive:
            return


@pytest.fixture
def waiting(tmp_path, installed):
    """A plugin of which the second migration is waiting, with data from before it."""
    package = Package(tmp_path / "packages", "visits", PLUGIN)
    for arguments in (("makemigration", "visits"), ("enable", "visits")):
        done = package.diwan(installed, "plugin", *arguments)
        assert done.returncode == 0, done.stderr
    insert = sa.text(
        "INSERT INTO visits_visit (created_at, updated_at, version, name, subject, name_sort_fa, name_sort_ar,"
        " name_sort_en) VALUES ('2026-01-01 00:00:00', '2026-01-01 00:00:00', 1, :name, :subject, :key, :key, :key)")
    with installed.engine() as engine, engine.begin() as connection:
        rows = [{"name": f"v{number}", "subject": f"s{number}", "key": b"k"} for number in range(50)]
        connection.execute(insert, rows)
    (package.migrations / "visits_0002_place.py").write_text(SECOND)
    return package


BEFORE, AFTER = ["visits_0001", "False", "False", "False"], ["visits_0002", "True", "True", "True"]


@pytest.mark.slow
def test_the_second_migration_is_whole_or_has_not_begun(installed, waiting):
    behind = waiting.diwan(installed, "migrate", "--check")
    assert (behind.returncode, "visits" in behind.stderr) == (1, True)
    done = waiting.run(installed, sys.executable, "-c", DRIVER)
    assert done.returncode == 0, done.stderr
    states = [line.split()[2:] for line in done.stdout.splitlines() if line[0].isdigit()]
    assert [state for state in states if state not in (BEFORE, AFTER)] == []
    assert states.count(BEFORE) > 6, "killed in the middle of the migration as well"
    assert states[-1] == AFTER
    assert waiting.diwan(installed, "migrate").returncode == 0
    assert installed.value("SELECT count(*) FROM visits_place") == 50
    assert installed.rows("SELECT title, place FROM visits_visit WHERE id = 7") == [("V6", "at s6")]
    assert installed.diwan("audit", "verify").exit_code == 0
    assert waiting.diwan(installed, "migrate", "--check").returncode == 0


@pytest.mark.slow
def test_the_first_upgrade_is_repeated_from_wherever_it_died(empty):
    def upgrade() -> None:
        instance.initialise(empty.config)

    died = 0
    number = 1
    while _kill_at(number, upgrade):
        died += 1
        number += 1 if died < 12 else 9
        with empty.engine() as engine:
            tables = set(sa.inspect(engine).get_table_names())
        # Each owner's upgrade is one transaction: all of its tables or none.
        assert ("core_user" in tables) == ("core_audit" in tables) == ("core_stamp" in tables)
        assert ("contacts_contact" in tables) == ("contacts_tag" in tables)
    assert died > 20
    instance.initialise(empty.config)
    assert empty.diwan("migrate", "--check").exit_code == 0
    assert empty.value("SELECT count(*) FROM core_user") == 1
    assert empty.value("SELECT count(*) FROM core_role") == 4
    assert empty.diwan("audit", "verify").exit_code == 0
