"""What a file is, by its content: never by its name or by what the sender says (SEC-14)."""

from __future__ import annotations

from pathlib import Path

import puremagic

UNKNOWN = "application/octet-stream"
HEAD = 4096
#: Kinds that are told to browsers as what they are; what could run in one is not among them.
SAFE = frozenset({
    "application/pdf", "application/zip", "image/png", "image/jpeg", "image/gif", "image/webp", "audio/mpeg",
    "video/mp4",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
})  # fmt: skip


def kind_of(path: Path) -> str:
    """One of the safe kinds, else UNKNOWN."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    try:
        found = puremagic.from_string(head, mime=True)
    except (puremagic.PureError, ValueError):
        return UNKNOWN
    return found if found in SAFE else UNKNOWN
