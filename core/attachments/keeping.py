"""Adding, renaming, deleting and restoring the files of a record, each with its line in the record's history.

Whoever calls has asked whether the record may be changed.
"""

from __future__ import annotations

from itertools import count
from typing import Any

import sqlalchemy as sa

from core.actor import actor
from core.attachments import limits, reading
from core.attachments.models import attachments, versions
from core.attachments.reading import Attachment
from core.audit import listener
from core.db import unit
from core.entity.base import utc_now
from core.entity.types_file import StoredFile
from core.errors import Conflict, Invalid, NotFound
from core.files.names import clean_name
from core.language.i18n import _
from core.language.text import search_key

TAKEN = _("There is another file with this name. Choose another name.")


def add(entity: str, record_id: int, title: str, kept: StoredFile, look: str) -> Attachment:
    """Attach a file that lies in the store; under a name that the record has already it is a new version."""
    unit().begin_write()
    key = search_key(kept.name) or kept.name
    # The lock on the row, on PostgreSQL, makes two versions that come at once follow each other.
    same = sa.select(attachments.c.id, attachments.c.number).where(*_of(entity, record_id), *_living(key))
    found = unit().execute(same.with_for_update()).first()
    if found is None:
        number, made = 1, _insert(entity, record_id, kept.name, key)
    else:
        number, made = found.number + 1, found.id
        unit().execute(sa.update(attachments).where(attachments.c.id == made).values(number=number))
    unit().execute(sa.insert(versions).values(
        attachment_id=made, number=number, digest=kept.digest, kind=kept.kind, size=kept.size, look=look,
        sent_at=utc_now(), sent_by_id=actor().id))  # fmt: skip
    listener.record(entity, record_id, title, "attach",
                    {"file": [None, kept.name], "version": [None, number], "sha256": [None, kept.digest]})  # fmt: skip
    return reading.one(entity, record_id, made)


def rename(entity: str, record_id: int, title: str, attachment_id: int, name: str) -> Attachment:
    """Give a file another name; its kind stays what it is."""
    before = reading.one(entity, record_id, attachment_id)
    wanted = clean_name(name) if name.strip() else ""
    if not wanted:
        raise Invalid(errors={"name": [_("Enter a name.")]})
    limits.check_name(wanted)
    unit().begin_write()
    _set(attachment_id, {"name": wanted, "name_key": search_key(wanted) or wanted})
    listener.record(entity, record_id, title, "rename_file", {"file": [before.name, wanted]})
    return reading.one(entity, record_id, attachment_id)


def delete(entity: str, record_id: int, title: str, attachment_id: int) -> None:
    """Into the trash, with all versions."""
    found = reading.one(entity, record_id, attachment_id)
    unit().begin_write()
    _set(attachment_id, {"deleted_at": utc_now(), "deleted_by_id": actor().id})
    listener.record(entity, record_id, title, "detach", {"file": [found.name, None]})


def restore(entity: str, record_id: int, title: str, attachment_id: int) -> Attachment:
    """Back from the trash; Conflict when its name has been given to another file since."""
    found = reading.one(entity, record_id, attachment_id, trashed=True)
    unit().begin_write()
    _set(attachment_id, {"deleted_at": None, "deleted_by_id": None})
    listener.record(entity, record_id, title, "restore_file", {"file": [None, found.name]})
    return reading.one(entity, record_id, attachment_id)


def make_room(entity: str, from_id: int, to_id: int) -> dict[int, dict[str, Any]]:
    """Give files of one record other names where another record has a file of that name: `offer (2).pdf`.

    Answers {id: the name that it had}.
    """
    own = sa.select(attachments.c.id, attachments.c.name, attachments.c.name_key).where(
        attachments.c.entity == entity, attachments.c.deleted_at.is_(None))
    here = unit().execute(own.where(attachments.c.record_id == from_id).order_by(attachments.c.id)).all()
    there = {row.name_key for row in unit().execute(own.where(attachments.c.record_id == to_id))} if here else set()
    taken, was = {*there, *(row.name_key for row in here)}, {}
    for row in here:
        if row.name_key in there:
            name, key = _free(row.name, taken)
            taken.add(key)
            _set(row.id, {"name": name, "name_key": key})
            was[int(row.id)] = {"name": row.name, "name_key": row.name_key}
    return was


def _free(name: str, taken: set[str]) -> tuple[str, str]:
    """The name with the first number behind it that makes it one that nobody has, and its key."""
    stem, dot, ending = name.rpartition(".")
    for number in count(2):
        found = f"{stem} ({number}).{ending}" if dot and stem else f"{name} ({number})"
        key = search_key(found) or found
        if key not in taken:
            return found, key
    raise AssertionError


def forget(entity: str, ids: list[int]) -> set[str]:
    """Take away all files of these records for good, without a trace; answers their digests."""
    mine = sa.select(attachments.c.id).where(attachments.c.entity == entity, attachments.c.record_id.in_(ids))
    held = sa.select(versions.c.digest).where(versions.c.attachment_id.in_(mine))
    digests = set(unit().execute(held).scalars())
    if digests:
        unit().begin_write()
        unit().execute(sa.delete(versions).where(versions.c.attachment_id.in_(mine)))
        unit().execute(sa.delete(attachments).where(attachments.c.entity == entity, attachments.c.record_id.in_(ids)))
    return digests


def _insert(entity: str, record_id: int, name: str, key: str) -> int:
    row = {"entity": entity, "record_id": record_id, "name": name, "name_key": key, "number": 1}
    try:
        with unit().connection.begin_nested():
            made: int = unit().execute(sa.insert(attachments).values(row).returning(attachments.c.id)).scalar_one()
    except sa.exc.IntegrityError as error:  # somebody sent one of this name in the same moment
        raise Conflict(_("Somebody is sending a file of the same name. Try again.")) from error
    return made


def _set(attachment_id: int, values: dict[str, Any]) -> None:
    try:
        with unit().connection.begin_nested():
            done = unit().execute(sa.update(attachments).where(attachments.c.id == attachment_id).values(**values))
    except sa.exc.IntegrityError as error:
        raise Conflict(TAKEN) from error
    if not done.rowcount:
        raise NotFound(_("This file is not there any more."))


def _of(entity: str, record_id: int) -> tuple[Any, Any]:
    return attachments.c.entity == entity, attachments.c.record_id == record_id


def _living(key: str) -> tuple[Any, Any]:
    return attachments.c.name_key == key, attachments.c.deleted_at.is_(None)
