"""What the kernel itself tells of."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from core.actor import actor, origin
from core.declarations import NoticeKind
from core.language.i18n import _
from core.notify.giving import tell_given
from core.notify.several import ASSIGNED
from core.plugin.hookspecs import hookimpl
from core.signals import on

IMPORTED, IMPORT_FAILED = "core.imported", "core.import_failed"
MASS_CHANGED = "core.mass_changed"
EXPORTED, EXPORT_FAILED = "core.exported", "core.export_failed"


@hookimpl
def register_notice_kinds() -> list[NoticeKind]:
    return [
        NoticeKind(
            ASSIGNED, _("Something is assigned to me"), _("{actor} assigned “{record}” to you"), icon="user-check",
            several=_("{actor} assigned {count} {entity} to you"), mail=True,
        ),
        NoticeKind(
            IMPORTED, _("An import of mine has ended"),
            _("The import of {file} has ended: {created} created, {updated} updated, {failed} failed"), icon="upload",
            tells_self=True,
        ),
        NoticeKind(
            IMPORT_FAILED, _("An import of mine has failed"), _("The import of {file} has failed: {reason}"),
            icon="alert-triangle", mail=True, tells_self=True,
        ),
        NoticeKind(
            EXPORTED, _("An export of mine is ready"), _("The file {file} is ready: {rows} rows"), icon="download",
            tells_self=True,
        ),
        NoticeKind(
            EXPORT_FAILED, _("An export of mine has failed"), _("The file {file} could not be written: {reason}"),
            icon="alert-triangle", mail=True, tells_self=True,
        ),
        NoticeKind(
            MASS_CHANGED, _("A change of many records of mine has ended"),
            _("{entity}: the change of many records has ended. Changed: {changed}, left as they were: {failed}"),
            icon="pencil", tells_self=True,
        ),
    ]  # fmt: skip


@on("core.records_saved")
def tell_new_owners(entity: Any, changes: Iterable[Any]) -> None:
    """Whoever becomes responsible for a record.

    A command that loads data as Diwan itself tells nobody: no colleague has assigned anything then.
    """
    if "owner_id" not in entity.fields or (actor().is_system and origin().channel == "cli"):
        return
    tell_given(ASSIGNED, entity, "owner_id", changes)
