"""A short run of `python -m tests.crash` on each kind of database; hundreds of kills are for by hand."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.support.machine import ROOT


@pytest.mark.slow
def test_what_was_acknowledged_survives_kills(installed):
    # With this seed all kinds of processes are among the six.
    command = [sys.executable, "-m", "tests.crash", "--kills", "4", "--seed", "4", "--at-once", "1",
               "--url", installed.config.database_url]
    done = subprocess.run(command, cwd=ROOT, env=installed.full(), capture_output=True, text=True, timeout=150,
                          check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert '"wrong": []' in done.stdout
