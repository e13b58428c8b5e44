"""What is due on a day is kept as that day, no longer as its last minute"""

import datetime as dt
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import sqlalchemy as sa
from alembic import op

from core import db

revision = "activities_0009"
down_revision = "activities_0008"
branch_labels = None
depends_on = None

LAST_MINUTE = dt.time(23, 59)
AT_ONCE = 1_000
NAMES = ("due_at", "follow_up_at")


def upgrade() -> None:
    for name in NAMES:
        op.add_column("activities_activity", sa.Column(f"{name}_day", sa.Date(), nullable=True))
        _convert(name)


def downgrade() -> None:
    for name in NAMES:
        op.drop_column("activities_activity", f"{name}_day")


def _convert(name: str) -> None:
    connection, zones = op.get_bind(), _zones()
    own = sa.table("activities_activity", sa.column("id"), sa.column("assignee_id"), sa.column(name, db.UtcDateTime()),
                   sa.column(f"{name}_day", sa.Date()))  # fmt: skip
    wanted = sa.select(own.c.id, own.c.assignee_id, own.c[name].label("at")).where(own.c[name].is_not(None))
    found = []
    for row in connection.execute(wanted):
        there = row.at.astimezone(zones.get(row.assignee_id) or zones[None])
        if there.time() == LAST_MINUTE:
            end = there.replace(hour=0, minute=0) + dt.timedelta(days=1) - dt.timedelta(microseconds=1)
            found.append({"at_id": row.id, "at": end.astimezone(dt.UTC), "day": there.date()})
    change = (
        sa.update(own)
        .where(own.c.id == sa.bindparam("at_id"))
        .values({own.c[name]: sa.bindparam("at"), own.c[f"{name}_day"]: sa.bindparam("day")})
    )
    for first in range(0, len(found), AT_ONCE):
        connection.execute(change, found[first : first + AT_ONCE])


def _zones() -> dict[int | None, ZoneInfo]:
    """The zone of each user, and of the first organisation for all others."""
    connection = op.get_bind()
    home = connection.execute(sa.text(
        "SELECT timezone FROM core_organisation WHERE deleted_at IS NULL ORDER BY id LIMIT 1")).scalar()  # fmt: skip
    rows = connection.execute(sa.text("SELECT id, timezone FROM core_user")).all()
    usual = _zone(home) or ZoneInfo("UTC")
    return {None: usual, **{row.id: _zone(row.timezone) or usual for row in rows}}


def _zone(name: str | None) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError):
        return None
