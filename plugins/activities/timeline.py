"""What activities and comments add to the timeline of every record, and the composer at its head."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

import sqlalchemy as sa

from core.api import (
    TemplatePart,
    TimelineAsked,
    TimelineItem,
    calendars,
    can,
    current_user,
    entity_spec,
    local,
    ngettext,
    permitted,
    readable,
    reader,
    scoped,
    unit,
)

from . import comments as rules
from . import follow_up, followers, mentions, participants, screens, services
from .models import COMMENT_KINDS, NOTE, Activity, Comment

API = "/api/v1/activities/comment"


def comments(asked: TimelineAsked) -> list[TimelineItem]:
    """Comments and notes about a record; of those that were deleted only that there was one."""
    table = Comment.__table__
    columns = (table.c.id, table.c.kind, table.c.body, table.c.created_at, table.c.created_by_id, table.c.edited_at,
               table.c.deleted_at)  # fmt: skip
    about = (table.c.entity == asked.entity, table.c.record_id == asked.record_id)
    wanted = sa.select(*columns).where(*about, asked.earlier(table.c.created_at, table.c.id))
    if asked.kind:
        wanted = wanted.where(table.c.kind == asked.kind)
    seen = scoped(wanted, Comment, trashed=None, about=asked.entity)
    rows = unit().execute(seen.order_by(table.c.created_at.desc(), table.c.id.desc()).limit(asked.limit)).all()
    known = mentions.names((row.body for row in rows if row.deleted_at is None), [row.created_by_id for row in rows])
    may_change, may_delete = can(f"{rules.NAME}.change"), can(f"{rules.NAME}.delete")
    asking = mentions_href(asked.entity, asked.record_id)
    files = f"/{asked.entity.replace('.', '/')}/{asked.record_id}/attachments"
    return [_comment(row, known, asking, files, may_change, may_delete) for row in rows]


def _comment(row: Any, known: mentions.Names, mentions_href: str, files: str, may_change: bool, may_delete: bool
             ) -> TimelineItem:  # fmt: skip
    is_own, is_note = row.created_by_id == current_user().id, row.kind == NOTE
    is_deleted = row.deleted_at is not None
    text = "" if is_deleted else mentions.renamed(row.body, known)
    values = {
        "id": row.id,
        "who": known["user"].get(row.created_by_id or 0, ""),
        "is_note": is_note,
        "text": text,
        "lines": [mentions.pieces(line, files) for line in text.splitlines() if line.strip()],
        "mentions_href": mentions_href,
        "is_deleted": is_deleted,
        "edited": calendars.exact_time(row.edited_at) if row.edited_at else "",
        "href": f"{API}/{row.id}",
        "may_change": is_own and may_change,
        "may_delete": is_own and may_delete,
        **_when(row.created_at),
    }
    tone = "note" if is_note and not is_deleted else ""
    return TimelineItem(row.created_at, row.id, row.kind, TemplatePart("activities/comment.html", values),
                        "lock" if is_note else "message", tone)  # fmt: skip


def activities(asked: TimelineAsked) -> list[TimelineItem]:
    """What was done about a record when it was done, and what is planned when that was written down."""
    table = Activity.__table__
    at = sa.func.coalesce(table.c.done_at, table.c.created_at, type_=table.c.created_at.type)
    about = participants.about(asked.entity, asked.record_id, with_gathered=True)
    rows = services.read(about, asked.earlier(at, table.c.id), limit=asked.limit, order=(at.desc(), table.c.id.desc()))
    shown = readable(entity_spec(Activity))
    closed = [name for name in ("result", "duration", "direction", "note") if name not in shown]
    here = (asked.entity, asked.record_id)
    return [_activity(row, line, closed, (row["entity"], row["record_id"]) == here)
            for row, line in zip(rows, screens.lines(rows), strict=True)]


def _activity(row: Mapping[str, Any], line: screens.Line, closed: Iterable[str], is_here: bool) -> TimelineItem:
    at = row["done_at"] or row["created_at"]
    # What names an activity need not be said twice.
    is_named_so = line.subject == services.name_of_call(row)
    result = line.result if line.result != line.subject else ""
    told = {"direction": "" if is_named_so else _direction(row), "duration": _duration(row), "result": result}
    hidden = set(closed)
    note = "" if "note" in hidden else row["note"] or ""
    values = {
        "line": line,
        "kind": "" if is_named_so or line.kind == line.subject else line.kind,
        "is_here": is_here,
        "told": [text for name, text in told.items() if text and name not in hidden],
        "note": [text for text in note.splitlines() if text.strip()],
        **_when(at),
    }
    part = TemplatePart("activities/entry.html", values)
    return TimelineItem(at, row["id"], "activity", part, line.icon, line.hue)


def _direction(row: Mapping[str, Any]) -> str:
    choice = entity_spec(Activity).fields["direction"].choice(row["direction"])
    return str(choice.label) if choice else ""


def _duration(row: Mapping[str, Any]) -> str:
    f = entity_spec(Activity).fields["duration"]
    return f.type.show(f, row["duration"], reader()) if row["duration"] else ""


def _when(at: dt.datetime) -> dict[str, str]:
    """A time that goes with the day above it, and the full one behind it."""
    here = reader()
    recent = dt.datetime.now(dt.UTC) - at < dt.timedelta(days=1)
    clock = calendars.format_time(local(at, here.timezone), here.formatting_locale)
    return {"when": calendars.relative_time(at) if recent else clock, "moment": calendars.exact_time(at)}


def mentions_href(entity: str, record_id: int) -> str:
    """Where the composer asks whom a comment about this record may mention."""
    return f"/activities/pages/mentions?{urlencode({'entity': entity, 'record_id': record_id})}"


def head(context: Any) -> list[TemplatePart]:
    """What comes next, the composer, and who follows: on a record that is not in the trash, by the reader's rights."""
    record, entity = context.record, context.entity.name
    if record.get("deleted_at") is not None:
        return []
    about = {"entity": entity, "record_id": record["id"]}
    parts = []
    if can(f"{screens.NAME}.view") and entity not in screens.OWN:
        parts.append(TemplatePart("activities/next.html", screens.upcoming(record, entity)))
    if can(f"{rules.NAME}.add"):
        values = {"action": API, **about, "kinds": COMMENT_KINDS, "mentions_href": mentions_href(**about),
                  "may_attach": can(f"{entity}.change") and context.entity.plugin != "core"}
        parts.append(TemplatePart("activities/composer.html", values))
    follows, names = followers.listed(entity, record)
    asked = urlencode({**about, "follows": 0 if follows else 1})
    told = ngettext("{n} follower", "{n} followers", len(names))
    values = {"follows": follows, "names": names, "told": told, "href": f"/activities/pages/follow?{asked}"}
    return [*parts, TemplatePart("activities/followers.html", values)]


