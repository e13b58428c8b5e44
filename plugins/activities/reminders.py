"""Reminding whoever has to do something, or takes part in it: before it is due, when it is, and when it is overdue.

What is to be told when stands in a table of its own, made anew with each change of an activity. The job that tells it
takes the rows out and writes the notices in one transaction, so each is told once, whatever is killed on the way.
Notices come in the working time of each user, unless he chose otherwise: whoever takes part is reminded as he wishes,
and not that something was left undone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from core.api import (
    Invalid,
    Job,
    NoticeKind,
    WorkingTime,
    _,
    can,
    current_user,
    day_or_moment,
    entity_spec,
    jobs,
    local,
    notify,
    records,
    unit,
    working_time,
)

from . import participants, services
from .models import REMIND, Activity, alarms, reminding

#: What puts off a reminder, at the bell too.
LATER = ("snooze_10", "snooze_60", "snooze_day")
AGAIN_WORD = _("Remind again")
BEFORE = NoticeKind("activities.reminder", _("Reminders of activities"), _("“{record}” is due on {at}"), mail=True,
                    actions=LATER, folded=AGAIN_WORD, details=("location",))  # fmt: skip
#: With its time: out of hours it comes at the next opening, and it may be read later still.
DUE = NoticeKind("activities.due", _("An activity is due"), _("“{record}”: due {at}"), "clock", mail=True,
                 actions=LATER, folded=AGAIN_WORD, details=("location",))  # fmt: skip
OVERDUE = NoticeKind("activities.overdue", _("An activity is overdue"), _("“{record}” is overdue since {at}"),
                     "alert-circle", actions=LATER, folded=AGAIN_WORD)  # fmt: skip
#: How an alarm that somebody has put off stands in the table: it comes then, whatever the hours.
SNOOZED = "activities.snoozed"
KINDS = {one.name: one for one in (BEFORE, DUE, OVERDUE)}
JOB, AGAIN = "activities.remind", "activities.plan_reminders_again"
USUAL = ("15",)
AT_ONCE = 500
#: What has to change for an activity to be told of at other times.
DECIDING, PEOPLE = ("due_at", "starts_at", "done_at", "assignee_id", "remind", "remind_at"), "participants"


@dataclass(frozen=True, slots=True)
class Wishes:
    """How somebody wants to be reminded: how long before, and whether also when he does not work."""

    remind: tuple[str, ...] = USUAL
    any_hour: bool = False


def wishes(user_ids: Iterable[int]) -> dict[int, Wishes]:
    """Those of several users; the usual ones of whoever has said nothing."""
    wanted = set(user_ids)
    rows = unit().execute(sa.select(reminding).where(reminding.c.user_id.in_(sorted(wanted)))) if wanted else ()
    said = {row.user_id: Wishes(tuple(row.remind), row.any_hour) for row in rows}
    return {one: said.get(one, Wishes()) for one in wanted}


def wish(chosen: Wishes) -> None:
    """What the actor wants from now on; activities that are there keep what they have."""
    user_id, known = current_user().id, [choice.value for choice in REMIND]
    values = {"remind": [one for one in known if one in chosen.remind], "any_hour": chosen.any_hour}
    unit().begin_write()
    if not unit().execute(sa.update(reminding).where(reminding.c.user_id == user_id).values(values)).rowcount:
        unit().execute(sa.insert(reminding).values(user_id=user_id, **values))


def usual(record: Mapping[str, Any]) -> dict[str, Any]:
    """What the form of a new activity offers: what has a time of its own, as in the calendar, is a meeting at first."""
    user_id = current_user().id
    offered: dict[str, Any] = {"remind": wishes([user_id])[user_id].remind} if user_id else {}
    return {**offered, "type": "meeting"} if record.get("starts_at") else offered


def fill_in(changes: Iterable[Any]) -> None:
    """Who is given something is reminded of it as he wishes, where nobody said otherwise."""
    silent = [change for change in changes if change.is_new and "remind" not in change.values]
    known = wishes(change.after["assignee_id"] for change in silent if change.after.get("assignee_id"))
    for change in silent:
        if change.after.get("assignee_id"):
            change.set("remind", known[change.after["assignee_id"]].remind)


def follow(changes: Iterable[Any]) -> None:
    """Plan anew what is told of activities whose time, state or user changed."""
    moved = [change for change in changes if change.is_new or any(map(change.changed, (*DECIDING, PEOPLE)))]
    if not moved:
        return
    old = [change.id for change in moved if not change.is_new and any(map(change.changed, DECIDING))]
    if old:
        unit().execute(sa.delete(alarms).where(alarms.c.activity_id.in_(old)))
    # Where others take part and nothing else changed, those who stay keep what waits for them, or was put off.
    others = {change.id: _come_and_gone(change) for change in moved if not change.is_new and change.id not in old}
    for activity_id, users in others.items():
        unit().execute(sa.delete(alarms).where(alarms.c.activity_id == activity_id, alarms.c.user_id.in_(users)))
    waiting = [change for change in moved if _is_waiting(change.after)]
    planner = Planner(user_id for change in waiting for user_id in _people(change.after))
    rows = [row for change in waiting for row in planner.rows(change.id, change.after)
            if row["user_id"] in others.get(change.id, (row["user_id"],))]  # fmt: skip
    if rows:
        unit().execute(sa.insert(alarms), rows)
        _ask_for(min(row["at"] for row in rows))


def _come_and_gone(change: Any) -> set[int]:
    """Who takes part now and did not, or the other way round; whoever has to do it is told in any case."""
    before, after = (set(values.get(PEOPLE) or ()) for values in (change.before, change.after))
    return (before ^ after) - {change.after.get("assignee_id")}


def _people(activity: Mapping[str, Any]) -> list[int]:
    """Whoever has to do it first."""
    doer = activity.get("assignee_id")
    others = [one for one in activity.get(PEOPLE) or () if one != doer]
    return [doer, *others] if doer else others


def _is_waiting(activity: Mapping[str, Any]) -> bool:
    at = activity.get("due_at") or activity.get("starts_at") or activity.get("remind_at")
    return bool(at and _people(activity)) and activity.get("done_at") is None


def _ask_for(at: dt.datetime) -> None:
    """A job for what is told then; it asks for the next one itself, so an import of thousands asks for one."""
    jobs.enqueue(JOB, {"until": at.isoformat()}, run_after=at, dedupe=f"{JOB} {at.isoformat()}")


class Planner:
    """Works out when users are told of activities: what is the same for all of one user is found once."""

    def __init__(self, user_ids: Iterable[int]) -> None:
        self.now = services.now()
        self.wishes = wishes(user_ids)
        self.times = {one: working_time(one) for one in self.wishes}

    def rows(self, activity_id: int, activity: Mapping[str, Any]) -> list[dict[str, Any]]:
        at: dt.date | None = activity.get("due_at") or activity.get("starts_at")
        chosen = activity.get("remind_at")
        doer = activity.get("assignee_id")
        told: set[tuple[int, str, dt.datetime]] = set()
        for user_id in _people(activity):
            if at is None:
                break
            minutes = activity.get("remind") or () if user_id == doer else self.wishes[user_id].remind
            around = self._around(at, user_id, minutes)
            told |= {(user_id, *one) for one in around if user_id == doer or one[0] != OVERDUE.name}
        if chosen and doer:
            told.add((doer, BEFORE.name, chosen))
        return [{"activity_id": activity_id, "user_id": user_id, "kind": kind, "at": one}
                for user_id, kind, one in sorted(told) if one > self.now]  # fmt: skip

    def _around(self, at: dt.date, user_id: int, minutes: Iterable[str]) -> set[tuple[str, dt.datetime]]:
        """What somebody is told before a moment or a day, then and afterwards."""
        own = self.times[user_id]
        free = self.wishes[user_id].any_hour
        if not isinstance(at, dt.datetime):
            return self._around_day(own, at, [int(one) for one in minutes], free)
        before = {_before(own, at, int(one), free) for one in minutes if one != "0"}
        told = {(BEFORE.name, one) for one in before if one < at}
        # What is planned for a moment before any of its reminders could come is told of when it is due.
        is_too_late = bool(before) and not any(one > self.now for _kind, one in told)
        if is_too_late or "0" in minutes:
            told.add((DUE.name, at if free else own.opening(at)))
        told.add((OVERDUE.name, _next_day(own, at, free)))
        return told


    def _around_day(self, own: WorkingTime, day: dt.date, minutes: Sequence[int], free: bool
                    ) -> set[tuple[str, dt.datetime]]:  # fmt: skip
        """What is due on a day is told of so long before work begins on it, and is overdue when it has ended."""
        shifts, zone = own.shifts(day), local(self.now, own.timezone).tzinfo
        begins = shifts[0][0] if shifts else dt.datetime.combine(day, own.begins, zone).astimezone(dt.UTC)
        before = {_before(own, begins, one, free) for one in minutes}
        if before and not any(one > self.now for one in before):
            before = {shifts[-1][1] if shifts else begins}
        next_day = day + dt.timedelta(days=1)
        after = dt.datetime.combine(next_day, own.begins, zone) if free else own.opening(
            dt.datetime.combine(next_day, dt.time(), zone))  # fmt: skip
        return {*((BEFORE.name, one) for one in before), (OVERDUE.name, after.astimezone(dt.UTC))}


def ask_to_plan_again(user_ids: Sequence[int] | None) -> None:
    """For these users, or for all: however often their hours move meanwhile, one job plans what waits anew."""
    if user_ids is None or unit().execute(_waiting_alarms(user_ids).limit(1)).first():
        jobs.enqueue(AGAIN, {"user_ids": user_ids}, dedupe=AGAIN if user_ids is None else f"{AGAIN} {user_ids}")


def catch_up() -> None:
    """What waits is planned anew after the module was off: hours may have moved, and nobody here heard of it."""
    if unit().execute(_waiting_alarms(None).limit(1)).first():
        ask_to_plan_again(None)


def _waiting_alarms(user_ids: Sequence[int] | None) -> Any:
    return sa.select(alarms.c.activity_id, alarms.c.user_id, alarms.c.kind).where(*_planned_for(user_ids))


def _planned_for(user_ids: Sequence[int] | None) -> list[Any]:
    """The conditions of what is told to these users, or to all, and was not put off."""
    planned = [alarms.c.kind != SNOOZED]
    return planned if user_ids is None else [*planned, alarms.c.user_id.in_(user_ids)]


def plan_again(context: Any) -> dict[str, int]:
    """Move what is still to be told to the hours as they are now; what was told is not told again."""
    unit().begin_write()
    user_ids = context.arguments.get("user_ids")
    waiting: dict[int, set[tuple[int, str]]] = {}
    for row in unit().execute(_waiting_alarms(user_ids)):
        waiting.setdefault(row.activity_id, set()).add((row.user_id, row.kind))
    every = sorted(waiting)
    for some in (every[first : first + AT_ONCE] for first in range(0, len(every), AT_ONCE)):
        own = Activity.__table__
        named = ("id", "assignee_id", "due_at", "starts_at", "remind", "remind_at")
        columns = [entity_spec(Activity).shown(name) for name in named]
        others = participants.told_with(some)
        found = [{**row, PEOPLE: others.get(row["id"], ())}
                 for row in unit().execute(sa.select(*columns).where(own.c.id.in_(some))).mappings()]  # fmt: skip
        planner = Planner(user_id for one in found for user_id in _people(one))
        rows = [one for row in found for one in planner.rows(row["id"], row)
                if (one["user_id"], one["kind"]) in waiting[row["id"]]]  # fmt: skip
        unit().execute(sa.delete(alarms).where(alarms.c.activity_id.in_(some), *_planned_for(user_ids)))
        if rows:
            unit().execute(sa.insert(alarms), rows)
    following = unit().execute(sa.select(sa.func.min(alarms.c.at))).scalar()
    if following is not None:
        _ask_for(following)
    return {"planned": len(waiting)}


def _before(own: WorkingTime, at: dt.datetime, minutes: int, free: bool) -> dt.datetime:
    """So long before; what falls outside the hours comes at the end of the last ones before it."""
    moment = at - dt.timedelta(minutes=minutes)
    return moment if free else own.closing(moment)


def _next_day(own: WorkingTime, at: dt.datetime, free: bool) -> dt.datetime:
    """When work begins on the day after; somebody who wants to hear at any hour hears a day later."""
    return at + dt.timedelta(days=1) if free else own.opening(at + dt.timedelta(hours=12))


def tell(context: Any) -> dict[str, int]:
    """Tell all that is due by now, and take it out: what was finished or taken from its user meanwhile is not told."""
    asked = context.arguments.get("until")
    until = max(services.now(), dt.datetime.fromisoformat(asked)) if asked else services.now()
    unit().begin_write()
    taken = sa.delete(alarms).where(alarms.c.at <= until).returning(
        alarms.c.activity_id, alarms.c.kind, alarms.c.user_id)  # fmt: skip
    due: dict[tuple[int, str], set[int]] = {}
    for row in unit().execute(taken):
        due.setdefault((row.activity_id, BEFORE.name if row.kind == SNOOZED else row.kind), set()).add(row.user_id)
    own = Activity.__table__
    at = day_or_moment(own.c.due_at_day, sa.func.coalesce(services.moment(), own.c.remind_at))
    wanted = sa.select(own.c.id, own.c.assignee_id, at.label("at")).where(
        own.c.id.in_(sorted({activity_id for activity_id, _kind in due})), own.c.deleted_at.is_(None),
        own.c.done_at.is_(None))  # fmt: skip
    living = {row.id: row for row in unit().execute(wanted)}
    told = [key for key in sorted(due) if key[0] in living]
    others = participants.told_with(sorted(living))
    for activity_id, kind in told:
        activity = living[activity_id]
        # Who has said no since is told nothing.
        still = {activity.assignee_id, *others.get(activity_id, ())}
        notify(due[activity_id, kind] & still, kind, Activity.__entity__, activity_id, {"at": activity.at})
    following = unit().execute(sa.select(sa.func.min(alarms.c.at))).scalar()
    if following is not None:
        _ask_for(following)
    return {"told": len(told)}


def register_jobs() -> list[Job]:
    """By itself every hour too, in case somebody cancelled the one that would have asked for the next."""
    return [
        Job(JOB, tell, _("Reminders of activities"), every=dt.timedelta(hours=1), as_system=True),
        Job(AGAIN, plan_again, _("Reminders move to other working hours"), as_system=True),
    ]


def snooze(record_id: int, until: dt.datetime) -> dict[str, Any]:
    """Remind the actor once more, then; where it is not his, whoever has to do it."""
    activity, user_id = records.get(Activity, record_id), current_user().id
    if user_id not in _people(activity):
        user_id = records.get(Activity, record_id, "change")["assignee_id"]
    if not services.is_open(activity) or user_id is None:
        raise Invalid(_("This is done already."))
    unit().begin_write()
    unit().execute(sa.delete(alarms).where(
        alarms.c.activity_id == record_id, alarms.c.user_id == user_id,
        alarms.c.kind.in_((BEFORE.name, SNOOZED))))  # fmt: skip
    unit().execute(sa.insert(alarms).values(activity_id=record_id, user_id=user_id, kind=SNOOZED, at=until))
    _ask_for(until)
    return {"id": record_id}


def may_snooze(activity: Mapping[str, Any]) -> bool:
    """Whether it is open, and the actor's to do, to take part in or to change."""
    return services.is_open(activity) and (current_user().id in _people(activity) or can(f"{participants.NAME}.change"))


def in_ten_minutes(record_id: int, _values: Any = None) -> dict[str, Any]:
    return snooze(record_id, services.now() + dt.timedelta(minutes=10))


def in_an_hour(record_id: int, _values: Any = None) -> dict[str, Any]:
    return snooze(record_id, services.now() + dt.timedelta(hours=1))


def tomorrow(record_id: int, _values: Any = None) -> dict[str, Any]:
    """When the actor's next working day begins."""
    return snooze(record_id, working_time(current_user().id).opening(services.end_of_today().astimezone(dt.UTC)))
