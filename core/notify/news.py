"""What is new since a page was drawn: the figure at the bell, and what others changed in the list or record it shows.

Open pages ask for it at `/live`, or are told by the process that keeps their streams: both come here, so that a page is
told only what its reader may see, whichever way it hears.
"""

from __future__ import annotations

from typing import Any, TypedDict

import sqlalchemy as sa

from core import noted
from core.actor import actor
from core.audit import openings
from core.audit.models import audit, link
from core.auth.gate import Identity
from core.db import unit
from core.entity.spec import EntitySpec
from core.language.calendars import relative_time
from core.language.direction import isolated
from core.language.i18n import _, ngettext
from core.language.i18n import current as preferences
from core.language.numbers import format_number
from core.permissions import can, scoped
from core.registry import current as registry

#: More notices are not counted at the bell.
MOST_UNREAD = 99
#: More changes are not counted, and not looked for further back.
MOST_COUNTED, FURTHEST = 99, 1000
#: Layouts of a list that are drawn anew as its table is.
LAYOUTS = ("board", "calendar", "map")


class News(TypedDict):
    """`seq` is the number of the last change, `unread` the figure at the bell, `text` a sentence, empty for nothing;
    `chat` is the figure at the chat, `message` the number of the last message that somebody wrote to the reader."""

    seq: int
    unread: str
    text: str
    chat: str
    message: int


def news(identity: Identity, address: str, since: int | None) -> News:
    """For the reader's page at this address of ours, drawn when `since` was the last change."""
    now = identity.change_number
    text = _changes(address, max(since, now - FURTHEST)) if since is not None and since < now else ""
    return News(seq=now, unread=unread_text(identity.unread_notices), text=text,
                chat=unread_text(identity.unread_messages), message=identity.newest_message)  # fmt: skip


def unread_text(unread: int) -> str:
    """The figure at the bell; nothing for none."""
    if not unread:
        return ""
    figure = format_number(min(unread, MOST_UNREAD), preferences().formatting_locale)
    return f"{figure}+" if unread > MOST_UNREAD else figure


def shown_at(address: str) -> tuple[EntitySpec, int | None] | None:
    """The entity whose list the page at this address shows, or the entity and the number of its record."""
    steps = address.strip("/").split("/")
    if len(steps) == 3 and steps[2] in LAYOUTS:
        del steps[2]
    spec = registry().entities.get(".".join(steps[:2]))
    if spec is None or len(steps) > 3:
        return None
    record_id = number(steps[2]) if len(steps) == 3 else None
    return None if len(steps) == 3 and record_id is None else (spec, record_id)


def number(text: str) -> int | None:
    """A number that a browser sent; None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else None


def _changes(address: str, since: int) -> str:
    shown = shown_at(address)
    if shown is None or not can(f"{shown[0].name}.view"):
        return ""
    spec, record_id = shown
    return _of_list(spec, since) if record_id is None else _of_record(spec, record_id, since)


def _by_others(since: int) -> Any:
    """Changes that others left in the log since, which looking at a record is not; those of imports and jobs stand
    under the name of whoever asked."""
    others = sa.and_(audit.c.actor_id.is_distinct_from(actor().id), audit.c.action != openings.ACTION)
    return sa.and_(audit.c.tx.in_(sa.select(link.c.tx).where(link.c.seq > since)), others)


def _on(spec: EntitySpec, *conditions: Any) -> Any:
    """Entries on records of this entity that the reader may see and that meet the conditions. They are looked up one by
    one: a list of all that he may see would be made for each page and each change."""
    seen = scoped(sa.select(spec.table.c.id), spec).where(spec.table.c.id == audit.c.record_id, *conditions)
    return sa.and_(audit.c.entity == spec.name, sa.exists(seen.correlate(audit)))


def _of_list(spec: EntitySpec, since: int) -> str:
    changed = sa.select(audit.c.record_id).where(_by_others(since), _on(spec))
    count = unit().execute(
        sa.select(sa.func.count()).select_from(changed.distinct().limit(MOST_COUNTED + 1).subquery())).scalar_one()
    return ngettext("{n} new change", "{n} new changes", min(count, MOST_COUNTED)) if count else ""


def _of_record(spec: EntitySpec, record_id: int, since: int) -> str:
    """Also what others noted about it, such as a comment: all of that stands on its page."""
    itself = spec.table.c.id == record_id
    seen = scoped(sa.select(spec.table.c.id), spec).where(itself)
    told = [_on(other, wanted) for other, wanted in noted.about(spec.name, record_id) if can(f"{other.name}.view")]
    last = sa.select(audit.c.actor_name, audit.c.at).where(
        _by_others(since), sa.or_(_on(spec, itself), *told), sa.exists(seen))
    row = unit().execute(last.order_by(audit.c.id.desc()).limit(1)).first()
    if row is None:
        return ""
    who = isolated(row.actor_name or str(_("Diwan")))
    return str(_("Changed by {user} {time}", user=who, time=relative_time(row.at)))
