"""What `diwan plugin check` is given: the name of an installed plugin, a wheel that is not installed, or a folder."""

from __future__ import annotations

import os
import sys
import tempfile
import tomllib
import zipfile
from collections.abc import Iterator
from configparser import ConfigParser
from contextlib import contextmanager
from pathlib import Path

from core.errors import DiwanError
from core.language.i18n import _
from core.plugin import loader

PROJECT = "pyproject.toml"


@contextmanager
def named(given: str) -> Iterator[str]:
    """The plugin's name; a wheel's can be imported meanwhile. DiwanError says what to type where that cannot be."""
    path = Path(given)
    if path.suffix == ".whl" and path.is_file():
        with _unpacked(path) as name:
            yield name
        return
    if not _is_installed(given) and (path / PROJECT).is_file():
        given = _declared(path)
        if not _is_installed(given):
            raise DiwanError(_(
                "{plugin} is not installed yet. Only installed plugins and wheels can be checked. First: {install}",
                plugin=given, install=f"{Path(sys.executable).with_name('pip')} install --no-build-isolation --no-deps "
                                      f"--editable {path.resolve()}"))
    yield given


def _is_installed(name: str) -> bool:
    found = loader.installed()
    return name in found.plugins or name in found.broken


@contextmanager
def _unpacked(wheel: Path) -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="diwan-wheel-") as folder:
        try:
            with zipfile.ZipFile(wheel) as archive:
                archive.extractall(folder)
        except zipfile.BadZipFile as error:
            raise DiwanError(_("{file} is not a wheel.", file=str(wheel))) from error
        points = ConfigParser(delimiters=("=",))
        points.read(Path(folder).glob("*.dist-info/entry_points.txt"), encoding="utf-8")
        names = list(points[loader.GROUP]) if loader.GROUP in points else []
        if len(names) != 1:
            raise _no_plugin(wheel)
        # What comes of trying it stays in the folder: the installation may run another version of the plugin.
        instance = os.environ.get("DIWAN_INSTANCE")
        os.environ["DIWAN_INSTANCE"] = folder
        sys.path.insert(0, folder)
        try:
            loader.look_again()
            yield names[0]
        finally:
            sys.path.remove(folder)
            del os.environ["DIWAN_INSTANCE"]
            os.environ |= {"DIWAN_INSTANCE": instance} if instance is not None else {}


def _declared(folder: Path) -> str:
    """The plugin that a project says it holds."""
    try:
        project = tomllib.loads((folder / PROJECT).read_text(encoding="utf-8")).get("project", {})
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DiwanError(_("{file}: {remark}", file=str(folder / PROJECT), remark=str(error))) from error
    names = list(project.get("entry-points", {}).get(loader.GROUP, {}))
    if len(names) != 1:
        raise _no_plugin(folder)
    return str(names[0])


def _no_plugin(place: Path) -> DiwanError:
    return DiwanError(_("{file} holds no plugin: its package must have one entry point in the group {group}.",
                        file=str(place), group=loader.GROUP))

