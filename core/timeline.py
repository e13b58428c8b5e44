"""What stands in a record's timeline: entries of several sources, told apart by kind, read page by page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from core.declarations import TemplatePart
from core.errors import DeclarationError


@dataclass(frozen=True, slots=True)
class TimelineItem:
    """One entry: when, its number in its source, its kind, and how it is drawn beside its icon.

    `tone` colours the disc: one of the hues, "note" for what must never be taken for a message, or nothing.
    """

    at: dt.datetime
    id: int
    kind: str
    part: TemplatePart
    icon: str = "message"
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page of the timeline ended: after the entry `id` of the source with this rank."""

    at: dt.datetime
    rank: int
    id: int


@dataclass(frozen=True, slots=True)
class TimelineAsked:
    """The entries wanted from a source: those of one record, of its kind `kind` ("" = of all), `limit` at most."""

    entity: str
    record: Mapping[str, Any]
    limit: int
    kind: str = ""
    place: Place | None = None
    rank: int = 0

    @property
    def record_id(self) -> int:
        return int(self.record["id"])

    def of(self, rank: int) -> TimelineAsked:
        return replace(self, rank=rank)

    def earlier(self, at: Any, number: Any) -> Any:
        """The SQL condition under which an entry belongs to this page, by its instant and its id.

        Order the entries by both, the newest first.
        """
        place = self.place
        if place is None:
            return sa.true()
        if self.rank < place.rank:
            return at < place.at
        same = sa.and_(at == place.at, number < place.id) if self.rank == place.rank else at == place.at
        return sa.or_(at < place.at, same)


@dataclass(frozen=True, slots=True)
class TimelineSource:
    """Entries that a plugin adds to the timeline of every record, for those who hold `permission`.

    `kinds` maps each kind of entry to its name in the filter. `read(asked)` answers the TimelineItems of one page, in
    as few queries as it takes for all of them together.
    """

    name: str
    kinds: Mapping[str, Any]
    read: Callable[[TimelineAsked], Sequence[TimelineItem]]
    permission: str = ""
    but: tuple[str, ...] = ()
    order: int = 100

    def __post_init__(self) -> None:
        plugin, dot, noun = self.name.partition(".")
        if not (plugin and dot and noun):
            raise DeclarationError(f"Timeline source {self.name!r} must be named plugin.noun.")

    @property
    def plugin(self) -> str:
        return self.name.partition(".")[0]
