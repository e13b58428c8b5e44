"""`/live`: what is new since a page was drawn, for the bell and for the list or record that is open.

Asked for every few seconds while somebody looks at the page. As long as nothing was changed it costs the one query
that every request begins with.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, g, request

from core.actor import actor
from core.audit.models import audit, link
from core.db import unit
from core.entity.spec import EntitySpec
from core.language.calendars import relative_time
from core.language.direction import isolated
from core.language.i18n import _, ngettext
from core.permissions import can, scoped
from core.registry import current as registry
from core.rest.problems import json_answer
from core.ui.shell import unread_text
from core.web import SIGNED_IN, route

blueprint = Blueprint("live", __name__)
ADDRESS = "/live"
#: More changes are not counted, and not looked for further back.
MOST_COUNTED, FURTHEST = 99, 1000


@route(blueprint, ADDRESS, access=SIGNED_IN)
def news() -> Response:
    """The number of the last change, the figure at the bell, and what others changed on the page at `at` since change
    `since`: a sentence, empty for nothing."""
    g.asks_by_itself = True
    now: int = g.identity.change_number
    since = _number(request.args.get("since", ""))
    answer: dict[str, Any] = {"seq": now, "unread": unread_text(g.identity.unread_notices), "text": ""}
    if since is not None and since < now:
        answer["text"] = _changes(request.args.get("at", ""), max(since, now - FURTHEST))
    return json_answer(answer)


def _changes(address: str, since: int) -> str:
    steps = address.strip("/").split("/")
    spec = registry().entities.get(".".join(steps[:2]))
    if spec is None or not can(f"{spec.name}.view"):
        return ""
    if len(steps) == 2:
        return _of_list(spec, since)
    record_id = _number(steps[2]) if len(steps) == 3 else None
    return "" if record_id is None else _of_record(spec, record_id, since)


def _by_others(spec: EntitySpec, since: int) -> Any:
    """Entries of the log that others left since; those of imports and jobs stand under the name of whoever asked."""
    others = audit.c.actor_id.is_distinct_from(actor().id)
    new = sa.select(link.c.tx).where(link.c.seq > since)
    return sa.and_(audit.c.tx.in_(new), audit.c.entity == spec.name, others)


def _of_list(spec: EntitySpec, since: int) -> str:
    seen = scoped(sa.select(spec.table.c.id), spec).subquery()
    changed = sa.select(audit.c.record_id).where(_by_others(spec, since), audit.c.record_id.in_(sa.select(seen.c.id)))
    count = unit().execute(
        sa.select(sa.func.count()).select_from(changed.distinct().limit(MOST_COUNTED + 1).subquery())).scalar_one()
    return ngettext("{n} new change", "{n} new changes", min(count, MOST_COUNTED)) if count else ""


def _of_record(spec: EntitySpec, record_id: int, since: int) -> str:
    seen = scoped(sa.select(spec.table.c.id), spec).where(spec.table.c.id == record_id)
    last = sa.select(audit.c.actor_name, audit.c.at).where(
        _by_others(spec, since), audit.c.record_id == record_id, sa.exists(seen))
    row = unit().execute(last.order_by(audit.c.id.desc()).limit(1)).first()
    if row is None:
        return ""
    who = isolated(row.actor_name or str(_("Diwan")))
    return str(_("Changed by {user} {time}", user=who, time=relative_time(row.at)))


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else None
