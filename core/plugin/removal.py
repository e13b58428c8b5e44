"""Removing a plugin's data for good: what would go, and letting it go. Its code and its lines in the log stay.

A removal that was cut short leaves the state "removing" and is finished by asking for it again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from core import pointing
from core import registry as registries
from core.actor import SYSTEM, acting
from core.attachments.models import attachments
from core.audit import listener
from core.auth.models import role_field, role_grant
from core.choicelists.models import choice
from core.customfields import adopting, background
from core.customfields.models import custom_field
from core.customfields.reading import fields_in_use
from core.db import Unit, run_unit
from core.errors import Conflict, NotFound
from core.jobs.models import jobs, schedules
from core.language.i18n import _
from core.mass.models import acts
from core.plugin import lifecycle, loader, migrate, state
from core.plugin.containment import blamed
from core.plugin.models import plugin as plugin_table
from core.plugin.models import series, setting
from core.plugin.stamps import bump
from core.registry import Plugin, Registry
from core.transfer.models import mappings

#: What the kernel keeps about a plugin, by the column that begins with its name.
KEPT_ABOUT = (
    role_grant.c.permission, role_field.c.entity, custom_field.c.entity, choice.c.entity, setting.c.name,
    series.c.name, mappings.c.entity, schedules.c.name, acts.c.entity, attachments.c.entity,
)
UNDONE_JOBS = ("waiting", "failed")


@dataclass(frozen=True, slots=True)
class Leaving:
    """What a removal deletes: (entity, how many records, those in the trash included), and what admins set up.

    `registry` is one in which the plugin runs, for reading its records a last time, and `around` one in which those
    that are on run as well, for what leads to them.
    """

    plugin: Plugin
    registry: Registry
    around: Registry
    records: tuple[tuple[str, int], ...]
    custom_fields: int
    grants: int

    @property
    def name(self) -> str:
        return self.plugin.manifest.name

    @property
    def entities(self) -> list[Any]:
        return [self.registry.entity(name) for name, _count in self.records]


def look(engine: Engine, name: str) -> Leaving:
    """What removing this plugin would delete; refused while it is on, or while others have data that refer to it."""
    with engine.connect() as connection:
        stored = state.rows(connection)
        _refuse(stored, name)
        plugin = loader.installed().plugins.get(name)
        if plugin is None:
            raise Conflict(_("The package of {plugin} is not installed or cannot be loaded. Its tables are known to "
                             "the package only, so install it first.", plugin=name))
        registry, around = (registries.build(
            lifecycle.KERNEL_ENTITIES, loader.in_order(loader.installed().plugins, names),
            kernel_hooks=lifecycle.KERNEL_HOOKS, added=fields_in_use(connection)) for names in ([name], [*(
                other for other, row in stored.items()
                if row.state in state.ON and other in loader.installed().plugins), name]))
        entities = [spec for spec in registry.entities.values() if spec.plugin == name]
        has_tables = migrate.stands_at(engine, name) is not None
        return Leaving(
            plugin, registry, around,
            tuple((spec.name, _count(connection, sa.select(sa.func.count()).select_from(spec.table)))
                  for spec in entities if has_tables),
            _count(connection, sa.select(sa.func.count()).select_from(custom_field).where(
                sa.or_(_is_about(custom_field.c.entity, name), custom_field.c.plugin == name))),
            _count(connection, _about(role_grant.c.permission, name)))


def _refuse(stored: Any, name: str) -> None:
    if name not in stored:
        raise NotFound(_("There are no data of a plugin {plugin}.", plugin=name))
    if stored[name].state in state.ON:
        raise Conflict(_("{plugin} is on. Turn it off first.", plugin=state.called(stored[name])))
    others = [row for row in stored.values() if name in (row.requires or ())]
    if others:
        raise Conflict(_("The data of {others} refer to those of {plugin}. Remove these first.",
                         others=state.all_called(others), plugin=state.called(stored[name])))


def _count(connection: Any, statement: Any) -> int:
    return int(connection.execute(statement).scalar_one())


def _about(column: Any, name: str) -> Any:
    return sa.select(sa.func.count()).select_from(column.table).where(_is_about(column, name))


def _is_about(column: Any, name: str) -> Any:
    return column.startswith(f"{name}.", autoescape=True)


def remove(engine: Engine, leaving: Leaving, owner_engine: Engine | None = None) -> None:
    """Let it go: the plugin tidies up, its tables are dropped, and the kernel forgets what it kept about it."""
    name, manifest = leaving.name, leaving.plugin.manifest
    run_unit(engine, lambda unit: _begin(unit, name))
    with registries.pinned(leaving.registry):
        run_unit(engine, lambda unit: _tidy(unit, leaving.plugin))
    with registries.pinned(leaving.around):
        run_unit(engine, lambda unit: _part(unit, name))
    with blamed(name, manifest.label, "migration"):
        migrate.remove(owner_engine or engine, name, leaving.plugin)
    added = run_unit(engine, lambda unit: _forget(unit, leaving))
    _empty(engine, owner_engine or engine, added, leaving.registry)


def _empty(engine: Engine, owner: Engine, added: Sequence[int], last: Registry) -> None:
    """Delete what the plugin's fields hold in records of others: of those that are on, and of those that were only
    there for its sake. Fields of others wait for them to be turned on."""
    for registry in (lifecycle.refresh(engine), last):
        with registries.pinned(registry):
            for field_id in added:
                background.settle(engine, owner, field_id)


def _begin(unit: Unit, name: str) -> None:
    """Checked again under the lock: it may have been turned on in the meantime."""
    unit.begin_write()
    _refuse(state.rows(unit), name)
    state.set_state(unit, name, "removing")
    bump(unit)


def _tidy(unit: Unit, plugin: Plugin) -> None:
    before_remove = getattr(plugin.module, "before_remove", None)
    if before_remove is not None:
        unit.begin_write()
        with acting(SYSTEM), blamed(plugin.manifest.name, plugin.manifest.label, "before_remove"):
            before_remove(unit)


def _part(unit: Unit, name: str) -> None:
    """Nothing of others leads to its records any more: if it is ever turned on again, the numbers of these are given to
    new ones, and what was said of a customer would stand with another."""
    unit.begin_write()
    for rows in pointing.tables():
        unit.execute(sa.delete(rows.table).where(_is_about(rows.table.c.entity, name)))
    for spec in registries.current().entities.values():
        for f in spec.fields.values() if spec.plugin != name else ():
            if f.type.name == "any_record":
                kind = spec.column(f.options["entity_field"])
                # What is seen with its record alone, such as a comment, would be seen by everybody without one.
                gone = sa.delete(spec.table) if f.name in spec.meta.seen_with else sa.update(spec.table).values(
                    {kind: None, spec.column(f.name): None})
                unit.execute(gone.where(_is_about(kind, name)))
            elif f.name in spec.links and (f.target or "").partition(".")[0] == name:
                unit.execute(sa.delete(spec.links[f.name]))


def _forget(unit: Unit, leaving: Leaving) -> list[int]:
    """Answers the numbers of the fields that it added to others' records."""
    unit.begin_write()
    for column in KEPT_ABOUT:
        unit.execute(sa.delete(column.table).where(_is_about(column, leaving.name)))
    unit.execute(sa.delete(jobs).where(_is_about(jobs.c.name, leaving.name), jobs.c.state.in_(UNDONE_JOBS)))
    unit.execute(sa.delete(plugin_table).where(plugin_table.c.name == leaving.name))
    listener.record("core.plugin", None, leaving.name, "remove",
                    {entity: [count, None] for entity, count in leaving.records})
    bump(unit)
    return adopting.release(unit, leaving.name)
