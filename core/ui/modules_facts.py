"""What is known of each installed module: how it stands, what it hangs together with, what it declares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.db import unit
from core.plugin import lifecycle, loader, state
from core.plugin.containment import FAULTS, Trouble
from core.plugin.manifest import Manifest
from core.registry import Registry
from core.registry import current as registry


@dataclass(frozen=True, slots=True)
class Module:
    """A plugin for whoever turns modules on and off; without a manifest it cannot be loaded or is not installed, and is
    called as it was when it ran last.

    `is_wanted` when it is on or was put out by a failure, so that it can be turned off.
    """

    name: str
    label: str
    manifest: Manifest | None
    requires: tuple[str, ...]
    version: str
    state: str
    is_wanted: bool
    trouble: Trouble | None


@dataclass(frozen=True, slots=True)
class Declared:
    """What a module declares: the registry in which it stands, and the answers of its own hooks."""

    registry: Registry
    name: str

    def of(self, hook: str) -> list[Any]:
        """What this plugin alone answers to a hook that registers things."""
        implementations = getattr(self.registry.hook, hook).get_hookimpls()
        return [item for one in implementations if one.plugin_name == self.name for item in one.function() or ()]

    @property
    def entities(self) -> list[Any]:
        return [spec for spec in self.registry.entities.values() if spec.plugin == self.name]


def modules() -> dict[str, Module]:
    """All that are installed or wanted, by name; one query."""
    stored = state.rows(unit().connection)
    installed = loader.installed()
    names = sorted({*installed.plugins, *installed.broken,
                    *(name for name, row in stored.items() if row.state in (*state.ON, "failed"))})
    return {name: _module(name, stored.get(name), installed) for name in names}


def _module(name: str, row: Any, installed: loader.Installed) -> Module:
    plugin = installed.plugins.get(name)
    manifest = plugin.manifest if plugin else None
    trouble = _trouble(name, row, installed)
    stands = row.state if row is not None else "disabled"
    if trouble is not None and trouble.is_out:
        stands = "failed"
    requires = manifest.requires if manifest else tuple((row and row.requires) or ())
    version = manifest.version if manifest else row.version if row is not None else ""
    label = str(manifest.label) if manifest else state.label(row) if row is not None else name
    return Module(name, label, manifest, requires, version, stands,
                  row is not None and row.state in (*state.ON, "failed"), trouble)


def _trouble(name: str, row: Any, installed: loader.Installed) -> Trouble | None:
    """What is stored is newer than the registry of this request, which knows what is not stored."""
    if name in installed.broken:
        return Trouble(name, installed.phases.get(name, "import"), installed.broken[name], _when(row), is_out=True)
    if row is None or row.state not in ("enabled", "failed"):
        return None
    known = registry().troubles.get(name)
    if known is not None and known.is_out and row.state == "enabled":
        return known
    if row.error:
        return Trouble(name, row.phase, row.error, _when(row), is_out=row.state == "failed")
    return known if row.state == "enabled" else None


def _when(row: Any) -> Any:
    return (row.failed_at or row.changed_at) if row is not None else None


def declared(name: str) -> Declared | None:
    """What a module declares, also while it is off; None when it cannot be asked."""
    if name in registry().plugins:
        return Declared(registry(), name)
    found: tuple[Declared | None] = registry().remember(("module", name), lambda: (_alone(name),))
    return found[0]


def _alone(name: str) -> Declared | None:
    try:
        return Declared(lifecycle.checked(loader.in_order(loader.installed().plugins, [name])), name)
    except FAULTS:  # Turning it on tells the cause.
        return None


def needed_by(found: Mapping[str, Module], name: str) -> list[Module]:
    return [one for one in found.values() if name in one.requires]


def turned_on_with(found: Mapping[str, Module], name: str) -> list[Module]:
    """What else is turned on with a module, in order."""
    listed: list[Module] = []
    waiting = list(found[name].requires)
    while waiting:
        other = found.get(waiting.pop(0))
        if other is not None and other.state != "enabled" and other not in listed and other.name != name:
            listed.insert(0, other)
            waiting += other.requires
    return listed


def missing_for(found: Mapping[str, Module], name: str) -> list[str]:
    """Modules that this one or one that it needs requires, and that are not installed."""
    wanted = [name, *(one.name for one in turned_on_with(found, name))]
    return sorted({need for one in wanted for need in found[one].requires
                   if need not in found or found[need].manifest is None})
