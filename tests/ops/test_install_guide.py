"""Going live by the guide: what it says is typed into a shell, on a server with nothing in it."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from core.config import NAMES
from core.db import make_engine
from core.language import catalogues
from tests.support import postgresql
from tests.support.installation import Installation
from tests.support.machine import ROOT

ADMIN = ROOT / "docs" / "admin"
GUIDE = (ADMIN / "install.md").read_text(encoding="utf-8")
UNITS = sorted((ADMIN / "systemd").iterdir())


def _blocks(kind):
    return re.findall(rf"```{kind}\n(.*?)```", GUIDE, re.DOTALL)


def _settings():
    """What the guide sets, but for the bucket, which not everybody has: `test_files_in_a_bucket` tries those."""
    lines = [line for block in _blocks("ini") for line in block.splitlines()]
    return dict(line.split("=", 1) for line in lines if not line.startswith("DIWAN_S3_"))


@pytest.fixture
def machine(tmp_path):
    """An installation with the guide's settings, on the test's server instead of 127.0.0.1, and `diwan` on the PATH."""
    folder = postgresql.server()
    (tmp_path / "bin").mkdir()
    (tmp_path / "backups").mkdir()
    program = tmp_path / "bin" / "diwan"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m core "$@"\n')
    program.chmod(0o755)

    def here(text):
        return re.sub(r"@127\.0\.0\.1/(\w+)", rf"@/\1?host={folder}", text)

    settings = {name: here(value) for name, value in _settings().items()} | {"DIWAN_INSTANCE": str(tmp_path / "srv")}
    installation = Installation(tmp_path / "srv", settings=settings)

    def shell(script):
        path = f"{program.parent}:{os.environ['PATH']}"
        more = {"PGHOST": folder, "PGUSER": postgresql.USER, "BACKUPS": str(tmp_path / "backups"), "PATH": path}
        return subprocess.run(["sh", "-ec", here(script)], cwd=ROOT, capture_output=True, text=True, check=False,
                              env=installation.full(**more))

    yield installation, shell
    shell("dropdb --if-exists diwan_drill; dropdb --if-exists --force diwan")
    shell("psql -d postgres -c 'DROP ROLE IF EXISTS diwan_owner, diwan_web'")


@pytest.mark.postgresql
@pytest.mark.slow
def test_the_guide_leads_to_an_installation_in_order(machine):
    installation, shell = machine
    said = []
    for script in _blocks("sh"):
        done = shell(script)
        assert done.returncode == 0, (script, done.stdout, done.stderr)
        said.append(done.stdout)
    assert re.search(r"Password: [a-z0-9-]{23}", "".join(said))
    assert "The drill went well" in "".join(said)
    assert "✗" not in said[-1]
    assert installation.rows("SELECT country, currency FROM core_organisation") == [("SA", "SAR")]
    assert installation.value("SELECT current_user") == "diwan_web"
    engine = make_engine(installation.config.database_url)
    try:
        with pytest.raises(sa.exc.ProgrammingError, match="permission denied"), engine.begin() as connection:
            connection.exec_driver_sql("UPDATE core_audit SET actor_name = 'nobody'")
    finally:
        engine.dispose()


def test_the_guide_installs_what_is_locked_and_nothing_beside_it():
    """pip would look for docopt, which num2words names and the lock leaves out, and fetch a builder without a hash."""
    lines = [line for block in _blocks("console") for line in block.splitlines() if "pip install" in line]
    assert len(lines) == 2
    assert all("--no-deps" in line for line in lines)
    assert "--require-hashes" in lines[0]
    assert "--no-build-isolation" in lines[1]
    assert f"# /opt/diwan/bin/python -m {catalogues.__name__} compile" in GUIDE


def test_the_settings_of_the_guide_exist():
    assert {name.removeprefix("DIWAN_").lower() for name in _settings()} <= NAMES


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.name)
def test_every_unit_is_in_the_guide_and_can_be_read_by_systemd(unit, tmp_path):
    assert f"(systemd/{unit.name})" in GUIDE
    text = unit.read_text()
    for name in re.findall(r"bin/diwan ([a-z]+)", text):
        assert f"diwan {name}" in (ADMIN / "commands.md").read_text()
    analyse = shutil.which("systemd-analyze")
    if analyse:
        for other in UNITS:  # With a program and folders that every machine has.
            changed = re.sub(r"/opt/diwan/bin/diwan", "/bin/true", other.read_text())
            changed = re.sub(r"^(EnvironmentFile|WorkingDirectory|ReadWritePaths|User|Group)=.*\n", "", changed,
                             flags=re.MULTILINE)
            (tmp_path / other.name).write_text(changed)
        done = subprocess.run([analyse, "verify", "--man=no", str(tmp_path / unit.name)], capture_output=True,
                              text=True, check=False)
        complaints = [line for line in done.stderr.splitlines() if str(tmp_path) in line or unit.name in line]
        assert complaints == []


@pytest.mark.parametrize("proxy", sorted((ADMIN / "proxy").iterdir()), ids=lambda path: path.name)
def test_the_proxies_keep_figures_from_visitors_and_name_the_visitor(proxy):
    text = Path(proxy).read_text()
    assert f"(proxy/{proxy.name})" in GUIDE
    assert "127.0.0.1:8000" in text
    assert "/metrics" in text
    assert "X-Forwarded-For" in text
