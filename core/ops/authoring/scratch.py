"""A plugin that is being written, set up alone in a database of its own; and its migrations."""

from __future__ import annotations

import io
import pkgutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from importlib import import_module
from pathlib import Path

from sqlalchemy.engine import Engine

import core
from core import registry as registries
from core.db import make_engine
from core.errors import DiwanError
from core.language.i18n import _
from core.plugin import lifecycle, loader, migrate
from core.registry import Plugin, Registry


def installed(name: str) -> Plugin:
    """The plugin, or a DiwanError that says why there is none."""
    found = loader.installed()
    if name in found.broken:
        raise DiwanError(_("{plugin} cannot be loaded: {reason}", plugin=name, reason=found.broken[name]))
    if name not in found.plugins:
        raise DiwanError(_("There is no plugin {plugin}. Known are: {known}.", plugin=name,
                           known=", ".join(sorted(found.plugins))))
    return found.plugins[name]


def alone(plugin: Plugin) -> Registry:
    """The registry with this plugin and what it requires; DeclarationError for what cannot work."""
    needed = loader.in_order(loader.installed().plugins, [plugin.manifest.name])
    return registries.build(lifecycle.KERNEL_ENTITIES, needed)


@contextmanager
def database(plugin: Plugin | None) -> Iterator[Engine]:
    """A database that stands at the newest migration of the kernel, of `plugin` and of what it requires."""
    with tempfile.TemporaryDirectory() as folder:
        engine = make_engine(f"sqlite:///{folder}/scratch.db")
        try:
            migrate.upgrade(engine, migrate.KERNEL)
            needed = loader.in_order(loader.installed().plugins, [plugin.manifest.name]) if plugin else []
            for one in needed:
                if migrate.versions_folder(one).is_dir():
                    migrate.upgrade(engine, one.manifest.name, one)
            yield engine
        finally:
            engine.dispose()


def make_migration(name: str, message: str) -> Path | None:
    """Write a migration with what the models have and the earlier migrations lack; None when there is nothing."""
    plugin = None if name == migrate.KERNEL else installed(name)
    if plugin is not None:
        alone(plugin)
    with database(plugin) as engine:
        path = compared(engine, name, plugin, message)
    if path is not None:
        path.chmod(0o644)  # It belongs to the source, which is for everybody.
    return path


def compared(engine: Engine, name: str, plugin: Plugin | None, message: str, versions: Path | None = None
             ) -> Path | None:
    """The migration that is missing, without the remarks of Alembic on what it cannot compare."""
    if plugin is None:
        for module in pkgutil.walk_packages(core.__path__, "core."):
            if module.name.endswith(".models"):
                import_module(module.name)
    with warnings.catch_warnings(), redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        return migrate.make(engine, name, plugin, message, versions)
