"""`/notices`: what one was told of, as a page and as the panel of the bell, and what one has seen of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from flask import Blueprint, Response, g, redirect, request
from markupsafe import escape

from core import records
from core.declarations import Action as Verb
from core.entity.base import utc_now
from core.errors import NotFound
from core.language.calendars import exact_time, relative_time
from core.language.i18n import _, ngettext
from core.notify import choosing, marking, reading
from core.notify.models import notices
from core.notify.news import unread_text
from core.notify.reading import Notice
from core.permissions import can
from core.registry import current as registry
from core.rest.problems import json_answer
from core.ui import contained, rendering
from core.ui.list_model import EmptyState
from core.ui.notices_model import NoticeLine, NoticesScreen
from core.ui.record_views import run_action, what_was_done
from core.ui.shell import person
from core.ui.shell_model import Action
from core.web import PANEL_HEADER, SIGNED_IN, route

blueprint = Blueprint("notices", __name__)
ADDRESS = "/notices"
IN_PANEL, ON_PAGE = 8, 50
JUST_NOW = dt.timedelta(minutes=2)


@route(blueprint, ADDRESS, access=SIGNED_IN)
def show() -> Response:
    """All notices, the newest first, from the one after `before`."""
    before = _number(request.args.get("before", ""))
    found = reading.latest(ON_PAGE + 1, before)
    older = f"{ADDRESS}?before={found[ON_PAGE - 1].id}" if len(found) > ON_PAGE else ""
    return rendering.page("notices.html", _("Notifications"), screen=_screen(found[:ON_PAGE], older))


@route(blueprint, f"{ADDRESS}/panel", access=SIGNED_IN)
def panel() -> Response:
    """The newest ones, for the bell."""
    found = reading.latest(IN_PANEL)
    return Response(rendering.fragment("fragments/notices.html", screen=_screen(found, ADDRESS)))


@route(blueprint, f"{ADDRESS}/<int:notice_id>/read", access=SIGNED_IN, methods=("POST",))
def read(notice_id: int) -> Any:
    """One has been seen; how many are left."""
    marking.read(notice_id)
    return _answer()


@route(blueprint, f"{ADDRESS}/<int:notice_id>/do/<action>", access=SIGNED_IN, methods=("POST",))
def act(notice_id: int, action: str) -> Any:
    """One of the verbs that the kind of a notice offers beside it; it has been seen then."""
    found = next(iter(reading.find(notices.c.id == notice_id, limit=1)), None)
    if found is None or found.record is None or action not in _offered(found):
        raise NotFound(_("There is no such page."))
    verb = run_action(registry().entity(found.record[0]), found.record[1], action)
    marking.read(notice_id)
    said = what_was_done(verb)
    if request.headers.get(PANEL_HEADER):
        return json_answer({"unread": unread_text(reading.unread()), "said": str(said)})
    return rendering.say(redirect(ADDRESS, 303), said)


def _offered(one: Notice) -> tuple[str, ...]:
    kind = registry().derived.notice_kinds.get(one.kind)
    return kind.actions if kind else ()


def _folded(one: Notice) -> str:
    kind = registry().derived.notice_kinds.get(one.kind)
    return str(kind.folded) if kind and kind.folded else ""


@route(blueprint, f"{ADDRESS}/read", access=SIGNED_IN, methods=("POST",))
def read_all() -> Any:
    """All have been seen that were shown: what came since stays new."""
    marking.read_all(_number(request.form.get("newest", "")))
    return _answer()


@route(blueprint, f"{ADDRESS}/newest", access=SIGNED_IN)
def newest() -> Response:
    """What the browser may tell in its own way: the notice that came just now; in quiet hours only what is
    urgent to the reader."""
    g.asks_by_itself = True
    fresh = (notices.c.in_bell, notices.c.read_at.is_(None), notices.c.told_at > utc_now() - JUST_NOW)
    found = reading.find(*fresh, choosing.may_disturb(), limit=1)
    return json_answer([{"id": one.id, "text": _in_one_line(one), "href": one.href} for one in found])


def _in_one_line(one: Notice) -> str:
    return " · ".join(filter(None, (str(one.text), one.about, *(each.text for each in one.details))))


def _answer() -> Any:
    if request.headers.get(PANEL_HEADER):
        return json_answer({"unread": unread_text(reading.unread())})
    return redirect(ADDRESS, 303)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else None


def _screen(found: list[Notice], more_href: str) -> NoticesScreen:
    open_records = _records(found)
    return NoticesScreen(
        lines=tuple(_line(one, open_records) for one in found),
        unread=unread_text(reading.unread()),
        newest=found[0].id if found else 0,
        older_href=more_href,
        empty=None if found else EmptyState(
            "nothing", str(_("Nothing new")), icon="bell",
            text=str(_("When a colleague assigns something to you or mentions you, you read it here.")),
            action=Action(str(_("Choose notifications")), "/settings/notices", "adjustments-horizontal"),
        ),
    )  # fmt: skip


def _records(found: Iterable[Notice]) -> Mapping[tuple[str, int], Mapping[str, Any]]:
    """What the notices are about whose verbs ask for it, in one query for each entity."""
    wanted: dict[str, list[int]] = {}
    for one in found:
        if one.record and any(verb.when for verb in _verbs(one)):
            wanted.setdefault(one.record[0], []).append(one.record[1])
    return {(name, key): record for name, ids in wanted.items()
            for key, record in records.load(registry().entity(name), ids).items()}  # fmt: skip


def _line(one: Notice, known: Mapping[tuple[str, int], Mapping[str, Any]]) -> NoticeLine:
    times = ngettext("{n} time", "{n} times", one.count) if one.count > 1 else ""
    return NoticeLine(
        id=one.id, text=escape(one.text), href=one.href, icon=one.icon,
        actor=person(one.actor_name) if one.actor_name else None, time=relative_time(one.told_at, utc_now()),
        moment=exact_time(one.told_at), times=times, unread=one.is_unread, actions=_actions(one, known),
        folded=_folded(one), about=one.about, details=tuple((str(each.label), each.text) for each in one.details),
    )  # fmt: skip


def _actions(one: Notice, known: Mapping[tuple[str, int], Mapping[str, Any]]) -> tuple[Action, ...]:
    """What its kind offers, the reader may do, and fits what it is about as that is now."""
    if one.record is None:
        return ()
    record = known.get(one.record, {})
    return tuple(Action(str(verb.label), f"{ADDRESS}/{one.id}/do/{verb.name}", verb.icon, method="post")
                 for verb in _verbs(one) if can(verb.permission or f"{one.record[0]}.change")
                 and (verb.when is None or (record and contained.fits(verb, record))))  # fmt: skip


def _verbs(one: Notice) -> list[Verb]:
    entity = one.record[0] if one.record else ""
    found = (registry().derived.actions.get((entity, name)) for name in _offered(one))
    return [verb for verb in found if verb]
