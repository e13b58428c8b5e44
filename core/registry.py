"""The registry: an immutable snapshot of everything the enabled plugins declare. Checked once, when it is built.

`current()` is the registry of this request (pinned when the request began) or the newest one. Swapping the one
reference is how modules, settings and custom fields change live.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from functools import wraps
from importlib import import_module
from types import MappingProxyType, ModuleType
from typing import Any

import pluggy

from core import signals
from core.declarations import (
    EVERY_ENTITY,
    Action,
    ComputedField,
    Derived,
    Figure,
    Filter,
    FirstStep,
    FormScreen,
    ListScreen,
    MenuItem,
    Permission,
    RecordScreen,
    RelatedList,
    Report,
    Setting,
    TourStep,
    Widget,
)
from core.derive.added import made_of
from core.derive.choices import Stored, with_shared, with_stored
from core.derive.computed import is_meant, with_computed
from core.derive.settings import setting_flag
from core.derive.spec import build_spec, section_fields, with_added
from core.entity.spec import CustomField, EntitySpec, Meta
from core.entity.type_list import KERNEL_TYPES
from core.entity.types import FieldType
from core.entity.types_link import LinksType, LinkType, without_target
from core.errors import DeclarationError, NotFound
from core.language.i18n import _
from core.language.i18n import current as preferences
from core.plugin import containment, hookspecs, routes
from core.plugin.containment import Trouble
from core.plugin.manifest import RESERVED, Manifest
from core.timeline import TimelineSource

Fields = Mapping[str, Sequence[CustomField]]
"""The fields that were added to entities, by entity."""
Added = Callable[[Mapping[str, FieldType], frozenset[str], Fields], Fields]
"""(field types by name, names of entities, the fields that plugins declare) → those with the fields that admins added.
DeclarationError where a declared field is not what the stored values of its name are."""


def as_declared(_types: Mapping[str, FieldType], _entities: frozenset[str], declared: Fields) -> Fields:
    """Of a registry that asks no database."""
    return declared


#: The kernel's own kind of entries in a timeline: what the audit log tells.
CHANGES = "change"
NARROWING = ("scope_query", "deny")
#: Settings of the kernel, one for each entity: whether each opening of a record is noted (`core.audit.openings`).
OPENINGS = "core.log_openings."
ENTITY_ACTIONS = ("view", "add", "change", "delete", "export", "import")


@dataclass(frozen=True, slots=True)
class Plugin:
    """An enabled plugin: its manifest and the module that holds its hook implementations."""

    manifest: Manifest
    module: ModuleType

    @property
    def package(self) -> str:
        return self.module.__name__.rpartition(".")[0] or self.module.__name__

    @property
    def narrows(self) -> tuple[str, ...]:
        """The plugins whose data this one may hide (`scope_query`, `deny`): its own and those its manifest names.

        Empty when it has neither hook. While such a plugin cannot answer, these data are closed for everybody.
        """
        if not any(_is_hook(getattr(self.module, name, None)) for name in NARROWING):
            return ()
        return (self.manifest.name, *self.manifest.requires, *self.manifest.optional)


@dataclass(frozen=True)
class Registry:
    """What exists: entities by name, declarations, settings and the relay that calls hooks."""

    plugins: Mapping[str, Plugin]
    entities: Mapping[str, EntitySpec]
    derived: Derived
    permissions: Mapping[str, Permission]
    settings: Mapping[str, Setting]
    values: Mapping[str, Any]
    hook: Any
    stamp: int = 0
    types: Mapping[str, FieldType] = field(default_factory=dict)
    memo: dict[Any, Any] = field(default_factory=dict, compare=False)
    #: What went wrong with which plugin, also with those that are left out.
    troubles: Mapping[str, Trouble] = field(default_factory=dict)
    #: What plugins that do not run are called, by language.
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    #: {plugin whose data nobody may see now: the plugin that should say who may, and cannot}.
    closed: Mapping[str, str] = field(default_factory=dict)

    def entity(self, name: str) -> EntitySpec:
        """The entity, or NotFound: also when its plugin is off."""
        found = self.entities.get(name)
        if found is None:
            plugin = name.partition(".")[0]
            if plugin in RESERVED - {"core"}:
                raise NotFound(_("There is no such page."))  # a mistyped address of the kernel's
            if plugin != "core" and plugin not in self.plugins:
                raise NotFound(_("This belongs to a module that is turned off or not installed: {name}", name=plugin))
            raise NotFound(_("There is no “{name}” here.", name=name))
        return found

    def of(self, entity: Any) -> EntitySpec:
        """The spec of a name, a mapped class or a spec."""
        if isinstance(entity, EntitySpec):
            return entity
        return self.entity(entity if isinstance(entity, str) else entity.__entity__)

    def remember(self, key: Any, make: Any) -> Any:
        """`make()` once per registry: forms, schemas and plans are built at first use and kept."""
        found = self.memo.get(key)
        if found is None:
            found = self.memo[key] = make()
        return found

    def owner_of(self, module: str) -> str:
        """Whose module this is: "core", an enabled plugin, or "" for anybody else's."""
        if module == "core" or module.startswith("core."):
            return "core"
        return next((name for name, p in self.plugins.items()
                     if module == p.package or module.startswith(p.package + ".")), "")

    def holding(self, function: Any, phase: str) -> AbstractContextManager[None]:
        """Blame the plugin that `function` comes from for what the body raises; the kernel's own passes as it is."""
        name = self.owner_of(getattr(function, "__module__", "") or "")
        return nullcontext() if name in ("", "core") else containment.blamed(name, self.label(name), phase)

    def culprit(self, error: BaseException) -> str:
        """The plugin nearest to where an error was raised; "" when only the kernel was at work."""
        found, trace = "", error.__traceback__
        while trace is not None:
            owner = self.owner_of(trace.tb_frame.f_globals.get("__name__", ""))
            found = owner if owner not in ("", "core") else found
            trace = trace.tb_next
        return found

    def label(self, plugin: str) -> Any:
        """How a plugin is called; its name when it has never run here."""
        found, kept = self.plugins.get(plugin), self.labels.get(plugin, {})
        return found.manifest.label if found else kept.get(preferences().language) or kept.get("en") or plugin


