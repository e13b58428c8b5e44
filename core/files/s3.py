"""Files in a bucket that is reached by the S3 protocol, laid out as the folder is: `ab/abcdef…` below a prefix.

So a bucket is filled from a folder, and a folder from a bucket, by any tool that copies.
"""

from __future__ import annotations

import datetime as dt
import functools
import io
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, ParamSpec, TypeVar, cast

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store as Bucket

from core.config import Config, S3Place
from core.errors import Unavailable
from core.files.store import GONE, SMALL, FolderStore, Store
from core.language.i18n import _

if TYPE_CHECKING:
    from obstore.store import S3Config

DIGEST = 64
PIECE = 256 * 1024
#: A bucket that does not answer must not hold whoever asks for longer than a page may take.
WITHIN, TRIES = dt.timedelta(seconds=20), 2
PROBE = b"Diwan was here."


def store_of(config: Config) -> Store:
    """Where this installation keeps its files: a bucket where one is set, else the folder."""
    return S3Store(config.s3) if config.s3 else FolderStore(config.files)


P = ParamSpec("P")
T = TypeVar("T")


def _told(work: Callable[P, T]) -> Callable[P, T]:
    """The same, with the failures of the bucket as Unavailable; FileNotFoundError passes."""

    @functools.wraps(work)
    def told(*args: P.args, **named: P.kwargs) -> T:
        try:
            return work(*args, **named)
        except BaseError as error:
            raise Unavailable(_("The store of files does not answer. Try again in a moment.")) from error

    return told


@functools.cache
def _bucket(place: S3Place) -> Bucket:
    """One for the process, with the connections that it keeps open."""
    where: S3Config = {"region": place.region}
    if place.endpoint:
        where["endpoint"] = place.endpoint
    if place.key:
        where |= {"access_key_id": place.key, "secret_access_key": place.secret}
    return Bucket(
        place.bucket, prefix=place.prefix or None, config=where,
        client_options={"allow_http": place.endpoint.startswith("http:"), "timeout": "60s", "connect_timeout": "5s"},
        retry_config={"max_retries": TRIES, "retry_timeout": WITHIN})  # fmt: skip


class S3Store:
    """A bucket, or what lies below a prefix of one."""

    def __init__(self, place: S3Place) -> None:
        self._bucket = _bucket(place)
        #: Of the files that `settled` has listed: those that wait to go. None before.
        self._marked: set[str] | None = None

    @_told
    def add(self, digest: str, path: Path, small: Path | None = None) -> None:
        # What is there already is sent again: then it is as good as new, and the sweeping does not take it now.
        for source, suffix in ((small, SMALL), (path, "")):
            if source is not None:
                obstore.put(self._bucket, _key(digest, suffix), source)
        path.unlink()
        self._delete(_key(digest, GONE))

    def open(self, digest: str, small: bool = False) -> BinaryIO | None:
        return (self.open_small(digest) if small else None) or self._open(_key(digest))

    def open_small(self, digest: str) -> BinaryIO | None:
        return self._open(_key(digest, SMALL))

    @_told
    def remove(self, digest: str) -> None:
        self._delete(*(_key(digest, suffix) for suffix in ("", SMALL, GONE)))

    @_told
    def settled(self, older_than: float) -> Iterator[str]:
        limit = dt.datetime.now(dt.UTC) - dt.timedelta(seconds=older_than)
        found = [(one["path"].rpartition("/")[2], one["last_modified"]) for one in self._listed()]
        self._marked = {name.removesuffix(GONE) for name, _at in found if name.endswith(GONE)}
        return iter(sorted(name for name, at in found if len(name) == DIGEST and at < limit))

    @_told
    def keep(self, digest: str) -> None:
        if self._marked is None or digest in self._marked:
            self._delete(_key(digest, GONE))

    @_told
    def release(self, digest: str, grace: float) -> bool:
        try:
            since = obstore.head(self._bucket, _key(digest, GONE))["last_modified"]
        except FileNotFoundError:
            obstore.put(self._bucket, _key(digest, GONE), b"")
            return False
        if since > dt.datetime.now(dt.UTC) - dt.timedelta(seconds=grace):
            return False
        self.remove(digest)
        return True

    @_told
    def names(self) -> list[str]:
        """All that is here, small forms and marks too, as it stands in a folder."""
        return sorted(one["path"] for one in self._listed() if one["path"][2:3] == "/")

    def read(self, name: str) -> BinaryIO:
        """One of `names`; FileNotFoundError when it has gone since."""
        found = self._open(name)
        if found is None:
            raise FileNotFoundError(name)
        return found

    @_told
    def put(self, name: str, path: Path) -> None:
        """Keep a file under one of `names`, as a backup has it."""
        obstore.put(self._bucket, name, path)

    @_told
    def clear(self) -> None:
        """Delete all that is here."""
        names = self.names()
        for first in range(0, len(names), 1000):
            self._delete(*names[first : first + 1000])

    def probe(self) -> None:
        """Write, read, list and delete something; raises what the bucket says of it, which holds no secret."""
        name = f"probe/{secrets.token_hex(8)}"
        obstore.put(self._bucket, name, PROBE)
        try:
            if bytes(obstore.get(self._bucket, name).bytes()) != PROBE:
                raise BaseError("What was written is not what is read.")
            next(iter(obstore.list(self._bucket, "probe")), None)
        finally:
            self._delete(name)

    @_told
    def _open(self, name: str) -> BinaryIO | None:
        try:
            reader = obstore.open_reader(self._bucket, name, buffer_size=PIECE)
        except FileNotFoundError:
            return None
        return cast(BinaryIO, io.BufferedReader(_Content(reader), PIECE))

    def _delete(self, *names: str) -> None:
        for name in names:
            try:
                obstore.delete(self._bucket, name)
            except FileNotFoundError:  # some servers say so
                continue

    def _listed(self) -> Iterator[Any]:
        for page in obstore.list(self._bucket):
            yield from page


class _Content(io.RawIOBase):
    """What a file in a bucket holds, fetched piece by piece as it is read."""

    def __init__(self, reader: Any) -> None:
        self._reader = reader

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return int(self._reader.seek(offset, whence))

    def tell(self) -> int:
        return int(self._reader.tell())

    def readinto(self, buffer: Any) -> int:
        got = memoryview(self._reader.read(len(buffer)))
        buffer[: len(got)] = got
        return len(got)


def _key(digest: str, suffix: str = "") -> str:
    return f"{digest[:2]}/{digest}{suffix}"
