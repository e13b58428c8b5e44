"""What comes next about records of every kind, in SQL: columns of their lists, read with the rows in one query."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from core.api import scoped

from . import services
from .models import Activity


def moment(table: Any, entity: str) -> Any:
    """When the next activity about a row is due, of those that the actor may see."""
    return _waiting(table, entity, sa.func.min(services.moment())).scalar_subquery()


def told(table: Any, entity: str) -> Any:
    """The same as it is shown: what is due on a day has no time of day."""
    return _first(table, entity, services.told_moment())


def subject(table: Any, entity: str) -> Any:
    """What the next activity about a row is called."""
    return _first(table, entity, Activity.__table__.c.subject)


def _first(table: Any, entity: str, column: Any) -> Any:
    own, due = Activity.__table__, services.moment()
    return _waiting(table, entity, column).order_by(due.is_(None), due, own.c.id).limit(1).scalar_subquery()


def _waiting(table: Any, entity: str, column: Any) -> Any:
    own = Activity.__table__
    about = (own.c.entity == entity, own.c.record_id == table.c.id, own.c.done_at.is_(None))
    return scoped(sa.select(column).where(*about), Activity).correlate(table)
