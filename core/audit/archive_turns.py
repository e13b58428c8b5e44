"""Whoever works on the archives of the log does so alone.

What is archived between the look through the archives and the erasing in the database would keep a person's text, and
an archive that is written meanwhile was read before he was erased: so both wait for each other (AUD-07, AUD-08).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Wait for one's turn with the archives in a folder; the turn of a process that dies is over."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    # Beside the folder: what is in it goes into backups.
    with folder.with_name(f"{folder.name}.lock").open("ab") as file:
        _lock(file.fileno())
        yield


def _lock(handle: int) -> None:
    try:
        import fcntl
    except ImportError:  # not on Windows, where one person administers one machine
        return
    fcntl.flock(handle, fcntl.LOCK_EX)
