"""`/settings/notices`: how one wants to be told of what."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, redirect, request

from core.language.calendars import format_time
from core.language.i18n import LazyString, _
from core.language.i18n import current as preferences
from core.notify import choosing
from core.notify.choosing import DigestTime
from core.notify.telling import Channels
from core.registry import current as registry
from core.ui import rendering
from core.ui.settings_frame import frame
from core.ui.shell_model import Choice
from core.web import SIGNED_IN, route

blueprint = Blueprint("notice_settings", __name__)
ADDRESS = "/settings/notices"
WAYS: tuple[tuple[str, LazyString], ...] = (
    ("bell", _("Bell")), ("mail", _("Email")), ("digest", _("Daily email")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class KindLine:
    """A kind of notice with its three ticks: (input's name, label, ticked)."""

    label: str
    ticks: tuple[tuple[str, str, bool], ...]


@dataclass(frozen=True, slots=True)
class NoticeSettingsScreen:
    """All kinds, and when the daily mail comes."""

    ways: tuple[str, ...]
    kinds: tuple[KindLine, ...]
    hours: tuple[Choice, ...]
    working_days_only: bool


@route(blueprint, ADDRESS, access=SIGNED_IN)
def show() -> Response:
    """The ways of every kind, as they are for the reader."""
    time, locale = choosing.digest_time(), preferences().formatting_locale
    screen = NoticeSettingsScreen(
        ways=tuple(str(label) for _name, label in WAYS),
        kinds=tuple(
            KindLine(str(kind.label), tuple(
                (f"{kind.name}.{way}", f"{kind.label}: {label}", getattr(chosen, way)) for way, label in WAYS))
            for kind, chosen in choosing.chosen_by_reader()),
        hours=tuple(Choice(str(hour), format_time(dt.datetime(2026, 1, 1, hour), locale), hour == time.hour)
                    for hour in range(24)),
        working_days_only=time.working_days_only,
    )  # fmt: skip
    title = _("Notifications")
    return rendering.page("notice_settings.html", title, current="settings.notices", screen=screen,
                          settings=frame("notices", title))  # fmt: skip


@route(blueprint, ADDRESS, access=SIGNED_IN, methods=("POST",))
def save() -> Any:
    """Keep what is ticked."""
    form = request.form
    ways = {name: Channels(*(f"{name}.{way}" in form for way, _label in WAYS))
            for name in registry().derived.notice_kinds}  # fmt: skip
    hour = form.get("hour", "")
    chosen = int(hour) if hour.isascii() and hour.isdigit() and len(hour) < 3 else -1
    choosing.choose(ways, DigestTime(chosen, bool(form.get("working_days_only"))))
    return rendering.say(redirect(ADDRESS, 303), _("Settings saved."))
