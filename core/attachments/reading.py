"""Attachments as they are read. Whoever calls has asked for the record first: its rights are those of its files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from core.attachments.models import attachments, versions
from core.auth.models import User
from core.db import unit
from core.errors import NotFound
from core.language.i18n import _

#: Of one record; the timeline goes further back.
MOST = 200


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of a record in one of its versions; `number` is that version's, `newest` the last one's."""

    id: int
    entity: str
    record_id: int
    name: str
    newest: int
    is_deleted: bool
    version_id: int
    number: int
    digest: str
    kind: str
    size: int
    look: str
    sent_at: dt.datetime
    sent_by: str

    @property
    def path(self) -> str:
        return f"/{self.entity.replace('.', '/')}/{self.record_id}/attachments/{self.id}"


def of_record(entity: str, record_id: int) -> list[Attachment]:
    """The newest version of each, the last sent first; what is in the trash is left out."""
    newest = versions.c.number == attachments.c.number
    order = (versions.c.sent_at.desc(), versions.c.id.desc())
    return _read(*_about(entity, record_id), newest, attachments.c.deleted_at.is_(None), order=order, limit=MOST)


def entries(entity: str, record_id: int, earlier: Any, limit: int) -> list[Attachment]:
    """Every version that was ever sent, the newest first; of deleted files too."""
    order = (versions.c.sent_at.desc(), versions.c.id.desc())
    return _read(*_about(entity, record_id), earlier, order=order, limit=limit)


def named(entity: str, record_id: int, ids: Iterable[int]) -> dict[int, Attachment]:
    """{id: the newest version} of a record's files that are not in the trash."""
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    found = _read(*_about(entity, record_id), attachments.c.id.in_(wanted), versions.c.number == attachments.c.number,
                  attachments.c.deleted_at.is_(None), order=(), limit=len(wanted))  # fmt: skip
    return {one.id: one for one in found}


def one(entity: str, record_id: int, attachment_id: int, number: int | None = None, *, trashed: bool = False
        ) -> Attachment:  # fmt: skip
    """A version, else the newest; NotFound where the record has none such."""
    found = all_versions(entity, record_id, attachment_id, trashed=trashed)
    chosen = [version for version in found if number in (None, version.number)]
    if not chosen:
        raise NotFound(_("This file is not there any more."))
    return chosen[0]


def all_versions(entity: str, record_id: int, attachment_id: int, *, trashed: bool = False) -> list[Attachment]:
    """All versions of one file, the newest first."""
    state = attachments.c.deleted_at.is_not(None) if trashed else attachments.c.deleted_at.is_(None)
    return _read(*_about(entity, record_id), attachments.c.id == attachment_id, state,
                 order=(versions.c.number.desc(),), limit=MOST)  # fmt: skip


def _about(entity: str, record_id: int) -> tuple[Any, ...]:
    return attachments.c.entity == entity, attachments.c.record_id == record_id


def _read(*conditions: Any, order: Sequence[Any], limit: int) -> list[Attachment]:
    a, v = attachments.c, versions.c
    statement = (
        sa.select(a.id, a.entity, a.record_id, a.name, a.number.label("newest"),
                  a.deleted_at.is_not(None).label("is_deleted"), v.id.label("version_id"), v.number, v.digest, v.kind,
                  v.size, v.look, v.sent_at, sa.func.coalesce(User.name, "").label("sent_by"))
        .select_from(attachments.join(versions, v.attachment_id == a.id).outerjoin(User, User.id == v.sent_by_id))
        .where(*conditions).order_by(*order).limit(limit)
    )  # fmt: skip
    return [Attachment(*row) for row in unit().execute(statement)]
