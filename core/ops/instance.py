"""Bringing an installation to life, and up to date: safe to repeat at any time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from core import __version__
from core import registry as registries
from core.actor import SYSTEM, Origin, acting, new_request_id
from core.audit import listener
from core.auth import defaults
from core.auth.models import User
from core.config import Config
from core.customfields import adopting
from core.db import Unit, make_engine, run_unit, unit
from core.entity.types import FieldError
from core.errors import Invalid
from core.firstrun import state
from core.language.i18n import Preferences, _, use
from core.ops import grants, rebuild
from core.plugin import lifecycle, loader, migrate, setting_values
from core.plugin.models import plugin as plugin_table
from core.registry import Registry

DEFAULT_ADMIN = "admin@example.com"
#: Stands among what is pending for search and sort keys that have to be written anew.
KEYS = "keys"
_NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Initialised:
    """What `initialise` did. `admin_email` is the first administrator's, when it made one, `password` the one that it
    made up; `passed_over` is an address that was given and belongs to nobody, since there is an administrator."""

    migrated: tuple[str, ...]
    enabled: tuple[str, ...]
    admin_email: str = ""
    password: str = ""
    passed_over: str = ""


@dataclass(frozen=True, slots=True)
class Engines:
    """The application's connection, and the owner's for everything that changes tables."""

    engine: Engine
    owner: Engine
    role: str


@contextmanager
def engines(config: Config) -> Iterator[Engines]:
    """Both engines; the same one where nothing else is configured."""
    engine = make_engine(config.database_url)
    owner = engine if config.migration_url == config.database_url else make_engine(config.migration_url)
    try:
        yield Engines(engine, owner, grants.application_role(config))
    finally:
        engine.dispose()
        owner.dispose()


def initialise(config: Config, plugins: Sequence[str] = ("all",), admin_email: str = "", admin_password: str = "",
               language: str = "en", with_admin: bool = True, organisation: Mapping[str, Any] = _NOTHING,
               settings: Mapping[str, str] = _NOTHING) -> Initialised:
    """Create or upgrade the database, enable plugins, make the first administrator when there is none.

    `organisation` are values of the first organisation, such as its name and country, `settings` values of settings as
    people type them: both fill in what nobody has chosen yet. A new organisation that gets none of them is set up by
    its first administrator in the browser. Without `with_admin` whoever calls brings an administrator: the sample
    company has its own.
    """
    with engines(config) as opened, use(Preferences(language=language)), acting(SYSTEM, _origin()):
        moved = _migrate(opened)
        enabled = _enable(opened, plugins)
        registry = _refresh(opened.engine)
        made, password, passed_over = "", None, ""
        with registries.pinned(registry):
            given = {"language": language, **organisation}
            run_unit(opened.engine, lambda _unit: _furnish(registry, given, settings, with_admin))
            if with_admin:
                made, password, passed_over = run_unit(
                    opened.engine, lambda _unit: _first_admin(admin_email, admin_password or None))
        return Initialised(tuple(moved), tuple(enabled), made, password or "", passed_over)


def _first_admin(email: str, password: str | None) -> tuple[str, str | None, str]:
    """(the address of the one who was made, a password that was made up, an address that was passed over)."""
    if not defaults.has_admin():
        made = email or DEFAULT_ADMIN
        return made, defaults.ensure_first_admin(made, password), ""
    known = sa.select(User.id).where(sa.func.lower(User.email) == email.strip().lower())
    return "", None, email if email and unit().execute(known).first() is None else ""


def upgrade(config: Config) -> list[str]:
    """Bring the kernel and every enabled plugin to its newest migration; answers who moved."""
    with engines(config) as opened, acting(SYSTEM, _origin()):
        moved = _migrate(opened)
        registry = _refresh(opened.engine)
        with registries.pinned(registry):
            run_unit(opened.engine, lambda unit: _note_upgrade(unit, registry, moved))
        return moved


def pending(config: Config) -> list[str]:
    """Who is not at its newest migration: the kernel and the enabled plugins, by name; then keys of older rules."""
    if not exists(config):
        return [migrate.KERNEL]
    with engines(config) as opened:
        kernel = [migrate.KERNEL] if migrate.pending(opened.owner, migrate.KERNEL) else []
        with opened.owner.connect() as connection:
            names = lifecycle.enabled_names(connection)
        behind = [*kernel, *lifecycle.pending(opened.owner, names)]
        return behind or ([] if rebuild.is_current(opened.owner) else [KEYS])


def _refresh(engine: Engine) -> Registry:
    """The registry in force, and search keys that were made by the rules in force."""
    registry = lifecycle.refresh(engine)
    if not rebuild.is_current(engine):
        rebuild.rebuild_keys(engine, registry)
    return registry


def _migrate(opened: Engines) -> list[str]:
    """The kernel, then the plugins. Grants first, since a plugin's seed already works as the application."""
    if opened.role:
        grants.prepare(opened.owner, opened.role)
    kernel = [migrate.KERNEL] if migrate.pending(opened.owner, migrate.KERNEL) else []
    if kernel:
        migrate.upgrade(opened.owner, migrate.KERNEL)
    if opened.role:
        grants.settle(opened.owner, opened.role)
    plugins = lifecycle.migrate_all(opened.engine, opened.owner)
    stale = sorted({*plugins, *_of_another_version(opened.engine)})
    if stale:
        # Enabling again what is enabled brings its standing data and its version up to date.
        lifecycle.enable(opened.engine, stale, opened.owner)
    return [*kernel, *plugins]


