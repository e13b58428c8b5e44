"""Finding and importing installed plugins. One that cannot be imported is named with its cause and left out."""

from __future__ import annotations

import datetime as dt
import importlib
import sys
from collections.abc import Iterable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.metadata import EntryPoint, entry_points
from types import MappingProxyType

from core.entity.base import utc_now
from core.errors import DeclarationError
from core.plugin import sentences, trial
from core.plugin.containment import FAULTS, cause_of
from core.plugin.manifest import Manifest
from core.registry import Plugin

GROUP = "diwan.plugins"


@dataclass(frozen=True, slots=True)
class Installed:
    """What is installed: plugins that could be imported, the trace of those that could not, and the phase; `at` is when
    this process looked."""

    plugins: Mapping[str, Plugin]
    broken: Mapping[str, str]
    phases: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    at: dt.datetime = field(default_factory=utc_now)


def _points() -> list[EntryPoint]:
    return sorted(entry_points(group=GROUP), key=lambda point: point.name)


@lru_cache(maxsize=1)
def installed() -> Installed:
    """Import every installed plugin once per process (code cannot be loaded anew while running)."""
    plugins: dict[str, Plugin] = {}
    broken: dict[str, str] = {}
    phases: dict[str, str] = {}
    points = _points()
    tried = trial.verdicts(point for point in points if not trial.is_own(point))
    for point in points:
        verdict = tried.get(point.name)
        if verdict is not None and not verdict.ok:
            broken[point.name], phases[point.name] = verdict.cause, verdict.phase
            continue
        try:
            with nullcontext() if trial.is_own(point) else trial.at_the_door(point.name):
                plugin = _from(point)
            if plugin.manifest.name in plugins:
                raise DeclarationError(f"Two installed packages declare the plugin {plugin.manifest.name}.")
            plugins[plugin.manifest.name] = plugin
        except FAULTS as error:
            broken[point.name], phases[point.name] = cause_of(error), "import"
    return Installed(MappingProxyType(plugins), MappingProxyType(broken), MappingProxyType(phases))


def look_again(names: Iterable[str] = ()) -> Installed:
    """Find what has been installed since, and try `names` again; what is imported already stays as it is."""
    trial.forget(names)
    importlib.invalidate_caches()
    if trial.is_lasting():
        _try_as_here()
    installed.cache_clear()
    return installed()


def _try_as_here() -> None:
    """What came while this process runs is taken in apart once more, by one that was called as this one was: a plugin
    may behave otherwise there than at its trial, and would end all who serve pages at once."""
    new = [point for point in _points() if not trial.is_own(point) and point.module not in sys.modules]
    tried = trial.attempt([point.name for point in new], trial.Limits(), as_here=True)
    for point in new:
        if not tried[point.name].ok:
            trial.keep_out(point, tried[point.name].cause)


def has_foreign() -> bool:
    """Whether plugins are installed that did not come with Diwan. Nothing is imported to find it out."""
    return any(not trial.is_own(point) for point in _points())


def keep_out(name: str, cause: str) -> None:
    """Leave a plugin out, from the next start on, that does harm when it comes in; `cause` as `sentences` keeps it."""
    for point in _points():
        if point.name == name:
            trial.keep_out(point, cause)


def import_with_required(name: str) -> list[Plugin]:
    """One plugin and those it requires, in order, whatever else is installed."""
    points = {point.name: point for point in _points()}
    found: dict[str, Plugin] = {}
    waiting = [name]
    while waiting:
        wanted = waiting.pop()
        if wanted in found:
            continue
        if wanted not in points:
            raise DeclarationError(f"Plugin {wanted} is not installed (required by {name}).")
        found[wanted] = _from(points[wanted])
        waiting += found[wanted].manifest.requires
    return in_order(found, [name])


def _from(point: EntryPoint) -> Plugin:
    plugin = load(point.value)
    if plugin.manifest.name != point.name:
        raise DeclarationError(f"The entry point {point.name} holds the plugin {plugin.manifest.name}: use one name.")
    return plugin


def load(module_name: str) -> Plugin:
    """Import one plugin module and check its manifest."""
    module = importlib.import_module(module_name.partition(":")[0])
    manifest = getattr(module, "manifest", None)
    if not isinstance(manifest, Manifest):
        raise DeclarationError(f"{module_name} has no `manifest = Manifest(…)`.")
    plugin = Plugin(manifest, module)
    if not getattr(sys.modules[plugin.package], "__path__", None):
        raise DeclarationError(f"{module_name} must be a module in a package, beside its migrations and templates.")
    return plugin


def folder(plugin: Plugin) -> str:
    """The folder of a plugin's package, where its migrations, templates and translations are."""
    return sys.modules[plugin.package].__path__[0]


def in_order(plugins: Mapping[str, Plugin], wanted: Iterable[str]) -> list[Plugin]:
    """The wanted plugins and what they require, each after what it needs; DeclarationError for gaps and circles."""
    ordered: list[str] = []
    _visit(plugins, list(wanted), ordered, ())
    return [plugins[name] for name in ordered]


def _visit(plugins: Mapping[str, Plugin], names: Iterable[str], ordered: list[str], path: tuple[str, ...]) -> None:
    for name in names:
        if name in ordered:
            continue
        if name in path:
            raise DeclarationError(f"Plugins require each other in a circle: {' → '.join((*path, name))}.")
        if name not in plugins:
            needed = f" (required by {path[-1]})" if path else ""
            raise DeclarationError(f"Plugin {name} is not installed{needed}.")
        _visit(plugins, plugins[name].manifest.requires, ordered, (*path, name))
        ordered.append(name)


def arranged(plugins: Mapping[str, Plugin], wanted: Iterable[str]) -> tuple[list[Plugin], dict[str, str]]:
    """(the wanted plugins that have all they require among the wanted, in order; {plugin left out: why})."""
    names = sorted(set(wanted) & plugins.keys())
    ordered: list[str] = []
    while ready := [name for name in names
                    if name not in ordered and set(plugins[name].manifest.requires) <= set(ordered)]:
        ordered += ready
    left = {name: sentences.written(sentences.NEEDS, names=", ".join(
        sorted(set(plugins[name].manifest.requires) - set(ordered)))) for name in names if name not in ordered}
    return [plugins[name] for name in ordered], left


def required_by(plugins: Mapping[str, Plugin], name: str) -> set[str]:
    """All plugins that cannot run without `name`, directly or by way of another."""
    found: set[str] = set()
    waiting = {name}
    while waiting:
        waiting = {other for other, plugin in plugins.items()
                   if waiting & set(plugin.manifest.requires)} - found
        found |= waiting
    return found
