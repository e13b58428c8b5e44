"""Verbs and rules of activities: doing them, giving them to somebody, and which of them are open."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import sqlalchemy as sa

from core.api import (
    Invalid,
    NotFound,
    _,
    can,
    current_user,
    day_or_moment,
    entity_spec,
    local,
    permitted,
    readable,
    reader,
    records,
    scoped,
    titles,
    unit,
)

from .models import Activity

ASSIGN = "activities.activity.assign"
#: What says that something has taken place already, when it comes without a date.
OUTCOME = ("result", "direction", "duration")
#: What calls are called that nobody gave a name.
CALLED = {"outgoing": _("Outgoing call"), "incoming": _("Incoming call")}


_by_plan: ContextVar[bool] = ContextVar("activities_by_plan", default=False)


@contextmanager
def giving_by_plan() -> Iterator[None]:
    """Whom a plan gives its steps to was decided by whoever made the plan: the actor needs no right to assign."""
    token = _by_plan.set(True)
    try:
        yield
    finally:
        _by_plan.reset(token)


def now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def is_open(activity: Mapping[str, Any]) -> bool:
    return activity["done_at"] is None


def is_done(activity: Mapping[str, Any]) -> bool:
    return activity["done_at"] is not None


def finish(record_id: int, _values: Any = None) -> dict[str, Any]:
    """Done now; what was done before stays as it was."""
    if is_open(records.get(Activity, record_id, "change")):
        records.update(Activity, record_id, {"done_at": now()})
    return {"id": record_id}


def reopen(record_id: int, _values: Any = None) -> dict[str, Any]:
    """Not done after all."""
    records.update(Activity, record_id, {"done_at": None})
    return {"id": record_id}


def fill_in(changes: Iterable[Any]) -> None:
    """A new activity is its maker's unless it is given to somebody; one that is logged was done just now."""
    for change in (one for one in changes if one.is_new):
        if not change.after.get("assignee_id") and current_user().id:
            change.set("assignee_id", change.after.get("owner_id") or current_user().id)
        after = change.after
        if not after.get("subject") and (name := name_of_call(after) or name_of_appointment(after)):
            change.set("subject", name)
        has_date = any(after.get(name) for name in ("due_at", "starts_at", "done_at"))
        if not has_date and any(after.get(name) for name in (*OUTCOME, "phone")):
            change.set("done_at", now())


def name_of_call(values: Mapping[str, Any]) -> str:
    """What a call that was logged without a subject is called: who called, else the word for it. Never how it ended:
    the subject is read by everybody who sees the call, its result perhaps not."""
    kind = entity_spec(Activity).fields["type"].choice(values.get("type"))
    if kind is None or kind.kind != "call" or not any(values.get(name) for name in (*OUTCOME, "phone")):
        return ""
    # A type of call that a company made itself keeps its own name.
    told = CALLED.get(values.get("direction") or "") if kind.value == "call" else None
    return str(told or kind.label)[:200]


def name_of_next(values: Mapping[str, Any]) -> str:
    """What follows keeps a name that somebody gave; that a call came in or went out is none for what is to be done."""
    subject = str(values.get("subject") or "")
    kind = entity_spec(Activity).fields["type"].choice(values.get("type"))
    if kind is None or subject not in (name_of_call(values), str(kind.label)):
        return subject
    return str(_("Follow-up: {activity}", activity=kind.label))[:200]


def name_of_appointment(values: Mapping[str, Any]) -> str:
    """An appointment about a record that has no other name is called by what is done."""
    kind = entity_spec(Activity).fields["type"].choice(values.get("type"))
    return str(kind.label)[:200] if kind and values.get("starts_at") and values.get("record_id") else ""


def plan_next(change: Any) -> None:
    """What follows is planned with the same step: of the same kind, about the same record, for the same colleague
    where it may be given to him. Only forms do that: a file or a program says itself what there is."""
    after = change.after
    if not after.get("follow_up_at") or not change.changed("follow_up_at"):
        return
    if not can("activities.activity.add"):
        raise Invalid(errors={"follow_up_at": [_("You may not add activities.")]})
    kept = ("type", "entity", "record_id", "phone", *(("assignee_id",) if can(ASSIGN) else ()))
    records.create(Activity, due_at=after["follow_up_at"], subject=name_of_next(after),
                   **{name: after.get(name) for name in kept})  # fmt: skip


def check_assignee(changes: Iterable[Any]) -> None:
    """Giving an activity to a colleague is a right of its own."""
    who = current_user()
    if who.is_system or _by_plan.get() or can(ASSIGN):
        return
    for change in changes:
        kept = {who.id, None} if change.is_new else {who.id, change.before.get("assignee_id")}
        if change.after.get("assignee_id") not in kept:
            change.error("assignee_id", _("You may not assign this to someone else."))


def check_calls(changes: Iterable[Any]) -> None:
    """A call that took place did so before now; the clocks of programs may be a minute fast."""
    types, latest = entity_spec(Activity).fields["type"], now() + dt.timedelta(minutes=1)
    for change in changes:
        done, kind = change.after.get("done_at"), types.choice(change.after.get("type"))
        if done and done > latest and change.changed("done_at") and kind and kind.kind == "call":
            change.error("done_at", _("A call that took place cannot be in the future."))


