"""What a file is, by its content: never by its name or by what the sender says (SEC-14)."""

from __future__ import annotations

import codecs
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


def look_of(path: Path, kind: str) -> str:
    """How an attached file of this kind can be looked at: "image", "pdf", "text", or "" for what is only fetched."""
    if kind.startswith("image/"):
        return "image"
    if kind == "application/pdf":
        return "pdf"
    return "text" if kind == UNKNOWN and _is_text(path) else ""


def _is_text(path: Path) -> bool:
    """Whether it begins as text in UTF-8; what it is called does not count."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    try:
        text = codecs.getincrementaldecoder("utf-8-sig")().decode(head)
    except UnicodeDecodeError:
        return False
    return not any(ord(mark) < 32 and mark not in "\t\n\r\f" for mark in text)
