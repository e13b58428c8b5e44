"""Turning plugins on and off, bringing their tables up to date, and removing them with their data."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from core import registry as registries
from core.actor import SYSTEM, acting
from core.audit import listener
from core.auth import defaults
from core.customfields import adopting
from core.customfields.reading import fields_in_use
from core.db import Unit, run_unit
from core.entity.base import utc_now
from core.errors import Conflict, DiwanError, NotFound
from core.language.i18n import _
from core.plugin import containment, health, loader, migrate, state
from core.plugin.assembly import (
    CATALOGUES,
    KERNEL_ENTITIES,
    KERNEL_HOOKS,
    build_registry,
    checked,
    install_translations,
    refresh,
)
from core.plugin.containment import FAULTS, PluginFailed, Trouble, blamed, summary_of
from core.plugin.stamps import bump, read_stamp
from core.plugin.state import enabled_names
from core.records import day_ends
from core.registry import Plugin, Registry


def pending(engine: Engine, names: Iterable[str]) -> list[str]:
    """Which of these plugins have tables older than their code. One whose migrations cannot be read has none."""
    installed = loader.installed().plugins
    found = []
    for name in names:
        if name in installed:
            try:
                if migrate.pending(engine, name, installed[name]):
                    found.append(name)
            except FAULTS as error:
                if containment.passes(error) or isinstance(error, sa.exc.SQLAlchemyError):
                    raise
                containment.note(name, "migrations", containment.cause_of(error))
    return found


def migrate_all(engine: Engine, owner_engine: Engine | None = None) -> list[str]:
    """Bring the kernel and every enabled plugin to head; answers who moved. A plugin that fails is put out."""
    engine_for_schema = owner_engine or engine
    moved = []
    if migrate.pending(engine_for_schema, migrate.KERNEL):
        migrate.upgrade(engine_for_schema, migrate.KERNEL)
        moved.append(migrate.KERNEL)
    with engine.connect() as connection:
        names = enabled_names(connection)
    for plugin in loader.arranged(loader.installed().plugins, names)[0]:
        name = plugin.manifest.name
        try:
            if _migrated(engine_for_schema, plugin):
                moved.append(name)
        except PluginFailed as error:
            health.quarantine(engine, [Trouble(name, error.phase, error.cause, utc_now(), is_out=True)])
    return moved


def _migrated(engine: Engine, plugin: Plugin) -> bool:
    """Bring a plugin's tables up to date; whether there was anything to do. PluginFailed leaves the old state."""
    name = plugin.manifest.name
    with blamed(name, plugin.manifest.label, "migration"):
        if not migrate.pending(engine, name, plugin):
            return False
        migrate.upgrade(engine, name, plugin)
        return True


def needed_for(names: Sequence[str]) -> list[Plugin]:
    """These plugins and all they require, in the order in which they are turned on; refused for what is not there."""
    installed = loader.installed()
    for name in names:
        if name in installed.broken:
            raise Conflict(_("{plugin} cannot be loaded: {reason}", plugin=name,
                             reason=summary_of(installed.broken[name])))
        if name not in installed.plugins:
            raise NotFound(_("There is no plugin {plugin}. Known are: {known}.", plugin=name,
                             known=", ".join(sorted(installed.plugins))))
    return loader.in_order(installed.plugins, names)


def enable(engine: Engine, names: Sequence[str], owner_engine: Engine | None = None, *, on_record: bool = False
           ) -> list[str]:
    """Enable plugins and what they require: try, migrate, seed, switch on, tell the processes. Answers all of them.

    What fails is put out under its name, and PluginFailed is raised. `on_record` leaves a line in the audit log for
    each that was off, and gives the default roles rights to what is new.
    """
    look_again_at(names)
    plugins = needed_for(names)
    install_translations(loader.installed().plugins.values())  # Their labels are kept in every language.
    with engine.connect() as connection:
        before = set(enabled_names(connection))
    new = [plugin for plugin in plugins if plugin.manifest.name not in before]
    with _put_out(engine, new):
        run_unit(engine, lambda unit: _begin(unit, new))
        for plugin in plugins:
            _migrated(owner_engine or engine, plugin)
        registry = _registry_with(engine, plugins)
        with registries.pinned(registry):
            run_unit(engine, lambda unit: _switch_on(unit, plugins, registry, new, on_record))
    refresh(engine)
    return [plugin.manifest.name for plugin in plugins]


def look_again_at(names: Sequence[str]) -> None:
    """Let a plugin be tried anew that failed to load, or that was installed after this process began."""
    installed = loader.installed()
    if any(name in installed.broken or name not in installed.plugins for name in names):
        loader.look_again(names)
    for name in names:
        containment.forget(name)


