"""Acts and their lines as they are stored: each act is its user's own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from core import bulk
from core.actor import actor
from core.db import unit
from core.entity.base import utc_now
from core.entity.spec import EntitySpec
from core.errors import Conflict, NotFound
from core.jobs.models import jobs
from core.language.i18n import _
from core.mass.models import acts, lines
from core.records import former

AT_WORK = ("waiting", "running", "undoing")
ENDED = ("done", "cancelled", "failed")
#: So many of the latest acts are listed.
RECENT = 20
#: Drafts that nobody has carried out are forgotten after this time, when their user begins another.
DRAFTS_KEPT = dt.timedelta(days=1)


def begin(spec: EntitySpec, ids: Sequence[int], back: str, **asked: Any) -> int:
    """Note which records an act is to be about; its id. `asked` are what it does, its field and value."""
    unit().begin_write()
    mine = sa.and_(acts.c.user_id == actor().id, acts.c.state == "draft")
    unit().execute(sa.delete(acts).where(mine, acts.c.created_at < utc_now() - DRAFTS_KEPT))
    values = {"entity": spec.name, "user_id": actor().id, "state": "draft", "total": len(ids), "back": back[:4000],
              "created_at": utc_now(), **asked}  # fmt: skip
    act_id = int(unit().execute(sa.insert(acts).values(**values).returning(acts.c.id)).scalar_one())
    columns = ("act_id", "record_id", "state", "reason")
    bulk.insert(unit().connection, lines, columns, [[act_id, one, "waiting", ""] for one in ids])
    return act_id


def find(spec: EntitySpec, act_id: int) -> dict[str, Any]:
    """An act of the actor's own; NotFound otherwise."""
    found = unit().execute(_own(spec).where(acts.c.id == act_id)).mappings().first()
    if found is None:
        raise NotFound(_("This page does not exist, or you may not see it."))
    return dict(found)


def _own(spec: EntitySpec) -> sa.Select[Any]:
    """The actor's acts on an entity. One whose job was stopped elsewhere is over as well."""
    stopped = sa.case((jobs.c.state == "cancelled", "cancelled"), (jobs.c.state == "dead", "failed"))
    state = sa.case((acts.c.state.in_(AT_WORK), sa.func.coalesce(stopped, acts.c.state)), else_=acts.c.state)
    columns = [state.label("state") if column.name == "state" else column for column in acts.c]
    statement = sa.select(*columns, jobs.c.error.label("error")).outerjoin(jobs, jobs.c.id == acts.c.job_id)
    return statement.where(acts.c.entity == spec.name, acts.c.user_id == actor().id)


def recent(spec: EntitySpec) -> list[dict[str, Any]]:
    """The actor's own latest acts on an entity that were carried out, with the counts of their records."""
    carried_out = _own(spec).where(acts.c.state != "draft", acts.c.handover_id.is_(None))
    latest = unit().execute(carried_out.order_by(acts.c.id.desc()).limit(RECENT)).mappings().all()
    found = {act["id"]: {**act, "counts": {}} for act in latest}
    counted = sa.select(lines.c.act_id, lines.c.state, sa.func.count().label("number"))
    counted = counted.where(lines.c.act_id.in_(found)).group_by(lines.c.act_id, lines.c.state)
    for row in unit().execute(counted):
        found[row.act_id]["counts"][row.state] = row.number
    return list(found.values())


def hold(act_id: int) -> None:
    """Nobody brings an act to an end before this transaction is over: whoever cancels it is told what was changed by
    then, and nothing is changed afterwards."""
    unit().begin_write()
    unit().execute(sa.select(acts.c.id).where(acts.c.id == act_id).with_for_update())


def choose(act_id: int, does: str, field: str, value: Any) -> None:
    """What a draft is to do."""
    unit().begin_write()
    draft = sa.and_(acts.c.id == act_id, acts.c.state == "draft")
    unit().execute(sa.update(acts).where(draft).values(does=does, field=field, value=value))


