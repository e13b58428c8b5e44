"""Where files lie: each once, under the SHA-256 of its content. `Store` is what another place for them has to do."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Protocol

SMALL = ".small"
GONE = ".gone"


class Store(Protocol):
    """Files by digest, an image's small form beside it."""

    def add(self, digest: str, path: Path, small: Path | None = None) -> None:
        """Take over a finished file, and the small form of an image; nothing to do when it is there already."""

    def open(self, digest: str, small: bool = False) -> BinaryIO | None:
        """The content, or None where there is none."""

    def open_small(self, digest: str) -> BinaryIO | None:
        """The small form of an image, or None where there is none: never the file itself, as it was sent."""

    def remove(self, digest: str) -> None:
        """Delete a file with its small form at once."""

    def settled(self, older_than: float) -> Iterator[str]:
        """The digests of files that came more than so many seconds ago."""

    def keep(self, digest: str) -> None:
        """Take back `release`."""

    def release(self, digest: str, grace: float) -> bool:
        """Delete a file that nothing needs, at the second call more than `grace` seconds after the first: a backup
        that began before may still name it. Answers whether it went."""


class FolderStore:
    """A folder of the disk: `ab/abcdef…`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def _path(self, digest: str, suffix: str = "") -> Path:
        return self.folder / digest[:2] / f"{digest}{suffix}"

    def add(self, digest: str, path: Path, small: Path | None = None) -> None:
        place = self._path(digest)
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if small is not None:
            os.replace(small, self._path(digest, SMALL))
        if place.exists():
            os.utime(place)  # it is as good as new: the sweeping must not take it now
            path.unlink()
        else:
            os.replace(path, place)
        self.keep(digest)
        handle = os.open(place.parent, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

    def open(self, digest: str, small: bool = False) -> BinaryIO | None:
        for suffix in (SMALL, "") if small else ("",):
            try:
                return self._path(digest, suffix).open("rb")
            except FileNotFoundError:
                continue
        return None

    def open_small(self, digest: str) -> BinaryIO | None:
        try:
            return self._path(digest, SMALL).open("rb")
        except FileNotFoundError:
            return None

    def remove(self, digest: str) -> None:
        for suffix in ("", SMALL, GONE):
            self._path(digest, suffix).unlink(missing_ok=True)

    def settled(self, older_than: float) -> Iterator[str]:
        limit = time.time() - older_than
        for path in sorted(self.folder.glob("??/*")):
            if not path.suffix and path.stat().st_mtime < limit:
                yield path.name

    def keep(self, digest: str) -> None:
        self._path(digest, GONE).unlink(missing_ok=True)

    def release(self, digest: str, grace: float) -> bool:
        mark = self._path(digest, GONE)
        if not mark.exists():
            mark.touch(mode=0o600)
            return False
        if mark.stat().st_mtime > time.time() - grace:
            return False
        self.remove(digest)
        return True
