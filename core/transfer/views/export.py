"""`/{plugin}/{noun}/export`: the list as a file, with the same conditions, order and columns."""

from __future__ import annotations

from typing import IO

from flask import Response, request

from core import query
from core.entity.base import utc_now
from core.entity.spec import EntitySpec
from core.errors import Malformed
from core.language.calendars import calendar_named
from core.language.i18n import _
from core.language.i18n import current as preferences
from core.language.timezones import local
from core.registry import current as registry
from core.transfer import exporter
from core.transfer.views.blueprint import ENTITY, blueprint
from core.transfer.views.download import download
from core.ui.list_rows import chosen_columns
from core.web import entity_action, route


@route(blueprint, f"{ENTITY}/export", access=entity_action("export"))
def export(plugin: str, noun: str) -> Response:
    """The columns of the user's list, those of `fields`, or all with `fields=*`."""
    spec = registry().entity(f"{plugin}.{noun}")
    kind = request.args.get("format", "xlsx")
    if kind not in exporter.FORMATS:
        raise Malformed(_("Choose one of these formats: {formats}.", formats=", ".join(exporter.FORMATS)))
    asked = _asked(spec)

    def write(out: IO[bytes]) -> None:
        exporter.export(asked, kind, out, preferences())  # type: ignore[arg-type]

    return download(write, f"{spec.meta.plural} {today()}", f"{spec.noun}-{today()}", kind)


def _asked(spec: EntitySpec) -> query.ListQuery:
    skipped = ("lang", "format", "limit", "page", "cursor")
    args = [(name, value) for name, value in request.args.items(multi=True) if name not in skipped and value != ""]
    asked = query.parse_args(spec, args, preferences())
    allowed = exporter.exportable(spec)
    if request.args.get("fields") == "*":
        return asked.with_fields(allowed)
    names = asked.fields if "fields" in request.args else chosen_columns(spec)
    return asked.with_fields(name for name in names if name in allowed)


def today() -> str:
    """Today in the user's zone and calendar, as it sorts in a folder: 1405-09-01."""
    reader = preferences()
    parts = calendar_named(reader.calendar).parts(local(utc_now(), reader.timezone).date())
    return f"{parts.year:04}-{parts.month:02}-{parts.day:02}"