_newest: Registry | None = None
_pinned: ContextVar[Registry | None] = ContextVar("diwan_registry", default=None)


def current() -> Registry:
    found = _pinned.get() or _newest
    if found is None:
        raise RuntimeError("no registry yet: create the application, or use core.testing")
    return found


def install(registry: Registry) -> None:
    """Make `registry` the newest one for everything that starts from now on."""
    global _newest
    _newest = registry
    signals.ownership(_owner)


def _owner(module: str) -> tuple[str, Any]:
    """(name, label) of the enabled plugin that a receiver's module belongs to; ("", "") keeps it mute."""
    name = current().owner_of(module)
    return name, current().label(name)


@contextmanager
def pinned(registry: Registry) -> Iterator[Registry]:
    """Keep one registry for the body, so that no request sees half a change."""
    token = _pinned.set(registry)
    try:
        yield registry
    finally:
        _pinned.reset(token)


def entity_spec(entity: Any) -> EntitySpec:
    """An entity as it is in force, by its name or class: its fields with the choices that admins edited and the fields
    they added. NotFound while its plugin is off."""
    return current().of(entity)


def settings(name: str) -> Any:
    """The value of a setting; an unknown name is an error."""
    registry = current()
    if name not in registry.settings:
        raise DeclarationError(f"Unknown setting {name!r}.")
    return registry.values.get(name, registry.settings[name].default)


