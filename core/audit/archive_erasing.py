"""Taking a person's data out of the archives of the log, each of which can still be verified (AUD-07, AUD-08).

The same halves of entries go as in the log (`erasing`): an archive is written anew without them, checked, and put in
the place of the old one. Copies that somebody made of it are beyond reach, as backups are.
"""

from __future__ import annotations

import gzip
import json
import os
import zlib
from collections.abc import Callable, Collection
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy.engine import Engine

from core.audit import archive, chain, listener
from core.audit.archiving import NAME
from core.audit.fitting import ROW
from core.audit.verdict import Broken
from core.db import run_unit
from core.errors import Unavailable
from core.language.i18n import _

_PLACE = {name: place for place, name in enumerate(ROW)}
_NO_SALT = chain.NO_SALT.hex()
_HALF = len(_NO_SALT)
#: Empties an entry where it tells of the person; whether it did.
_Change = Callable[[list[Any]], bool]


def erase(owner: Engine, folder: Path, records: Collection[tuple[str, int]], actor_id: int | None = None) -> int:
    """Take out what happened to these records, and who acted where that was this user. Answers the number of entries.

    Each archive that becomes another has an entry in the log, with the SHA-256 it had and has. Unavailable for one that
    is not whole: it stays as it is.
    """
    change = partial(_emptied, records=frozenset(records), actor_id=actor_id)
    done = 0
    for path in sorted(folder.glob(f"log-*{archive.ENDING}")):
        if NAME.fullmatch(path.name) and (count := _count(path, change)):
            before = archive.digest(path)
            _rewrite(path, change)
            told: dict[str, list[Any]] = {
                "entries": [None, count], "file": [None, path.name], "sha256": [before, archive.digest(path)],
            }  # fmt: skip
            run_unit(owner, partial(_note, path.name, told))
            done += count
    return done


def _note(name: str, told: dict[str, list[Any]], _opened: Any) -> None:
    listener.record("core.audit", None, name, "erase", told)


def _count(path: Path, change: _Change) -> int:
    try:
        with gzip.open(path, "rb") as stream:
            return sum(change(entry) for line in stream for entry in json.loads(line).get("entries", ()))
    except (OSError, EOFError, zlib.error, ValueError, AttributeError, LookupError, TypeError) as error:
        raise _damaged(path, Broken("archive_damaged", 0)) from error


def _rewrite(path: Path, change: _Change) -> None:
    was = archive.check(path)
    if was.broken:
        raise _damaged(path, was.broken)
    partial_path = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        with gzip.open(path, "rb") as stream, archive.packed(partial_path) as made:
            for line in stream:
                value = json.loads(line)
                for entry in value.get("entries", ()):
                    change(entry)
                made.write(archive.as_line(value))
        now = archive.check(partial_path)
        if now.broken or now.hash != was.hash:
            raise _damaged(path, now.broken or Broken("archive_damaged", now.last))
        os.replace(partial_path, path)
    finally:
        partial_path.unlink(missing_ok=True)


def _damaged(path: Path, found: Broken) -> Unavailable:
    return Unavailable(_("{file} is not whole, so nobody is erased from it: {reason}", file=path.name,
                         reason=found.message))  # fmt: skip


def _emptied(entry: list[Any], records: Collection[tuple[str, int]], actor_id: int | None) -> bool:
    """Whether the entry lost a half by this; one that is empty already counts for nothing."""
    what = (entry[_PLACE["entity"]], entry[_PLACE["record_id"]]) in records and entry[_PLACE["changes"]] is not None
    who = actor_id is not None and entry[_PLACE["actor_id"]] == actor_id and bool(
        entry[_PLACE["actor_name"]] or entry[_PLACE["address"]])  # fmt: skip
    salt = entry[_PLACE["salt"]] or 2 * _NO_SALT
    if what:
        entry[_PLACE["record_title"]], entry[_PLACE["changes"]] = "", None
    if who:
        entry[_PLACE["actor_name"]] = entry[_PLACE["address"]] = ""
    if what or who:
        entry[_PLACE["salt"]] = (_NO_SALT if who else salt[:_HALF]) + (_NO_SALT if what else salt[_HALF:])
    return what or who
