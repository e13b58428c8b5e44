"""Filling the page of modules: lines, details, and what turning one on or off does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from flask import g

from core import query
from core.language.calendars import format_date, relative_time
from core.language.i18n import _, ngettext
from core.language.i18n import current as preferences
from core.language.numbers import format_number
from core.language.text import search_key
from core.permissions import can
from core.plugin import changes, loader, sentences
from core.plugin.changes import Release
from core.plugin.containment import PluginFailed
from core.ui import list_build
from core.ui.list_model import EmptyState
from core.ui.modules_facts import Declared, Module, declared, missing_for, modules, needed_by, turned_on_with
from core.ui.modules_model import (
    Added,
    Fault,
    ModuleDetails,
    ModuleLine,
    ModuleName,
    ModulesScreen,
    News,
    Switch,
    Version,
)
from core.ui.shell_model import Action

ADDRESS = "/settings/modules"
STATES: Mapping[str, tuple[Any, Any]] = {
    "enabled": (_("On", context="module"), "green"),
    "failed": (_("Failed", context="module"), "red"),
    "migrating": (_("Being set up", context="module"), "amber"),
}
OFF = (_("Off", context="module"), "grey")
#: Where a module can fail before anything of it runs; other places are hooks, by the names that authors know.
PHASES: Mapping[str, Any] = {
    "package": _("Its package, which is not installed"), "requires": _("What it needs"),
    "import": _("Loading its code"), "registration": _("Taking in what it declares"),
    "migration": _("Making its tables"), "seed": _("Bringing its first records"),
}  # fmt: skip
Modules = Mapping[str, Module]


def screen(name: str = "", error: str = "", searched: str = "") -> ModulesScreen | None:
    """The page of the modules that match what is searched for, with one chosen, the first by default.

    None when there is none of that name.
    """
    found = modules()
    if name and name not in found:
        return None
    shown = [one for one in found.values() if _matches(one, searched)]
    chosen = name or next((one.name for one in shown), "")
    lines = {one.name: _line(one, found, one.name == chosen, searched) for one in found.values()}
    on = sum(one.state == "enabled" for one in found.values())
    return ModulesScreen(
        str(_("{on} of {total} on", on=_number(on), total=_number(len(found)))),
        tuple(lines[one.name] for one in shown), _details(found[chosen], found, lines[chosen]) if chosen else None,
        error, searched, None if shown else _none_found(searched))


def _matches(one: Module, searched: str) -> bool:
    """By its name, label, description, and the records it brings, whatever the spelling."""
    words = search_key(searched).split()
    if not words:
        return True
    brought = declared(one.name) if one.manifest else None
    records = [text for spec in (brought.entities if brought else ())
               for text in (spec.name, spec.meta.label, spec.meta.plural)]
    description = one.manifest.description if one.manifest else ""
    told = search_key(" ".join(str(text) for text in (one.name, one.label, description, *records)))
    return all(word in told for word in words)


def _none_found(searched: str) -> EmptyState:
    return EmptyState(
        "no_match", str(_("No module matches “{query}”.", query=searched)), str(_(
            "Modules are found by their name, their description and the records they bring. One that is not listed "
            "at all is first installed on the server, as a package.")),
        action=Action(str(_("Show all modules")), ADDRESS))


def listed(names: Iterable[Any]) -> str:
    """Names one after another, with the comma of the language."""
    return preferences().comma.join(str(name) for name in names)


def _name(one: Module) -> ModuleName:
    icon, hue = (one.manifest.icon, one.manifest.hue) if one.manifest else ("puzzle", "grey")
    return ModuleName(one.label, f"{ADDRESS}/{one.name}", icon, hue)  # type: ignore[arg-type]


def _line(one: Module, found: Modules, current: bool, searched: str) -> ModuleLine:
    state, hue = STATES.get(one.state, OFF)
    needs = [found[name].label if name in found else name for name in one.requires]
    users = [other.label for other in needed_by(found, one.name)]
    brought = declared(one.name) if one.manifest else None
    name = _name(one)
    if searched:
        name = replace(name, href=f"{name.href}?{urlencode({'q': searched})}")
    return ModuleLine(
        name, one.version, str(one.manifest.description) if one.manifest else "", str(state), hue,
        str(_("Needs {names}", names=listed(needs))) if needs else "",
        str(_("Needed by {names}", names=listed(users))) if users else "", _summary(brought), current)


def _summary(brought: Declared | None) -> tuple[str, ...]:
    if brought is None:
        return ()
    lists = len(brought.entities)
    tabs, reports, settings = (len(brought.of(f"register_{what}")) for what in ("panels", "reports", "settings"))
    texts = (
        (lists, ngettext("{n} list", "{n} lists", lists)),
        (tabs, ngettext("{n} tab", "{n} tabs", tabs)),
        (reports, ngettext("{n} report", "{n} reports", reports)),
        (settings, ngettext("{n} setting", "{n} settings", settings)),
    )
    return tuple(str(text) for number, text in texts if number)


def _details(one: Module, found: Modules, line: ModuleLine) -> ModuleDetails:
    manifest = one.manifest
    brought = declared(one.name) if manifest else None
    return ModuleDetails(
        line,
        author=str(manifest.author) if manifest else "",
        news=_news(one.name),
        added=_added(brought) if brought else (),
        needs=tuple(_name(found[name]) if name in found else ModuleName(name, "") for name in one.requires),
        used_by=tuple(_name(other) for other in needed_by(found, one.name)),
        fault=_fault(one),
        switches=_switches(one, found, brought),
    )


def _news(name: str) -> News | None:
    """What its author wrote on its versions; nothing for one that cannot be loaded."""
    plugin = loader.installed().plugins.get(name)
    told = changes.of(plugin, preferences().language) if plugin else None
    if told is None or not told.releases:
        return None
    newest, *earlier = (_version(one) for one in told.releases)
    return News(told.language, newest, tuple(earlier))


def _version(one: Release) -> Version:
    reader = preferences()
    date = format_date(one.date, reader.formatting_locale, reader.calendar, "long") if one.date else ""
    return Version(one.version, date, one.lines)


def _added(brought: Declared) -> tuple[Added, ...]:
    specs = brought.entities
    menu = [str(spec.meta.plural) for spec in specs if spec.meta.group]
    menu += [str(item.label) for item in brought.of("register_menu")]
    tabs = [_tab(panel, brought) for panel in brought.of("register_panels") if panel.on in brought.registry.entities]
    reports = [str(report.label) for report in brought.of("register_reports")]
    rights = sum(name.startswith(f"{brought.name}.") for name in brought.registry.permissions)
    kinds = (
        Added(str(_("Side menu")), "menu-2", tuple(menu)),
        Added(str(_("Tabs on records")), "browser", tuple(tabs)),
        Added(str(_("Reports", context="module")), "chart-bar", tuple(reports)),
        Added(str(_("Rights", context="module")), "shield-lock", (_number(rights),) if rights else ()),
        Added(str(_("Settings")), "settings", tuple(str(one.field.label) for one in brought.of("register_settings"))),
        Added(str(_("API", context="module")), "api", tuple(spec.name for spec in specs), is_code=True),
    )
    return tuple(kind for kind in kinds if kind.items)


def _tab(panel: Any, brought: Declared) -> str:
    """The tab and the kind of record that it stands on."""
    entities = brought.registry.entities
    own = panel.label or entities[panel.entity].meta.plural
    return str(_("{tab} ({entity})", tab=own, entity=entities[panel.on].meta.label))


def _fault(one: Module) -> Fault | None:
    trouble = one.trouble
    if trouble is None:
        return None
    when = str(relative_time(trouble.at)) if trouble.at else ""
    place = PHASES.get(trouble.phase)
    cause = sentences.told(trouble.cause.strip())
    return Fault(trouble.summary, str(place) if place else trouble.phase, cause, when, trouble.is_out)


def _switches(one: Module, found: Modules, brought: Declared | None) -> tuple[Switch, ...]:
    """A failed one can be tried again and, when it is wanted, turned off."""
    made = []
    if one.state != "enabled":
        made.append(_turning_on(one, found))
    if one.is_wanted:
        made.append(_turning_off(one, found, brought))
    return tuple(made)


def _turning_on(one: Module, found: Modules) -> Switch:
    missing = missing_for(found, one.name)
    others = [other.label for other in turned_on_with(found, one.name) if other.name not in missing]
    effects = [_("Its menu entries, tabs and reports appear at once for all who have the rights.")]
    if others:
        effects.insert(0, _("Turned on with it, as it needs them: {names}", names=listed(others)))
    refused = _("It needs what is not installed or cannot be loaded: {names}",
                names=listed(found[name].label if name in found else name for name in missing)) if missing else ""
    again = one.state == "failed"
    return Switch(
        str(_("Try the module “{module}” again?", module=one.label) if again
            else _("Turn on the module “{module}”?", module=one.label)),
        str(_("Try again") if again else _("Turn on the module")),
        f"{ADDRESS}/{one.name}/enable", tuple(str(text) for text in effects), refused=str(refused))


def _turning_off(one: Module, found: Modules, brought: Declared | None) -> Switch:
    users = [other.label for other in needed_by(found, one.name) if other.state == "enabled"]
    refused = _("It is needed by {names}. Turn these off first.", names=listed(users)) if users else ""
    kept = _kept(brought) if brought and one.state == "enabled" else ()
    effects = [_("Its menu entries, tabs and reports disappear at once for everybody.")]
    if one.manifest:
        effects.append(_("Its data stay stored and come back when it is turned on again."))
    return Switch(
        str(_("Turn off the module “{module}”?", module=one.label)), str(_("Turn off the module")),
        f"{ADDRESS}/{one.name}/disable", tuple(str(text) for text in effects), kept, str(refused), is_off=True)


def _kept(brought: Declared) -> tuple[tuple[str, str], ...]:
    """How many records there are of each kind, as far as the reader may see them."""
    kept = []
    for spec in brought.entities:
        if can(f"{spec.name}.view"):
            with suppress(PluginFailed):  # Its fault is shown above.
                counted = query.capped_count(query.ListQuery(spec), g.identity.change_number)
                kept.append((str(spec.meta.plural), list_build.count_text(*counted)))
    return tuple(kept)


def _number(value: int) -> str:
    return format_number(value, preferences().formatting_locale)
