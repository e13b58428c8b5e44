"""Emptying the trash by itself (P20): what has lain in it for as long as the settings say is removed for good.

Whatever another record still refers to stays, and goes once that record is gone. Accounts and settings stay as well.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

import sqlalchemy as sa

from core.db import unit
from core.declarations import Job, Setting
from core.derive.settings import setting_choice
from core.entity.base import utc_now
from core.entity.spec import Choice, EntitySpec
from core.jobs import Context
from core.language.i18n import _
from core.permissions import scope_conditions
from core.plugin.hookspecs import hookimpl
from core.records.trash import purge
from core.registry import current, settings

KEPT = "core.trash_kept"
PERIODS = (
    Choice("all", _("For ever")), Choice("365", _("A year")), Choice("90", _("Three months")),
    Choice("30", _("A month")),
)  # fmt: skip
#: Records that are removed in one transaction.
STEP = 200


def days_kept() -> int:
    """For how many days a record stays in the trash; 0 for as long as nobody removes it."""
    kept = str(settings(KEPT) or "all")
    return int(kept) if kept.isdigit() else 0


def empty_trash(context: Context) -> dict[str, int]:
    """How many records are gone now."""
    gone = 0
    with context.unit():
        days, entities = days_kept(), [one for one in current().entities.values() if one.plugin != "core"]
    if not days:
        return {"deleted": 0}
    before = utc_now() - dt.timedelta(days=days)
    for spec in entities:
        last, ids = 0, [0]
        while ids:
            with context.unit():
                ids = _unneeded(spec, before, last)
                gone += sum(_remove(spec, ids))
            last = ids[-1] if ids else last
            context.progress(gone)
    return {"deleted": gone}


def _unneeded(spec: EntitySpec, before: dt.datetime, after_id: int) -> list[int]:
    """The next records that have been in the trash since `before` and to which nothing refers."""
    table = spec.table
    held = [
        sa.select(column).where(column.is_not(None)).correlate(None)
        for other in current().entities.values()
        for f in other.fields.values()
        if f.target == spec.name and f.stores_column
        for column in [other.column(f.name)]
    ]
    statement = sa.select(table.c.id).where(
        *scope_conditions(spec, "delete", trashed=True), table.c.deleted_at < before, table.c.id > after_id,
        *(table.c.id.not_in(one) for one in held))
    return list(unit().execute(statement.order_by(table.c.id).limit(STEP)).scalars())


def _remove(spec: EntitySpec, ids: Sequence[int]) -> Iterator[int]:
    """All at once; where a table that is no entity's holds one of them, each by itself, and that one stays."""
    if not ids:
        return
    unit().begin_write()
    for part in (ids, *([one] for one in ids)):
        try:
            with unit().connection.begin_nested():
                removed = purge(spec, part)
        except sa.exc.IntegrityError:
            continue
        yield removed
        if part is ids:
            return


@hookimpl
def register_settings() -> list[Setting]:
    return [setting_choice(KEPT, _("Records in the trash are kept"), PERIODS, default="all",
                           help=_("Then they are deleted permanently, unless another record refers to them."))]


@hookimpl
def register_jobs() -> list[Job]:
    return [Job("core.empty_trash", empty_trash, label=_("Empty the trash"), every=dt.timedelta(days=1), retries=0,
                in_steps=True, as_system=True)]  # fmt: skip
