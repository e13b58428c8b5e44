"""What hours and holidays have to be, and what follows for them when they are saved."""

from __future__ import annotations

from typing import Any

from core.language.i18n import _
from core.language.i18n import current as preferences
from core.plugin.hookspecs import hookimpl

#: Begin and end, which belong together.
HOURS = (("work_from", "work_until"), ("ramadan_from", "ramadan_until"))


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
    """Hours are two, and not the same; those that end before they begin are a night's."""
    if entity.name not in ("core.organisation", "core.team"):
        return
    for change in changes:
        for begin, end in HOURS:
            first, last = change.after.get(begin) or "", change.after.get(end) or ""
            if bool(first) != bool(last):
                change.error(end if first else begin, _("Give both times, or neither."))
            elif first and first == last:
                change.error(end, _("This must differ from the beginning."))
