"""Receiving a file: in pieces, within limits, into the store; the sender gets a ticket for it.

A record takes the file by the ticket, which only its sender can redeem: nobody gets at a file by knowing what is in it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import secrets
import shutil
import tempfile
from pathlib import Path
from typing import Any, BinaryIO

import sqlalchemy as sa

from core.actor import actor
from core.audit import listener
from core.db import unit
from core.entity.base import utc_now
from core.entity.types_file import FileType, StoredFile, Ticket
from core.errors import Forbidden, Malformed, TooLarge, TooMany
from core.files import images, kinds
from core.files.models import uploads
from core.files.names import clean_name
from core.files.store import Store
from core.language.i18n import _
from core.permissions import can
from core.registry import current

PIECE = 256 * 1024
MOST_BYTES = 32 * 1024 * 1024
#: So much stays free for the database, whoever uploads.
KEPT_FREE = 512 * 1024 * 1024
#: How long a ticket is good, and what one user may send in that time.
VALID = dt.timedelta(days=1)
MOST_FILES, MOST_TOTAL = 2_000, 4 * 1024**3
TOO_LARGE = _("The file is larger than {limit} MB.", limit=MOST_BYTES // 1024**2)


def receive(store: Store, folder: Path, stream: BinaryIO, length: int | None, name: str, as_image: bool
            ) -> dict[str, Any]:  # fmt: skip
    """Keep what `stream` gives, `length` bytes by its own account; answers the ticket and what was kept."""
    _admit(length)
    make_room(folder, length)
    with tempfile.TemporaryDirectory(dir=folder) as place:
        given = Path(place) / "given"
        _write(stream, given, MOST_BYTES)
        small: Path | None = None
        kind = kinds.kind_of(given)
        if as_image:
            drawn, small = Path(place) / "drawn", Path(place) / "small"
            kind, given = images.redraw(given, drawn, small), drawn
        kept = StoredFile(digest_of(given), clean_name(name), kind, given.stat().st_size)
        store.add(kept.digest, given, small)
    return ticket_for(kept, is_image=as_image)


def take(store: Store, folder: Path, stream: BinaryIO, length: int | None, name: str, most: int
         ) -> tuple[StoredFile, str]:  # fmt: skip
    """Keep a file as it came, `most` bytes of it; answers it and how it can be looked at: "image", "pdf", "text", "".

    An image gets a small form, drawn anew, which alone is shown in pages.
    """
    if length is None or length <= 0:
        raise Malformed(_("The file is empty."))
    make_room(folder, length)
    with tempfile.TemporaryDirectory(dir=folder) as place:
        given, small = Path(place) / "given", Path(place) / "small"
        _write(stream, given, most)
        kind = kinds.kind_of(given)
        look = kinds.look_of(given, kind)
        if look == "image" and not images.draw_small(given, small):
            look = ""
        kept = StoredFile(digest_of(given), clean_name(name), kind, given.stat().st_size)
        store.add(kept.digest, given, small if look == "image" else None)
    return kept, look


def make_room(folder: Path, length: int | None) -> None:
    folder.mkdir(mode=0o700, exist_ok=True)
    if shutil.disk_usage(folder).free - (length or 0) < KEPT_FREE:
        raise TooLarge(_("There is no room for files on the server now. Tell an administrator."))


def _admit(length: int | None) -> None:
    """Who may fill no such field sends nothing, and nobody more than a person would."""
    who = actor()
    if length is None or length <= 0:
        raise Malformed(_("The file is empty."))
    if length > MOST_BYTES:
        raise TooLarge(TOO_LARGE)
    holders = [spec for spec in current().entities.values() if any(is_file(f) for f in spec.fields.values())]
    if who.read_only or not any(can(f"{spec.name}.{action}") for spec in holders for action in ("add", "change")):
        raise Forbidden(_("You may not upload files."))
    check_quota(length)


def check_quota(length: int) -> None:
    """Nobody sends more in a day than a person would."""
    sent = sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(uploads.c.size), 0)).where(
        uploads.c.created_by_id == actor().id, uploads.c.created_at > utc_now() - VALID)  # fmt: skip
    count, total = unit().execute(sent).one()
    if count >= MOST_FILES or total + length > MOST_TOTAL:
        raise TooMany(_("You have uploaded too much today. Go on tomorrow."))


def is_file(f: Any) -> bool:
    return isinstance(f.type, FileType)


def _write(stream: BinaryIO, path: Path, most: int) -> None:
    size = 0
    with path.open("wb") as file:
        while piece := stream.read(PIECE):
            size += len(piece)
            if size > most:
                raise TooLarge(_("The file is larger than {limit} MB.", limit=most // 1024**2))
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    if not size:
        raise Malformed(_("The file is empty."))


def digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def ticket_for(kept: StoredFile, *, is_image: bool) -> dict[str, Any]:
    """Note a file in the store as the actor's; answers the ticket by which he gives it away, and what was kept."""
    ticket = secrets.token_urlsafe(24)
    unit().begin_write()
    made = unit().execute(sa.insert(uploads).values(
        ticket=_hash(ticket), digest=kept.digest, name=kept.name, kind=kept.kind, size=kept.size, is_image=is_image,
        created_at=utc_now(), created_by_id=actor().id).returning(uploads.c.id)).scalar_one()  # fmt: skip
    listener.record("core.file", made, kept.name, "upload", {"size": [None, kept.size], "sha256": [None, kept.digest]})
    return {"upload": ticket, "name": kept.name, "type": kept.kind, "size": kept.size}


def _hash(ticket: str) -> str:
    return hashlib.sha256(ticket.encode()).hexdigest()


def redeemed(ticket: Ticket, as_image: bool) -> StoredFile | None:
    """The file that the actor got this ticket for, while it is good."""
    who = actor()
    statement = sa.select(uploads.c.digest, uploads.c.name, uploads.c.kind, uploads.c.size).where(
        uploads.c.ticket == _hash(ticket.text), uploads.c.created_at > utc_now() - VALID)  # fmt: skip
    if not who.is_system:
        statement = statement.where(uploads.c.created_by_id == who.id)
    if as_image:
        statement = statement.where(uploads.c.is_image)
    row = unit().execute(statement).first()
    return StoredFile(*row) if row else None
