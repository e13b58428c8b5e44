"""What a disk or a database that cannot work now says, as an error for whoever asked.

Neither is anybody's mistake: nothing of the request is stored, and the same request succeeds when the trouble is over.
"""

from __future__ import annotations

import errno
import sqlite3

import sqlalchemy as sa

from core.db import is_contention
from core.errors import DiwanError, NoSpace, Unavailable
from core.language.i18n import _

#: Beyond the size of the disk, of a user's share of it, and of what one process may write into a file.
_NO_SPACE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
#: SQLite tells only of ENOSPC that it is that; every other write that fails is an error of this kind.
_SQLITE_NO_SPACE = frozenset({
    sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_FSYNC, sqlite3.SQLITE_IOERR_SHMSIZE,
    sqlite3.SQLITE_IOERR_TRUNCATE,
})  # fmt: skip
_SQLITE_AWAY = frozenset({
    sqlite3.SQLITE_BUSY, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN,
})  # fmt: skip
_DISK_FULL, _LOCK_TIMEOUT, _TOO_SLOW, _READ_ONLY = "53100", "55P03", "57014", "25006"
#: Connections that broke, servers that start, stop or have no place left.
_POSTGRESQL_AWAY = ("08", "53", "57P", _READ_ONLY)


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
    return away() if code & 0xFF in _SQLITE_AWAY else None


def _of_postgresql(state: str | None, error: sa.exc.DBAPIError) -> DiwanError | None:
    if state == _DISK_FULL:
        return _full()
    if state == _LOCK_TIMEOUT:
        return _busy()
    if state == _TOO_SLOW:
        return Unavailable(_("The database took too long for this. Ask for less at once, or try again later."))
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
