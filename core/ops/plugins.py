"""Plugins: which there are, and turning them on and off on record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy.engine import Engine

from core import registry as registries
from core.auth.display import organisation_preferences
from core.config import Config
from core.db import unit_of_work
from core.entity.base import utc_now
from core.entity.spec import EntitySpec
from core.errors import NotFound
from core.language.i18n import _
from core.language.i18n import current as preferences
from core.ops import instance
from core.plugin import changes, lifecycle, loader, removal, state
from core.plugin.changes import Release
from core.plugin.containment import Trouble, summary_of
from core.plugin.removal import Leaving
from core.query import parse_args
from core.transfer.exporter import export as exporting
from core.transfer.exporter import exportable


@dataclass(frozen=True, slots=True)
class Known:
    """A plugin that is installed, or was enabled once. `state` is as stored, "left_out", "broken", "missing" or "new".

    `phase` and `error` tell what went wrong last; a plugin that is enabled and has an error runs nevertheless, and one
    that is left out is turned on and does not run.
    """

    name: str
    state: str
    version: str
    label: str
    requires: tuple[str, ...]
    phase: str
    error: str
    description: str = ""
    changes: tuple[Release, ...] = ()


def known(engine: Engine) -> list[Known]:
    """Every plugin, by name."""
    with engine.connect() as connection:
        stored = state.rows(connection)
    installed = loader.installed()
    names = sorted({*stored, *installed.plugins, *installed.broken})
    on = [name for name in stored if stored[name].state == "enabled"]
    left = {name: Trouble(name, "requires", why, utc_now(), is_out=True)
            for name, why in loader.arranged(installed.plugins, on)[1].items()}  # fmt: skip
    # Without a registry, while the kernel's tables wait, no more is known.
    left |= {name: one for name, one in _troubles().items() if one.is_out and name in on}
    return [_known(name, stored.get(name), installed, left.get(name)) for name in names]


def _troubles() -> Mapping[str, Trouble]:
    with suppress(RuntimeError):
        return registries.current().troubles
    return {}


def _known(name: str, row: Any, installed: loader.Installed, left: Trouble | None) -> Known:
    plugin = installed.plugins.get(name)
    if plugin is None:
        cause = installed.broken.get(name, "")
        kept = row.state if row is not None and row.state != "enabled" else "broken" if cause else "missing"
        return Known(name, kept, row.version if row is not None else "", "", tuple((row and row.requires) or ()),
                     installed.phases.get(name, ""), summary_of(cause or (row.error if row is not None else "")))
    manifest = plugin.manifest
    if left is not None:
        state_now, phase, error = "left_out", left.phase, left.summary
    else:
        state_now, phase, error = (row.state, row.phase, summary_of(row.error)) if row is not None else ("new", "", "")
    return Known(name, state_now, manifest.version, str(manifest.label), manifest.requires, phase, error,
                 str(manifest.description), changes.of(plugin, preferences().language).releases)


def one(engine: Engine, name: str) -> Known:
    """This plugin; NotFound names those there are."""
    there = {plugin.name: plugin for plugin in known(engine)}
    if name not in there:
        raise NotFound(_("There is no plugin {plugin}. Known are: {known}.", plugin=name, known=", ".join(there)))
    return there[name]


def enable(config: Config, names: Sequence[str]) -> list[str]:
    """Turn plugins on, with those they require; answers all that are new."""
    with instance.engines(config) as opened:
        with opened.engine.connect() as connection:
            before = set(lifecycle.enabled_names(connection))
        all_on = lifecycle.enable(opened.engine, names, opened.owner, on_record=True)
    return [name for name in all_on if name not in before]


def disable(config: Config, name: str) -> str:
    """Turn a plugin off and answer what it is called; its tables and data stay. Nothing of any plugin is run."""
    with instance.engines(config) as opened:
        return lifecycle.disable(opened.engine, name)


def leaving(engine: Engine, name: str) -> Leaving:
    """What removing this plugin would delete."""
    return removal.look(engine, name)


def export(engine: Engine, found: Leaving, folder: Path) -> list[Path]:
    """Write every kind of record of a plugin into a CSV file of its own, under the names that an import knows; of the
    records of others what it added to them, by their ids."""
    folder.mkdir(parents=True, exist_ok=True)
    with registries.pinned(found.registry):
        added = [(spec, [one.field.name for one in spec.added if one.plugin == found.name])
                 for spec in found.registry.entities.values()]  # fmt: skip
        return [*(_exported(engine, spec, folder / f"{spec.name}.csv", exportable(spec)) for spec in found.entities),
                *(_exported(engine, spec, folder / f"{spec.name}.csv", ("id", spec.meta.title, *names))
                  for spec, names in added if names)]  # fmt: skip


def _exported(engine: Engine, spec: EntitySpec, target: Path, fields: Sequence[str]) -> Path:
    with unit_of_work(engine), target.open("xb") as out:
        reader = organisation_preferences()
        asked = parse_args(spec, [], reader).with_fields(tuple(fields))
        exporting(asked, "csv", out, reader, for_machines=True)
    return target


def remove(config: Config, found: Leaving) -> None:
    """Delete a plugin's tables and what the kernel kept about it, for good."""
    with instance.engines(config) as opened:
        removal.remove(opened.engine, found, opened.owner)
