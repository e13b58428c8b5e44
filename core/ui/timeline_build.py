"""A page of a record's timeline: the log's changes and the entries of plugins, merged, the newest first.

Each source reads one page; what is shown is the first page of all of them together, and its last entry is the place
from which the next page goes on.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import sqlalchemy as sa
from markupsafe import Markup

from core.audit import openings, reading
from core.audit.actions import ABOUT_FILES
from core.audit.models import audit
from core.audit.reading import LogRow
from core.db import unit
from core.entity.spec import EntitySpec
from core.errors import DiwanError
from core.language.calendars import format_date
from core.language.i18n import _
from core.language.i18n import current as preferences
from core.language.timezones import local
from core.permissions import can, without_hidden
from core.plugin.containment import blamed
from core.registry import CHANGES
from core.registry import current as registry
from core.timeline import Place, TimelineAsked, TimelineItem, TimelineSource
from core.ui import contained, history_build
from core.ui.shell_model import NO_MARKUP
from core.ui.views_model import TimelineDay, TimelineEntry, TimelineKind, TimelineScreen

PAGE = 30
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True)
class _Found:
    """An entry on its way into the page: `rank` is its source's, 0 the log."""

    at: dt.datetime
    rank: int
    id: int
    row: LogRow | None = None
    item: TimelineItem | None = None

    @property
    def order(self) -> tuple[dt.datetime, int, int]:
        return (self.at, -self.rank, self.id)


def sources(spec: EntitySpec) -> tuple[TimelineSource, ...]:
    """What plugins add to the timeline of this entity's records, for this reader."""
    if spec.plugin == "core" or spec.meta.seen_with:
        return ()
    return tuple(source for source in registry().derived.timeline
                 if spec.name not in source.but and (not source.permission or can(source.permission)))


def build(spec: EntitySpec, record: Mapping[str, Any], kind: str = "", place: Place | None = None,
          top: Markup = NO_MARKUP) -> TimelineScreen:  # fmt: skip
    """The entries of one kind ("" = of all) after a place; `top` is what plugins put above them."""
    offered = sources(spec)
    asked = TimelineAsked(spec.name, without_hidden(spec, record), PAGE + 1, kind, place)
    found, notes = _changes(spec, asked), []
    for rank, source in enumerate(offered, 1):
        if kind and kind not in source.kinds:
            continue
        try:
            found += [_Found(item.at, rank, item.id, item=item) for item in _read(source, asked.of(rank))]
        except DiwanError as error:
            notes.append(contained.note(error))
    found.sort(key=lambda one: one.order, reverse=True)
    shown, more = found[:PAGE], len(found) > PAGE
    address = f"{spec.path}/{record['id']}/timeline"
    return TimelineScreen(
        href=_href(address, kind=kind),
        kinds=_kinds(offered, address, kind),
        days=_days(shown, offered),
        more_href=_href(address, kind=kind, before=_written(shown[-1])) if more else "",
        history_href=f"{spec.path}/{record['id']}/history",
        top=top,
        failed=Markup("").join(notes),
    )


def place_of(text: str) -> Place | None:
    """The place in an address, as `_written` made it; None when it is none."""
    parts = text.split(".")
    if len(parts) != 3 or not all(part.isascii() and part.isdigit() and len(part) < 18 for part in parts):
        return None
    at, rank, number = map(int, parts)
    try:
        return Place(EPOCH + dt.timedelta(microseconds=at), rank, number)
    except OverflowError:
        return None


def _written(found: _Found) -> str:
    return f"{(found.at - EPOCH) // dt.timedelta(microseconds=1)}.{found.rank}.{found.id}"


def _href(address: str, **values: str) -> str:
    given = {name: value for name, value in values.items() if value}
    return f"{address}?{urlencode(given)}" if given else address


def _changes(spec: EntitySpec, asked: TimelineAsked) -> list[_Found]:
    if asked.kind not in ("", CHANGES):
        return []
    shown = audit.c.action.not_in((*ABOUT_FILES, openings.ACTION))
    visible = sa.and_(history_build.visible(spec, asked.record_id), shown)
    rows = reading.history_before(spec.name, asked.record_id, asked.earlier(audit.c.at, audit.c.id), asked.limit,
                                  visible=visible)
    return [_Found(row.at, 0, row.id, row=row) for row in rows]


def _read(source: TimelineSource, asked: TimelineAsked) -> Sequence[TimelineItem]:
    """A page of one source, in a savepoint: what a failing statement leaves behind must not stop the others."""
    label = registry().label(source.plugin)
    with blamed(source.plugin, label, _phase(source)), unit().savepoint():
        return source.read(asked)


def _phase(source: TimelineSource) -> str:
    return f"timeline {source.name}"


def _kinds(offered: Iterable[TimelineSource], address: str, chosen: str) -> tuple[TimelineKind, ...]:
    """The filter; without plugins' entries there is nothing to choose."""
    kinds = {kind: label for source in offered for kind, label in source.kinds.items()}
    if not kinds:
        return ()
    labels = {"": _("All"), **kinds, CHANGES: _("Changes")}
    return tuple(TimelineKind(str(label), _href(address, kind=kind), kind == chosen) for kind, label in labels.items())


def _days(found: Sequence[_Found], offered: Sequence[TimelineSource]) -> tuple[TimelineDay, ...]:
    reader = preferences()
    titles = history_build.titles_for([one.row for one in found if one.row is not None])
    by_day: dict[dt.date, list[TimelineEntry]] = {}
    for one in found:
        entry = _entry(one, offered) if one.row is None else TimelineEntry(change=history_build.item(one.row, titles))
        by_day.setdefault(local(one.at, reader.timezone).date(), []).append(entry)
    return tuple(
        TimelineDay(format_date(day, reader.formatting_locale, reader.calendar, "full"), tuple(entries))
        for day, entries in by_day.items()
    )


def _entry(found: _Found, offered: Sequence[TimelineSource]) -> TimelineEntry:
    item, source = found.item, offered[found.rank - 1]
    assert item is not None
    body = contained.drawn_part(source.plugin, _phase(source), item.part)
    return TimelineEntry(body=body, icon=item.icon, tone=item.tone, kind=item.kind)
