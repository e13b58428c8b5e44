"""`/help`: what explains the page one comes from, one topic, or all of them; in the side panel or as a page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, current_app, request
from markupsafe import Markup
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from core.access import Access
from core.errors import NotFound
from core.feedback.sending import MAY_SEND, own_path
from core.help import screens
from core.help.topics import KERNEL, Topic, matching, topics
from core.language.i18n import LazyString, _
from core.permissions import can
from core.registry import current as registry
from core.ui import rendering
from core.ui.list_model import EmptyState
from core.web import PANEL_HEADER, SIGNED_IN, route

blueprint = Blueprint("help", __name__)
ADDRESS = "/help"
EVERY_DAY, ADMINISTRATION = _("Every day"), _("Administration")


@dataclass(frozen=True, slots=True)
class TopicView:
    name: str
    title: str
    content: Markup


@dataclass(frozen=True, slots=True)
class TopicGroup:
    """Links to topics, as (name, title)."""

    label: str
    topics: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class HelpScreen:
    """Topics one below another, or the list of all, or what a search found. `page` is the path of the page that the
    reader came from."""

    topics: tuple[TopicView, ...] = ()
    groups: tuple[TopicGroup, ...] = ()
    words: str = ""
    page: str = ""
    empty: EmptyState | None = None


@route(blueprint, ADDRESS, access=SIGNED_IN)
def show() -> Response:
    """What explains the page `from`; without one, or where nothing does, all topics or those with the words `q`."""
    page, words = own_path(request.args.get("from", "")), request.args.get("q", "").strip()[:200]
    readable = _readable()
    found = () if words or not page else _of_page(page, readable)
    if found:
        return _answer(HelpScreen(_views(found, readable), page=page))
    shown = matching(words, readable.values()) if words else tuple(readable.values())
    empty = EmptyState("no_match", str(_("No topic holds these words")), icon="help-circle") if not shown else None
    return _answer(HelpScreen(groups=_groups(shown, as_found=bool(words)), words=words, page=page, empty=empty))


@route(blueprint, f"{ADDRESS}/<name>", access=SIGNED_IN)
def topic(name: str) -> Response:
    """One topic; to whoever may open none of the pages that it explains it is not there."""
    readable = _readable()
    if name not in readable:
        raise NotFound(_("There is no such page."))
    return _answer(HelpScreen(_views((readable[name],), readable), page=own_path(request.args.get("from", ""))))


def _answer(screen: HelpScreen) -> Response:
    context: dict[str, Any] = {"screen": screen, "may_send": can(MAY_SEND)}
    if request.headers.get(PANEL_HEADER):
        return Response(rendering.fragment("fragments/help.html", in_panel=True, **context))
    return rendering.page("help.html", _("Help"), in_panel=False, **context)


def _readable() -> Mapping[str, Topic]:
    """The topics of pages that the reader may open, and those that go with no page."""
    written, found = topics(), registry()
    needed = found.remember("help.needed", lambda: screens.needed(_routes(), written, found.entities))
    return {
        name: one
        for name, one in written.items()
        if name not in needed or any(can(permission) for permission in needed[name])
    }


def _routes() -> Iterable[tuple[str, Access]]:
    """The pages there are."""
    for rule in current_app.url_map.iter_rules():
        if "GET" in (rule.methods or ()):
            yield rule.rule, _access(rule.endpoint)


def _access(endpoint: str) -> Access:
    """Who may call it: every view says so."""
    view: Any = current_app.view_functions[endpoint]
    access: Access = view.access
    return access


def _of_page(path: str, readable: Mapping[str, Topic]) -> tuple[Topic, ...]:
    try:
        rule, arguments = current_app.url_map.bind("").match(path, return_rule=True)
    except (HTTPException, RequestRedirect):
        return ()
    access = _access(rule.endpoint)
    entity = f"{arguments['plugin']}.{arguments['noun']}" if rule.rule.startswith(screens.ENTITY) else ""
    return screens.explaining(screens.names_for(rule.rule, entity, access.plugin), readable, access.plugin)


def _views(found: Iterable[Topic], readable: Mapping[str, Topic]) -> tuple[TopicView, ...]:
    # What a topic holds was made by our own renderer, which lets no tag of a file through.
    return tuple(TopicView(one.name, one.text.title, Markup(one.html(readable.keys()))) for one in found)


def _groups(shown: Iterable[Topic], as_found: bool) -> tuple[TopicGroup, ...]:
    """In the order in which a search found them, else those of every day, of each module, and of administration."""
    if as_found:
        return (TopicGroup("", tuple((one.name, one.text.title) for one in shown)),)
    closed = registry().remember("help.needed", dict)
    order = {f"{KERNEL}.{key}": at for at, key in enumerate(dict.fromkeys(screens.BY_ROUTE.values()))}
    groups: dict[Any, list[Topic]] = {EVERY_DAY: []}
    for one in sorted(shown, key=lambda one: (order.get(one.name, len(order)), one.name)):
        label: LazyString | str = registry().label(one.module) if one.module != KERNEL else EVERY_DAY
        groups.setdefault(ADMINISTRATION if one.module == KERNEL and one.name in closed else label, []).append(one)
    groups[ADMINISTRATION] = groups.pop(ADMINISTRATION, [])
    return tuple(
        TopicGroup(str(label), tuple((one.name, one.text.title) for one in found))
        for label, found in groups.items()
        if found
    )
