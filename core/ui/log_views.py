"""`/settings/log`: the audit log with its filters, as a file, and a check of its chain."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, redirect, request

from core import query
from core.actor import actor
from core.audit import listener, reading
from core.audit.actions import ACTIONS, action_label
from core.audit.checked import verify_on_record
from core.auth.views.blueprint import vault
from core.db import unit
from core.entity.base import utc_now
from core.entity.spec import read_aloud
from core.errors import Invalid, Malformed
from core.language.calendars import PERIODS, exact_time, period_label
from core.language.i18n import _, lazy_ngettext
from core.language.i18n import current as preferences
from core.language.numbers import format_number
from core.language.timezones import zone
from core.permissions import can
from core.query.conditions import period_dates
from core.registry import current as registry
from core.transfer.writer import csv_chunks
from core.ui import history_build, log_details, log_reads, log_scope, rendering
from core.ui.settings_frame import frame
from core.ui.shell import person
from core.ui.views_model import Action, Choice, EmptyState, LogRow, LogScreen
from core.web import route

blueprint = Blueprint("log", __name__)
PAGE = 50
#: Entries that are read at once for a file, and that a file holds.
AT_ONCE, MOST = 500, 20_000
FILTERS = ("user", "entity", "action", "record", "q", "period")
COLUMNS = (_("Number"), _("Time"), _("User"), _("Act"), _("Kind of record"), _("Record"), _("ID"), _("Channel"),
           _("Network address"), _("Request"), _("Changes"), _("Reason"))  # fmt: skip
HUES = {
    "create": "green",
    "update": "blue",
    "delete": "red",
    "purge": "red",
    "restore": "teal",
    "login": "grey",
    "login_failed": "amber",
    "login_locked": "red",
    "denied": "amber",
    "import": "violet",
    "export": "violet",
}


@route(blueprint, "/settings/log", access="core.audit.view")
def log() -> Response:
    """Who changed what, newest first."""
    filters, before = _filters(), _number(request.args.get("before", ""))
    log_reads.note(_asked())
    rows = reading.search_log(filters, before, PAGE + 1, visible=log_scope.visible())
    screen = _screen(filters, rows)
    return rendering.page(
        "log.html", _("Audit log"), current="settings.log", screen=screen, settings=frame("log", _("Audit log"))
    )


@route(blueprint, "/settings/log/export", access="core.audit.view", methods=("POST",))
def export() -> Any:
    """The entries that the page shows with these filters, as CSV; what the reader may not see is not in it."""
    rows = list(_every(_filters()))
    header = [str(label) for label in COLUMNS]
    body = b"".join(csv_chunks(header, (_cells(row, titles) for row, titles in rows)))
    unit().begin_write()
    listener.record("core.audit", None, "", "export", {
        "rows": [None, len(rows)], "format": [None, "csv"], "filters": [None, _asked()]})  # fmt: skip
    answer = Response(body, mimetype="text/csv")
    answer.headers.set("Content-Disposition", "attachment", filename=f"audit-{utc_now():%Y-%m-%d}.csv")
    return answer


def _every(filters: reading.LogQuery) -> Iterator[tuple[reading.LogRow, dict[str, dict[int, str]]]]:
    """Each entry with the titles of what it refers to. Invalid where there are too many for one file."""
    visible, before, count = log_scope.visible(), None, 0
    while rows := reading.search_log(filters, before, AT_ONCE, visible=visible):
        count += len(rows)
        if count > MOST:
            raise Invalid(_("A file holds at most {limit} entries. Choose a shorter time or another filter.",
                            limit=format_number(MOST, preferences().formatting_locale)))  # fmt: skip
        titles = history_build.titles_for(rows)
        yield from ((row, titles) for row in rows)
        before = rows[-1].id


def _cells(row: reading.LogRow, titles: dict[str, dict[int, str]]) -> list[Any]:
    shown = _row(row, titles)
    told = "; ".join(f"{one.label}: {one.old.striptags() or '–'} → {one.new.striptags() or '–'}"
                     for one in shown.changes)  # fmt: skip
    return [row.id, row.at, shown.who.name, shown.action, shown.entity, row.record_title, row.record_id, row.channel,
            row.address, row.request_id, told, shown.more_text]  # fmt: skip


def _asked() -> str:
    """The filters in force, as they stand in the address."""
    return urlencode({name: value[:120] for name, value in request.args.items() if value and name in FILTERS})


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
        export=Action(str(_("Export")), f"/settings/log/export?{_asked()}", "download", "post"),
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
        action=str(action_label(row.action, row.entity)),
        hue=HUES.get(row.action, "grey"),
        entity=log_details.subject(row.entity),
        record=read_aloud(row.record_title),
        href=f"{spec.path}/{row.record_id}" if spec and row.record_id else "",
        address=row.address,
        device=row.channel,
        changes=history_build.changes(row, titles) + log_details.details(row),
        request_id=row.request_id,
        more_text=row.reason or (str(_("The personal data of this entry were erased.")) if row.is_erased else ""),
    )
