"""What follows from what becomes of a record: its files go with it, for good, or with what was told of it elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from core.attachments.keeping import forget, make_room
from core.attachments.models import attachments
from core.declarations import RecordTable
from core.language.i18n import _
from core.plugin.hookspecs import hookimpl
from core.signals import on


@on("core.records_purged")
def forget_purged(entity: Any, ids: Sequence[int]) -> None:
    """The sweeping of the store takes the bytes, a day later."""
    forget(entity.name, list(ids))


@hookimpl
def register_record_tables() -> list[RecordTable]:
    return [RecordTable(attachments, label=_("Files"), make_room=make_room)]
