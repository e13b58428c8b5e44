"""Mails about one's own account, in its owner's language: what was changed, and by which link to go on.

A notice goes out with the change it tells of, or not at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from core import mail
from core.auth.display import user_preferences
from core.auth.models import User
from core.db import unit
from core.entity.base import utc_now
from core.language.calendars import format_date, format_time
from core.language.i18n import _, use
from core.language.i18n import current as preferences
from core.language.timezones import local
from core.mail import Letter, value
from core.signals import on

NOT_YOU = _("If it was not you, ask an administrator at once.")


def password_changed(user_id: int) -> None:
    _tell(user_id, _("Your password was changed"), [_("The password of your account was changed.")])


def factor_changed(user_id: int, is_on: bool) -> None:
    if is_on:
        _tell(user_id, _("Two-factor authentication was turned on"),
              [_("Logging in to your account asks for a code of your app from now on.")])  # fmt: skip
    else:
        _tell(user_id, _("Two-factor authentication was turned off"),
              [_("Logging in to your account no longer asks for a code of your app.")])  # fmt: skip


def new_device(user_id: int, device: str, address: str) -> None:
    """For whoever wants it: a log-in from a browser that was not seen before."""
    wants = sa.select(User.device_notices).where(User.id == user_id)
    if unit().execute(wants).scalar() is not False:
        told = _("Someone logged in to your account with {device}, from {address}.",
                 device=value(device), address=value(address, "code"))  # fmt: skip
        _tell(user_id, _("Log-in from a new device"), [told])


def reset_link(user_id: int, address: str) -> None:
    """Good for half an hour; whoever reads it gets in, so the outbox forgets it once it is sent."""
    paragraphs = [
        _("You, or someone who typed your address, asked for a new password."),
        _("The link works once, within half an hour. Whoever did not ask for it has nothing to do."),
    ]
    _write(user_id, Letter(_("A new password"), paragraphs, (_("Choose a password"), address)), is_private=True)


def invitation(user_id: int, address: str) -> None:
    paragraphs = [
        _("An account was made for you."),
        _("Choose a password by this link. It works once, within a week."),
    ]
    _write(user_id, Letter(_("Welcome to Diwan"), paragraphs, (_("Choose a password"), address)), is_private=True)


@on("core.records_saved")
def tell_old_address(entity: Any, changes: Iterable[Any]) -> None:
    """Whoever changed it, and from wherever: the address that was left is told (SEC-41)."""
    if entity.name != "core.user":
        return
    for change in changes:
        old = change.before.get("email")
        if not change.is_new and old and change.changed("email"):
            told = _("Your account belongs to the address {email} from now on.",
                     email=value(change.after["email"], "email"))  # fmt: skip
            _tell(change.id, _("The email of your account was changed"), [told], to=old)


def _tell(user_id: int, subject: Any, paragraphs: Sequence[Any], to: str = "") -> None:
    with use(user_preferences(user_id)):
        reader, now = preferences(), local(utc_now(), preferences().timezone)
        when = _("Time: {date}, {time}", date=format_date(now.date(), reader.formatting_locale, reader.calendar),
                 time=value(format_time(now, reader.formatting_locale), "time"))  # fmt: skip
        _send(user_id, Letter(subject, [*paragraphs, when, NOT_YOU]), to, is_private=False)


def _write(user_id: int, letter: Letter, is_private: bool) -> None:
    with use(user_preferences(user_id)):
        _send(user_id, letter, "", is_private)


def _send(user_id: int, letter: Letter, to: str, is_private: bool) -> None:
    address = to or unit().execute(sa.select(User.email).where(User.id == user_id)).scalar()
    if address:
        mail.send(address, letter.subject, letter.text(), letter.html(), is_private=is_private)
