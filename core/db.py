"""Databases: engines, column types that behave alike on SQLite and PostgreSQL, and the unit of work.

A *unit of work* is one request, job or command. It reads first and takes the write lock late: on SQLite
`begin_write` ends the read transaction and starts `BEGIN IMMEDIATE`, because a transaction that read first
fails at once when another one has committed in between, whatever the busy timeout says.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import select
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Connection, Engine, NestedTransaction
from sqlalchemy.orm import Session

from core import sqlite_lock
from core.errors import DiwanError

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
metadata = sa.MetaData(naming_convention=NAMING)

SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",  # NORMAL may lose the last commits on power loss
    sqlite_lock.OWN_WAITING,
    "PRAGMA foreign_keys=ON",
    "PRAGMA cache_size=-32000",
    "PRAGMA mmap_size=268435456",
    "PRAGMA temp_store=MEMORY",
    # Imports move the log into the file themselves; a single save should not have to, at most every 16 MB.
    "PRAGMA wal_autocheckpoint=4000",
)

BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
"""Type of primary and foreign keys: SQLite numbers rows only in a column declared INTEGER."""


class UtcDateTime(sa.types.TypeDecorator[dt.datetime]):
    """An instant. Stored in UTC with microseconds; always aware in Python, naive input is refused."""

    impl = sa.DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: sa.Dialect) -> Any:
        return dialect.type_descriptor(sa.DateTime(timezone=dialect.name == "postgresql"))

    def process_bind_param(self, value: dt.datetime | None, dialect: sa.Dialect) -> dt.datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a point in time needs a time zone")
        value = value.astimezone(dt.UTC)
        return value if dialect.name == "postgresql" else value.replace(tzinfo=None)

    def result_processor(self, dialect: sa.Dialect, coltype: object) -> Callable[[Any], dt.datetime | None]:
        """One call for each value read, of which a calendar has thousands: through `process_result_value` it would be
        three, and to read SQLite's ISO text before giving it its zone takes six times as long."""
        if dialect.name == "sqlite":
            read = dt.datetime.fromisoformat
            return lambda value: None if value is None else read(f"{value}Z")
        return lambda value: None if value is None else value.astimezone(dt.UTC)


class ExactDecimal(sa.types.TypeDecorator[Decimal]):
    """A decimal that is exact on both databases: NUMERIC, or a scaled integer where SQLite would use a float.

    Values with more than `scale` decimals or outside the range raise ValueError; nothing is rounded silently.
    """

    impl = sa.Numeric
    cache_ok = True

    def __init__(self, scale: int = 4, digits: int = 18) -> None:
        super().__init__()
        self.scale = scale
        self.digits = digits
        self.limit = Decimal(10) ** (digits - scale)
        self.step = Decimal(1).scaleb(-scale)

    def load_dialect_impl(self, dialect: sa.Dialect) -> Any:
        if dialect.name == "sqlite":
            return dialect.type_descriptor(sa.BigInteger())
        return dialect.type_descriptor(sa.Numeric(self.digits, self.scale))

    def process_bind_param(self, value: Decimal | None, dialect: sa.Dialect) -> Any:
        if value is None:
            return None
        exact = Decimal(value)
        if not exact.is_finite() or abs(exact) >= self.limit or exact != exact.quantize(self.step):
            raise ValueError(f"{value} does not fit a number of {self.digits} digits, {self.scale} decimals")
        return int(exact.scaleb(self.scale)) if dialect.name == "sqlite" else exact

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> Decimal | None:
        if value is None:
            return None
        return Decimal(value).scaleb(-self.scale) if dialect.name == "sqlite" else value

    def coerce_compared_value(self, op: Any, value: Any) -> Any:
        return self


class Json(sa.types.TypeDecorator[Any]):
    """JSON text on SQLite, JSONB on PostgreSQL; Python None is SQL NULL."""

    impl = sa.JSON
    cache_ok = True

    def load_dialect_impl(self, dialect: sa.Dialect) -> Any:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(JSONB(none_as_null=True))
        return dialect.type_descriptor(sa.JSON(none_as_null=True))


class ReadOnlyJson(Json):
    """A JSON object that is read as a mapping which refuses changes: writing it goes through `records`."""

    cache_ok = True

    def process_bind_param(self, value: Any, dialect: sa.Dialect) -> Any:
        return None if value is None else dict(value)

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> Any:
        return None if value is None else MappingProxyType(value)


def _dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


#: Seconds until a server counts as not there, until a free connection of the pool is given up, and of one statement.
CONNECT_WITHIN, POOL_WITHIN, STATEMENT_WITHIN = 5, 10, 60
#: Connections beyond those that a pool keeps, while many are asked for at once.
MOST_BEYOND = 20


