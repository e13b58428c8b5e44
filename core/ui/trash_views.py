"""`/{plugin}/{noun}/trash`: what was deleted, by whom and when, with the way back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, request

from core.audit.models import audit
from core.db import unit
from core.entity.spec import EntitySpec
from core.language.calendars import exact_time, relative_time
from core.language.i18n import _, ngettext
from core.language.i18n import current as preferences
from core.merging import ledger
from core.permissions import readable, scope_conditions
from core.records import emptying
from core.ui import merging_build, rendering
from core.ui.list_build import crumbs
from core.ui.list_views import ENTITY, spec_of
from core.ui.trash_model import TrashLine, TrashScreen
from core.ui.views_model import Action, Crumb, EmptyState
from core.web import entity_action, route

blueprint = Blueprint("trash", __name__)
SHOWN = 50


@route(blueprint, f"{ENTITY}/trash", access=entity_action("delete"))
def show(plugin: str, noun: str) -> Response:
    """The deleted records that the reader may bring back, the latest first."""
    spec = spec_of(plugin, noun)
    number = request.args.get("page", "1")
    page = max(1, int(number)) if number.isascii() and number.isdigit() and len(number) < 6 else 1
    rows = _rows(spec, page)
    here = f"{spec.path}/trash"
    screen = TrashScreen(
        lines=_lines(spec, rows[:SHOWN]),
        older_href=f"{here}?page={page + 1}" if len(rows) > SHOWN else "",
        empty=None
        if rows
        else EmptyState(
            "nothing",
            str(_("The trash is empty.")),
            str(_("What is deleted waits here and can be restored.")),
            icon="trash",
        ),
        note=ngettext(
            "After {n} day in the trash a record is deleted permanently.",
            "After {n} days in the trash a record is deleted permanently.",
            days,
        )
        if (days := emptying.days_kept())
        else "",
    )
    title = _("Trash")
    return rendering.page(
        "trash.html", title, current=spec.name, screen=screen, crumbs=crumbs(spec, Crumb(str(title), ""))
    )


def _rows(spec: EntitySpec, page: int) -> Sequence[Any]:
    """One more than a page shows."""
    table = spec.table
    is_open = spec.meta.title in readable(spec)
    title = sa.cast(spec.title(preferences().language), sa.Text) if is_open else sa.cast(sa.null(), sa.Text)
    statement = sa.select(table.c.id, title.label("title"), table.c.deleted_at)
    statement = statement.where(*scope_conditions(spec, "delete", trashed=True))
    latest = statement.order_by(table.c.deleted_at.desc(), table.c.id.desc())
    return unit().execute(latest.limit(SHOWN + 1).offset((page - 1) * SHOWN)).all()


def _lines(spec: EntitySpec, rows: Sequence[Any]) -> tuple[TrashLine, ...]:
    who = _deleted_by(spec, [row.id for row in rows])
    merged = ledger.of_losers(spec, [row.id for row in rows])
    into = merging_build.names_of(spec, [winner_id for _merge, winner_id in merged.values()])
    return tuple(
        TrashLine(
            name=row.title or f"#{row.id}",
            href=f"{spec.path}/{row.id}",
            who=who.get(row.id, ""),
            time=relative_time(row.deleted_at),
            moment=exact_time(row.deleted_at),
            restore=Action(str(_("Restore")), f"{spec.path}/{row.id}/restore", "arrow-back-up", "post"),
            merged_into=into.get(merged[row.id][1], "") if row.id in merged else "",
            merge_href=f"{spec.path}/merge/{merged[row.id][0]}" if row.id in merged else "",
        )
        for row in rows
    )


def _deleted_by(spec: EntitySpec, ids: Sequence[int]) -> dict[int, str]:
    """{record: who moved it to the trash last}, from the log."""
    told = sa.select(audit.c.record_id, audit.c.actor_name).where(
        audit.c.entity == spec.name, audit.c.record_id.in_(ids), audit.c.action == "delete"
    )
    return {row.record_id: row.actor_name for row in unit().execute(told.order_by(audit.c.id))}
