"""What a disk or a database that cannot work now says, as an error for whoever asked.

Neither is anybody's mistake: nothing of the request is stored, and the same request succeeds when the trouble is over.
Until then every page says that nothing can be saved (REL-13): what one save has learnt all processes know that were
forked from the same one, and from time to time one of them tries whether it still holds.
"""

from __future__ import annotations

import errno
import mmap
import os
import shutil
import sqlite3
import struct
import time
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Engine

from core.db import Unit, is_contention, open_unit, run_unit
from core.errors import DiwanError, NoSpace, ReadOnly, Unavailable
from core.language.i18n import _

#: Beyond the size of the disk, of a user's share of it, and of what one process may write into a file.
_NO_SPACE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
#: SQLite tells only of ENOSPC that it is that; every other write that fails is an error of this kind.
_SQLITE_NO_SPACE = frozenset({
    sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_FSYNC, sqlite3.SQLITE_IOERR_SHMSIZE,
    sqlite3.SQLITE_IOERR_TRUNCATE,
})  # fmt: skip
_SQLITE_AWAY = frozenset({
    sqlite3.SQLITE_BUSY, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN,
})  # fmt: skip
_DISK_FULL, _LOCK_TIMEOUT, _TOO_SLOW, _READ_ONLY = "53100", "55P03", "57014", "25006"
#: Connections that broke, servers that start, stop or have no place left.
_POSTGRESQL_AWAY = ("08", "53", "57P")

#: Seconds that a request may wait for answers of the database, all in all.
REQUEST_WITHIN = 60.0
#: Seconds between tries whether something can be saved again.
TRY_EVERY = 5.0
#: Bytes of free disk below which a save may fail at any moment.
SCANT = 16 * 1024 * 1024
#: When it was last tried, and why it failed then; zeros while all is well. Shared with whoever is forked from here.
_MARK = struct.Struct("dB")
_mark = mmap.mmap(-1, _MARK.size)
_WHY: tuple[type[DiwanError], ...] = (NoSpace, ReadOnly)


def told(error: BaseException) -> DiwanError | None:
    """NoSpace or Unavailable for an outage; None for everything that is somebody's mistake."""
    if isinstance(error, OSError):
        return _full() if error.errno in _NO_SPACE else None
    if isinstance(error, sa.exc.TimeoutError):
        return Unavailable(_("The server is busy. Try again in a moment."))
    if not isinstance(error, sa.exc.DBAPIError):
        return None
    if is_contention(error):
        return _busy()
    original = error.orig
    if isinstance(original, sqlite3.Error):
        return _of_sqlite(original)
    return _of_postgresql(getattr(original, "sqlstate", None), error)


def _of_sqlite(error: sqlite3.Error) -> DiwanError | None:
    code: int = getattr(error, "sqlite_errorcode", 0)
    if code in _SQLITE_NO_SPACE:
        return _full()
    if code & 0xFF == sqlite3.SQLITE_READONLY:
        return _read_only()
    return away() if code & 0xFF in _SQLITE_AWAY else None


def _of_postgresql(state: str | None, error: sa.exc.DBAPIError) -> DiwanError | None:
    if state == _DISK_FULL:
        return _full()
    if state == _LOCK_TIMEOUT:
        return _busy()
    if state == _READ_ONLY:
        return _read_only()
    if state == _TOO_SLOW:
        return _slow()
    if state is None:
        # Of a server that was not reached there is no code.
        is_lost = error.connection_invalidated or isinstance(error, (sa.exc.OperationalError, sa.exc.InterfaceError))
        return away() if is_lost else None
    return away() if state.startswith(_POSTGRESQL_AWAY) else None


def away() -> Unavailable:
    return Unavailable(_("The database does not answer. Try again in a moment."))


def _busy() -> Unavailable:
    return Unavailable(_("Many people are saving at this moment. Try again."))


def _full() -> NoSpace:
    return NoSpace(_("The disk of the server is full, so nothing was saved. You can still read everything. Tell your "
                     "administrator; once there is space, go back to your entries and save them again."))


def _slow() -> Unavailable:
    return Unavailable(_("The database took too long for this. Ask for less at once, or try again later."))