def make_engine(url: str, pool_size: int = 5, statement_seconds: int = 0) -> Engine:
    """An engine with the transaction behaviour that REL-03 promises, whatever the database.

    `statement_seconds` end a statement that takes longer, on PostgreSQL: for processes in which people wait.
    """
    if url.startswith("sqlite"):
        engine = sa.create_engine(
            url, json_serializer=_dumps, pool_size=pool_size, max_overflow=MOST_BEYOND, pool_timeout=POOL_WITHIN,
            connect_args={"isolation_level": None, "check_same_thread": False, "cached_statements": 256},
        )
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    engine = sa.create_engine(
        url, json_serializer=_dumps, pool_size=pool_size, max_overflow=MOST_BEYOND, pool_timeout=POOL_WITHIN,
        pool_pre_ping=True, pool_recycle=1800,
        connect_args={
            "prepare_threshold": 3, "connect_timeout": CONNECT_WITHIN,
            # A server that vanished without a word is noticed after as many seconds as one that never answered.
            "keepalives_idle": 30, "keepalives_interval": 10, "tcp_user_timeout": 30_000,
            # No compiling: the planner takes conditions of rights for costlier than they are, and a page that reads
            # thirty rows would first wait a tenth of a second for machine code.
            "options": "-c timezone=UTC -c jit=off -c lock_timeout=30000 "
                       f"-c statement_timeout={statement_seconds * 1000}",
        },
    )
    if hasattr(select, "poll"):  # not on Windows
        engine.dialect.do_ping = _pinging(engine.dialect.do_ping)  # type: ignore[assignment]
    return engine


def _pinging(ask: Callable[[Any], bool]) -> Callable[[Any], bool]:
    """Whether a connection that comes from the pool still holds, without the wait for an answer where that is plain.

    A server sends nothing by itself but that it ends, and a socket at its end can be read: one that has nothing to read
    holds as well as one that answers a question, and only the others are asked.
    """

    def ping(connection: Any) -> bool:
        return _is_silent(connection.pgconn.socket) or ask(connection)

    return ping


def _is_silent(socket: int) -> bool:
    looked = select.poll()
    looked.register(socket, select.POLLIN | select.POLLPRI)
    return not looked.poll(0)


def _set_up_sqlite(connection: Any, _record: Any) -> None:
    for pragma in SQLITE_PRAGMAS:
        connection.execute(pragma)
    connection.create_function("sha256", 1, lambda data: hashlib.sha256(data).digest(), deterministic=True)


def _begin_sqlite(connection: Connection) -> None:
    if connection.get_execution_options().get("diwan_writes"):
        sqlite_lock.begin(connection)
    else:
        connection.exec_driver_sql("BEGIN")


