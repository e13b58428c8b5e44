"""What this machine offers to the tests, and which Debian package brings what it lacks."""

import ctypes
import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# The first one draws no windows: a page costs it less than half of the processor's time.
CHROMIUM_NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
# What Debian's script of the first name starts; the script itself would outlive it when it has to be ended.
HEADLESS_SHELL = Path("/usr/lib/chromium/chromium-headless-shell")


@dataclass(frozen=True)
class Need:
    """Something outside Python that some tests use; `found` is where it is, or None."""

    name: str
    package: str
    found: str | None

    @property
    def reason(self) -> str:
        """Why the tests that need this are skipped, and the one command that changes it."""
        return f"{self.name} is missing: apt-get install {self.package}"


def in_ci() -> bool:
    """True where nothing may be skipped for want of a program."""
    return os.environ.get("CI", "").lower() in {"1", "true", "yes"}


def postgresql() -> Need:
    return Need("PostgreSQL", "postgresql", _postgresql_folder())


def chromium() -> Need:
    """The browser, and the library that playwright's driver is linked with and bare systems lack."""
    found = next((path for path in map(shutil.which, CHROMIUM_NAMES) if path), None)
    if found and found.endswith(HEADLESS_SHELL.name) and HEADLESS_SHELL.exists():
        found = str(HEADLESS_SHELL)
    if found and not _has_library("libatomic.so.1"):
        return Need("The driver's libatomic", "libatomic1", None)
    return Need("Chromium", "chromium libatomic1", found)


def _has_library(name: str) -> bool:
    if sys.platform != "linux":
        return True
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def _postgresql_folder() -> str | None:
    """The folder of initdb, the newest version first: Debian does not put it on the PATH."""
    versions = Path("/usr/lib/postgresql")
    debian = sorted(versions.glob("*/bin"), key=lambda path: float(path.parent.name), reverse=True)
    on_path = [Path(found).parent for found in [shutil.which("initdb")] if found]
    for folder in [*debian, *on_path]:
        if (folder / "initdb").exists() and (folder / "pg_ctl").exists():
            return str(folder)
    return None
