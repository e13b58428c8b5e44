"""One folder per test run, shared by all its processes, and gone when the run ends.

The first process makes it and hands its path on in an environment variable, which the
worker processes of xdist inherit.
"""

import contextlib
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

# In memory, where it is large enough: the disk of a busy machine lets every copied database wait.
MEMORY = Path("/dev/shm")
ROOM = 4 * 1024**3
# Not DIWAN_…: those names are settings, and an unknown setting is refused.
VARIABLE = "TEST_RUN_FOLDER"


def create() -> Path:
    """Make the run's folder; others may pass through it, since PostgreSQL runs as another user."""
    folder = Path(tempfile.mkdtemp(prefix="diwan-test-", dir=MEMORY if _has_room(MEMORY) else None))
    folder.chmod(0o711)
    os.environ[VARIABLE] = str(folder)
    return folder


def _has_room(place: Path) -> bool:
    return place.is_dir() and os.access(place, os.W_OK) and shutil.disk_usage(place).free > ROOM


def current() -> Path:
    return Path(os.environ[VARIABLE])


def remove(folder: Path) -> None:
    os.environ.pop(VARIABLE, None)
    shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def locked(name: str) -> Iterator[Path]:
    """Only one process of the run at a time; yields a path that marks the work as done."""
    folder = current()
    with open(folder / f"{name}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder / f"{name}.done"
