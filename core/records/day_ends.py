"""Whole days whose end moves: whoever lives by another clock has until midnight of that one.

What a record shows stays as it is, the day itself; only the instant by which it is sorted and overdue is another. So no
record is changed by it, and nothing comes into the log.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from core.auth.display import preferences_of
from core.db import unit
from core.declarations import Job
from core.entity.whole_day import ENDS_FOR, last_instant
from core.jobs import Context, queue
from core.language.i18n import _
from core.language.timezones import zone
from core.plugin.hookspecs import hookimpl
from core.registry import current
from core.signals import on

JOB = "core.move_day_ends"
#: Ends that are moved in one transaction.
STEP = 200


@dataclass(frozen=True, slots=True)
class End:
    """That of one day for one user, wherever it stands so far."""

    column: sa.Column[Any]
    user: sa.Column[Any]
    day: sa.Column[Any]
    user_id: int
    date: dt.date
    at: dt.datetime


@on("core.working_time_moved")
def follow(user_ids: Sequence[int] | None) -> None:
    """A zone is among what moves somebody's hours; where it was something else, nothing is found to be moved."""
    if any(unit().execute(wanted.limit(1)).first() for _column, _user, _day, wanted in _days(user_ids)):
        queue.enqueue(JOB, {"user_ids": user_ids}, dedupe=JOB if user_ids is None else f"{JOB} {user_ids}")


def move(context: Context) -> dict[str, int]:
    """Give every day that ends at another instant by now its end; how many of a user's days there were."""
    with context.unit():
        ends = list(_moved(context.arguments.get("user_ids")))
    for first in range(0, len(ends), STEP):
        with context.unit() as opened:
            opened.begin_write()
            for one in ends[first : first + STEP]:
                of_day = (one.user == one.user_id, one.day == one.date, one.column != one.at)
                opened.execute(sa.update(one.column.table).where(*of_day).values({one.column: one.at}))
        context.progress(first + STEP, len(ends))
    return {"moved": len(ends)}


def _moved(user_ids: Sequence[int] | None) -> Iterator[End]:
    for column, user, day, wanted in _days(user_ids):
        rows = unit().execute(wanted.distinct()).all()
        habits = preferences_of({row[0] for row in rows})
        for user_id, date, at in rows:
            end = last_instant(date, zone(habits[user_id].timezone))
            if at != end:
                yield End(column, user, day, user_id, date, end)


def _days(user_ids: Sequence[int] | None) -> Iterator[tuple[Any, Any, Any, sa.Select[Any]]]:
    """Of each field the column of the end, of the user and of the day, and the query for the whole days in it."""
    for spec in current().entities.values():
        for name, day_name in spec.day_columns.items():
            column, day = spec.table.c[name], spec.table.c[day_name]
            user = spec.table.c[str(spec.fields[name].options[ENDS_FOR])]
            wanted = sa.select(user, day, column).where(day.is_not(None), user.is_not(None))
            yield column, user, day, wanted if user_ids is None else wanted.where(user.in_(user_ids))


@hookimpl
def register_jobs() -> list[Job]:
    return [Job(JOB, move, label=_("Whole days end by another clock"), in_steps=True, as_system=True)]
