"""Plugins: which there are, and turning them on and off on record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.engine import Engine

from core.config import Config
from core.ops import instance
from core.plugin import lifecycle, loader, state
from core.plugin.containment import last_line


@dataclass(frozen=True, slots=True)
class Known:
    """A plugin that is installed, or was enabled once. `state` is as stored, "broken", "missing" or "new".

    `phase` and `error` tell what went wrong last; a plugin that is enabled and has an error runs nevertheless.
    """

    name: str
    state: str
    version: str
    label: str
    requires: tuple[str, ...]
    phase: str
    error: str


def known(engine: Engine) -> list[Known]:
    """Every plugin, by name."""
    with engine.connect() as connection:
        stored = state.rows(connection)
    installed = loader.installed()
    names = sorted({*stored, *installed.plugins, *installed.broken})
    return [_known(name, stored.get(name), installed) for name in names]


def _known(name: str, row: Any, installed: loader.Installed) -> Known:
    plugin = installed.plugins.get(name)
    if plugin is None:
        cause = installed.broken.get(name, "")
        kept = row.state if row is not None and row.state != "enabled" else "broken" if cause else "missing"
        return Known(name, kept, row.version if row is not None else "", "", tuple((row and row.requires) or ()),
                     installed.phases.get(name, ""), last_line(cause or (row.error if row is not None else "")))
    manifest = plugin.manifest
    if row is None:
        return Known(name, "new", manifest.version, str(manifest.label), manifest.requires, "", "")
    return Known(name, row.state, manifest.version, str(manifest.label), manifest.requires, row.phase,
                 last_line(row.error))


def enable(config: Config, names: Sequence[str]) -> list[str]:
    """Turn plugins on, with those they require; answers all that are new."""
    with instance.engines(config) as opened:
        with opened.engine.connect() as connection:
            before = set(lifecycle.enabled_names(connection))
        all_on = lifecycle.enable(opened.engine, names, opened.owner, on_record=True)
    return [name for name in all_on if name not in before]


def disable(config: Config, name: str) -> None:
    """Turn a plugin off; its tables and data stay. Nothing of any plugin is run."""
    with instance.engines(config) as opened:
        lifecycle.disable(opened.engine, name)
