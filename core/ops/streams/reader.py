"""What the streams of one process are told, by the one reader of the database that it has for all of them.

A few times a second it looks at the number of the last change. When that has moved it looks which entities and records
were changed, and asks on behalf of those who have such a page open, as `/live` would: a page hears only of what its
reader may see. Beside that it looks whether the sessions still go on.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from core import noted
from core import registry as registries
from core.actor import acting
from core.audit import openings
from core.audit.models import audit, head, link
from core.auth.gate import Identity, identify_session, identify_sessions
from core.chat.models import messages
from core.db import unit_of_work
from core.language.i18n import LANGUAGES, use
from core.notify.models import notices
from core.notify.news import News, news, shown_at
from core.plugin import containment
from core.plugin.health import write_down
from core.plugin.lifecycle import refresh

#: Seconds between looks at whether sessions go on, and between two messages to the same page.
CHECKED_EVERY, GAP = 3.0, 0.5
#: Streams of the process, and of one user: pages that nobody looks at have none.
MOST, MOST_OF_USER = 500, 8
UNKNOWN, NOT_YET, FULL = 401, 403, 503

#: An entity and one of its records, or None for its list.
Shown = tuple[str, int | None]

log = logging.getLogger("diwan.streams")


@dataclass(eq=False, slots=True)
class Stream:
    """One open page: whose it is and what it shows. `tell` hands it a message; None ends it.

    `since` is the last change when the page was drawn.
    """

    session_id: str
    user_id: int
    address: str
    language: str
    at: str
    since: int | None
    waiting: tuple[int, int, int]
    tell: Callable[[News | None], None]
    told_at: float = 0.0
    is_due: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks for a stream and for which page, as his browser says."""

    cookie: str
    address: str
    at: str
    since: int | None
    last_told: int | None
    language: str