def build(kernel: Sequence[type], plugins: Iterable[Plugin], values: Mapping[str, Any] | None = None,
          stamp: int = 0, kernel_hooks: Sequence[ModuleType] = (), added: Added = as_declared,
          troubles: Mapping[str, Trouble] = MappingProxyType({}), closed: Mapping[str, str] = MappingProxyType({}),
          choices: Stored = MappingProxyType({}), labels: Mapping[str, Mapping[str, str]] = MappingProxyType({})
          ) -> Registry:  # fmt: skip
    """Collect, check and freeze. Raises DeclarationError naming the plugin and the remedy.

    `added` answers the fields that were added, once it is known which entities and field types there are and what
    plugins add; `choices` are what admins made of the choice lists, by entity and field.
    """
    enabled = {plugin.manifest.name: plugin for plugin in plugins}
    manager = _manager(enabled, kernel_hooks)
    entities: dict[str, EntitySpec] = {}
    models = [*kernel, *_flat(manager.hook.register_entities())]
    types = {one.name: one for one in (*KERNEL_TYPES, *_flat(manager.hook.register_field_types()))}
    custom = added(types, frozenset(model.__entity__ for model in models),
                   _added_by_plugins(manager, enabled, types, {model.__entity__: model for model in models}))
    for model in models:
        spec = with_stored(build_spec(model, custom.get(model.__entity__, ())), choices)
        if spec.name in entities:
            raise DeclarationError(f"Two plugins declare the entity {spec.name}.")
        entities[spec.name] = spec
    entities = {name: _without_absent_links(spec, entities) for name, spec in entities.items()}
    entities = with_shared(entities)
    entities = with_computed(entities, map(_held, _flat(manager.hook.register_computed_fields())))
    _check_references(entities, enabled)
    derived = _derive(manager, entities)
    permissions = _permissions(manager, entities)
    _check_permissions(manager, derived, permissions)
    declared = {setting.name: setting for setting in _settings(manager, entities)}
    _check_switches(entities, declared)
    return Registry(
        plugins=MappingProxyType(enabled), entities=MappingProxyType(entities), derived=derived,
        permissions=MappingProxyType(permissions),
        settings=MappingProxyType(declared),
        values=MappingProxyType(dict(values or {})), hook=manager.hook, stamp=stamp, types=MappingProxyType(types),
        troubles=troubles, closed=closed, labels=labels,
    )


def has_openings(spec: EntitySpec) -> bool:
    """Whether it can be noted who opened a record: not of lists that are only maintained, such as tags."""
    return spec.plugin != "core" and bool(spec.meta.group or spec.meta.personal) and not spec.meta.seen_with


def _settings(manager: pluggy.PluginManager, entities: Mapping[str, EntitySpec]) -> Iterator[Setting]:
    """Those that are declared, and for each entity that has it whether each opening of a record is noted."""
    yield from _flat(manager.hook.register_settings())
    for spec in entities.values():
        if has_openings(spec):
            yield setting_flag(f"{OPENINGS}{spec.name}", _("Log each opening: {entities}",
                                                           entities=spec.meta.plural))  # fmt: skip


def _is_hook(function: Any) -> bool:
    return inspect.isroutine(function) and hasattr(function, f"{hookspecs.NAMESPACE}_impl")


class _Manager(pluggy.PluginManager):
    """Pluggy looks long at each name of each module, and half the time that a registry takes went by with it."""

    def parse_hookimpl_opts(self, plugin: object, name: str) -> Any:
        return super().parse_hookimpl_opts(plugin, name) if _is_hook(vars(plugin).get(name)) else None


def _manager(enabled: Mapping[str, Plugin], kernel_hooks: Sequence[ModuleType]) -> pluggy.PluginManager:
    manager = _Manager(hookspecs.NAMESPACE)
    manager.add_hookspecs(hookspecs)
    for plugin in enabled.values():
        if plugin.manifest.hookspecs:
            manager.add_hookspecs(import_module(plugin.manifest.hookspecs))
    for module in kernel_hooks:
        manager.register(module)
    for name, plugin in enabled.items():
        missing = [need for need in plugin.manifest.requires if need not in enabled]
        if missing:
            raise DeclarationError(f"Plugin {name} needs {', '.join(missing)}: enable it, or disable {name}.")
        manager.register(_contained(plugin), name=name)
    _refuse_wrapped_rights(manager)
    try:
        manager.check_pending()
    except pluggy.PluginValidationError as error:
        raise DeclarationError(f"{error}") from error
    return manager


def _refuse_wrapped_rights(manager: pluggy.PluginManager) -> None:
    """Each answer to a question of rights is asked for and named on its own, see `core.permissions`."""
    for name in NARROWING:
        for one in getattr(manager.hook, name).get_hookimpls():
            if one.wrapper or one.hookwrapper:
                raise DeclarationError(f"Plugin {one.plugin_name}: {name} must not be a wrapper; answer it instead.")


class _Contained:
    """Stands for a plugin's module in the plugin manager: the same hooks, each of which names its plugin on failure."""


def _contained(plugin: Plugin) -> _Contained:
    made, name, label = _Contained(), plugin.manifest.name, plugin.manifest.label
    for hook, function in vars(plugin.module).items():
        if _is_hook(function):
            call = containment.guarded(name, label, hook, function)
            setattr(made, hook, _kept_to(plugin, hook, call) if hook in NARROWING else call)
    return made