def _of_another_version(engine: Engine) -> list[str]:
    """Enabled plugins whose standing data is that of another version: updated, or cut short in the middle of it."""
    enabled = sa.select(plugin_table.c.name, plugin_table.c.version).where(plugin_table.c.state == "enabled")
    with engine.connect() as connection:
        rows = connection.execute(enabled).all()
    installed = loader.installed().plugins
    return [name for name, version in rows if name in installed and installed[name].manifest.version != version]


def _enable(opened: Engines, wanted: Sequence[str]) -> list[str]:
    with opened.engine.connect() as connection:
        before = lifecycle.enabled_names(connection)
    names = sorted(loader.installed().plugins) if list(wanted) == ["all"] else list(wanted)
    new = [name for name in names if name not in before]
    return lifecycle.enable(opened.engine, new, opened.owner) if new else []


def _note_upgrade(unit: Unit, registry: Registry, moved: Sequence[str]) -> None:
    """Rights and fields that are new, the indexes of added fields, and an entry in the log for each owner that
    moved."""
    adopting.adopt(unit)
    defaults.add_missing_grants(registry.permissions, registry)
    for owner in moved:
        plugin = registry.plugins.get(owner)
        version = plugin.manifest.version if plugin else __version__
        listener.record("core.plugin", None, owner, "migrate", {"version": [None, version]})


def _origin() -> Origin:
    return Origin("cli", request_id=new_request_id())


def _furnish(registry: Registry, organisation: Mapping[str, Any], settings: Mapping[str, str], with_admin: bool
             ) -> None:
    """Organisation, settings, roles and their rights."""
    given = {name: value for name, value in organisation.items() if value}
    if defaults.first_organisation() is None:
        made = defaults.ensure_organisation(given.get("name", ""), language=given["language"])
        if with_admin:
            state.wait_at(state.DUE, made)
    chosen = {name: value for name, value in given.items() if name != "language"}
    defaults.complete_organisation(chosen)
    if chosen or settings:
        state.wait_at(None, defaults.ensure_organisation())
    _fill_settings(registry, settings)
    defaults.ensure_roles()
    defaults.add_missing_grants(registry.permissions, registry)


def _fill_settings(registry: Registry, given: Mapping[str, str]) -> None:
    """Store the settings that nobody has changed yet; Invalid for one that there is not, or that it cannot be."""
    unknown = [name for name in given if name not in registry.settings]
    if unknown:
        raise Invalid(_("There is no setting {name}. There are: {names}", name=unknown[0],
                        names=", ".join(sorted(registry.settings))))
    try:
        values = {name: setting_values.read(registry.settings[name], text) for name, text in given.items()}
    except FieldError as error:
        raise Invalid(error.message) from error
    setting_values.store({name: value for name, value in values.items() if name not in registry.values})


def sqlite_path(config: Config) -> Path | None:
    """The file of an SQLite database; None on PostgreSQL."""
    return Path(sa.make_url(config.database_url).database or "") if config.is_sqlite else None


def exists(config: Config) -> bool:
    """Whether the database has been initialised; looking leaves no empty SQLite file behind."""
    path = sqlite_path(config)
    if path is not None and not path.exists():
        return False
    engine = make_engine(config.migration_url)
    try:
        return sa.inspect(engine).has_table("core_plugin")
    finally:
        engine.dispose()


def is_kernel_current(config: Config) -> bool:
    """Whether the kernel's own tables are up to date; nothing of plugins is imported to find out."""
    with engines(config) as opened:
        return not migrate.pending(opened.owner, migrate.KERNEL)


def is_current(config: Config) -> bool:
    """Whether the database exists and stands at the newest migration of the kernel and all enabled plugins."""
    return not pending(config)
