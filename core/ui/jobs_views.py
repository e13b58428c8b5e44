"""`/settings/jobs`: what runs in the background, how far it is, and what went wrong."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, make_response, redirect, request

from core import query
from core.jobs import by_hand, reading, schedule
from core.language.calendars import exact_time, relative_time
from core.language.i18n import _, ngettext
from core.language.i18n import current as preferences
from core.language.numbers import format_number
from core.plugin import sentences
from core.registry import current as registry
from core.ui import rendering
from core.ui.jobs_model import Fact, Line, LinesScreen, Turn
from core.ui.settings_frame import frame
from core.ui.views_model import Action, Choice, EmptyState
from core.web import route

blueprint = Blueprint("jobs", __name__)
ADDRESS = "/settings/jobs"
NEEDED = by_hand.PERMISSION
PAGE = 50
STATES = {
    "running": (_("Running"), "blue"),
    "waiting": (_("Waiting", context="job"), "grey"),
    "failed": (_("To be retried", context="job"), "amber"),
    "dead": (_("Failed"), "red"),
    "done": (_("Done", context="job"), "green"),
    "cancelled": (_("Cancelled", context="job"), "grey"),
}


@route(blueprint, ADDRESS, access=NEEDED)
def show() -> Response:
    title = _("Background jobs")
    return rendering.page("lines.html", title, current="settings.jobs", screen=_screen(), live=True,
                          settings=frame("jobs", title))  # fmt: skip


@route(blueprint, f"{ADDRESS}/live", access=NEEDED)
def live() -> Response:
    """The lines as they stand now."""
    return make_response(rendering.fragment("fragments/lines.html", screen=_screen()))


@route(blueprint, f"{ADDRESS}/retry", access=NEEDED, methods=("POST",))
def retry_all() -> Any:
    """Try all that failed again."""
    ids = reading.dead()
    for job_id in ids:
        by_hand.retry(job_id)
    return rendering.say(redirect(ADDRESS, 303), ngettext("{n} job is tried again.", "{n} jobs are tried again.",
                                                         len(ids)))  # fmt: skip


@route(blueprint, f"{ADDRESS}/<int:job_id>/retry", access=NEEDED, methods=("POST",))
def retry(job_id: int) -> Any:
    by_hand.retry(job_id)
    return rendering.say(redirect(ADDRESS, 303), _("The job is tried again."))


@route(blueprint, f"{ADDRESS}/<int:job_id>/cancel", access=NEEDED, methods=("POST",))
def cancel(job_id: int) -> Any:
    text = _("The job is cancelled.") if by_hand.cancel(job_id) == "cancelled" else _("The job ends at its next step.")
    return rendering.say(redirect(ADDRESS, 303), text)


def _screen() -> LinesScreen:
    state, name = request.args.get("state", ""), request.args.get("name", "")[:120]
    state = state if state in STATES else ""
    rows = reading.page(state, name, number(request.args.get("before", "")), PAGE + 1)
    numbers = reading.counts()
    conditions = {key: value for key, value in (("state", state), ("name", name)) if value}
    people = query.titles({"core.user": {row.actor_id for row in rows if row.actor_id}}).get("core.user", {})
    is_filtered = bool(conditions)
    dead = numbers.get("dead", 0)
    return LinesScreen(
        lines=tuple(line(row, people) for row in rows[:PAGE]),
        states=choices(STATES, numbers, state), names=_names(name), address=ADDRESS,
        live_href=f"{ADDRESS}/live?{request.query_string.decode('ascii', 'ignore')}",
        turns=() if is_filtered or "before" in request.args else _turns(),
        clear_href=ADDRESS if is_filtered else "",
        older_href=f"?{urlencode({**conditions, 'before': rows[PAGE - 1].id})}" if len(rows) > PAGE else "",
        act=Action(str(_("Retry all failed")), f"{ADDRESS}/retry", "refresh", "post",
                   confirm=ngettext("Retry {n} failed job?", "Retry {n} failed jobs?", dead)) if dead else None,
        empty=None if rows else _empty(is_filtered))  # fmt: skip


def _empty(is_filtered: bool) -> EmptyState:
    if is_filtered:
        return EmptyState("no_match", str(_("No job matches these filters.")))
    return EmptyState("nothing", str(_("No jobs yet")), str(_("Imports, mails and other long work show up here, "
                      "with their progress and their errors.")), "server-cog")  # fmt: skip


def line(row: Any, people: dict[int, str]) -> Line:
    label, hue = STATES[row.state]
    percent = min(100, row.done * 100 // row.total) if row.state == "running" and row.total else -1
    at = row.finished_at or row.started_at or row.created_at
    if row.state in ("waiting", "failed"):
        at = row.run_after
    return Line(
        key=str(row.id), state=str(label), hue=hue, title=reading.label_of(row.name),
        note=people.get(row.actor_id or 0, ""), detail=_detail(row), time=relative_time(at), moment=exact_time(at),
        percent=percent, facts=_facts(row), actions=_actions(row))  # fmt: skip


def _detail(row: Any) -> str:
    if row.state == "running" and row.cancel_asked:
        return str(_("Being cancelled"))
    if row.state == "running" and row.total:
        return str(_("{done} of {total}", done=figure(row.done), total=figure(row.total)))
    if row.state in ("failed", "dead"):
        return sentences.told(row.error.partition("\n")[0])[:200]
    return str(row.note)


def _facts(row: Any) -> tuple[Fact, ...]:
    moments = ((_("Asked for", context="job"), row.created_at), (_("Begun", context="job"), row.started_at),
               (_("Ended", context="job"), row.finished_at))
    facts = [Fact(str(label), exact_time(at)) for label, at in moments if at is not None]
    facts.append(Fact(str(_("Tries", context="job")), figure(row.attempts)))
    facts.append(Fact(str(_("Reference")), f"job-{row.id}", "code"))
    if row.name not in registry().derived.jobs:
        facts.append(Fact(str(_("Module")), str(_("Turned off: the job waits until it is turned on."))))
    if row.error:
        is_ours = not row.trace or sentences.is_ours(row.error)
        facts.append(Fact(str(_("Error")), sentences.told(row.error), "" if is_ours else "code"))
    if row.trace:
        facts.append(Fact(str(_("Where it happened")), row.trace, "trace"))
    return tuple(facts)


def _actions(row: Any) -> tuple[Action, ...]:
    found = []
    if row.state in ("failed", "dead", "cancelled"):
        found.append(Action(str(_("Retry")), f"{ADDRESS}/{row.id}/retry", "refresh", "post"))
    if row.state in ("waiting", "failed") or row.state == "running" and not row.cancel_asked:
        found.append(Action(str(_("Cancel job")), f"{ADDRESS}/{row.id}/cancel", "ban", "post", danger=True,
                            confirm=str(_("Cancel this job?"))))  # fmt: skip
    return tuple(found)


def _turns() -> tuple[Turn, ...]:
    known = reading.turns()
    found = []
    for name in schedule.scheduled():
        row = known.get(name)
        if row is not None:
            last = relative_time(row.last_at) if row.last_at else ""
            found.append(Turn(reading.label_of(name), name, relative_time(row.next_at), exact_time(row.next_at), last))
    return tuple(sorted(found, key=lambda turn: turn.title))


def _names(chosen: str) -> tuple[Choice, ...]:
    named = sorted((reading.label_of(name), name) for name in registry().derived.jobs)
    return tuple(Choice(name, label, name == chosen) for label, name in named)


def choices(states: dict[str, Any], numbers: dict[str, int], chosen: str) -> tuple[Choice, ...]:
    """The states as a filter, each with how many there are."""
    return tuple(Choice(name, f"{label} ({figure(numbers[name])})" if numbers.get(name) else str(label), name == chosen)
                 for name, (label, _hue) in states.items())


def figure(value: int) -> str:
    return format_number(value, preferences().formatting_locale)


def number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else None

