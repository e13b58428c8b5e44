"""The project's own files, as version control knows them; what others wrote is left out."""

import subprocess
from functools import cache
from pathlib import Path

from tests.support.machine import ROOT

FOREIGN = ("/vendor/", "/tests/assets/", "/tests/vectors/")
BINARY = (".png", ".ico", ".woff2", ".ttf", ".xlsx", ".xls", ".csv", ".zip", ".gz", ".db", ".pdf", ".jpg")


@cache
def tracked() -> tuple[str, ...]:
    """Paths from the root, with slashes, of every tracked text file of our own."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.split("\0")
    return tuple(
        path
        for path in listed
        if path
        and not path.endswith(BINARY)
        and not any(part in f"/{path}" for part in FOREIGN)
        and (ROOT / path).is_file()
    )


def below(*folders: str, ending: str | tuple[str, ...] = ".py") -> list[str]:
    """The tracked files below these folders (or with these names) that end so."""
    return [
        path
        for path in tracked()
        if path.endswith(ending) and any(path == name or path.startswith(f"{name}/") for name in folders)
    ]


def read(path: str) -> str:
    return Path(ROOT, path).read_text(encoding="utf-8")
