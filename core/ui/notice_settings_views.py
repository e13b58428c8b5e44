"""`/settings/notices`: how one wants to be told of what."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, redirect, request

from core.declarations import NoticeKind
from core.errors import Invalid
from core.language.calendars import format_time
from core.language.i18n import LazyString, _
from core.language.i18n import current as preferences
from core.notify import choosing
from core.notify.telling import ByMail, Channels
from core.registry import current as registry
from core.ui import rendering
from core.ui.settings_frame import frame
from core.ui.shell_model import Choice
from core.web import SIGNED_IN, route

blueprint = Blueprint("notice_settings", __name__)
ADDRESS = "/settings/notices"
NO_HOUR = -1
BELL, EMAIL, URGENT = _("Bell"), _("Email"), _("In quiet hours too")
MAILS: dict[ByMail, LazyString] = {
    ByMail.NEVER: _("No email"), ByMail.NOW: _("At once"), ByMail.DIGEST: _("In the daily email"),
}  # fmt: skip
#: What chooses for all kinds at once.
ALL_AT_ONCE: dict[str, tuple[LazyString, Callable[[], dict[str, Channels]]]] = {
    "mentions": (_("Only mentions"), choosing.only_mentions), "usual": (_("The usual choice"), choosing.as_usual),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tick:
    """A box: its input's name, what it is for, and whether it is ticked."""

    name: str
    label: str
    is_ticked: bool


@dataclass(frozen=True, slots=True)
class KindLine:
    """A kind of notice: whether it comes to the bell, whether by mail and when, and whether in quiet hours."""

    label: str
    bell: Tick
    mail: str
    mail_label: str
    mails: tuple[Choice, ...]
    urgent: Tick


@dataclass(frozen=True, slots=True)
class NoticeSettingsScreen:
    """All kinds, and when the daily mail comes."""

    ways: tuple[str, ...]
    kinds: tuple[KindLine, ...]
    presets: tuple[tuple[str, str], ...]
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
        ways=(str(BELL), str(EMAIL), str(URGENT)),
        kinds=tuple(_line(kind, chosen) for kind, chosen in choosing.chosen_by_reader()),
        presets=tuple((name, str(label)) for name, (label, _ways) in ALL_AT_ONCE.items()),
        hours=_hours(time.hour), working_days_only=time.working_days_only,
        quiet_from=(_none(quiet[0]), *_hours(quiet[0])), quiet_until=(_none(quiet[1]), *_hours(quiet[1])),
    )  # fmt: skip
    title = _("Notifications")
    return rendering.page("notice_settings.html", title, current="settings.notices", screen=screen,
                          settings=frame("notices", title))  # fmt: skip


@route(blueprint, ADDRESS, access=SIGNED_IN, methods=("POST",))
def save() -> Any:
    """Keep what is chosen, for each kind or for all at once."""
    form = request.form
    preset = ALL_AT_ONCE.get(form.get("all", ""))
    ways = preset[1]() if preset else {name: _ways(name) for name in registry().derived.notice_kinds}
    start, end = _hour("quiet_from"), _hour("quiet_until")
    quiet = None if start == end == NO_HOUR else choosing.Quiet(start, end)
    choosing.choose(ways, choosing.Times(_hour("hour"), bool(form.get("working_days_only")), quiet))
    return rendering.say(redirect(ADDRESS, 303), _("Settings saved."))


def _line(kind: NoticeKind, chosen: Channels) -> KindLine:
    def tick(way: str, label: LazyString, is_ticked: bool) -> Tick:
        return Tick(f"{kind.name}.{way}", f"{kind.label}: {label}", is_ticked)

    mails = tuple(Choice(way.value, str(label), way is chosen.mail) for way, label in MAILS.items())
    return KindLine(str(kind.label), tick("bell", BELL, chosen.bell), f"{kind.name}.mail", f"{kind.label}: {EMAIL}",
                    mails, tick("urgent", URGENT, chosen.urgent))  # fmt: skip


def _ways(name: str) -> Channels:
    """What the form says of a kind."""
    form = request.form
    try:
        by_mail = ByMail(form.get(f"{name}.mail", ByMail.NEVER.value))
    except ValueError as error:
        raise Invalid(errors={f"{name}.mail": [_("Choose from the list.")]}) from error
    return Channels(f"{name}.bell" in form, by_mail, f"{name}.urgent" in form)


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
