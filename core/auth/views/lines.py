"""Lines of sessions and tokens, on one's own page and on that of another user."""

from __future__ import annotations

import datetime as dt
from typing import Any

from core.auth import sessions, tokens
from core.auth.views.devices import device_name
from core.language.calendars import format_date, relative_time
from core.language.i18n import _, ngettext
from core.language.i18n import current as preferences
from core.language.timezones import local
from core.permissions import can
from core.registry import current as registry
from core.ui.views_model import Action, Choice, SessionLine, TokenLine

TOKEN_DAYS = (30, 90, 365)
SCOPES = {"read": _("read only"), "write": _("read and write")}
TOKEN_INPUTS = {"scope": "token_scope", "days": "token_days", "label": "token_name", "entities": "token_entities"}


def session_lines(user_id: int, href: str, mine: str = "") -> tuple[SessionLine, ...]:
    """The open sessions of a user; `mine` is the id of the reader's own."""
    return tuple(
        SessionLine(
            device_name(one.user_agent), one.address, relative_time(one.seen_at), one.id == mine,
            Action(str(_("End session")), href, method="post",
                   fields=(("intent", "end_session"), ("session", one.public_id))),
            str(_("with a second factor")) if one.factor else "",
        )
        for one in sessions.open_sessions(user_id)
    )  # fmt: skip


def token_lines(user_id: int, href: str) -> tuple[TokenLine, ...]:
    return tuple(
        TokenLine(
            one.label, _may(one), _day(one.created_at), relative_time(one.last_used_at) if one.last_used_at else "",
            _day(one.expires_at) if one.expires_at else "",
            Action(str(_("Revoke")), href, method="post", danger=True,
                   confirm=str(_("Revoke the token “{name}”?", name=one.label)),
                   confirm_text=str(_("Programs that use it can no longer log in.")),
                   fields=(("intent", "revoke_token"), ("token", str(one.id)))),
            one.last_address, one.is_expired,
        )
        for one in tokens.tokens_of(user_id)
    )  # fmt: skip


def token_days() -> tuple[Choice, ...]:
    limited = (Choice(str(n), ngettext("{n} day", "{n} days", n), n == TOKEN_DAYS[0]) for n in TOKEN_DAYS)
    return (*limited, Choice("", str(_("No limit"))))


def token_entities(chosen: Any = ()) -> tuple[Choice, ...]:
    """What a token can be narrowed to: the record types this reader may see."""
    specs = (spec for spec in registry().entities.values() if can(f"{spec.name}.view"))
    return tuple(Choice(spec.name, str(spec.meta.plural), spec.name in chosen) for spec in specs)


def _may(one: tokens.ApiToken) -> str:
    """The scope, and the record types a token is narrowed to."""
    known = registry().entities
    names = [str(known[name].meta.plural) if name in known else name for name in one.entities]
    scope = str(SCOPES[one.scope])
    return str(_("{scope}, only {types}", scope=scope, types=" · ".join(names))) if names else scope


def _day(moment: dt.datetime) -> str:
    reader = preferences()
    return format_date(local(moment, reader.timezone).date(), reader.formatting_locale, reader.calendar, "medium")
