"""What the reader has to do by the end of today, as a block of the dashboard."""

from __future__ import annotations

import sqlalchemy as sa

from core.api import TemplatePart, current_user

from . import screens, services
from .models import Activity

#: As many as stand beside the other blocks of the dashboard without making them longer.
SHOWN = 5


def block() -> TemplatePart:
    """The first of the reader's open activities that are overdue or due today; the rest is on the page of them all."""
    table, due = Activity.__table__, services.moment()
    rows = services.read(
        table.c.assignee_id == current_user().id,
        table.c.done_at.is_(None),
        sa.and_(due.is_not(None), due < services.end_of_today()),
        limit=SHOWN,
    )
    return TemplatePart("activities/today.html", {"lines": screens.lines(rows)})
