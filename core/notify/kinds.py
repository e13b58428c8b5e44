"""What the kernel itself tells of."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from core.actor import actor, origin
from core.declarations import NoticeKind
from core.language.i18n import _
from core.notify.telling import notify
from core.plugin.hookspecs import hookimpl
from core.signals import on

ASSIGNED = "core.assigned"


@hookimpl
def register_notice_kinds() -> list[NoticeKind]:
    return [
        NoticeKind(
            ASSIGNED, _("Something is assigned to me"), _("{actor} assigned “{record}” to you"), icon="user-check",
            several=_("{actor} assigned {entity} to you ({count})"), mail=True,
        ),
    ]  # fmt: skip


@on("core.records_saved")
def tell_new_owners(entity: Any, changes: Iterable[Any]) -> None:
    """Whoever becomes responsible for a record; several of one batch are one notice.

    A command that loads data as Diwan itself tells nobody: no colleague has assigned anything then.
    """
    if "owner_id" not in entity.fields or (actor().is_system and origin().channel == "cli"):
        return
    given: dict[int, list[int]] = {}
    for change in changes:
        owner = change.after.get("owner_id")
        if owner and owner != actor().id and change.changed("owner_id"):
            given.setdefault(owner, []).append(change.id)
    for owner, ids in given.items():
        if len(ids) == 1:
            notify([owner], ASSIGNED, entity.name, ids[0])
        else:
            notify([owner], ASSIGNED, entity.name, href=f"{entity.path}?owner_id={owner}", count=len(ids))
