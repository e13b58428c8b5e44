"""Reminders are each somebody's: whoever takes part has his own"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from core import db

revision = "activities_0011"
down_revision = "activities_0010"
branch_labels = None
depends_on = None


def _put_aside() -> None:
    """The key of a table that is there cannot be changed on SQLite: it is made anew."""
    op.drop_index("ix_activities_alarm_at", "activities_alarm")
    op.rename_table("activities_alarm", "activities_alarm_before")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE activities_alarm_before DROP CONSTRAINT pk_activities_alarm")


def _create(*people: sa.Column[Any]) -> None:
    names = ("activity_id", *(one.name for one in people), "kind", "at")
    op.create_table(
        "activities_alarm",
        sa.Column("activity_id", sa.BigInteger(), autoincrement=False, nullable=False),
        *people,
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("at", db.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["activity_id"], ["activities_activity.id"], ondelete="CASCADE",
                                name=op.f("fk_activities_alarm_activity_id")),
        *(sa.ForeignKeyConstraint([one.name], ["core_user.id"], ondelete="CASCADE",
                                  name=op.f("fk_activities_alarm_user_id")) for one in people),
        sa.PrimaryKeyConstraint(*names, name=op.f("pk_activities_alarm")),
    )  # fmt: skip


def _done() -> None:
    op.drop_table("activities_alarm_before")
    op.create_index("ix_activities_alarm_at", "activities_alarm", ["at"], unique=False)


def upgrade() -> None:
    _put_aside()
    _create(sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False))
    op.execute(
        "INSERT INTO activities_alarm (activity_id, user_id, kind, at) "
        "SELECT a.activity_id, t.assignee_id, a.kind, a.at FROM activities_alarm_before a "
        "JOIN activities_activity t ON t.id = a.activity_id WHERE t.assignee_id IS NOT NULL")  # fmt: skip
    # Those who take part were told with whoever has to do it; that it is left undone is told to him alone.
    op.execute(
        "INSERT INTO activities_alarm (activity_id, user_id, kind, at) "
        "SELECT a.activity_id, p.target_id, a.kind, a.at FROM activities_alarm a "
        "JOIN activities_activity_participants p ON p.record_id = a.activity_id AND p.target_id <> a.user_id "
        "WHERE a.kind IN ('activities.reminder', 'activities.due')")  # fmt: skip
    _done()
    op.create_index("ix_activities_alarm_user", "activities_alarm", ["user_id"])


def downgrade() -> None:
    op.drop_index("ix_activities_alarm_user", "activities_alarm")
    _put_aside()
    _create()
    op.execute(
        "INSERT INTO activities_alarm (activity_id, kind, at) "
        "SELECT a.activity_id, a.kind, a.at FROM activities_alarm_before a "
        "JOIN activities_activity t ON t.id = a.activity_id AND t.assignee_id = a.user_id")  # fmt: skip
    _done()
