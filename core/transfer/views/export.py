"""`/{plugin}/{noun}/export`: the list as a file, with the same conditions, order and columns.

A short list is the answer itself. For a long one a browser gets a page on which a job is asked for (`exports`);
programs get the file whatever its length, one of them at a time in each process of the server.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore
from typing import IO

from flask import Response, redirect, request

from core import query
from core.entity.base import utc_now
from core.entity.spec import EntitySpec
from core.errors import Malformed, TooMany
from core.language.calendars import calendar_named
from core.language.i18n import _
from core.language.i18n import current as preferences
from core.language.timezones import local
from core.registry import current as registry
from core.transfer import exporter
from core.transfer.exports import keeping
from core.transfer.views import export_screen
from core.transfer.views.blueprint import ENTITY, blueprint
from core.transfer.views.download import download
from core.transfer.xlsx_writer import check_rows
from core.ui import rendering
from core.ui.list_rows import chosen_columns
from core.ui.sent_once import sent_once
from core.web import entity_action, route

#: Up to so many rows the file is the answer: of all fields of a contact Excel takes about two seconds for them.
MOST_AT_ONCE = 5_000
#: A long file keeps a thread of the server at work for up to a minute; pages are answered by the others.
_LONG = BoundedSemaphore(1)
_ASIDE = frozenset({"lang", "format", "limit", "page", "cursor"})


@route(blueprint, f"{ENTITY}/export", access=entity_action("export"))
def export(plugin: str, noun: str) -> Response:
    """The columns of the user's list, those of `fields`, or all with `fields=*`."""
    spec, kind = registry().entity(f"{plugin}.{noun}"), _format()
    asked = _asked(spec)
    count = query.count(exporter.within_rights(asked, kind))
    if count > MOST_AT_ONCE and _is_for_a_page():
        screen = export_screen.offer(asked, kind, count, request.full_path, _list_address(spec))
        return rendering.page("export/offer.html", screen.head.title, current=spec.name, screen=screen)
    if kind == "xlsx":
        check_rows(count)

    def write(out: IO[bytes]) -> None:
        exporter.export(asked, kind, out, preferences())  # type: ignore[arg-type]

    with _one_at_a_time(count):
        return download(write, _name(spec), f"{spec.noun}-{today()}", kind)


@contextmanager
def _one_at_a_time(count: int) -> Iterator[None]:
    """While one long file is written, whoever asks for another comes again later: two would leave no thread for
    anybody's pages."""
    if count <= MOST_AT_ONCE:
        yield
        return
    if not _LONG.acquire(blocking=False):
        raise TooMany(_("Another long list is being exported. Try again in a minute."))
    try:
        yield
    finally:
        _LONG.release()


@route(blueprint, f"{ENTITY}/export", access=entity_action("export"), methods=("POST",))
@sent_once()
def ask_export(plugin: str, noun: str) -> Response:
    """Have a worker write the same, whatever its length; asked for again, the one that is being written is shown."""
    spec, kind = registry().entity(f"{plugin}.{noun}"), _format()
    asked = _asked(spec)
    count = query.count(exporter.within_rights(asked, kind))
    if kind == "xlsx":
        check_rows(count)
    pairs = [(name, value) for name, value in _pairs() if name != "fields"]
    export_id = keeping.ask(asked, pairs, kind, f"{_name(spec)}.{kind}", count)
    return redirect(f"{spec.path}/export/{export_id}", 303)  # type: ignore[return-value]


def _format() -> str:
    kind = request.args.get("format", "xlsx")
    if kind not in exporter.FORMATS:
        raise Malformed(_("Choose one of these formats: {formats}.", formats=", ".join(exporter.FORMATS)))
    return kind


def _is_for_a_page() -> bool:
    """Browsers ask for a page by its name, programs for anything or for what they want."""
    return "text/html" in request.accept_mimetypes.values()


def _pairs() -> list[tuple[str, str]]:
    """The conditions, search, order and columns as they stand in the address."""
    return [(name, value) for name, value in request.args.items(multi=True) if name not in _ASIDE and value != ""]


def _asked(spec: EntitySpec) -> query.ListQuery:
    asked = query.parse_args(spec, _pairs(), preferences())
    allowed = exporter.exportable(spec)
    if request.args.get("fields") == "*":
        return asked.with_fields(allowed)
    names = asked.fields if "fields" in request.args else chosen_columns(spec)
    return asked.with_fields(name for name in names if name in allowed)


def _name(spec: EntitySpec) -> str:
    return f"{spec.meta.plural} {today()}"


def _list_address(spec: EntitySpec) -> str:
    return export_screen.list_address(spec, _pairs())


def today() -> str:
    """Today in the user's zone and calendar, as it sorts in a folder: 1405-09-01."""
    reader = preferences()
    parts = calendar_named(reader.calendar).parts(local(utc_now(), reader.timezone).date())
    return f"{parts.year:04}-{parts.month:02}-{parts.day:02}"
