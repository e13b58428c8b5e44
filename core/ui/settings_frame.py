"""The second menu of the settings: the pages there are, and of those the ones this user may open."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from core.language.i18n import LazyString, _
from core.permissions import can
from core.transfer.exports import keeping
from core.ui.views_model import Crumb, MenuEntry, MenuGroup, SettingsFrame


@dataclass(frozen=True, slots=True)
class SettingsPage:
    """An entry of the menu; without a permission it is for everybody, or for those of whom `is_for` says so."""

    key: str
    label: LazyString
    href: str
    icon: str
    permission: str = ""
    is_for: Callable[[], bool] | None = None

    @property
    def is_open(self) -> bool:
        return (not self.permission or can(self.permission)) and (self.is_for is None or self.is_for())


GROUPS: tuple[tuple[LazyString | str, tuple[SettingsPage, ...]], ...] = (
    (
        "",
        (
            SettingsPage("me", _("Personal settings"), "/settings/me", "adjustments-horizontal"),
            SettingsPage("notices", _("Notifications"), "/settings/notices", "bell"),
            SettingsPage("exports", _("Exported files"), "/settings/exports", "download",
                         is_for=keeping.has_any_use),
        ),
    ),
    (
        _("Organisation"),
        (
            SettingsPage("general", _("General settings"), "/settings/general", "settings", "core.settings.change"),
            SettingsPage("organisations", _("Organisations"), "/core/organisation", "building",
                         "core.organisation.add"),
            SettingsPage("working-time", _("Working time and holidays"), "/settings/working-time", "calendar-event",
                         "core.holiday.add"),
            SettingsPage("setup", _("First set-up"), "/settings/setup", "flag", "core.settings.change"),
        ),
    ),
    (
        _("People"),
        (
            SettingsPage("users", _("Users"), "/settings/users", "users", "core.user.change"),
            SettingsPage("teams", _("Teams"), "/core/team", "users-group", "core.team.change"),
            SettingsPage("roles", _("Roles"), "/settings/roles", "shield-lock", "core.role.view"),
            SettingsPage("sign-in", _("Single sign-on"), "/settings/sign-in", "key", "core.login.change"),
        ),
    ),
    (
        _("Customising"),
        (
            SettingsPage("modules", _("Modules"), "/settings/modules", "puzzle", "core.module.change"),
            SettingsPage("fields", _("Custom fields"), "/settings/fields", "forms", "core.settings.change"),
            SettingsPage("lists", _("Lists and statuses"), "/settings/lists", "list-details", "core.settings.change"),
            SettingsPage("webhooks", _("Webhooks"), "/settings/webhooks", "send", "core.webhook.change"),
        ),
    ),
    (
        _("Monitoring"),
        (
            SettingsPage("log", _("Audit log"), "/settings/log", "history", "core.audit.view"),
            SettingsPage("health", _("Health"), "/settings/health", "server-cog", "core.settings.change"),
            SettingsPage("backups", _("Backups"), "/settings/backups", "database", "core.settings.change"),
            SettingsPage("jobs", _("Background jobs"), "/settings/jobs", "server-cog", "core.job.change"),
            SettingsPage("feedback", _("Feedback from users"), "/core/feedback", "message", "core.feedback.view"),
            SettingsPage("outbox", _("Outgoing mail"), "/settings/outbox", "mail-forward", "core.mail.change"),
        ),
    ),
)


def frame(current: str, title: Any = "", *above: Crumb) -> SettingsFrame:
    """The menu with the page `current` marked; `above` and `title` lead to where the reader is."""
    groups = tuple(MenuGroup(str(label), _entries(pages, current)) for label, pages in GROUPS)
    steps = (Crumb(str(_("Settings")), "/settings"), *above, *((Crumb(str(title)),) if title else ()))
    return SettingsFrame(tuple(group for group in groups if group.entries), steps)


def _entries(pages: tuple[SettingsPage, ...], current: str) -> tuple[MenuEntry, ...]:
    return tuple(
        MenuEntry(str(page.label), page.href, page.icon, page.key == current, key=f"settings.{page.key}")
        for page in pages
        if page.is_open
    )
