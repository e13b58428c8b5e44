"""A package with a plugin, as if it were installed: a folder for PYTHONPATH."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from tests.support.installation import Installation, command
from tests.support.machine import ROOT


class Package:
    """An installed package whose source can be changed between two commands."""

    def __init__(self, folder: Path, name: str, source: str) -> None:
        self.folder = folder
        self.source = folder / f"acme_{name}" / "plugin.py"
        self.source.parent.mkdir(parents=True)
        (self.source.parent / "__init__.py").touch()
        self.source.write_text(source)
        info = folder / f"acme_{name}-0.1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: acme-{name}\nVersion: 0.1.0\n")
        (info / "entry_points.txt").write_text(f"[diwan.plugins]\n{name} = acme_{name}.plugin\n")

    @property
    def path(self) -> str:
        """The value for PYTHONPATH."""
        return f"{self.folder}{os.pathsep}{ROOT}"

    @property
    def migrations(self) -> Path:
        return self.source.parent / "migrations"

    def run(self, installation: Installation, *program: str) -> subprocess.CompletedProcess[str]:
        """Run a program that finds the plugin."""
        return subprocess.run(program, env=installation.full(PYTHONPATH=self.path), cwd=ROOT, capture_output=True,
                              text=True, check=False, timeout=120)

    def diwan(self, installation: Installation, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self.run(installation, *command(*arguments))