def _kept_to(plugin: Plugin, hook: str, call: Any) -> Any:
    """A plugin narrows only data of plugins that its manifest names: no others can be closed while it fails."""
    name, label = plugin.manifest.name, plugin.manifest.label
    allowed = frozenset({"core", *plugin.narrows})
    subject = "entity" if hook == "scope_query" else "permission"
    taken = list(inspect.signature(call).parameters)
    if subject not in taken:
        raise DeclarationError(f"{name}: {hook} must take the argument {subject}.")
    position = taken.index(subject)

    @wraps(call)
    def narrow(*arguments: Any) -> Any:
        answer = call(*arguments)
        found = arguments[position]
        about = found.partition(".")[0] if isinstance(found, str) else found.plugin
        if answer and about not in allowed:
            error = DeclarationError(f"{name} narrows {about}: name it in `requires` or `optional`.")
            raise containment.failed(name, label, hook, error)
        return answer

    return narrow


def _flat(answers: Iterable[Iterable[Any] | None]) -> list[Any]:
    """Hook answers in the order plugins were enabled (pluggy calls the last registered first)."""
    return [item for answer in reversed(list(answers)) for item in answer or ()]


def _added_by_plugins(manager: pluggy.PluginManager, enabled: Mapping[str, Plugin], types: Mapping[str, FieldType],
                      models: Mapping[str, Any]) -> Fields:
    """The fields that plugins add to the entities that are there, which a field may lead to as well."""
    found: dict[str, list[CustomField]] = {}
    for hook in manager.hook.register_added_fields.get_hookimpls():
        answer: Any = hook.function()
        manifest = enabled[hook.plugin_name].manifest
        for declared in answer or ():
            one = made_of(declared, manifest.name, ("core", *manifest.requires, *manifest.optional), types)
            if declared.entity not in models or (one.field.target and one.field.target not in models):
                continue  # its plugin is off
            if not models[declared.entity].__meta__.customizable:
                raise DeclarationError(f"{manifest.name} adds {declared.key!r} to {declared.entity}, which takes none.")
            on_entity = found.setdefault(declared.entity, [])
            if other := next((other for other in on_entity if other.field.key == declared.key), None):
                raise DeclarationError(f"{other.plugin} and {manifest.name} both add {declared.key!r} to "
                                       f"{declared.entity}: rename one.")
            on_entity.append(one)
    return found


def _held(one: ComputedField) -> ComputedField:
    """The same, and what its SQL raises is its plugin's failure."""

    def held(made: Callable[[Any, str], Any]) -> Callable[[Any, str], Any]:
        def sql(table: Any, entity: str) -> Any:
            with current().holding(made, f"computed field {one.name}"):
                return made(table, entity)

        return sql

    return replace(one, sql=held(one.sql), shown=held(one.shown) if one.shown else None)


def _without_absent_links(spec: EntitySpec, entities: Mapping[str, EntitySpec]) -> EntitySpec:
    """The entity with the links whose target is not there at present set aside."""
    absent = {f.name: without_target(f) for f in spec.fields.values()
              if isinstance(f.type, LinkType) and f.target not in entities}
    gone = {f.name for f in spec.fields.values() if isinstance(f.type, LinksType) and f.target not in entities}
    if not (absent or gone):
        return spec
    fields = {name: f for name, f in {**spec.fields, **absent}.items() if name not in gone}
    links = {name: table for name, table in spec.links.items() if name not in gone}
    return replace(spec, fields=MappingProxyType(fields), links=MappingProxyType(links), meta=_without(spec.meta, gone))


def _without(meta: Meta, gone: Collection[str]) -> Meta:
    """What an entity says of itself without the fields that are not there."""
    sections = tuple((heading, tuple(name for name in section_fields(names) if name not in gone))
                     for heading, names in meta.sections)  # fmt: skip
    return replace(meta, list=tuple(name for name in meta.list if name not in gone), sections=sections)


def _check_references(entities: Mapping[str, EntitySpec], enabled: Mapping[str, Plugin]) -> None:
    for spec in entities.values():
        required, optional = {"core", spec.plugin}, set()
        if spec.plugin in enabled:
            required |= set(enabled[spec.plugin].manifest.requires)
            optional = set(enabled[spec.plugin].manifest.optional)
        for f in spec.fields.values():
            if f.key:
                continue  # an admin may point at whatever is there
            if f.target and f.target not in entities:
                raise DeclarationError(f"{spec.name}.{f.name} refers to {f.target}, which no enabled plugin declares.")
            is_link = isinstance(f.type, LinkType | LinksType)
            if f.target and f.target.partition(".")[0] not in (required | optional if is_link else required):
                where = "`requires` or `optional`" if is_link else "`requires`"
                raise DeclarationError(f"{spec.name}.{f.name} refers to {f.target}: name its plugin in {where}.")


