"""Plans of several steps: starting one on a record, going on when a step is done, and how far it has come.

A step becomes an activity like any other when the one before it is done; which step an activity is stands in a table
beside it. The next step is made once, also where an activity is reopened and done again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from core.api import NotFound, _, can, current_user, local, records, scoped, unit, working_time

from . import services
from .models import Activity, Plan, PlanStep, planned

#: When a step is due, on the clocks of whoever does it: late in the working hours rather than at their end.
LAST_HOUR = dt.timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Progress:
    """A plan that runs on a record: how many steps are done, and each with its state: done, now or later."""

    name: str
    done: int
    steps: tuple[tuple[str, str], ...]


def offered(entity: str) -> list[Any]:
    """The plans in use that the actor may see and that can be started on such a record."""
    own = Plan.__table__
    fits = sa.or_(own.c.entity.is_(None), own.c.entity == entity)
    wanted = sa.select(own.c.id, own.c.name).where(own.c.active, fits)
    return list(unit().execute(scoped(wanted, Plan).order_by(own.c.name, own.c.id)).all())


def start(plan_id: int, entity: str, record_id: int) -> str:
    """Plan the first step on a record; the plan's name. NotFound for a plan without steps."""
    record = records.get(entity, record_id)
    name = str(records.get(Plan, plan_id)["name"])
    first = next(iter(_steps([plan_id])), None)
    if first is None:
        raise NotFound(_("This plan has no steps yet. An administrator adds them on its page."))
    _begin(first, entity, record, None, services.now())
    return name


def follow(changes: Iterable[Any]) -> None:
    """After a step that was done comes the next one, for whoever may plan activities."""
    done = [change for change in changes if not change.is_new and change.after.get("done_at")
            and not change.before.get("done_at")]  # fmt: skip
    if not done or not can("activities.activity.add"):
        return
    wanted = sa.select(planned).where(planned.c.activity_id.in_([change.id for change in done]))
    steps = {row.activity_id: row for row in unit().execute(wanted)}
    for change in done:
        if change.id in steps:
            _go_on(steps[change.id], change.after)


def _go_on(row: Any, activity: Mapping[str, Any]) -> None:
    own = PlanStep.__table__
    plan_id = unit().execute(sa.select(own.c.plan_id).where(own.c.id == row.step_id)).scalar_one()
    steps = _steps([plan_id])
    made = set(unit().execute(sa.select(planned.c.step_id).where(planned.c.started_by == row.started_by)).scalars())
    place = next((index for index, step in enumerate(steps) if step.id == row.step_id), len(steps))
    following = steps[place + 1] if place + 1 < len(steps) else None
    if following is None or following.id in made or not activity.get("entity") or not activity.get("record_id"):
        return
    record = records.get(activity["entity"], activity["record_id"])
    _begin(following, activity["entity"], record, row.started_by, activity["done_at"])


def _begin(step: Any, entity: str, record: Mapping[str, Any], started_by: int | None, at: dt.datetime) -> None:
    user_id = _user(step, record)
    values = {"type": step.type, "subject": step.subject, "entity": entity, "record_id": record["id"],
              "assignee_id": user_id, "due_at": _due(step, user_id, at)}  # fmt: skip
    with services.giving_by_plan():
        made = records.create(Activity, **{name: value for name, value in values.items() if value is not None})
    unit().execute(sa.insert(planned).values(activity_id=made.id, step_id=step.id, started_by=started_by or made.id))


def _user(step: Any, record: Mapping[str, Any]) -> int | None:
    if step.who == "user" and step.user_id:
        return int(step.user_id)
    owner = record.get("owner_id") if step.who == "owner" else None
    return owner or current_user().id


def _due(step: Any, user_id: int | None, at: dt.datetime) -> dt.datetime:
    own = working_time(user_id)
    here = local(at, own.timezone)
    days = int(step.days)
    day = own.after_days(here.date(), days) if step.counted_in == "working" else here.date() + dt.timedelta(days=days)
    # A day off is only chosen where days are counted as the calendar has them.
    shifts = own.shifts(day)
    due = (shifts[-1][1] if shifts else dt.datetime.combine(day, own.ends, here.tzinfo)) - LAST_HOUR
    return max(due, at + LAST_HOUR).astimezone(dt.UTC)


def _steps(plan_ids: Iterable[int]) -> Sequence[Any]:
    """The steps of these plans in their order; whoever sees a plan sees them."""
    own = PlanStep.__table__
    wanted = sa.select(own).where(own.c.plan_id.in_(list(plan_ids)), own.c.deleted_at.is_(None))
    return unit().execute(wanted.order_by(own.c.plan_id, own.c.position, own.c.id)).all()


def progress(entity: str, record_id: int) -> list[Progress]:
    """The plans that run on a record, as far as the actor may see their activities; those that are through are not."""
    own, step = Activity.__table__, PlanStep.__table__
    wanted = (
        sa.select(planned.c.started_by, planned.c.step_id, step.c.plan_id, own.c.done_at)
        .select_from(planned.join(own, own.c.id == planned.c.activity_id).join(step, step.c.id == planned.c.step_id))
        .where(own.c.entity == entity, own.c.record_id == record_id)
        .order_by(planned.c.started_by)
    )
    rows = unit().execute(scoped(wanted, Activity)).all()
    if not rows:
        return []
    steps = _steps({row.plan_id for row in rows})
    names = dict(unit().execute(sa.select(Plan.id, Plan.name).where(Plan.id.in_({row.plan_id for row in rows}))).all())
    runs: dict[int, dict[int, Any]] = {}
    for row in rows:
        runs.setdefault(row.started_by, {})[row.step_id] = row
    found = [_progress(run, [one for one in steps if one.plan_id == next(iter(run.values())).plan_id], names)
             for run in runs.values()]  # fmt: skip
    return [one for one in found if one.done < len(one.steps)]


def _progress(run: Mapping[int, Any], steps: Sequence[Any], names: Mapping[int, str]) -> Progress:
    states = ["later" if one.id not in run else "done" if run[one.id].done_at else "now" for one in steps]
    name = names.get(next(iter(run.values())).plan_id, "")
    return Progress(name, states.count("done"), tuple(zip((one.subject for one in steps), states, strict=True)))


def next_place(step: Mapping[str, Any]) -> dict[str, Any]:
    """A new step is offered the place behind those that its plan has."""
    asked = str(step.get("plan_id") or "")
    if not (asked.isascii() and asked.isdigit() and len(asked) < 18):
        return {}
    own = PlanStep.__table__
    last = sa.select(sa.func.max(own.c.position)).where(own.c.plan_id == int(asked))
    found = unit().execute(scoped(last, PlanStep)).scalar()
    return {"position": (found or 0) + 1}


def check(changes: Iterable[Any]) -> None:
    """A step that a certain colleague does says who that is."""
    for change in changes:
        if change.after.get("who") == "user" and not change.after.get("user_id"):
            change.error("user_id", _("Choose the colleague."))
