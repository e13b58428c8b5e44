"""What is due on a day, without a time of day, is due when that day ends for whoever has to do it.

A form sends such a day as its last minute on the clocks of whoever fills it in. A colleague further east would read
the next day there, so the minute is moved to his clocks, and again when somebody else gets the activity.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from core.api import local, reader, working_time

from .models import LAST_MINUTE

_LAST = dt.time.fromisoformat(LAST_MINUTE)


def settle(changes: Iterable[Any]) -> None:
    """Move the last minutes of days to the clocks of those who have to do it by then."""
    zones: dict[int, str] = {}

    def zone_of(user_id: int) -> str:
        if user_id not in zones:
            zones[user_id] = working_time(user_id).timezone
        return zones[user_id]

    for change in changes:
        due, user_id = change.after.get("due_at"), change.after.get("assignee_id")
        if not due or not user_id:
            continue
        if change.is_new or change.changed("due_at"):
            written_in = reader().timezone
        elif change.changed("assignee_id") and change.before.get("assignee_id"):
            written_in = zone_of(change.before["assignee_id"])
        else:
            continue
        there = local(due, written_in)
        if there.time() == _LAST and (here := zone_of(user_id)) != written_in:
            moved = dt.datetime.combine(there.date(), _LAST, local(due, here).tzinfo)
            change.set("due_at", moved.astimezone(dt.UTC))
