"""Recording: what happened is collected while the unit of work goes on, and written in one go at its commit.

    record("contacts.contact", 7, "Sara", "update", {"phone": [None, "+966501234567"]})
    record_many("contacts.contact", "create", [(7, "Sara", {...}), (8, "Ali", {...})])
    record("core.session", None, email, "login_failed", {}, reason="password")

The rows are part of the transaction they tell of, so a rollback leaves none; when they cannot be written the
change fails with them (AUD-11). An act that was refused has rolled its unit back: record it in a new one.
What a savepoint undoes is forgotten with it.

Values are given as old and new, JSON-ready or as decimals, dates and times. Fields marked `secret` come
masked (`canonical.MASK` for a value, None for none); names that look like passwords are masked here whatever
comes. Who acted, and from where, is taken from `core.actor`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine

from core.actor import actor, origin
from core.audit import chain, postgresql_store, sqlite_store
from core.audit.canonical import changes_text, clean_text, instant_text
from core.audit.models import audit
from core.db import Unit, open_unit, unit
from core.errors import Unavailable
from core.language.i18n import _

Changes = Mapping[str, Sequence[Any]]
"""{"field": [old, new]}."""

REASON = "_reason"
"""The reason given for an act stands among the changes; no field's name begins with an underscore."""

_KEY = "core.audit"
_STORES = {"sqlite": sqlite_store, "postgresql": postgresql_store}
_WIDTHS = {c.name: c.type.length for c in audit.c if isinstance(c.type, sa.String) and c.type.length}


@dataclass(slots=True)
class Batch:
    """Rows of one kind by one actor: what they share, and (record id, title, changes text) of each."""

    request_id: str
    channel: str
    address: str
    actor_id: int | None
    actor_name: str
    organisation_id: int | None
    entity: str
    action: str
    lines: list[tuple[int | None, str, str]]


@dataclass(slots=True)
class Collected:
    """What a unit of work has recorded so far, and how much of it when each open savepoint was set."""

    batches: list[Batch] = field(default_factory=list)
    savepoints: list[int] = field(default_factory=list)
    is_written: bool = False


def record(
    entity: str, record_id: int | None, record_title: str, action: str, changes: Changes, *,
    reason: str = "", organisation_id: int | None = None,
) -> None:  # fmt: skip
    """Record one act. `record_id` is None for what concerns no record, such as a log-in or an export."""
    if reason:
        changes = {**changes, REASON: [None, reason]}
    _collect(entity, action, [(record_id, clean_text(record_title), changes_text(changes))], organisation_id)


def record_many(
    entity: str, action: str, rows: Iterable[tuple[int | None, str, Changes | str]], *,
    organisation_id: int | None = None,
) -> None:  # fmt: skip
    """Record one act on many records: (record id, title, changes) of each.

    Changes given as text are stored as they are: `canonical.changes_text` made them, in another process
    perhaps. `organisation_id` is the records' organisation where it is not the one the actor works in.
    """
    lines = [
        (record_id, clean_text(title), changes if isinstance(changes, str) else changes_text(changes))
        for record_id, title, changes in rows
    ]
    if lines:
        _collect(entity, action, lines, organisation_id)


def _collected() -> Collected:
    found: Collected = unit().state.setdefault(_KEY, Collected())
    return found


def _collect(
    entity: str, action: str, lines: list[tuple[int | None, str, str]], organisation_id: int | None
) -> None:
    unit().connection  # noqa: B018 - a savepoint that is not set yet has to stand before what it may undo
    collected = _collected()
    if collected.is_written:
        raise RuntimeError("the audit rows of this unit of work are written already")
    who, through = actor(), origin()
    collected.batches.append(Batch(
        _fitted("request_id", through.request_id), _fitted("channel", through.channel),
        _fitted("address", through.address), who.id, _fitted("actor_name", who.name),
        who.organisation_id if organisation_id is None else organisation_id, entity, action, lines,
    ))  # fmt: skip
    unit().at_commit(_KEY, _write, last=True)


@event.listens_for(Engine, "savepoint")
def _note_savepoint(connection: Connection, _name: str | None) -> None:
    if (collected := _collected_over(connection)) is not None:
        collected.savepoints.append(len(collected.batches))


@event.listens_for(Engine, "release_savepoint")
def _keep(connection: Connection, _name: str, _context: None) -> None:
    if (collected := _collected_over(connection)) is not None and collected.savepoints:
        collected.savepoints.pop()


@event.listens_for(Engine, "rollback_savepoint")
def _forget_undone(connection: Connection, _name: str, _context: None) -> None:
    """What is not in the database must not be in the log. A savepoint not noted is older than all entries."""
    if (collected := _collected_over(connection)) is not None:
        del collected.batches[collected.savepoints.pop() if collected.savepoints else 0:]


def _collected_over(connection: Connection) -> Collected | None:
    """What the unit of work that owns this connection has recorded."""
    opened = open_unit()
    found: Collected | None = opened.state.get(_KEY) if opened else None
    return found if opened and found and opened.connection is connection else None


def _fitted(column: str, text: str) -> str:
    """Headers of a request can be as long as their sender likes; the log must not fail because of it."""
    return clean_text(text)[:_WIDTHS[column]]


def _write(opened: Unit) -> None:
    """Add the rows, and as the very last statement the transaction's link to the chain."""
    collected: Collected = opened.state[_KEY]
    collected.is_written = True
    count = sum(len(batch.lines) for batch in collected.batches)
    if not count:
        return
    store = _STORES[opened.dialect]
    with _driver(opened.connection) as driver:
        ids, at = store.reserve(driver, count)
        rows, root = sealed(collected.batches, ids, instant_text(at), store.stored_instant(at))
        has_head = store.write(driver, rows, ids[0], at, root)
    if not has_head:
        raise Unavailable(_("The audit log has no head, so nothing can be saved. Run “diwan check”."))


@contextmanager
def _driver(connection: Connection) -> Iterator[Any]:
    """The driver's own connection, its errors as SQLAlchemy's.

    Each saving of a record pays for the log's statements, and through SQLAlchemy they cost twice as much.
    """
    dbapi_error = connection.dialect.loaded_dbapi.Error
    try:
        yield connection.connection.driver_connection
    except dbapi_error as error:
        raise sa.exc.DBAPIError.instance(
            "core_audit", None, error, dbapi_error, dialect=connection.dialect) from error  # fmt: skip


def sealed(
    batches: Sequence[Batch], ids: Sequence[int], at_text: str, at: Any
) -> tuple[list[tuple[Any, ...]], bytes]:
    """The table's rows, values in the order of its columns, and their root. The first id names the
    transaction.
    """
    tx, position = ids[0], 0
    rows: list[tuple[Any, ...]] = []
    salts = chain.new_salts(len(ids))
    for b in batches:
        who_salt = chain.new_salts(1)[0]
        who = chain.part_digest(who_salt, b.actor_name, b.address)
        for record_id, title, changes in b.lines:
            row_id, salt = ids[position], salts[position]
            payload = who + chain.part_digest(salt, title, changes)
            digest = chain.row_digest((
                row_id, tx, position, at_text, b.request_id, b.channel, b.actor_id, b.organisation_id,
                b.entity, record_id, b.action,
            ), payload)  # fmt: skip
            rows.append((
                row_id, tx, position, at, b.request_id, b.channel, b.address, b.actor_id, b.actor_name,
                b.organisation_id, b.entity, record_id, title, b.action, changes, who_salt + salt, payload,
                digest, chain.VERSION,
            ))  # fmt: skip
            position += 1
    return rows, chain.root_of(row[-2] for row in rows)