def move(act_id: int, before: Iterable[str], state: str, **values: Any) -> None:
    """Bring an act from one state to another; Conflict when somebody else has."""
    _move(sa.and_(acts.c.id == act_id, acts.c.state.in_(tuple(before))), state=state, **values)


def move_back(act: Mapping[str, Any], job_id: int | None) -> None:
    """Begin to take an act back; Conflict when somebody else has.

    One that is over because its job was stopped elsewhere is stored as being at work, with that job.
    """
    here = sa.and_(acts.c.id == act["id"], acts.c.state.in_((*ENDED, *AT_WORK)))
    _move(sa.and_(here, acts.c.job_id.is_not_distinct_from(act["job_id"])), state="undoing", job_id=job_id)


def _move(here: Any, **values: Any) -> None:
    unit().begin_write()
    if unit().execute(sa.update(acts).where(here).values(**values)).rowcount != 1:
        raise Conflict(_("This has changed in the meantime. Reload the page."))


def waiting(act_id: int, limit: int, state: str = "waiting") -> list[int]:
    """The next records of an act in this state."""
    mine = sa.select(lines.c.record_id).where(lines.c.act_id == act_id, lines.c.state == state)
    return list(unit().execute(mine.order_by(lines.c.record_id).limit(limit)).scalars())


def all_of(act_id: int) -> list[int]:
    """All records of an act, whatever became of them."""
    return list(unit().execute(sa.select(lines.c.record_id).where(lines.c.act_id == act_id)).scalars())


def of_records(act_id: int, ids: Sequence[int]) -> Sequence[Any]:
    """The lines of these records."""
    mine = sa.select(lines).where(lines.c.act_id == act_id, lines.c.record_id.in_(ids))
    return unit().execute(mine.order_by(lines.c.record_id)).mappings().all()


def note(act_id: int, found: Mapping[int, Mapping[str, Any]]) -> None:
    """What became of records: {record: state, and version, before or reason}."""
    here = sa.and_(lines.c.act_id == sa.bindparam("at_act"), lines.c.record_id == sa.bindparam("at_record"))
    groups: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for record_id, values in found.items():
        row = {**values, "at_act": act_id, "at_record": record_id}
        groups.setdefault(tuple(sorted(values)), []).append(row)
    for names, rows in groups.items():
        given = {name: sa.bindparam(name, type_=lines.c[name].type) for name in names}
        unit().connection.execute(sa.update(lines).where(here).values(given), rows)


def counts(act_id: int) -> dict[str, int]:
    """How many records stand in each state."""
    statement = sa.select(lines.c.state, sa.func.count().label("number")).where(lines.c.act_id == act_id)
    return {row.state: row.number for row in unit().execute(statement.group_by(lines.c.state))}


def left_out(act_id: int, limit: int) -> Sequence[Any]:
    """The records that were not changed, or not given back, with the reason."""
    mine = sa.and_(lines.c.act_id == act_id, lines.c.state.in_(("failed", "kept")))
    return unit().execute(sa.select(lines).where(mine).order_by(lines.c.record_id).limit(limit)).mappings().all()


@former.follows
def _follow(spec: EntitySpec, ids: Sequence[int], was: Any) -> None:
    of_entity = sa.select(acts.c.id).where(acts.c.entity == spec.name)
    then = sa.and_(lines.c.record_id.in_(ids), lines.c.act_id.in_(of_entity), lines.c.version <= was(lines.c.record_id))
    unit().execute(sa.update(lines).where(then).values(version=lines.c.version + former.STEPS))


def forget(entity: str, record_id: int) -> None:
    """Take out what acts remember of a record; taking them back leaves it as it is.

    An act on this record alone goes with its value; a value that many records were given tells of none of them.
    """
    of_entity = sa.select(acts.c.id).where(acts.c.entity == entity)
    mine = sa.and_(lines.c.record_id == record_id, lines.c.act_id.in_(of_entity))
    unit().execute(sa.delete(acts).where(acts.c.total == 1, acts.c.id.in_(sa.select(lines.c.act_id).where(mine))))
    unit().execute(sa.delete(lines).where(mine))
