"""Reading the log for screens: the history of a record, and the log page with its filters.

What a reader may see is for the caller to say. Rows: `visible` is a condition on the columns of
`models.audit`, such as the entities and organisations the reader has rights for. Fields: `LogRow.without`
takes out the changes of fields that the reader may not read; and `LogQuery.in_values` searches old and new
values, so it is only for readers who may read every field, or the search itself would answer what the page
does not show.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Container, Mapping
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from core.audit.listener import REASON
from core.audit.models import audit
from core.db import unit

Condition = sa.ColumnElement[bool]

EVERYTHING: Condition = sa.true()
"""For readers who may see the whole log."""

_COLUMNS = (
    audit.c.id, audit.c.at, audit.c.request_id, audit.c.channel, audit.c.address, audit.c.actor_id,
    audit.c.actor_name, audit.c.organisation_id, audit.c.entity, audit.c.record_id, audit.c.record_title,
    audit.c.action, audit.c.changes,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class LogRow:
    """One entry. `changes` maps fields to (old, new) as they were recorded; empty as well when erased."""

    id: int
    at: dt.datetime
    request_id: str
    channel: str
    address: str
    actor_id: int | None
    actor_name: str
    organisation_id: int | None
    entity: str
    record_id: int | None
    record_title: str
    action: str
    changes: Mapping[str, tuple[Any, Any]]
    reason: str = ""
    is_erased: bool = False

    def without(self, hidden: Container[str]) -> LogRow:
        """The same entry less the changes of these fields."""
        return replace(self, changes={n: pair for n, pair in self.changes.items() if n not in hidden})


@dataclass(frozen=True, slots=True)
class LogQuery:
    """Filters of the log page, all of which must hold. `until` is exclusive, as of `period()`.

    `text` is looked for in titles and names of actors, with `in_values` in old and new values as well. It is
    found by reading the entries one by one, so on a long log it should come with a record, an actor or a
    time.
    """

    actor_id: int | None = None
    entity: str = ""
    record_id: int | None = None
    action: str = ""
    text: str = ""
    in_values: bool = False
    since: dt.datetime | None = None
    until: dt.datetime | None = None


def history(
    entity: str, record_id: int, before_id: int | None = None, limit: int = 50, *, visible: Condition = EVERYTHING
) -> list[LogRow]:
    """What happened to a record, newest first; the caller has made sure that the reader may see the record.

    The next page begins before the id of the last row of this one.
    """
    query = sa.select(*_COLUMNS).where(audit.c.entity == entity, audit.c.record_id == record_id, visible)
    if before_id is not None:
        query = query.where(audit.c.id < before_id)
    return _rows(query.order_by(audit.c.id.desc()).limit(limit))


def history_before(entity: str, record_id: int, earlier: Condition, limit: int, *, visible: Condition) -> list[LogRow]:
    """As `history`, in the order of time, for what is merged with entries of other kinds."""
    query = sa.select(*_COLUMNS).where(audit.c.entity == entity, audit.c.record_id == record_id, visible, earlier)
    # An expression, which no index is in the order of: the index of the record is taken, not one by time, which would
    # be walked through the whole log of the entity.
    moment = sa.func.coalesce(audit.c.at, audit.c.at)
    return _rows(query.order_by(moment.desc(), audit.c.id.desc()).limit(limit))


def search_log(
    filters: LogQuery, before_id: int | None = None, limit: int = 50, *, visible: Condition
) -> list[LogRow]:
    """Entries of the whole log, newest first. The next page begins before the last row of this one."""
    if filters.record_id is not None and filters.entity:
        # By id, so that SQLite takes the index of records: those by time look as good to it and are far worse.
        order: tuple[sa.Column[Any], ...] = (audit.c.id,)
    else:
        order = (audit.c.at, audit.c.id)
    query = sa.select(*_COLUMNS).where(*_conditions(filters), visible)
    if before_id is not None:
        place = unit().execute(sa.select(*order).where(audit.c.id == before_id)).first()
        if place is None:
            return []
        limits = (sa.literal(value, column.type) for column, value in zip(order, place, strict=True))
        query = query.where(sa.tuple_(*order) < sa.tuple_(*limits))
    return _rows(query.order_by(*(column.desc() for column in order)).limit(limit))


def _conditions(filters: LogQuery) -> list[Condition]:
    wanted = [getattr(audit.c, name) == value
              for name in ("actor_id", "entity", "record_id", "action")
              if (value := getattr(filters, name)) not in (None, "")]  # fmt: skip
    if filters.since is not None:
        wanted.append(audit.c.at >= filters.since)
    if filters.until is not None:
        wanted.append(audit.c.at < filters.until)
    if filters.text:
        wanted.append(_contains(filters.text, filters.in_values))
    return wanted


def _contains(text: str, in_values: bool) -> Condition:
    found = [audit.c.record_title.icontains(text, autoescape=True),
             audit.c.actor_name.icontains(text, autoescape=True)]  # fmt: skip
    if in_values:
        as_written = json.dumps(text, ensure_ascii=False)[1:-1]
        found.append(audit.c.changes.icontains(as_written, autoescape=True))
    return sa.or_(*found)


def _rows(query: sa.Select[Any]) -> list[LogRow]:
    return [_row(found) for found in unit().execute(query)]


def _row(found: sa.Row[Any]) -> LogRow:
    text = found.changes
    changes = {name: (old, new) for name, (old, new) in json.loads(text or "{}").items()}
    reason = str(changes.pop(REASON, (None, ""))[1])
    values: list[Any] = [*found[:-1], changes, reason, text is None]
    return LogRow(*values)
