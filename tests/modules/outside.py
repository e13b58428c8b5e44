"""A site with plugins from outside, in a process of its own: this one never has them on its path."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tests.support import wheels
from tests.support.installation import Installation
from tests.support.machine import ROOT

#: What every story begins with; it prints a dictionary as its last line.
PREAMBLE = """
import json, sys
from core.testing import make_site, open_site
from pathlib import Path
url, folder = sys.argv[1], Path(sys.argv[2])
"""


def installed(target: Path, sources: Iterable[tuple[str, dict[str, str]]]) -> Path:
    """A folder with these plugins in it."""
    for name, files in sources:
        wheels.install(wheels.build(target.parent / "wheels", name, files), target)
    return target


def told(story: str, installation: Installation, target: Path, given: str = "") -> Any:
    """What a story prints that runs beside the plugins in `target`; `given` is its standard input."""
    url = installation.config.database_url
    done = subprocess.run(
        [sys.executable, "-c", PREAMBLE + story, url, str(installation.folder)], cwd=ROOT, text=True, timeout=300,
        input=given, env=installation.full(**wheels.environment(target)), capture_output=True, check=False)
    assert done.returncode == 0, done.stderr[-4000:]
    return json.loads(done.stdout.splitlines()[-1])


def diwan(installation: Installation, target: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A command that finds the plugins in `target`."""
    return installation.start(*arguments, **wheels.environment(target))
