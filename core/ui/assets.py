"""Addresses of our own static files.

Their version stands in the path, `/static/<version>/js/list.js`, so that what a file names itself (a module its
imports, a style sheet its font) carries the version too, and a browser may keep all of it for a year. The version
is a digest of the content: machines that serve the same release agree on it. A server that answers any version with
the present file also serves pages that were open during an upgrade.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Final

STATIC_FOLDER: Final = Path(__file__).resolve().parent / "static"


def _version(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


STATIC_VERSION: Final = _version(STATIC_FOLDER)
STATIC_URL: Final = f"/static/{STATIC_VERSION}"


def asset(path: str) -> str:
    """The address of a file below the static folder."""
    return f"{STATIC_URL}/{path}"
