"""What hours and holidays have to be, and what follows for them when they are saved."""

from __future__ import annotations

from typing import Any

from core.language.i18n import _
from core.language.i18n import current as preferences
from core.plugin.hookspecs import hookimpl

HOURS = ("work_from", "work_until")


@hookimpl
def prepare(entity: Any, changes: Any) -> None:
    """A yearly holiday comes back in the calendar in which it was entered."""
    if entity.name != "core.holiday":
        return
    for change in changes:
        if change.after.get("yearly") and not change.after.get("calendar"):
            change.set("calendar", preferences().calendar)


@hookimpl
def validate(entity: Any, changes: Any) -> None:
    """Hours are two, and the end is after the beginning."""
    if entity.name not in ("core.organisation", "core.team"):
        return
    for change in changes:
        first, last = (change.after.get(name) or "" for name in HOURS)
        if bool(first) != bool(last):
            change.error("work_until" if first else "work_from", _("Give both times, or neither."))
        elif first and first >= last:
            change.error("work_until", _("This must be after the beginning."))
