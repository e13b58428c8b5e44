"""Building the registry of the enabled plugins and putting it in force; one that fails is left out, and named."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from core import maps
from core import registry as registries
from core.attachments import following, limits, panel
from core.auth import guards, recovery, same_names
from core.auth.models import Organisation, Role, Team, User
from core.chat import rules as chat_rules
from core.choicelists.reading import stored_choices
from core.customfields import background, converting
from core.customfields.reading import fields_in_use
from core.entity.base import utc_now
from core.feedback import sending as feedback
from core.feedback.models import Feedback
from core.files import sweeping
from core.firstrun import first_steps
from core.help import tour
from core.jobs import backing_up, keeping_log, upkeep
from core.language import i18n
from core.mail import declared, delivery
from core.mass import belongings
from core.mass import running as mass
from core.merging import moving
from core.notify import digest, forgetting, kinds, mailing, open_mentions, several
from core.plugin import containment, health, loader, migrate, sentences, state
from core.plugin.containment import FAULTS, Trouble, cause_of
from core.plugin.models import setting
from core.plugin.stamps import read_stamp
from core.records import day_ends, emptying
from core.registry import Plugin, Registry
from core.transfer import worker
from core.transfer.exports import running as exporting
from core.webhooks import delivering, receiving
from core.worktime import rules as working_rules
from core.worktime.models import Holiday

KERNEL_ENTITIES: tuple[type, ...] = (Organisation, Team, User, Role, Holiday, Feedback)
KERNEL_HOOKS = (guards, same_names, recovery, upkeep, keeping_log, declared, delivery, background, converting, worker,
                exporting, delivering, receiving, first_steps, sweeping, kinds, mailing, digest, forgetting,
                open_mentions, several, mass, belongings,
                working_rules, maps, limits, panel, following,
                chat_rules, feedback, tour, backing_up, emptying, day_ends, moving)
CATALOGUES = Path(__file__).parent.parent.parent / "i18n"
#: Phases of troubles that go away by themselves: another plugin is tried again, or a package comes back.
WAITING = ("package", "requires")


def build_registry(engine: Engine) -> Registry:
    """The registry of the enabled plugins that can run, with the stored settings; not yet in force.

    `troubles` tells what is wrong with the others, and with those that run and have failed now and then.
    """
    with engine.connect() as connection:
        stored = state.rows(connection)
        value = read_stamp(connection)
        values = dict(connection.execute(sa.select(setting.c.name, setting.c.value)).all())
        added = fields_in_use(connection)
        choices = stored_choices(connection)
    wanted = [name for name, row in stored.items() if row.state == "enabled"]
    installed = loader.installed()
    if any(name not in installed.plugins and name not in installed.broken for name in wanted):
        installed = loader.look_again()
    # Somebody has turned it on elsewhere since this process found it broken: it may be mended by now.
    again = [name for name in wanted if name in installed.broken and stored[name].changed_at > installed.at]
    if again:
        installed = loader.look_again(again)
    plugins, left = loader.arranged(installed.plugins, wanted)
    troubles = _absent(wanted, installed) | {name: _trouble(name, "requires", why) for name, why in left.items()}

    def build(running: Sequence[Plugin], failed: Mapping[str, Trouble]) -> Registry:
        return registries.build(
            KERNEL_ENTITIES, running, values, value, KERNEL_HOOKS, added, closed=_closed(stored, running),
            choices=choices, troubles=MappingProxyType(_remembered(stored) | troubles | dict(failed)),
            labels=MappingProxyType({name: row.label for name, row in stored.items() if row.label}))

    try:
        return build(plugins, {})
    except FAULTS:
        return build(*_fitting(plugins, added))


def _remembered(stored: Mapping[str, Any]) -> dict[str, Trouble]:
    """What is written down of plugins that are on, or that were put out."""
    return {name: Trouble(name, row.phase, row.error, row.failed_at or row.changed_at, row.state == "failed")
            for name, row in stored.items() if row.error and row.state in ("enabled", "failed")}


def _absent(wanted: Sequence[str], installed: loader.Installed) -> dict[str, Trouble]:
    """Enabled plugins whose package is gone or cannot be imported."""
    missing = {name: _trouble(name, "package", sentences.written(sentences.NOT_INSTALLED))
               for name in wanted if name not in installed.plugins and name not in installed.broken}
    return missing | {name: _trouble(name, installed.phases.get(name, "import"), installed.broken[name])
                      for name in wanted if name in installed.broken}


def _trouble(name: str, phase: str, cause: str) -> Trouble:
    return Trouble(name, phase, cause, utc_now(), is_out=True)


def _fitting(plugins: Sequence[Plugin], added: registries.Added) -> tuple[list[Plugin], dict[str, Trouble]]:
    """(those that can be registered together, what is wrong with the others), found by adding one after another."""
    running: list[Plugin] = []
    failed: dict[str, Trouble] = {}
    for plugin in plugins:
        trouble = _misfit(running, plugin, added)
        if trouble is None:
            running.append(plugin)
        else:
            failed[plugin.manifest.name] = trouble
    return running, failed


def _misfit(running: Sequence[Plugin], plugin: Plugin, added: registries.Added) -> Trouble | None:
    name = plugin.manifest.name
    gone = [need for need in plugin.manifest.requires if need not in {one.manifest.name for one in running}]
    if gone:
        return _trouble(name, "requires", sentences.written(sentences.NEEDS, names=", ".join(gone)))
    try:
        registries.build(KERNEL_ENTITIES, [*running, plugin], kernel_hooks=KERNEL_HOOKS, added=added)
    except containment.PluginFailed as error:
        return _trouble(name, error.phase, error.cause)
    except FAULTS as error:
        return _trouble(name, "registration", cause_of(error))
    return None


def _closed(stored: Mapping[str, Any], running: Sequence[Plugin]) -> Mapping[str, str]:
    """Data that a plugin may hide are closed while it cannot say from whom; turning it off opens them again."""
    names = {plugin.manifest.name for plugin in running}
    return MappingProxyType({
        about: name for name, row in stored.items() if name not in names and row.state in ("enabled", "failed")
        for about in row.narrows or () if about != "core"
    })


def checked(plugins: Sequence[Plugin]) -> Registry:
    """The registry of just these plugins, which must stand one after another; raises what is wrong with them."""
    for plugin in plugins:
        if migrate.versions_folder(plugin).is_dir():
            migrate.head(plugin.manifest.name, plugin)
    return registries.build(KERNEL_ENTITIES, plugins, kernel_hooks=KERNEL_HOOKS)


def refresh(engine: Engine, *, with_quarantine: bool = False) -> Registry:
    """Build the registry anew and put it in force, with its translations.

    `with_quarantine` keeps out, for all processes, what could not be registered here: for processes that serve.
    """
    registry = build_registry(engine)
    failed = [one for one in registry.troubles.values() if one.is_out and one.phase not in WAITING]
    if with_quarantine and failed:
        health.quarantine(engine, failed)
        registry = build_registry(engine)
    # Also of those that are off: the page of modules names them.
    install_translations(loader.installed().plugins.values())
    registries.install(registry)
    return registry


def install_translations(plugins: Iterable[Plugin]) -> None:
    """The kernel's catalogues and those of the plugins; a plugin's that cannot be read is left out."""
    sources: list[tuple[Path, str]] = [(CATALOGUES, "core")]
    for plugin in plugins:
        own = Path(loader.folder(plugin)) / "i18n"
        sources.append((own if own.is_dir() else CATALOGUES, plugin.manifest.name))
    try:
        i18n.install(_catalogues(tuple(sources)))
    except FAULTS:
        i18n.install(_catalogues(tuple(source for source in sources if _is_readable(source))))


def _is_readable(source: tuple[Path, str]) -> bool:
    try:
        i18n.load((source,))
    except FAULTS as error:
        containment.note(source[1], "translations", cause_of(error))
        return source[1] == "core"
    return True


@lru_cache(maxsize=8)
def _catalogues(sources: tuple[tuple[Path, str], ...]) -> i18n.Catalogues:
    """Catalogues change with the code only, so a process reads each set of them once."""
    return i18n.load(sources)
