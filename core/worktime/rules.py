"""What hours and holidays have to be, and what follows for them when they are saved."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from core.language.i18n import _
from core.language.i18n import current as preferences
from core.plugin.hookspecs import hookimpl
from core.signals import emit, on

#: Begin and end, which belong together.
HOURS = (("work_from", "work_until"), ("later_from", "later_until"), ("ramadan_from", "ramadan_until"))
#: What moves the hours of somebody, by the entity in which it stands; of a holiday anything does.
MOVING = {
    "core.organisation": ("weekend", "timezone", "country", *(name for pair in HOURS for name in pair)),
    "core.team": ("weekend", "work_from", "work_until", "later_from", "later_until"),
    "core.user": ("timezone",), "core.holiday": (),
}  # fmt: skip


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
        _check_shifts(change)


def _check_shifts(change: Any) -> None:
    """The second shift follows the first and ends before the first of the next day begins."""
    begins, ends, again, until = (change.after.get(name) or "" for pair in HOURS[:2] for name in pair)
    if not (again and until):
        return
    if not (begins and ends):
        change.error("later_from", _("Give the hours of the first shift as well."))
    elif not begins < ends <= again or (until < again and until > begins):
        change.error("later_from", _("The second shift begins when the first has ended, and does not reach into it."))


@on("core.records_saved")
def tell_of_hours(entity: Any, changes: Iterable[Any]) -> None:
    """Other hours or days off; who belongs to which team and organisation is told where it is changed."""
    names = MOVING.get(entity.name)
    moved = () if names is None else [
        change for change in changes if not names or (not change.is_new and any(map(change.changed, names)))]
    if moved:
        emit("core.working_time_moved",
             user_ids=[change.id for change in moved] if entity.name == "core.user" else None)


@on("core.records_deleted")
@on("core.records_restored")
def tell_of_gone_or_back(entity: Any, ids: Sequence[int]) -> None:
    """A holiday, a team or an organisation more or less."""
    if ids and entity.name in MOVING and entity.name != "core.user":
        emit("core.working_time_moved", user_ids=None)