def start_of_today() -> dt.datetime:
    """The first instant of the reader's day."""
    here = local(now(), reader().timezone)
    return dt.datetime.combine(here.date(), dt.time(), here.tzinfo)


def day_of(at: dt.date) -> dt.date:
    """The reader's day of a moment; a day is its own."""
    return local(at, reader().timezone).date() if isinstance(at, dt.datetime) else at


def end_of_today() -> dt.datetime:
    """The first instant of the reader's tomorrow."""
    here = local(now(), reader().timezone)
    return dt.datetime.combine(here.date() + dt.timedelta(days=1), dt.time(), here.tzinfo)


def moment() -> Any:
    """When an activity is due, or else begins, in SQL."""
    table = Activity.__table__
    return sa.func.coalesce(table.c.due_at, table.c.starts_at, type_=table.c.due_at.type)


def told_moment() -> Any:
    """The same as it is shown: a day, where it is due on a day."""
    return day_or_moment(Activity.__table__.c.due_at_day, moment())


def in_state(state: str) -> tuple[Any, ...]:
    """The conditions of the open activities that are overdue, due today or later, of the ones done lately, or of all
    that are open."""
    table, at = Activity.__table__, moment()
    if state == "done":
        return (table.c.done_at >= now() - dt.timedelta(days=7),)
    later = sa.or_(at.is_(None), at >= end_of_today())
    found = {"overdue": at < now(), "today": sa.and_(at >= now(), at < end_of_today()), "later": later}
    return (table.c.done_at.is_(None), *((found[state],) if state in found else ()))


def newest() -> tuple[Any, ...]:
    """What was done last first."""
    table = Activity.__table__
    return (table.c.done_at.desc(), table.c.id.desc())


def is_waiting(table: Any, entity: str, *conditions: Any) -> Any:
    """The condition that something open about a record of this entity is there, as far as the actor may see it."""
    own = Activity.__table__
    about = (own.c.entity == entity, own.c.record_id == table.c.id, own.c.done_at.is_(None))
    return scoped(sa.select(sa.literal(1)).where(*about, *conditions), Activity).correlate(table).exists()


def count_open(entity: str, record_id: int) -> tuple[int, int]:
    """Open activities about a record, as far as the actor may see them, and the overdue ones among them."""
    table = Activity.__table__
    late = sa.func.count(sa.case((moment() < now(), 1)))
    about = (table.c.entity == entity, table.c.record_id == record_id, table.c.done_at.is_(None))
    row = unit().execute(scoped(sa.select(sa.func.count(), late).where(*about), Activity)).one()
    return int(row[0]), int(row[1])


def read(*conditions: Any, limit: int, order: Sequence[Any] = ()) -> list[Any]:
    """Rows that the actor may see, those due first."""
    table, due = Activity.__table__, moment()
    names = (
        "id",
        "type",
        "subject",
        "entity",
        "record_id",
        "assignee_id",
        "done_at",
        "result",
        "note",
        "direction",
        "duration",
        "created_at",
    )
    columns = [table.c[name] for name in names]
    may_change = permitted(Activity, "change").label("may_change")
    statement = scoped(
        sa.select(*columns, due.label("moment"), told_moment().label("told"), may_change).where(*conditions), Activity)
    ordered = statement.order_by(*(order or (due.is_(None), due, table.c.id)))
    return list(unit().execute(ordered.limit(limit)).mappings().all())


def next_of_each(entity: str, ids: Sequence[int]) -> dict[int, Any]:
    """{record: its open activity that is due first}, as far as the actor may see it; in one query."""
    table, due = Activity.__table__, moment()
    about = (table.c.entity == entity, table.c.record_id.in_(ids), table.c.done_at.is_(None))
    order = sa.func.row_number().over(partition_by=table.c.record_id, order_by=(due.is_(None), due, table.c.id))
    columns = [table.c[name] for name in ("id", "type", "subject", "record_id")]
    given = (due.label("moment"), told_moment().label("told"), order.label("place"))
    ranked = scoped(sa.select(*columns, *given).where(*about), Activity).subquery()
    rows = unit().execute(sa.select(ranked).where(ranked.c.place == 1)).mappings()
    return {row["record_id"]: row for row in rows}


def led_by_another(values: Mapping[str, Any]) -> list[str]:
    """Whoever turns to a customer of a colleague is told so before, that nobody is cared for twice."""
    entity, record_id = values.get("entity"), str(values.get("record_id") or "")
    if not entity or not record_id.isdigit():
        return []
    try:
        spec = entity_spec(entity)
    except NotFound:
        return []
    if "owner_id" not in readable(spec):
        return []
    statement = scoped(sa.select(spec.table.c.owner_id).where(spec.table.c.id == int(record_id)), spec)
    owner = unit().execute(statement).scalar()
    if not owner or owner == current_user().id:
        return []
    name = titles({"core.user": {owner}})["core.user"].get(owner, "")
    return [str(_("{person} is in charge here.", person=name))] if name else []