class Refused(Exception):
    """There is no stream for this one; `status` says why."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class Reader:
    """For one thread: nothing here may be called from two at once."""

    def __init__(self, engine: Engine, most: int = MOST, most_of_user: int = MOST_OF_USER) -> None:
        self.engine = engine
        self.streams: list[Stream] = []
        self._most, self._most_of_user = most, most_of_user
        self._seen = self._noticed = -1
        self._checked_at = 0.0

    def admit(self, asked: Asked, tell: Callable[[News | None], None]) -> Stream:
        """A stream that begins with what is new since the page was drawn. Refused without a session that may read
        pages, and when there are too many. One user's newest page has the stream, as he looks at that."""
        with self._contained(), unit_of_work(self.engine) as opened:
            identity = identify_session(opened.connection, asked.cookie)
            if identity is None:
                raise Refused(UNKNOWN)
            if not _may_read(identity, asked.address):
                raise Refused(NOT_YET)
            if len(self.streams) >= self._most:
                raise Refused(FULL)
            language = asked.language if asked.language in LANGUAGES else ""
            first = self._news(identity, language, asked.at, asked.since)
        own = [one for one in self.streams if one.user_id == identity.actor.id]
        for one in own[:max(0, len(own) + 1 - self._most_of_user)]:
            self._end(one)
        assert identity.actor.id is not None
        if not self.streams:
            self._seen = first["seq"]
        made = Stream(identity.session_id, identity.actor.id, asked.address, language, asked.at, asked.since,
                      identity.waiting, tell, time.monotonic())  # fmt: skip
        self.streams.append(made)
        # Figures also move without a change of data, so they are told to a browser that comes again.
        if first["seq"] != asked.last_told or any(identity.waiting):
            tell(first)
        return made

    def forget(self, stream: Stream) -> None:
        """The page was left."""
        if stream in self.streams:
            self.streams.remove(stream)

    def look(self) -> None:
        """Once: what has changed is told to those whom it concerns, and streams of ended sessions end."""
        if not self.streams:
            return
        now = time.monotonic()
        with self._contained(), self.engine.connect() as connection:
            seq, noticed = connection.execute(_LAST).one()
            if seq != self._seen:
                self._mark(connection, self._seen)
            self._seen, is_time = seq, now - self._checked_at >= CHECKED_EVERY
            if noticed != self._noticed or is_time or any(self._due(now)):
                readers = self._check(connection)
                self._noticed, self._checked_at = noticed, now
        for session_id in dict.fromkeys(one.session_id for one in self._due(now)):
            self._tell(readers[session_id], [one for one in self._due(now) if one.session_id == session_id])

    def _due(self, now: float) -> Iterator[Stream]:
        return (one for one in self.streams if one.is_due and now - one.told_at >= GAP)

    def _mark(self, connection: Connection, since: int) -> None:
        """Due are the pages of an entity, or of a record, that somebody else than their reader has changed."""
        pages = [(one, shown) for one in self.streams if (shown := shown_at(one.at)) is not None]
        if not pages:
            return
        new = sa.and_(audit.c.tx.in_(sa.select(link.c.tx).where(link.c.seq > since)), audit.c.action != openings.ACTION)
        entities = _by_whom(connection.execute(
            sa.select(audit.c.entity, sa.null(), audit.c.actor_id)
            .where(new, audit.c.entity.in_({spec.name for _stream, (spec, _record) in pages})).distinct()))  # fmt: skip
        records = {record for _stream, (_spec, record) in pages if record is not None}
        if entities and records:
            entities |= _by_whom(connection.execute(
                sa.select(audit.c.entity, audit.c.record_id, audit.c.actor_id)
                .where(new, audit.c.record_id.in_(records)).distinct()))  # fmt: skip
        for page, whose in _by_whom(_noted(connection, new, records)).items() if records else ():
            entities[page] = entities.get(page, set()) | whose
        for stream, (spec, record_id) in pages:
            if entities.get((spec.name, record_id), set()) - {stream.user_id}:
                stream.is_due = True

    def _check(self, connection: Connection) -> dict[str, Identity]:
        """Who reads, by session, as of now: in one query for all."""
        found = identify_sessions(connection, {one.session_id for one in self.streams})
        for stream in list(self.streams):
            if stream.session_id not in found or not _may_read(found[stream.session_id], stream.address):
                self._end(stream)
            elif found[stream.session_id].waiting != stream.waiting:
                stream.is_due = True
        return found

    def _tell(self, identity: Identity, streams: Sequence[Stream]) -> None:
        """To pages of one session. What goes wrong for one reader keeps nothing from the others."""
        for stream in streams:
            stream.is_due, stream.told_at = False, time.monotonic()
        try:
            with self._contained(), unit_of_work(self.engine):
                for stream in streams:
                    found = self._news(identity, stream.language, stream.at, stream.since)
                    is_news = bool(found["text"]) or identity.waiting != stream.waiting
                    stream.waiting = identity.waiting
                    if is_news:
                        stream.tell(found)
        except sa.exc.OperationalError:
            raise
        except Exception:
            log.exception("user %s cannot be told what is new", identity.actor.id)
            for stream in streams:
                self._end(stream)

    def _news(self, identity: Identity, language: str, at: str, since: int | None) -> News:
        if identity.registry_stamp != registries.current().stamp:
            refresh(self.engine, with_quarantine=True)
        with (
            registries.pinned(registries.current()), acting(identity.actor),
            use(identity.display.preferences(language)),
        ):  # fmt: skip
            return news(identity, at, since)

    def _end(self, stream: Stream) -> None:
        self.streams.remove(stream)
        stream.tell(None)

    @contextmanager
    def _contained(self) -> Iterator[None]:
        """What plugins did wrong while they were asked for rights is noted, as after a request."""
        try:
            yield
        finally:
            if containment.is_waiting():
                write_down(self.engine)


_LAST = sa.select(
    sa.select(head.c.seq).where(head.c.id == 1).scalar_subquery(),
    sa.func.coalesce(sa.select(sa.func.max(notices.c.id)).scalar_subquery(), 0)
    + sa.func.coalesce(sa.select(sa.func.max(messages.c.id)).scalar_subquery(), 0),
)


def _noted(connection: Connection, new: Any, records: Collection[int]) -> Iterator[tuple[str, int, int | None]]:
    """Who noted something about one of these records: of what entity, which one, and by whom."""
    notes = {spec.name: spec for spec in registries.current().entities.values() if spec.meta.erased_with}
    written = sa.select(audit.c.entity).where(new, audit.c.entity.in_(notes)).distinct()
    for name in connection.execute(written).scalars().all():
        for subject in noted.subjects(notes[name]):
            found = subject.subquery()
            record_id, entity, about = found.c
            yield from connection.execute(
                sa.select(entity, about, audit.c.actor_id)
                .where(new, audit.c.entity == name, audit.c.record_id == record_id, about.in_(records)).distinct())


def _may_read(identity: Identity, address: str) -> bool:
    """Pages are shown to nobody who has something to do first, or who may not work from where he is."""
    is_ready = not identity.must_change_password and not identity.must_set_up_factor
    return is_ready and identity.actor.may_come_from(address)


def _by_whom(rows: Iterable[Any]) -> dict[Shown, set[int | None]]:
    """Who changed what a page shows."""
    found: dict[Shown, set[int | None]] = {}
    for entity, record_id, actor_id in rows:
        found.setdefault((entity, record_id), set()).add(actor_id)
    return found
