"""`/settings/log`: the audit log with its filters, and a check of its chain."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, redirect, request

from core import query
from core.actor import actor
from core.audit import reading
from core.audit.actions import ACTIONS, action_label
from core.audit.checked import verify_on_record
from core.auth.views.blueprint import vault
from core.db import unit
from core.errors import Malformed
from core.language.calendars import PERIODS, exact_time, period_label
from core.language.i18n import _, lazy_ngettext
from core.language.i18n import current as preferences
from core.language.numbers import format_number
from core.language.timezones import zone
from core.permissions import can
from core.query.conditions import period_dates
from core.registry import current as registry
from core.ui import history_build, log_details, log_scope, rendering
from core.ui.settings_frame import frame
from core.ui.shell import person
from core.ui.views_model import Action, Choice, EmptyState, LogRow, LogScreen
from core.web import route

blueprint = Blueprint("log", __name__)
PAGE = 50
HUES = {
    "create": "green",
    "update": "blue",
    "delete": "red",
    "purge": "red",
    "restore": "teal",
    "login": "grey",
    "login_failed": "amber",
    "denied": "amber",
    "import": "violet",
    "export": "violet",
}


@route(blueprint, "/settings/log", access="core.audit.view")
def log() -> Response:
    """Who changed what, newest first."""
    filters, before = _filters(), _number(request.args.get("before", ""))
    rows = reading.search_log(filters, before, PAGE + 1, visible=log_scope.visible())
    screen = _screen(filters, rows)
    return rendering.page(
        "log.html", _("Audit log"), current="settings.log", screen=screen, settings=frame("log", _("Audit log"))
    )


@route(blueprint, "/settings/log/verify", access="core.audit.view", methods=("POST",))
def check() -> Any:
    """Walk the whole chain and say whether it holds."""
    verdict = verify_on_record(unit().engine, vault=vault())
    text = (
        lazy_ngettext("The log is whole: {n} entry.", "The log is whole: {n} entries.", verdict.rows)
        if verdict.ok
        else _("The log was changed: {reason}", reason=verdict.first_broken.message if verdict.first_broken else "")
    )
    return rendering.say(redirect("/settings/log", 303), text)


def _filters() -> reading.LogQuery:
    args = request.args
    since, until = _span(args.get("period", ""))
    return reading.LogQuery(
        actor_id=_number(args.get("user", "")),
        entity=args.get("entity", "")[:120],
        action=args.get("action", "")[:40],
        record_id=_number(args.get("record", "")),
        text=args.get("q", "").strip()[:100],
        in_values=actor().is_admin,
        since=since,
        until=until,
    )


def _span(name: str) -> tuple[dt.datetime | None, dt.datetime | None]:
    if not name:
        return None, None
    if name not in PERIODS:
        raise Malformed(_("Unknown period “{name}”.", name=name[:40]))
    start, end = period_dates(name, preferences())
    here = zone(preferences().timezone)
    return dt.datetime.combine(start, dt.time(), here), dt.datetime.combine(end, dt.time(), here)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else None


def _screen(filters: reading.LogQuery, rows: list[reading.LogRow]) -> LogScreen:
    shown, args = rows[:PAGE], request.args
    titles = history_build.titles_for(shown)
    users = query.options(registry().entity("core.user"), "", 50)
    conditions = {name: value for name, value in args.items() if value and name not in ("before", "lang")}
    older = f"?{urlencode({**conditions, 'before': shown[-1].id})}" if len(rows) > PAGE else ""
    return LogScreen(
        rows=tuple(_row(row, titles) for row in shown),
        total="",
        query=filters.text,
        actions=_choices([(name, str(label)) for name, label in ACTIONS.items()], filters.action),
        entities=_choices(
            [*((spec.name, str(spec.meta.plural)) for spec in registry().entities.values() if can(f"{spec.name}.view")),
             *((name, str(label)) for name, label in log_details.SUBJECTS.items())],
            filters.entity,
        ),
        users=_choices([(str(user["id"]), user["title"]) for user in users], str(filters.actor_id or "")),
        periods=_choices([(name, str(period_label(name))) for name in PERIODS], args.get("period", "")),
        clear_href="/settings/log" if conditions else "",
        older_href=older,
        newer_href=f"?{urlencode(conditions)}" if args.get("before") else "",
        verify=Action(str(_("Verify")), "/settings/log/verify", "shield-check", "post"),
        empty=None if shown else EmptyState("no_match", str(_("No entries match these filters.")), icon="history"),
    )


def _choices(values: list[tuple[str, str]], chosen: str) -> tuple[Choice, ...]:
    return tuple(Choice(value, label, value == chosen) for value, label in values)


def _row(row: reading.LogRow, titles: dict[str, dict[int, str]]) -> LogRow:
    spec = registry().entities.get(row.entity)
    return LogRow(
        sequence=format_number(row.id, preferences().formatting_locale),
        time=history_build.short_moment(row.at),
        moment=exact_time(row.at),
        who=person(history_build.actor_name(row)),
        action=str(action_label(row.action)),
        hue=HUES.get(row.action, "grey"),
        entity=log_details.subject(row.entity),
        record=row.record_title,
        href=f"{spec.path}/{row.record_id}" if spec and row.record_id else "",
        address=row.address,
        device=row.channel,
        changes=history_build.changes(row, titles) + log_details.details(row),
        request_id=row.request_id,
        more_text=row.reason or (str(_("The personal data of this entry were erased.")) if row.is_erased else ""),
    )
