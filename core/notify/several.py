"""Which records a notice of several is about: the list it leads to, and what has gone to somebody else since."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from core.actor import actor
from core.among import among
from core.db import unit
from core.declarations import EVERY_ENTITY, Filter
from core.entity.base import utc_now
from core.entity.spec import EntitySpec
from core.language.calendars import format_date
from core.language.i18n import _, ngettext
from core.language.i18n import current as preferences
from core.language.timezones import local
from core.notify.models import notices
from core.plugin.hookspecs import hookimpl
from core.query import ListQuery

#: The kind of notice of whoever becomes responsible for records.
ASSIGNED = "core.assigned"
#: The condition of a list by the number of a notice.
NAME = "noticed"
#: Where their numbers stand among the values of a notice; of more than `MOST` only how many they are.
OF = "of"
MOST = 10_000


def together(row: Any, values: Mapping[str, Any], of: Collection[int], count: int) -> dict[str, Any]:
    """What is kept of a notice that is told again: nothing is counted twice."""
    had = row.values.get(OF, ())
    if not of or (row.count and not had):
        return {"values": dict(values), "count": row.count + count}
    every = sorted({*had, *of})
    kept = {OF: every} if len(every) <= MOST else {}
    return {"values": {**values, **kept}, "count": len(every)}


def told(values: Mapping[str, Any], of: Collection[int]) -> dict[str, Any]:
    """The values of a notice that is told for the first time."""
    return {**values, **({OF: sorted(of)} if 0 < len(of) <= MOST else {})}


def take_back(kind: str, entity: str, gone: Mapping[int, Iterable[int]]) -> None:
    """What has not been seen yet and holds no more is not told: {user: records}. The notice stays without a count, so
    that the same within minutes is no second one."""
    for user_id, given in gone.items():
        ids = set(given)
        unread = sa.select(notices).where(
            notices.c.user_id == user_id, notices.c.read_at.is_(None), notices.c.kind == kind,
            notices.c.entity == entity)  # fmt: skip
        for row in unit().execute(unread).all():
            left = [one for one in row.values.get(OF, ()) if one not in ids]
            if row.record_id in ids or (OF in row.values and not left):
                changed = {"count": 0, "read_at": utc_now()}
            elif len(left) < len(row.values.get(OF, ())):
                changed = {"count": len(left)}
            else:
                continue
            kept = {**row.values, OF: left} if OF in row.values else row.values
            unit().begin_write()
            unit().execute(sa.update(notices).where(notices.c.id == row.id).values(values=kept, **changed))


def href_of(spec: EntitySpec, row: Any) -> str:
    """Where a notice of several leads: to just these, where they are known by number."""
    return f"{spec.path}?{NAME}={row.id}" if row.values.get(OF) else row.href or spec.path


def _own(text: str) -> Any:
    """The reader's own notice of that number; None where there is none."""
    if not (text.isascii() and text.isdigit() and len(text) < 18):
        return None
    # The condition, its words and what is gone ask for the same one.
    key, known = ("notice of several", int(text), actor().id), unit().state
    if key not in known:
        mine = sa.select(notices).where(notices.c.id == int(text), notices.c.user_id == actor().id)
        known[key] = unit().execute(mine).first()
    return known[key]


def _these(table: Any, entity: str, text: str) -> Any:
    row = _own(text)
    ids = row.values.get(OF, ()) if row is not None and row.entity == entity else ()
    return among(table.c.id, ids) if ids else sa.false()


def _says(text: str) -> str:
    """When it was told, for the chip of the condition."""
    row, reader = _own(text), preferences()
    if row is None:
        return str(_("a notification that is gone"))
    return format_date(local(row.told_at, reader.timezone).date(), reader.formatting_locale, reader.calendar, "long")


def gone_since(asked: ListQuery) -> str:
    """What a list of them says of those that are somebody else's by now."""
    spec = asked.spec
    for one in asked.given:
        row = _own(one.value) if one.path == NAME else None
        if row is None or row.kind != ASSIGNED or not row.values.get(OF):
            continue
        own = sa.select(sa.func.count()).where(
            among(spec.table.c.id, row.values[OF]), spec.table.c.owner_id == actor().id,
            spec.table.c.deleted_at.is_(None))  # fmt: skip
        gone = len(row.values[OF]) - int(unit().execute(own).scalar_one())
        if gone:
            return ngettext("{n} of them has been deleted or assigned to somebody else since.",
                            "{n} of them have been deleted or assigned to somebody else since.", gone)
    return ""


@hookimpl
def register_filters() -> list[Filter]:
    return [Filter(EVERY_ENTITY, NAME, _("Assigned to me"), _these, says=_says)]
