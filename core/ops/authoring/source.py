"""The files of a plugin that is being written: its package, the folder it is developed in, what it imports."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from importlib.metadata import Distribution, distributions
from pathlib import Path

from core.language.catalogues import Domain, plugin_domain, repository_domains
from core.plugin import loader
from core.registry import Plugin

#: All that plugins may import of the kernel, and what else in their tests and in the migrations that are written
#: for them.
PUBLIC = "core.api"
ALSO = {"tests": ("core.testing",), "migrations": ("core.db",)}


def package(plugin: Plugin) -> Path:
    return Path(loader.folder(plugin)).resolve()


def project(plugin: Plugin) -> Path | None:
    """The folder with the pyproject.toml under which the package is developed; None for an installed wheel."""
    parents = list(package(plugin).parents)[:3]
    return next((folder for folder in parents if (folder / "pyproject.toml").is_file()), None)


def comes_along(plugin: Plugin) -> bool:
    """Whether it is part of this distribution, which has one version and one licence for all of it."""
    return plugin.package.split(".")[0] == "plugins"


def distribution(plugin: Plugin) -> Distribution | None:
    """The installed distribution that brings the plugin."""
    for one in distributions():
        for point in one.entry_points:
            if point.group == loader.GROUP and point.value.partition(":")[0] == plugin.module.__name__:
                return one
    return None


def domain(plugin: Plugin) -> Domain:
    """Where the plugin's texts are: beside its code, or with ours for a plugin that comes along."""
    folder = package(plugin)
    for one in repository_domains():
        if one.sources.resolve() == folder and not (folder / "i18n").is_dir():
            return one
    found = plugin_domain(folder)
    return Domain(plugin.manifest.name, found.sources, found.i18n, found.base)


def modules(plugin: Plugin) -> Iterator[tuple[str, Path, ast.Module]]:
    """(dotted name, file, syntax tree) of everything in the package."""
    folder = package(plugin)
    for path in sorted(folder.rglob("*.py")):
        parts = path.relative_to(folder).with_suffix("").parts
        name = ".".join([plugin.package, *(part for part in parts if part != "__init__")])
        yield name, path, ast.parse(path.read_text(encoding="utf-8"), str(path))


def imported(tree: ast.Module, module: str, is_package: bool) -> Iterator[tuple[int, str]]:
    """(line, dotted name) of what a module imports, relative names made whole."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = _base(node, module, is_package)
            for alias in node.names:
                whole = f"{base}.{alias.name}"
                yield node.lineno, whole if base == "core" or whole.endswith(".api") else base


def _base(node: ast.ImportFrom, module: str, is_package: bool) -> str:
    if not node.level:
        return node.module or ""
    up = node.level - 1 if is_package else node.level
    parts = module.split(".")
    return ".".join([*parts[: len(parts) - up], *([node.module] if node.module else [])])


def shown(path: Path, plugin: Plugin) -> str:
    """A file's path for a message: from the folder in which the package lies."""
    return path.relative_to(package(plugin).parent).as_posix()


__all__ = [
    "ALSO", "PUBLIC", "comes_along", "distribution", "domain", "imported", "modules", "package", "project", "shown",
]