def _check_switches(entities: Mapping[str, EntitySpec], declared: Mapping[str, Setting]) -> None:
    """A field that is only there while a setting says so names one that there is."""
    for spec in entities.values():
        for f in spec.fields.values():
            if f.options.get("while_setting", "") not in {"", *declared}:
                setting = f.options["while_setting"]
                raise DeclarationError(f"{spec.name}.{f.name} goes by the setting {setting!r}, which is not declared.")


def _permissions(manager: pluggy.PluginManager, entities: Mapping[str, EntitySpec]) -> dict[str, Permission]:
    found = {f"{spec.name}.{action}": Permission(f"{spec.name}.{action}", action)
             for spec in entities.values() for action in ENTITY_ACTIONS}
    for spec in entities.values():
        if spec.meta.owned:
            found[f"{spec.name}.assign"] = Permission(f"{spec.name}.assign", _("Assign to someone else"))
    for permission in KERNEL_PERMISSIONS:
        found[permission.name] = permission
    found.update({permission.name: permission for permission in _flat(manager.hook.register_permissions())})
    return found


def _check_permissions(manager: pluggy.PluginManager, derived: Derived, known: Mapping[str, Permission]) -> None:
    """A route or widget whose right nobody can be given would be shut for good by a slip of the pen."""
    wanted = [(f"The widget {one.name}", one.permission) for one in derived.widgets]
    wanted += [(f"The timeline's {one.name}", one.permission) for one in derived.timeline if one.permission]
    for hook in manager.hook.register_blueprints.get_hookimpls():
        answer: Any = hook.function()
        wanted += [(f"{hook.plugin_name}: the route {one.rule}", one.access.permission)
                   for one in routes.declared(hook.plugin_name, answer or ()) if one.access.permission]
    for what, name in wanted:
        if name not in known:
            raise DeclarationError(f"{what} is for those with the right {name!r}, which is not declared.")


KERNEL_PERMISSIONS = (
    Permission("core.audit.view", _("See the audit log")),
    Permission("core.settings.change", _("Change settings")),
    Permission("core.mass.change", _("Change many records at once")),
    Permission("core.chat.use", _("Write to colleagues in the chat")),
    Permission("core.list_view.share", _("Share saved views of lists")),
    Permission("core.job.change", _("See and control background jobs")),
    Permission("core.mail.change", _("See and control outgoing mail")),
    Permission("core.module.change", _("Turn modules on and off")),
    Permission("core.webhook.change", _("Set up webhooks")),
)


def _derive(manager: pluggy.PluginManager, entities: Mapping[str, EntitySpec]) -> Derived:
    screens = _flat(manager.hook.register_screens())
    panels: dict[str, list[Any]] = {}
    for panel in _flat(manager.hook.register_panels()):
        if panel.on == EVERY_ENTITY:
            for name, spec in entities.items():
                if is_meant(panel, spec):
                    panels.setdefault(name, []).append(panel)
        elif panel.on in entities and (not isinstance(panel, RelatedList) or panel.entity in entities):
            panels.setdefault(panel.on, []).append(panel)
    for name, on_entity in panels.items():
        panels[name] = sorted(on_entity, key=lambda panel: panel.order)
    for screen in screens:
        if screen.entity not in entities:
            raise DeclarationError(f"A screen is declared for {screen.entity}, which does not exist.")
    actions: list[Action] = _flat(manager.hook.register_actions())
    reports: list[Report] = _flat(manager.hook.register_reports())
    filters: list[Filter] = _flat(manager.hook.register_filters())
    menu: list[MenuItem] = _flat(manager.hook.register_menu())
    tour: list[TourStep] = _flat(manager.hook.register_tour())
    steps: list[FirstStep] = _flat(manager.hook.register_first_steps())
    for step in steps:
        if step.entity and step.entity not in entities:
            raise DeclarationError(f"First step {step.name} is about {step.entity}, which does not exist.")
    return Derived(
        lists=_with_columns(_one_each(screens, ListScreen), entities),
        forms=_with_sections(_one_each(screens, FormScreen), entities),
        small_forms={(one.entity, one.name): one for one in screens if isinstance(one, FormScreen) and one.name},
        records=_with_sections(_one_each(screens, RecordScreen), entities),
        panels={name: tuple(found) for name, found in panels.items()},
        figures=_figures(_flat(manager.hook.register_figures()), entities),
        menu=tuple(sorted(menu, key=lambda item: item.order)),
        first_steps=tuple(sorted(steps, key=lambda step: step.order)),
        tour=tuple(sorted(tour, key=lambda stop: stop.order)),
        actions={(action.entity, action.name): action for action in actions},
        reports={report.name: report for report in reports if report.entity in entities},
        filters=_filters(filters, entities),
        jobs=_by_name(_flat(manager.hook.register_jobs()), "jobs"),
        timeline=_timeline(_flat(manager.hook.register_timeline())),
        widgets=_widgets(_flat(manager.hook.register_widgets())),
        notice_kinds=_by_name(_flat(manager.hook.register_notice_kinds()), "kinds of notices"),
        record_tables=tuple(_flat(manager.hook.register_record_tables())),
        belongings=tuple(_by_name(_flat(manager.hook.register_belongings()), "belongings of users").values()),
    )


