"""Plugins as wheels from outside the repository: built as plain zip files, and installed by unpacking them.

That is what an installer does with a wheel that holds only Python files, so no network and no installer is needed.
"""

from __future__ import annotations

import os
import zipfile
from collections.abc import Mapping
from pathlib import Path

from tests.support.machine import ROOT

WHEEL = "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


def build(folder: Path, plugin: str, files: Mapping[str, str], version: str = "1.0") -> Path:
    """A wheel of the package `acme_<plugin>` whose module `plugin` is that plugin; `files` by path in the package."""
    package, info = f"acme_{plugin}", f"acme_{plugin}-{version}.dist-info"
    listed = {f"{package}/__init__.py": "", **{f"{package}/{path}": text for path, text in files.items()}}
    listed[f"{info}/METADATA"] = f"Metadata-Version: 2.1\nName: acme-{plugin}\nVersion: {version}\n"
    listed[f"{info}/WHEEL"] = WHEEL
    listed[f"{info}/entry_points.txt"] = f"[diwan.plugins]\n{plugin} = {package}.plugin\n"
    listed[f"{info}/RECORD"] = "".join(f"{path},,\n" for path in [*listed, f"{info}/RECORD"])
    folder.mkdir(parents=True, exist_ok=True)
    wheel = folder / f"acme_{plugin}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for path, text in listed.items():
            archive.writestr(path, text)
    return wheel


def install(wheel: Path, target: Path) -> None:
    """Into a folder that stands on the path."""
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(target)


def environment(target: Path) -> dict[str, str]:
    """What a process needs to find what is installed in `target`."""
    return {"PYTHONPATH": f"{target}{os.pathsep}{ROOT}"}
