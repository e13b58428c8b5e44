"""The file of an archived part of the log: links with their entries in full, so that it can be checked by itself, by
anybody, with nothing but this file (AUD-08).

Gzipped lines of JSON: a head that says what it joins, a line for each link with its entries, and an end without which
the file was cut off. Hashes are lower-case hex, moments as they were hashed.
"""

from __future__ import annotations

import datetime as dt
import gzip
import json
import os
import zlib
from collections import namedtuple
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from core.audit.anchor import Anchor
from core.audit.fitting import LINK, ROW, Counted, broken_transaction, link_fits, raw_instant
from core.audit.verdict import Broken
from core.errors import Malformed
from core.language.i18n import _

FORMAT = "diwan.audit.archive"
VERSION = 1
ENDING = ".jsonl.gz"
PIECE = 1024 * 1024
_Link = namedtuple("_Link", LINK)  # type: ignore[misc]
_Row = namedtuple("_Row", ROW)  # type: ignore[misc]


@dataclass(slots=True)
class Found:
    """What an archive holds: the links after `joins`, up to the link `last` with the hash `hash`; `broken` is the first
    thing in it that is not as it was written."""

    instance: str
    joins: int
    joins_hash: str
    last: int = 0
    hash: str = ""
    counted: Counted = field(default_factory=Counted)
    broken: Broken | None = None


class Writer:
    """An archive being written; `last` and `hash` are those of the last link in it."""

    def __init__(self, stream: Any, instance: bytes, joins: int, joins_hash: bytes) -> None:
        self._stream, self.last, self.hash, self.rows = stream, joins, joins_hash, 0
        self._line({"format": FORMAT, "version": VERSION, "instance": instance.hex(), "joins": joins,
                    "joins_hash": joins_hash.hex()})  # fmt: skip

    def add(self, link: Any, rows: Iterable[Any]) -> None:
        entries = [_plain(ROW, row) for row in rows]
        self._line({"link": _plain(LINK, link), "entries": entries})
        self.last, self.hash = link.seq, link.hash
        self.rows += len(entries)

    def finish(self) -> None:
        self._line({"end": {"seq": self.last, "hash": self.hash.hex(), "entries": self.rows}})

    def _line(self, value: Any) -> None:
        self._stream.write(as_line(value))


def as_line(value: Any) -> bytes:
    """A line of an archive."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


@contextmanager
def packed(path: Path) -> Iterator[Any]:
    """The lines of a new archive, readable for its owner alone, and on the disk at the end."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        # Without a name and a time in it, the same part of a log gives the same file.
        with gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0) as stream:
            yield stream
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def writing(path: Path, instance: bytes, joins: int, joins_hash: bytes) -> Iterator[Writer]:
    """Write an archive under another name; it gets its own when it is complete and on the disk (REL-11)."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        with packed(partial) as stream:
            writer = Writer(stream, instance, joins, joins_hash)
            yield writer
            writer.finish()
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)


def digest(path: Path) -> str:
    made = sha256()
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            made.update(piece)
    return made.hexdigest()


def check(path: Path, anchor: Anchor | None = None) -> Found:
    """Read an archive from end to end and check each of its entries and links. Malformed when it is none."""
    try:
        with gzip.open(path, "rb") as stream:
            return _checked((json.loads(line) for line in stream), anchor)
    except (OSError, EOFError, zlib.error, ValueError, KeyError, TypeError) as error:
        raise Malformed(_("{file} is no archive of an audit log, or it is damaged.", file=path.name)) from error


def _checked(lines: Iterator[Any], anchor: Anchor | None) -> Found:
    head: dict[str, Any] = next(lines, {})
    if (head.get("format"), head.get("version")) != (FORMAT, VERSION):
        raise ValueError("another format")
    found = Found(head["instance"], head["joins"], head["joins_hash"], head["joins"], head["joins_hash"])
    if anchor is not None and anchor.instance != found.instance:
        found.broken = Broken("anchor_other")
    ended = False
    for line in lines:
        if ended or found.broken:
            break
        ended = "end" in line
        found.broken = _broken_end(found, line["end"]) if ended else _broken_line(found, line, anchor)
    if not ended and not found.broken:
        found.broken = Broken("archive_damaged", found.last)
    return found


def _broken_line(found: Found, line: Any, anchor: Anchor | None) -> Broken | None:
    link = _read(_Link, line["link"])
    if link.seq != found.last + 1:
        return Broken("link_missing", found.last + 1)
    if not link_fits(link) or link.prev_hash.hex() != found.hash:
        return Broken("link_changed", link.seq)
    found.last, found.hash = link.seq, link.hash.hex()
    found.counted.links += 1
    if anchor is not None and anchor.seq == link.seq and anchor.hash != found.hash:
        return Broken("anchor_differs", link.seq)
    return broken_transaction(link, [_read(_Row, entry) for entry in line["entries"]], found.counted)


def _broken_end(found: Found, end: Any) -> Broken | None:
    fits = (end["seq"], end["hash"], end["entries"]) == (found.last, found.hash, found.counted.rows)
    return None if fits else Broken("archive_damaged", found.last)


#: Columns that are bytes, and those that are moments.
_BYTES = frozenset({"root", "prev_hash", "hash", "salt", "payload_digest", "digest"})


def _read(kind: Any, values: list[Any]) -> Any:
    return kind(*(_stored(name, value) for name, value in zip(kind._fields, values, strict=True)))


def _stored(name: str, value: Any) -> Any:
    if value is None:
        return None
    if name in _BYTES:
        return bytes.fromhex(value)
    return dt.datetime.fromisoformat(value) if name == "at" else value


def _plain(names: tuple[str, ...], values: Iterable[Any]) -> list[Any]:
    """What the database has, as JSON: a moment as it was hashed, which SQLite keeps as a text."""
    return [raw_instant(value) if name == "at" else bytes(value).hex() if isinstance(value, (bytes, memoryview))
            else value for name, value in zip(names, values, strict=True)]