class Unit:
    """One unit of work over one connection: read, then write, then one commit at the edge.

    `state` is where kernel services keep what belongs to this unit (for example the audit lines collected so
    far). `at_commit` callbacks run inside the transaction just before COMMIT; `after_commit` ones after it.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.is_writing = False
        #: Seconds that it has waited for answers of the database, where somebody counts them.
        self.waited = 0.0
        self.state: dict[Any, Any] = {}
        self._connection: Connection | None = None
        self._session: Session | None = None
        self._unset: list[ExitStack] = []
        #: Bodies in a savepoint that have only read so far, and the one savepoint that all of them share.
        self._reading = 0
        self._is_marked = False
        self._mark: NestedTransaction | None = None
        self._at_commit: dict[Any, Callable[[Unit], None]] = {}
        self._last_at_commit: dict[Any, Callable[[Unit], None]] = {}
        self._after_commit: list[Callable[[], None]] = []

    @property
    def dialect(self) -> str:
        return self.engine.dialect.name

    @property
    def connection(self) -> Connection:
        if self._connection is None:
            self._connection = self.engine.connect()
            self._connection.begin()
        # Noted first: whoever listens to savepoints asks for the connection too.
        if self._reading and not self._is_marked:
            self._is_marked = True
            self._mark = self._connection.begin_nested()
        if self._unset:
            waiting, self._unset = self._unset, []
            for undone in waiting:
                undone.enter_context(self._connection.begin_nested())
        return self._connection

    @property
    def session(self) -> Session:
        """ORM session on the same connection, for reading; it is never flushed (writing goes through records)."""
        connection = self.connection
        if self._session is None:
            self._session = Session(bind=connection, autoflush=False, join_transaction_mode="rollback_only")
        return self._session

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """What the body does in the database is undone when it raises, and the unit goes on.

        For bodies that may ask nothing, such as what a plugin adds to a page: it is set when the body first needs the
        connection, as on PostgreSQL each costs two waits for the server. While nothing is written or recorded there is
        nothing to undo but what a failed statement leaves behind, so that one does for all bodies of a page.
        """
        if not self._has_only_read():
            with self._own_savepoint():
                yield
            return
        self._reading += 1
        try:
            yield
        except BaseException:
            self._unmark(undo=True)
            raise
        finally:
            self._reading -= 1
        if not self._reading and not self._has_only_read():
            self._unmark(undo=False)

    def _has_only_read(self) -> bool:
        return not (self.is_writing or self._at_commit or self._last_at_commit)

    def _unmark(self, *, undo: bool) -> None:
        mark, self._mark, self._is_marked = self._mark, None, False
        if mark is not None and mark.is_active:
            mark.rollback() if undo else mark.commit()

    @contextmanager
    def _own_savepoint(self) -> Iterator[None]:
        with ExitStack() as undone:
            self._unset.append(undone)
            try:
                yield
            finally:
                if undone in self._unset:
                    self._unset.remove(undone)

    def execute(self, statement: Any, parameters: Any = None) -> sa.CursorResult[*tuple[Any, ...]]:
        return self.connection.execute(statement, parameters)

    def begin_write(self) -> None:
        """Take the write lock. What was read before may be stale now: check versions again after this."""
        if self.is_writing:
            return
        self.is_writing = True
        if self.dialect != "sqlite":
            return
        if self._session is not None:
            self._session.expunge_all()
        if self._connection is None:
            self._connection = self.engine.connect()
        elif self._connection.in_transaction():
            self._connection.rollback()
            self._mark, self._is_marked = None, False
        self._connection.execution_options(diwan_writes=True)
        self._connection.begin()

    def at_commit(self, key: Any, callback: Callable[[Unit], None], last: bool = False) -> None:
        """Run `callback` once, just before COMMIT, in a unit that writes; one per key.

        `last` is for the audit link: it locks the chain's head, so nothing else may run after it.
        """
        (self._last_at_commit if last else self._at_commit).setdefault(key, callback)

    def after_commit(self, callback: Callable[[], None]) -> None:
        """Run `callback` once the data are durable; dropped on rollback."""
        self._after_commit.append(callback)

    def commit(self) -> None:
        """Finish this transaction; the unit can go on with a new one (imports commit chunk by chunk)."""
        try:
            if self._at_commit or self._last_at_commit:
                self.begin_write()  # an event can be recorded in a unit that has only read so far
            if self.is_writing:
                self._run_at_commit()
                self.connection.commit()
            elif self._connection is not None and self.dialect == "postgresql":
                # A rollback would do, and make psycopg forget the statements that it has prepared (PrepareManager).
                self._connection.commit()
            callbacks = list(self._after_commit)
        finally:
            self._release()
        for after in callbacks:
            after()

    def _run_at_commit(self) -> None:
        """Also what a callback adds while they run."""
        while self._at_commit:
            self._at_commit.pop(next(iter(self._at_commit)))(self)
        for callback in self._last_at_commit.values():
            callback(self)

    def rollback(self) -> None:
        self._release()

    def _release(self) -> None:
        self._at_commit.clear()
        self._last_at_commit.clear()
        self._after_commit.clear()
        self.state.clear()
        self.is_writing = False
        self._mark, self._is_marked = None, False
        if self._session is not None:
            self._session.close()
            self._session = None
        if self._connection is not None:
            connection, self._connection = self._connection, None
            connection.close()


def without_waiting(dialect: str) -> sa.ColumnElement[bool]:
    """A condition that is always true, and on PostgreSQL spares its transaction the wait for the disk."""
    if dialect == "sqlite":
        return sa.true()
    return sa.select(sa.func.set_config("synchronous_commit", "off", sa.true())).scalar_subquery() == "off"


_current: ContextVar[Unit | None] = ContextVar("diwan_unit", default=None)


def open_unit() -> Unit | None:
    """The unit of work of this request, job or command, if one is open."""
    return _current.get()


def unit() -> Unit:
    """The unit of work of this request, job or command."""
    found = _current.get()
    if found is None:
        raise RuntimeError("no unit of work is open: use core.db.unit_of_work(engine)")
    return found


@contextmanager
def unit_of_work(engine: Engine) -> Iterator[Unit]:
    """Open a unit for the body: committed when the body ends, rolled back when it raises."""
    opened = Unit(engine)
    token = _current.set(opened)
    try:
        yield opened
        opened.commit()
    except BaseException:
        opened.rollback()
        raise
    finally:
        _current.reset(token)


def checkpoint(engine: Engine) -> None:
    """Move SQLite's log into the file while others read and write; nothing elsewhere."""
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            driver = connection.connection.driver_connection
            assert driver is not None
            driver.execute("PRAGMA wal_checkpoint(PASSIVE)")


def is_contention(error: BaseException) -> bool:
    """Whether the same unit of work may be tried again: a deadlock, a serialization failure, a busy file."""
    original = getattr(error, "orig", None)
    state = getattr(original, "sqlstate", None)
    return state in ("40001", "40P01") or "database is locked" in str(original or "")


def run_unit(engine: Engine, work: Callable[[Unit], Any], attempts: int = 3) -> Any:
    """Run `work(unit)` in a unit of its own, again on contention (REL-03); work must have no outside effects."""
    for attempt in range(1, attempts + 1):
        try:
            with unit_of_work(engine) as opened:
                return work(opened)
        except sa.exc.DBAPIError as error:
            if attempt == attempts or not is_contention(error):
                raise
    raise DiwanError("unreachable")
