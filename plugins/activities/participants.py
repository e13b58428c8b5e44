"""Who takes part in an activity beside whoever has to do it: colleagues, who are asked and answer, and others."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from core.api import (
    Change,
    Invalid,
    NoticeKind,
    _,
    current_user,
    entity_spec,
    gathered,
    notify,
    records,
    scoped,
    titles,
    unit,
    who_may_see,
)

from .models import Activity, answers

NAME = "activities.activity"
#: The answers to an invitation, at the bell too, and what is told with it: when and where.
ANSWERS = ("accept", "decline")
WHEN_AND_WHERE = ("starts_at", "due_at", "duration", "location")
INVITED = NoticeKind("activities.invited", _("You are invited"), _("{actor} invited you to “{record}”"),
                     "calendar-plus", mail=True, actions=ANSWERS, details=WHEN_AND_WHERE)  # fmt: skip
MOVED = NoticeKind("activities.moved", _("What you take part in is moved"), _("{actor} moved “{record}” to {at}"),
                   "calendar-event", mail=True, actions=ANSWERS, details=WHEN_AND_WHERE)  # fmt: skip
CANCELLED = NoticeKind("activities.cancelled", _("What you take part in is cancelled"),
                       _("“{title}” takes place without you or not at all"), "x", mail=True)  # fmt: skip
ACCEPTED = NoticeKind("activities.accepted", _("An invitation is accepted"), _("{actor} takes part in “{record}”"),
                      "check")  # fmt: skip
DECLINED = NoticeKind("activities.declined", _("An invitation is declined"),
                      _("{actor} does not take part in “{record}”"), "x", mail=True)  # fmt: skip
KINDS = (INVITED, MOVED, CANCELLED, ACCEPTED, DECLINED)
#: What has to change for those who take part to be told, and asked again.
TIMES = ("due_at", "starts_at", "duration")
#: Where a unit of work keeps what users answered, read once where a page asks of many activities.
GIVEN = "activities.answers"


#: The same table once more, for `about`: its many columns are copied once.
_TOLD = Activity.__table__.alias("told")


@dataclass(frozen=True, slots=True)
class Participant:
    """A colleague who was asked, with his answer: yes, no, or None while there is none."""

    name: str
    accepted: bool | None


def takes_part(user_id: int | None) -> Any:
    """The condition that a user was asked to take part and has not declined."""
    link, own = Activity.__links__["participants"], Activity.__table__
    asked = sa.select(link.c.record_id).where(link.c.target_id == user_id)
    said_no = sa.select(answers.c.activity_id).where(answers.c.user_id == user_id, answers.c.accepted.is_(sa.false()))
    return sa.and_(own.c.id.in_(asked), own.c.id.not_in(said_no))


def is_mine() -> Any:
    """The condition that the actor has something to do, or takes part in it."""
    who = current_user().id
    return sa.or_(Activity.__table__.c.assignee_id == who, takes_part(who))


def about(entity: str, record_id: int, with_gathered: bool = False) -> Any:
    """The condition that an activity is about a record, or that this takes part in it; or about one told with it."""
    own, told, spec = Activity.__table__, _TOLD, entity_spec(Activity)
    # The ids of both, each from its index: joined by "or" all activities would be read.
    found = [sa.select(told.c.id).where(told.c.entity == entity, told.c.record_id == record_id)]
    for name, link in spec.links.items():
        if spec.fields[name].target == entity and entity != "core.user":
            found.append(sa.select(link.c.record_id).where(link.c.target_id == record_id))
    for name, ids in gathered(entity, record_id) if with_gathered else ():
        found.append(sa.select(told.c.id).where(told.c.entity == name, told.c.record_id.in_(ids)))
    return own.c.id.in_(sa.union_all(*found))


def told_with(activity_ids: Sequence[int]) -> dict[int, set[int]]:
    """{activity: the users who take part in it}."""
    link = Activity.__links__["participants"]
    said_no = sa.select(sa.literal(1)).where(
        answers.c.activity_id == link.c.record_id, answers.c.user_id == link.c.target_id,
        answers.c.accepted.is_(sa.false()))  # fmt: skip
    found: dict[int, set[int]] = {}
    for activity_id, user_id in unit().execute(sa.select(link.c.record_id, link.c.target_id).where(
            link.c.record_id.in_(activity_ids), ~said_no.exists())):  # fmt: skip
        found.setdefault(activity_id, set()).add(user_id)
    return found


def follow(changes: Iterable[Any]) -> None:
    """Tell those who are asked, who are asked no more, and for whom the time changed."""
    for change in changes:
        before, after = (set(values.get("participants") or ()) for values in (change.before, change.after))
        if not (before or after) or change.after.get("done_at"):
            continue
        asked, gone = after - before, before - after
        if asked:
            notify(who_may_see(NAME, change.id, asked), INVITED.name, NAME, change.id)
        if gone:
            _forget(change.id, gone)
            _cancel(gone, change.id, change.after)
        is_later = not change.is_new and any(map(change.changed, TIMES))
        if is_later:
            _forget(change.id, after)
        if is_later or (not change.is_new and change.changed("location")):
            _tell_moved(change, {*(after & before), change.after.get("assignee_id")})


def _tell_moved(change: Any, users: Iterable[int | None]) -> None:
    at = change.after.get("due_at") or change.after.get("starts_at")
    told = who_may_see(NAME, change.id, {one for one in users if one})
    if at:
        notify(told, MOVED.name, NAME, change.id, {"at": at})


def _forget(activity_id: int, users: Iterable[int]) -> None:
    """Whoever answered for another time, or is asked no more, has given no answer."""
    unit().state.pop(GIVEN, None)
    unit().execute(sa.delete(answers).where(
        answers.c.activity_id == activity_id, answers.c.user_id.in_(sorted(users))))  # fmt: skip


def _cancel(users: Iterable[int | None], activity_id: int, activity: Mapping[str, Any]) -> None:
    """It leads to the day in the calendar: the activity itself is not for them any more."""
    at = activity.get("due_at") or activity.get("starts_at")
    day = f"&span=day&on={at:%Y-%m-%d}" if at else ""
    notify(users, CANCELLED.name, values={"title": str(activity["subject"])[:120]},
           href=f"/activities/activity/calendar?mine=1{day}#item-{activity_id}")  # fmt: skip


def cancel(ids: Sequence[int]) -> None:
    """Tell those who were to take part in what is in the trash now."""
    own = Activity.__table__
    open_ones = sa.select(own.c.id, own.c.subject, own.c.assignee_id, own.c.due_at, own.c.starts_at).where(
        own.c.id.in_(ids), own.c.done_at.is_(None))  # fmt: skip
    told = told_with(ids)
    for row in unit().execute(open_ones).mappings().all():
        if row["id"] in told:
            _cancel({*told[row["id"]], row["assignee_id"]}, row["id"], dict(row))


def to_come(user_id: int) -> list[int]:
    """The meetings and whatever else is open in which a user is to take part from now on."""
    link, own = Activity.__links__["participants"], Activity.__table__
    at = sa.func.coalesce(own.c.due_at, own.c.starts_at, type_=own.c.due_at.type)
    asked = sa.select(own.c.id).join(link, link.c.record_id == own.c.id).where(
        link.c.target_id == user_id, own.c.done_at.is_(None), sa.or_(at.is_(None), at >= dt.datetime.now(dt.UTC)))
    return list(unit().execute(scoped(asked, Activity, "change").order_by(own.c.id)).scalars())


def hand_over(ids: Sequence[int], before: int, after: int) -> list[int]:
    """Ask another colleague in the place of one; those in which he takes part already are left as they are."""
    found = records.load(entity_spec(Activity), ids, "change")
    asked = {one: activity["participants"] or () for one, activity in found.items()}
    changes = [Change(id=one, values={"participants": tuple(after if user == before else user for user in users)})
               for one, users in asked.items() if before in users and after not in users]  # fmt: skip
    if changes:
        records.save_many(Activity, changes)
    return [int(one.id or 0) for one in changes if not one.errors]


def accept(record_id: int, _values: Any = None) -> dict[str, Any]:
    """The actor takes part."""
    return _answer(record_id, True)


def decline(record_id: int, _values: Any = None) -> dict[str, Any]:
    """The actor does not take part."""
    return _answer(record_id, False)


def _answer(record_id: int, accepted: bool) -> dict[str, Any]:
    activity, user_id = records.get(Activity, record_id), current_user().id
    if user_id not in (activity.get("participants") or ()):
        raise Invalid(_("You were not asked to take part."))
    if _said(record_id, user_id) is accepted:
        return {"id": record_id}
    unit().begin_write()
    unit().state.pop(GIVEN, None)
    own = (answers.c.activity_id == record_id, answers.c.user_id == user_id)
    if not unit().execute(sa.update(answers).where(*own).values(accepted=accepted)).rowcount:
        unit().execute(sa.insert(answers).values(activity_id=record_id, user_id=user_id, accepted=accepted))
    records.leave_act(Activity, record_id, ANSWERS[0] if accepted else ANSWERS[1])
    kind = ACCEPTED if accepted else DECLINED
    notify([activity["assignee_id"] or activity["owner_id"]], kind.name, NAME, record_id)
    return {"id": record_id}


def _said(record_id: int, user_id: int | None) -> bool | None:
    """What a user answered; of what is done nobody is asked any more."""
    kept: dict[int | None, dict[int, bool]] = unit().state.setdefault(GIVEN, {})
    if user_id not in kept:
        own = Activity.__table__
        rows = unit().execute(
            sa.select(answers.c.activity_id, answers.c.accepted)
            .join(own, own.c.id == answers.c.activity_id)
            .where(answers.c.user_id == user_id, own.c.done_at.is_(None))
        )
        kept[user_id] = {row.activity_id: row.accepted for row in rows}
    return kept[user_id].get(record_id)


def is_to_answer(activity: Mapping[str, Any]) -> bool:
    """Whether the actor is asked to take part and has said nothing yet."""
    return _may_answer(activity) and _said(activity["id"], current_user().id) is None


def may_accept(activity: Mapping[str, Any]) -> bool:
    return _may_answer(activity) and _said(activity["id"], current_user().id) is not True


def may_decline(activity: Mapping[str, Any]) -> bool:
    return _may_answer(activity) and _said(activity["id"], current_user().id) is not False


def _may_answer(activity: Mapping[str, Any]) -> bool:
    return activity["done_at"] is None and current_user().id in (activity.get("participants") or ())


def panel(record: Mapping[str, Any]) -> dict[str, Any]:
    """The colleagues who were asked, each with his answer."""
    ids = record.get("participants") or ()
    known = titles({"core.user": ids})["core.user"] if ids else {}
    rows = unit().execute(sa.select(answers.c.user_id, answers.c.accepted).where(
        answers.c.activity_id == record["id"])).all() if ids else ()  # fmt: skip
    said = {row.user_id: row.accepted for row in rows}
    return {"people": [Participant(known.get(one, ""), said.get(one)) for one in ids]}
