"""A plugin whose migration fails: the site stays up on the old tables, says who it was and why, and can go on later."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from core.plugin import loader
from core.testing import open_site
from tests.modules import outside
from tests.support.installation import Installation

PLUGIN = """
from core.api import Manifest
manifest = Manifest("ledger", "Ledger", "1.0", requires=("contacts",))
"""
FIRST = """
import sqlalchemy as sa
from alembic import op
revision, down_revision, branch_labels, depends_on = "ledger_0001", None, ("ledger",), None
def upgrade():
    table = op.create_table("ledger_line", sa.Column("id", sa.Integer, primary_key=True), sa.Column("text", sa.Text))
    op.bulk_insert(table, [{"id": 1, "text": "kept"}])
def downgrade():
    op.drop_table("ledger_line")
"""
SECOND = """
import sqlalchemy as sa
from alembic import op
revision, down_revision, branch_labels, depends_on = "ledger_0002", "ledger_0001", None, None
def upgrade():
    op.create_table("ledger_total", sa.Column("id", sa.Integer, primary_key=True))
    op.execute("UPDATE ledger_line SET text = 'lost'")
    op.execute("INSERT INTO ledger_totall VALUES (1)")
def downgrade():
    op.drop_table("ledger_total")
"""


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of the plugin's migrations, in a package from outside that this process finds."""
    target = outside.installed(tmp_path / "site", [
        ("ledger", {"plugin.py": PLUGIN, "migrations/ledger_0001_lines.py": FIRST})])
    monkeypatch.syspath_prepend(str(target))
    loader.installed.cache_clear()
    yield target / "acme_ledger" / "migrations"
    monkeypatch.undo()
    for name in [name for name in sys.modules if name.partition(".")[0] == "acme_ledger"]:
        del sys.modules[name]
    loader.installed.cache_clear()


def _stands(installation: Installation) -> tuple[object, object, bool]:
    """What the line says, where the migrations stand, and whether the second table is there."""
    with installation.engine() as engine:
        is_there = sa.inspect(engine).has_table("ledger_total")
    return (installation.value("SELECT text FROM ledger_line"),
            installation.value("SELECT version_num FROM alembic_version_ledger"), is_there)


def test_a_migration_that_fails_changes_nothing_and_can_be_repeated(installed: Installation, package: Path) -> None:
    assert installed.diwan("plugin", "enable", "ledger").exit_code == 0
    second = package / "ledger_0002_totals.py"
    second.write_text(SECOND)
    failed = installed.diwan("migrate")
    assert failed.exit_code == 1
    assert "ledger is left out: " in failed.stderr
    assert "ledger_totall" in failed.stderr
    assert "diwan plugin enable ledger" in failed.stderr
    assert _stands(installed) == ("kept", "ledger_0001", False)
    site = open_site(installed.config.database_url, installed.folder)
    try:
        client = site.client()
        told = client.get("/settings/modules/ledger").text
        assert "ledger_totall" in told
        assert '<bdi>Making its tables</bdi>' in told
        assert client.get("/contacts/contact").status_code == 200
        assert "“Ledger” has failed" in client.get("/").text
        again = client.post("/settings/modules/ledger/enable")
        assert again.status_code == 409
        assert _stands(installed) == ("kept", "ledger_0001", False)
        second.write_text(SECOND.replace("ledger_totall", "ledger_total").replace("lost", "mended"))
        assert client.post("/settings/modules/ledger/enable").status_code == 303
        assert _stands(installed) == ("mended", "ledger_0002", True)
        assert "has failed" not in client.get("/").text
    finally:
        site.app.engine.dispose()
    assert installed.diwan("migrate").exit_code == 0