def _read_only() -> ReadOnly:
    return ReadOnly(_("The database can only be read at this moment, so nothing was saved. Try again later."))


def keep_time(engine: Engine) -> None:
    """End requests over this engine that have waited too long for it, at their next statement: a database that is far
    away or busy answers each one in time, and all of them together never (REL-14)."""
    event.listen(engine, "before_cursor_execute", _begin_waiting)
    event.listen(engine, "after_cursor_execute", _end_waiting)


def _begin_waiting(_connection: Any, _cursor: Any, _statement: Any, _values: Any, context: Any, _many: Any) -> None:
    opened = open_unit()
    if opened is not None:
        if opened.waited > REQUEST_WITHIN:
            raise _slow()
        context.began_waiting = time.monotonic()


def _end_waiting(_connection: Any, _cursor: Any, _statement: Any, _values: Any, context: Any, _many: Any) -> None:
    opened = open_unit()
    if opened is not None and hasattr(context, "began_waiting"):
        opened.waited += time.monotonic() - context.began_waiting


def notice(error: DiwanError) -> None:
    """Remember that a save has failed, if it has failed for want of room or since nothing may be written."""
    for number, why in enumerate(_WHY, 1):
        if isinstance(error, why):
            _mark[:] = _MARK.pack(time.monotonic(), number)


def forget() -> None:
    """Something can be saved again."""
    _mark[:] = bytes(_MARK.size)


def saving(opened: Unit) -> None:
    """Records are being saved: once they are, the next page tries at once whether others can be as well.

    It would else say for a while that nothing can be saved, beside the word that something was. Whether the mark may
    go is for the try to tell: a record may have found the last free place.
    """
    if any(_mark[:]):
        opened.after_commit(_try_next)


def _try_next() -> None:
    _tried, why = _MARK.unpack(_mark[:])
    _mark[:] = _MARK.pack(-TRY_EVERY - 1, why)


def standing(engine: Engine) -> type[DiwanError] | None:
    """Why nothing can be saved now: NoSpace or ReadOnly; None when something can, for all that is known."""
    tried, why = _MARK.unpack(_mark[:])
    if why and time.monotonic() - tried > TRY_EVERY:
        _try_again(engine, why)
        tried, why = _MARK.unpack(_mark[:])
    return _WHY[why - 1] if why else None


def found(engine: Engine) -> type[DiwanError] | None:
    """The same for whoever watches, before anybody has lost a save by it: where SQLite's disk has hardly any room left,
    something is written to see."""
    known = standing(engine)
    if known is None and engine.dialect.name == "sqlite" and _is_scant(str(engine.url.database)):
        try:
            run_unit(engine, _write_something, attempts=1)
        except sa.exc.SQLAlchemyError as error:
            why = told(error)
            if why is not None:
                notice(why)
        known = standing(engine)
    return known


def _is_scant(database: str) -> bool:
    return shutil.disk_usage(os.path.dirname(database)).free < SCANT


def _try_again(engine: Engine, why: int) -> None:
    """The mark stays while it fails for want of anything that a save needs; others need not try meanwhile."""
    _mark[:] = _MARK.pack(time.monotonic(), why)
    try:
        run_unit(engine, _write_something, attempts=1)
    except sa.exc.SQLAlchemyError as error:
        found = told(error)
        if found is not None:
            notice(found)
            return
    forget()


def _write_something(opened: Unit) -> None:
    """What changes nothing for anybody, though something in the file: SQLite does not write what was there before."""
    opened.begin_write()
    if opened.dialect == "sqlite":
        opened.execute(sa.text("INSERT INTO core_stamp (name, value) VALUES ('tried', 1)"
                               " ON CONFLICT (name) DO UPDATE SET value = value + 1"))
        return
    # A row that is overwritten in its place needs no room, and might be waited for; new pages do and are not.
    opened.execute(sa.text("UPDATE core_stamp SET value = value WHERE false"))
    opened.execute(sa.text("CREATE TEMPORARY TABLE diwan_room ON COMMIT DROP AS"
                           " SELECT number FROM generate_series(1, 4000) AS number"))