def _figures(declared: Iterable[Figure], entities: Mapping[str, EntitySpec]) -> dict[str, tuple[Figure, ...]]:
    found: dict[str, list[Figure]] = {}
    for figure in sorted(declared, key=lambda one: one.order):
        everywhere = (name for name, spec in entities.items() if spec.plugin != "core" and name not in figure.but)
        for name in everywhere if figure.is_everywhere else (figure.on,):
            on_entity = found.setdefault(name, [])
            if any(other.name == figure.name for other in on_entity):
                raise DeclarationError(f"Two figures of {name} are named {figure.name}; rename one.")
            on_entity.append(figure)
    return {name: tuple(on_entity) for name, on_entity in found.items()}


def _filters(declared: Iterable[Filter], entities: Mapping[str, EntitySpec]) -> dict[tuple[str, str], Filter]:
    found: dict[tuple[str, str], Filter] = {}
    for item in declared:
        everywhere = (name for name, spec in entities.items() if is_meant(item, spec))
        for name in everywhere if item.entity == EVERY_ENTITY else (item.entity,):
            found[name, item.name] = item
    return found


def _with_sections(screens: dict[str, Any], entities: Mapping[str, EntitySpec]) -> dict[str, Any]:
    """Screens that replace an entity's sections show the fields that an admin added as well."""
    return {name: replace(screen, sections=with_added(screen.sections, entities[name].added))
            if screen.sections else screen for name, screen in screens.items()}


def _with_columns(screens: dict[str, Any], entities: Mapping[str, EntitySpec]) -> dict[str, Any]:
    return {name: replace(screen, columns=(*screen.columns, *(
                one.field.name for one in entities[name].added if one.in_list)))
            if screen.columns else screen for name, screen in screens.items()}


def _by_name(declared: Iterable[Any], what: str) -> dict[str, Any]:
    """Declarations by their name; two of one name are refused, called `what` in the sentence."""
    found: dict[str, Any] = {}
    for one in declared:
        if one.name in found:
            raise DeclarationError(f"Two {what} are named {one.name}; rename one.")
        found[one.name] = one
    return found


def _widgets(declared: Iterable[Widget]) -> tuple[Widget, ...]:
    found = sorted(declared, key=lambda widget: widget.order)
    names = [widget.name for widget in found]
    for name in names:
        if names.count(name) > 1:
            raise DeclarationError(f"Two widgets are named {name}; rename one.")
    return tuple(found)


def _timeline(declared: Iterable[TimelineSource]) -> tuple[TimelineSource, ...]:
    found = sorted(declared, key=lambda source: source.order)
    kinds = [kind for source in found for kind in source.kinds]
    for kind in kinds:
        if kind == CHANGES or kinds.count(kind) > 1:
            raise DeclarationError(f"Two sources of the timeline have the kind {kind!r}; rename one.")
    return tuple(found)


def _one_each(screens: Iterable[Any], kind: type[Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for screen in screens:
        if isinstance(screen, kind) and not getattr(screen, "name", ""):
            if screen.entity in found:
                raise DeclarationError(f"Two plugins replace the {kind.__name__} of {screen.entity}; keep one.")
            found[screen.entity] = screen
    return found
