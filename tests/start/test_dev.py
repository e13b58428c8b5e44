"""`dev.py`, the first thing a new machine runs: what it installs, when, and what it hands over to.

The real installation from the locks is what CI does before every run; here stand-ins for uv, Python
and the diwan command write down how they were called.
"""

import json
import os
import shutil
import subprocess
import sys
from hashlib import sha256

import pytest

from tests.support.machine import ROOT

INPUTS = ("pyproject.toml", "requirements.lock", "requirements-dev.lock")
RECORDER = """#!/bin/sh
echo "$(basename "$0") $*" >> "{log}"
echo "instance $DIWAN_INSTANCE" >> "{log}"
echo "compiled $PYTHONPYCACHEPREFIX${{PYTHONDONTWRITEBYTECODE:+ not written}}" >> "{log}"
exit {status}
"""


class Checkout:
    """A copy of the start-up files in a folder of its own, with programs that record their calls."""

    def __init__(self, folder):
        self.folder = folder
        self.log = folder / "calls.log"
        for name in ("dev.py", *INPUTS):
            shutil.copy(ROOT / name, folder / name)
        for program in (".venv/bin/python", ".venv/bin/diwan", "tools/uv"):
            self.program(program)

    def program(self, name, status=0):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(RECORDER.format(log=self.log, status=status))
        path.chmod(0o755)

    def installed(self, **changes):
        """Leave the note of an earlier start with these files, as they are now or as in `changes`."""
        stamp = {name: sha256((self.folder / name).read_bytes()).hexdigest() for name in INPUTS}
        stamp = {
            "python": f"{sys.version_info[0]}.{sys.version_info[1]}",
            "project": stamp.pop("pyproject.toml"),
        } | stamp
        (self.folder / ".venv/diwan-installed.json").write_text(json.dumps(stamp | changes))

    def start(self, *arguments, **environment):
        path = f"{self.folder / 'tools'}{os.pathsep}{os.environ['PATH']}"
        plain = {name: value for name, value in os.environ.items() if not name.startswith("DIWAN_")}
        return subprocess.run(
            [sys.executable, self.folder / "dev.py", *arguments],
            env=plain | {"PATH": path} | environment,
            capture_output=True,
            text=True,
        )

    def calls(self):
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        return [line for line in lines if not line.startswith(("instance ", "compiled "))]


@pytest.fixture
def checkout(tmp_path):
    return Checkout(tmp_path)


def test_a_second_start_installs_nothing_and_serves_the_demo_in_its_own_folder(checkout):
    checkout.installed()
    done = checkout.start("run", "--port", "9000")
    assert done.returncode == 0, done.stderr
    assert checkout.calls() == ["diwan run --demo --port 9000"]
    assert f"instance {checkout.folder}/demo-instance" in checkout.log.read_text()


def test_an_instance_folder_of_ones_own_is_kept(checkout):
    checkout.installed()
    checkout.start("run", DIWAN_INSTANCE="/elsewhere")
    assert "instance /elsewhere\n" in checkout.log.read_text()


def test_compiled_modules_are_kept_even_when_none_may_lie_among_the_sources(checkout):
    checkout.installed()
    checkout.start("run", PYTHONDONTWRITEBYTECODE="1")
    assert f"compiled {checkout.folder}/.venv/pycache\n" in checkout.log.read_text()


def test_tests_get_all_options(checkout):
    checkout.installed()
    checkout.start("test", "-q", "tests/core")
    assert checkout.calls() == ["python -m pytest -n auto --dist worksteal -q tests/core"]


def test_the_first_start_installs_the_lock_with_hashes_and_then_the_project(checkout):
    done = checkout.start("setup")
    assert done.returncode == 0, done.stderr
    environment, packages, project = checkout.calls()
    assert environment.startswith("uv venv")
    assert f"--no-deps --require-hashes -r {checkout.folder}/requirements.lock" in packages
    assert project.endswith(f"--no-deps --quiet --no-build-isolation -e {checkout.folder}")
    assert "Installing" in done.stdout
    assert (checkout.folder / ".venv/pycache").is_dir()  # where the command keeps compiled modules


def test_tests_need_the_larger_lock_which_serves_running_too(checkout):
    checkout.start("test")
    assert "requirements-dev.lock" in checkout.calls()[1]
    checkout.log.unlink()
    checkout.start("run")
    assert checkout.calls() == ["diwan run --demo"]


def test_a_changed_lock_is_installed_again(checkout):
    checkout.installed(**{"requirements.lock": "older"})
    checkout.start("setup")
    assert any("requirements.lock" in call for call in checkout.calls())


def test_a_changed_project_alone_installs_no_package(checkout):
    checkout.installed(project="older")
    checkout.start("setup")
    (project,) = checkout.calls()
    assert project.endswith(f"-e {checkout.folder}")


def test_another_python_starts_from_an_empty_environment(checkout):
    checkout.installed(python="3.9")
    checkout.start("setup")
    assert "--clear" in checkout.calls()[0]


def test_an_installation_that_failed_is_tried_again(checkout):
    checkout.program("tools/uv", status=1)
    failed = checkout.start("setup")
    assert failed.returncode == 1
    checkout.program("tools/uv")
    checkout.log.unlink()
    checkout.start("setup")
    assert len(checkout.calls()) == 3


def test_translations_are_compiled_when_one_is_newer(checkout):
    checkout.installed()
    catalogue = checkout.folder / "i18n/fa/LC_MESSAGES/core.po"
    catalogue.parent.mkdir(parents=True)
    catalogue.touch()
    checkout.start("setup")
    assert checkout.calls() == ["python -m core.language.catalogues compile"]
    checkout.log.unlink()
    catalogue.with_suffix(".mo").touch()
    checkout.start("setup")
    assert checkout.calls() == []


@pytest.mark.parametrize(("arguments", "status"), [(["--help"], 0), ([], 0), (["fly"], 2), (["setup", "-x"], 2)])
def test_usage_is_shown(checkout, arguments, status):
    done = checkout.start(*arguments)
    assert done.returncode == status
    assert "dev.py run" in done.stdout
    assert checkout.calls() == []
