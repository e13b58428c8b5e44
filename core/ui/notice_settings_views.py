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
from core.notify.telling import Channels
from core.registry import current as registry
from core.ui import rendering
from core.ui.settings_frame import frame
from core.ui.shell_model import Choice
from core.web import SIGNED_IN, route

blueprint = Blueprint("notice_settings", __name__)
ADDRESS = "/settings/notices"
NO_HOUR = -1
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
    quiet_from: tuple[Choice, ...]
    quiet_until: tuple[Choice, ...]


@route(blueprint, ADDRESS, access=SIGNED_IN)
def show() -> Response:
    """The ways of every kind, as they are for the reader."""
    time = choosing.times()
    quiet = (time.quiet.start, time.quiet.end) if time.quiet else (None, None)
    screen = NoticeSettingsScreen(
        ways=tuple(str(label) for _name, label in WAYS),
        kinds=tuple(
            KindLine(str(kind.label), tuple(
                (f"{kind.name}.{way}", f"{kind.label}: {label}", getattr(chosen, way)) for way, label in WAYS))
            for kind, chosen in choosing.chosen_by_reader()),
        hours=_hours(time.hour), working_days_only=time.working_days_only,
        quiet_from=(_none(quiet[0]), *_hours(quiet[0])), quiet_until=(_none(quiet[1]), *_hours(quiet[1])),
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
    start, end = _hour("quiet_from"), _hour("quiet_until")
    quiet = None if start == end == NO_HOUR else choosing.Quiet(start, end)
    choosing.choose(ways, choosing.Times(_hour("hour"), bool(form.get("working_days_only")), quiet))
    return rendering.say(redirect(ADDRESS, 303), _("Settings saved."))


def _hours(chosen: int | None) -> tuple[Choice, ...]:
    locale = preferences().formatting_locale
    return tuple(Choice(str(hour), format_time(dt.datetime(2026, 1, 1, hour), locale), hour == chosen)
                 for hour in range(24))


def _none(chosen: int | None) -> Choice:
    return Choice("", "—", chosen is None)


def _hour(name: str) -> int:
    """What the form says; NO_HOUR for what is none."""
    text = request.form.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 3 else NO_HOUR
