"""Uploaded files: kept under names of our own, readable by nobody else, and gone when they are not needed (SEC-08)."""

from __future__ import annotations

import errno
import hashlib
import os
import secrets
from pathlib import Path
from typing import IO

from core.errors import Unavailable
from core.language.i18n import _

CHUNK = 1 << 20


def keep(folder: Path, stream: IO[bytes]) -> tuple[Path, str]:
    """Store a file; its path and SHA-256. What the user calls it never becomes part of a path."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / secrets.token_hex(16)
    digest = hashlib.sha256()
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            while chunk := stream.read(CHUNK):
                digest.update(chunk)
                file.write(chunk)
    except OSError as error:
        path.unlink(missing_ok=True)
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            message = _("The server’s disk is full, so the file was not stored. Tell an administrator.")
            raise Unavailable(message) from error
        raise
    return path, digest.hexdigest()


def drop(folder: Path, path: str) -> None:
    """Remove a stored file; a file of the command line, which lies elsewhere, is its owner's and stays."""
    found = Path(path)
    if found.parent == folder:
        found.unlink(missing_ok=True)