def acts(context: Any) -> list[TemplatePart]:
    """Beside the name of every record: an appointment, and a task of one's own. Beside that of an open activity: that
    it is done."""
    record = context.record
    is_living = record.get("deleted_at") is None
    if context.entity.name == screens.NAME and is_living and services.is_open(record):
        return _acts_of_its_own(record)
    if not _may_plan(context):
        return []
    about = {"entity": context.entity.name, "record_id": context.record["id"]}
    return [TemplatePart("activities/acts.html", {
        "meeting_href": screens.new_href(form=follow_up.FORM, type="meeting", **about),
        "task_href": screens.task_href(**about)})]  # fmt: skip


def _acts_of_its_own(record: Mapping[str, Any]) -> list[TemplatePart]:
    """That it is done, for whoever may change it; the answer of whoever is asked to take part."""
    path, own = f"{screens.PATH}/{record['id']}", Activity.__table__.c.id == record["id"]
    may_change = can(f"{screens.NAME}.change") and bool(services.read(own, permitted(Activity, "change"), limit=1))
    given: dict[str, Any] = {"done_href": f"{path}/edit?form=done"} if may_change else {}
    if participants.is_to_answer(record):
        given["answer_href"] = f"{path}/do"
    return [TemplatePart("activities/acts.html", given)] if given else []


def _may_plan(context: Any) -> bool:
    is_gone = context.record.get("deleted_at") is not None
    return not is_gone and context.entity.name not in screens.OWN and can(f"{screens.NAME}.add")


def menu(context: Any) -> list[TemplatePart]:
    """In the menu of every record: work about it for a colleague."""
    if not _may_plan(context):
        return []
    about = {"entity": context.entity.name, "record_id": context.record["id"]}
    give_href = screens.new_href(form=screens.GIVEN, type="task", **about) if can(services.ASSIGN) else ""
    return [TemplatePart("activities/menu.html", {"href": give_href,
                                                 "call_href": screens.call_href(context.record, context.entity.name),
                                                 "plan_href": screens.plan_href(**about)})]
