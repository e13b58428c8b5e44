"""The kernel's stops of the tour that newcomers are offered, and which stops somebody is shown."""

from __future__ import annotations

from core.declarations import TourStep
from core.language.i18n import _
from core.permissions import can
from core.plugin.hookspecs import hookimpl
from core.registry import current as registry


@hookimpl
def register_tour() -> list[TourStep]:
    return [
        TourStep("core.search", ".dw-global .dw-search, [data-open-search]", _("Find anything"),
                 _("Type part of a name, a phone or an email; the spelling does not matter."), order=30),
        TourStep("core.create", "[popovertarget=quick-create]", _("Create from anywhere"),
                 _("A new record opens beside the page, so you do not lose your place."), order=40),
        TourStep("core.notices", "[data-bell]", _("What is new for you"),
                 _("The bell tells what colleagues assigned to you and where they mentioned you."), order=50),
        TourStep("core.help", ".dw-topbar [data-help], .dw-bottom [popovertarget=own-menu]", _("Help is always here"),
                 _("It explains the page you are on, and you can tell us what you think of it."), order=60),
        TourStep("core.me", ".dw-me, .dw-bottom [popovertarget=own-menu]", _("Make it yours"),
                 _("Your language, calendar and the look of the pages are in your own menu."), order=70),
    ]  # fmt: skip


def stops() -> tuple[TourStep, ...]:
    """Those that the reader may be shown, in their order; the page leaves out what it does not have."""
    return tuple(stop for stop in registry().derived.tour if not stop.permission or can(stop.permission))
