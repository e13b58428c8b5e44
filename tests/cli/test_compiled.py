"""Commands start quickly: they keep their compiled modules where dev.py made a place for them (core/cli/compiled.py),
and leave libraries that few need until they are."""

import os
import subprocess
import sys

import pytest

from core.cli import compiled
from tests.support.machine import ROOT

#: What few requests need, and what each start would wait for.
LATE = {"babel", "email_validator", "icalendar", "markdown_it", "xlsxwriter"}


@pytest.fixture
def environment(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    monkeypatch.setattr(sys, "pycache_prefix", None)
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setenv("PYTHONPYCACHEPREFIX", "")
    return tmp_path


def test_compiled_modules_are_kept_in_the_environment_and_by_its_children(environment):
    (environment / compiled.FOLDER).mkdir()
    compiled.keep()
    assert sys.pycache_prefix == str(environment / "pycache")
    assert not sys.dont_write_bytecode
    assert os.environ["PYTHONPYCACHEPREFIX"] == sys.pycache_prefix
    assert "PYTHONDONTWRITEBYTECODE" not in os.environ


def test_an_environment_that_pip_compiled_is_left_as_it_is(environment):
    compiled.keep()
    assert sys.pycache_prefix is None
    assert sys.dont_write_bytecode


def test_the_application_starts_without_libraries_that_few_requests_need():
    code = f"import sys, core.app; print(sorted({LATE} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
