"""What happens to the tests where this machine lacks a program they need."""

import os
import subprocess
import sys

from tests.support.machine import ROOT

BROWSER_TEST = "tests/support/test_browser.py"


def _run_without_programs(ci):
    """A test run of its own that finds nothing on the PATH."""
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", BROWSER_TEST],
        cwd=ROOT,
        env=os.environ | {"PATH": "/nowhere", "CI": ci},
        capture_output=True,
        text=True,
    )


def test_a_missing_program_skips_its_tests_and_names_the_package():
    done = _run_without_programs(ci="")
    assert done.returncode == 0, done.stdout
    assert "2 skipped" in done.stdout
    assert "Tests skipped: Chromium is missing: apt-get install chromium" in done.stdout


def test_a_missing_program_fails_ci():
    done = _run_without_programs(ci="true")
    assert done.returncode == 1
    assert "apt-get install chromium" in done.stdout + done.stderr
