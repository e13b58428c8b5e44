"""The frame of a signed-in user's page: menus from the registry, by the user's rights."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, quote

from flask import current_app, g, request

from core import outages
from core.actor import actor
from core.auth.defaults import shown_organisation
from core.declarations import MenuItem
from core.entity.base import utc_now
from core.entity.spec import EntitySpec
from core.errors import NoSpace, ReadOnly
from core.language.calendars import format_datetime
from core.language.i18n import LANGUAGE_NAMES, LANGUAGES, LazyString, _
from core.language.i18n import current as preferences
from core.notify.news import unread_text
from core.permissions import can
from core.registry import Registry
from core.registry import current as registry
from core.ui.cells import hue_of, initials
from core.ui.views_model import LanguageChoice, MenuEntry, MenuGroup, OrganisationChoice, Person, Shell
from core.web import stream_address

CHAT = "core.chat.use"
GROUPS: tuple[tuple[str, LazyString], ...] = (
    ("customers", _("Customers")),
    ("sales", _("Sales")),
    ("service", _("Service")),
    ("tools", _("Tools")),
)

_WARNINGS = {
    NoSpace: _("The disk of the server is full: everything can be read, but nothing can be saved until your "
               "administrator has made room."),
    ReadOnly: _("The database can only be read at this moment: nothing can be saved until it takes changes again."),
}


def person(name: str, href: str = "", kind: str = "person") -> Person:
    return Person(name, initials(name), hue_of(name), kind, href)  # type: ignore[arg-type]


def build(current_key: str = "") -> Shell:
    """What this user may see of the frame."""
    identity, found = g.identity, registry()
    entries = menu_entities(found)
    current_key = _item_here(found) or current_key
    return Shell(
        organisation=_workplace(identity.organisation_name),
        user=person(identity.actor.name),
        user_email=identity.actor.email,
        groups=(MenuGroup("", (_dashboard(current_key),)), *_groups(found, entries, current_key)),
        foot=_foot(current_key),
        languages=languages(),
        organisations=organisations(),
        create=tuple(
            MenuEntry(str(spec.meta.label), f"{spec.path}/new", spec.meta.icon, key=spec.name)
            for spec in entries
            if can(f"{spec.name}.add")
        ),
        bottom=(_dashboard(current_key), *_bottom(found, entries, current_key)),
        help_href=f"/help?from={quote(request.path)}",
        may_send_feedback=can("core.feedback.add"),
        here=request.full_path.rstrip("?") if request.method == "GET" else "/",
        unread=unread_text(identity.unread_notices),
        chat=unread_text(identity.unread_messages) if can(CHAT) else None,
        warning=_warning(),
        change_number=identity.change_number,
        stream=stream_address(),
        printed=format_datetime(utc_now(), preferences()),
    )


def _item_here(found: Registry) -> str:
    """The menu item that leads to what is asked for: a list's calendar under conditions may be a page of the menu."""
    asked = set(request.args.items(multi=True))
    for item in found.derived.menu:
        path, _mark, conditions = item.href.partition("?")
        if path == request.path and asked.issuperset(parse_qsl(conditions)) and can(item.permission):
            return item.name
    return ""


def _warning() -> str:
    """That nothing can be saved now, so that nobody types what will be refused."""
    why = outages.standing(current_app.engine)  # type: ignore[attr-defined]
    return str(_WARNINGS[why]) if why is not None else ""


def _workplace(name: str) -> str:
    """The organisation chosen, or the only one; all together have no name of their own."""
    who = actor()
    if len(who.organisations) > 1 and not who.is_narrowed:
        return str(_("All my organisations"))
    return shown_organisation(name) or str(_("Diwan"))


def organisations() -> tuple[OrganisationChoice, ...]:
    """All of the user's organisations together, then each of them; nothing where he has only one."""
    who = actor()
    if len(who.organisations) < 2:
        return ()
    chosen = who.chosen_organisation_id
    return (
        OrganisationChoice("", str(_("All my organisations")), chosen is None),
        *(OrganisationChoice(str(one), shown_organisation(name), one == chosen) for one, name in who.organisations),
    )


def menu_entities(found: Registry) -> list[EntitySpec]:
    """Entities of the side menu that the user may view, in order."""
    return sorted(
        (spec for spec in found.entities.values() if spec.meta.group and can(f"{spec.name}.view")),
        key=lambda spec: spec.meta.order,
    )


def pages() -> tuple[MenuEntry, ...]:
    """All that the menu leads to, in its order."""
    found = registry()
    return (_dashboard(""), *(entry for group in _groups(found, menu_entities(found), "") for entry in group.entries))


def languages() -> tuple[LanguageChoice, ...]:
    """The three languages by their own names; following one shows this page in it."""
    shown = preferences().language
    return tuple(
        LanguageChoice(code, LANGUAGE_NAMES[code], "ltr" if code == "en" else "rtl", f"?lang={code}", code == shown)
        for code in LANGUAGES
    )


def _dashboard(current_key: str) -> MenuEntry:
    return MenuEntry(str(_("Dashboard")), "/", "layout-dashboard", current_key == "dashboard", key="dashboard")


def _entry(spec: EntitySpec, current_key: str) -> MenuEntry:
    return MenuEntry(str(spec.meta.plural), spec.path, spec.meta.icon, spec.name == current_key, key=spec.name)


def _groups(found: Registry, entries: list[EntitySpec], current_key: str) -> list[MenuGroup]:
    groups = []
    for name, label in GROUPS:
        listed: list[tuple[int, MenuEntry]] = [
            (spec.meta.order, _entry(spec, current_key)) for spec in entries if spec.meta.group == name
        ]
        listed += [
            (item.order, _page(item, current_key))
            for item in found.derived.menu
            if item.group == name and can(item.permission)
        ]
        if listed:
            groups.append(MenuGroup(str(label), tuple(entry for _order, entry in sorted(listed, key=_by_order))))
    return groups


def _bottom(found: Registry, entries: list[EntitySpec], current_key: str) -> tuple[MenuEntry, ...]:
    """Three places of the phone's menu: lists, and in place of those of their module the pages for every day."""
    daily = [item for item in sorted(found.derived.menu, key=_order) if item.daily and can(item.permission)][:2]
    served = {item.name.partition(".")[0] for item in daily}
    lists = [spec for spec in entries if spec.name.partition(".")[0] not in served]
    shown = [_entry(spec, current_key) for spec in lists[: 3 - len(daily)]]
    return (*shown, *(_page(item, current_key) for item in daily))


def _page(item: MenuItem, current_key: str) -> MenuEntry:
    return MenuEntry(str(item.label), item.href, item.icon, item.name == current_key, key=item.name)


def _order(item: MenuItem) -> int:
    return item.order


def _by_order(pair: tuple[int, Any]) -> int:
    return pair[0]


def _foot(current_key: str) -> tuple[MenuEntry, ...]:
    return (MenuEntry(str(_("Settings")), "/settings", "settings", current_key.startswith("settings"), key="settings"),)
