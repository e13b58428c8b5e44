"""Commands keep their compiled modules where dev.py made a place for them (core/cli/compiled.py)."""

import os
import sys

import pytest

from core.cli import compiled


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