class _put_out:
    """Whatever stops a plugin on its way in leaves it in the state "failed", with the cause."""

    def __init__(self, engine: Engine, new: Sequence[Plugin]) -> None:
        self.engine = engine
        self.new = {plugin.manifest.name: plugin for plugin in new}

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: Any, error: BaseException | None, _trace: Any) -> None:
        if not isinstance(error, FAULTS):
            return
        blamed_on = error.plugin if isinstance(error, PluginFailed) and error.plugin in self.new else ""
        for name in self.new:
            phase = error.phase if isinstance(error, PluginFailed) else "registration"
            cause = error.cause if isinstance(error, PluginFailed) else containment.cause_of(error)
            if blamed_on in ("", name):
                health.quarantine(self.engine, [Trouble(name, phase, cause, utc_now(), is_out=True)])
        innocent = [name for name in self.new if blamed_on not in ("", name)]
        run_unit(self.engine, lambda unit: _leave_off(unit, innocent))
        containment.taken()


def _leave_off(unit: Unit, names: Sequence[str]) -> None:
    for name in names:
        state.set_state(unit, name, "disabled")


def _begin(unit: Unit, plugins: Sequence[Plugin]) -> None:
    unit.begin_write()
    for plugin in plugins:
        state.set_state(unit, plugin.manifest.name, "migrating", plugin.manifest, plugin.narrows)


def _registry_with(engine: Engine, plugins: Sequence[Plugin]) -> Registry:
    """The registry in which the new ones are seeded: of those that run now, and them."""
    running = build_registry(engine).plugins
    names = [*running, *(plugin.manifest.name for plugin in plugins)]
    available = {**loader.installed().plugins}
    with engine.connect() as connection:
        added = fields_in_use(connection)
    return registries.build(KERNEL_ENTITIES, loader.in_order(available, names), kernel_hooks=KERNEL_HOOKS, added=added)


def _switch_on(unit: Unit, plugins: Iterable[Plugin], registry: Registry, new: Sequence[Plugin], on_record: bool
               ) -> None:
    unit.begin_write()
    for plugin in plugins:
        manifest = plugin.manifest
        state.set_state(unit, manifest.name, "enabled", manifest, plugin.narrows)
        seed = getattr(plugin.module, "seed", None)
        if seed is not None:
            with acting(SYSTEM), blamed(manifest.name, manifest.label, "seed"):
                seed(unit)
    adopting.adopt(unit, [plugin.manifest.name for plugin in new])
    if new:
        # Somebody may have moved to another zone while they were off.
        day_ends.follow(None)
    for plugin in new if on_record else ():
        listener.record("core.plugin", None, plugin.manifest.name, "enable", {})
    if on_record and new:
        with acting(SYSTEM):
            defaults.add_missing_grants(registry.permissions, registry)
    bump(unit)


def disable(engine: Engine, name: str) -> str:
    """Switch a plugin off and answer what it is called; refused while an enabled one requires it. Its data stay.

    No plugin's code is needed for this: it is the way out when one keeps the site from working.
    """
    with engine.connect() as connection:
        stored = state.rows(connection)
    if name not in stored:
        raise DiwanError(_("{plugin} is not enabled.", plugin=name))
    called = state.called(stored[name])
    if stored[name].state in ("disabled", "installed"):
        raise DiwanError(_("{plugin} is not enabled.", plugin=called))
    needed_by = [row for row in stored.values() if row.state == "enabled" and name in _requires(row)]
    if needed_by:
        raise DiwanError(_("{plugin} is required by {others}. Disable these first.", plugin=called,
                           others=state.all_called(needed_by)))
    run_unit(engine, lambda unit: _switch_off(unit, name))
    return called


def _requires(row: Any) -> Sequence[str]:
    """As kept when the plugin was turned on; its manifest where that was before this was kept."""
    if row.requires is not None:
        return list(row.requires)
    known = loader.installed().plugins.get(row.name)
    return known.manifest.requires if known else ()


def _switch_off(unit: Unit, name: str) -> None:
    unit.begin_write()
    state.set_state(unit, name, "disabled")
    adopting.leave(unit, name)
    listener.record("core.plugin", None, name, "disable", {})
    bump(unit)


__all__ = [
    "CATALOGUES", "KERNEL_ENTITIES", "KERNEL_HOOKS", "build_registry", "bump", "checked", "disable",
    "enable", "enabled_names", "install_translations", "migrate_all", "needed_for", "pending", "read_stamp", "refresh",
]
