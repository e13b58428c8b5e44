"""Reminders are each somebody's: whoever takes part has his own"""

import sqlalchemy as sa
from alembic import op

from core import db

revision = "activities_0011"
down_revision = "activities_0010"
branch_labels = None
depends_on = None

TABLE, NEW = "activities_alarm", "activities_alarm_of_each"


def _create(name: str, *people: sa.Column) -> None:
    op.create_table(
        name,
        sa.Column("activity_id", sa.BigInteger(), autoincrement=False, nullable=False),
        *people,
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("at", db.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["activity_id"], ["activities_activity.id"], ondelete="CASCADE",
                                name=op.f("fk_activities_alarm_activity_id")),
        *(sa.ForeignKeyConstraint([one.name], ["core_user.id"], ondelete="CASCADE",
                                  name=op.f(f"fk_activities_alarm_{one.name}")) for one in people),
        sa.PrimaryKeyConstraint("activity_id", *(one.name for one in people), "kind", "at",
                                name=op.f("pk_activities_alarm")),
    )  # fmt: skip


def _move(statement: str, *people: sa.Column) -> None:
    """Into a table made anew: the key of one that is there cannot be changed on SQLite."""
    op.drop_index("ix_activities_alarm_at", TABLE)
    op.rename_table(TABLE, NEW)
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"ALTER TABLE {NEW} DROP CONSTRAINT pk_activities_alarm")
    _create(TABLE, *people)
    op.execute(statement)
    op.drop_table(NEW)
    op.create_index("ix_activities_alarm_at", TABLE, ["at"], unique=False)


def upgrade() -> None:
    user = sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False)
    _move(f"INSERT INTO {TABLE} (activity_id, user_id, kind, at) "
          f"SELECT a.activity_id, t.assignee_id, a.kind, a.at FROM {NEW} a "
          "JOIN activities_activity t ON t.id = a.activity_id WHERE t.assignee_id IS NOT NULL", user)  # fmt: skip
    # Those who take part were told with whoever has to do it; that it is left undone is told to him alone.
    op.execute(
        f"INSERT INTO {TABLE} (activity_id, user_id, kind, at) "
        f"SELECT a.activity_id, p.target_id, a.kind, a.at FROM {TABLE} a "
        "JOIN activities_activity_participants p ON p.record_id = a.activity_id AND p.target_id <> a.user_id "
        "WHERE a.kind IN ('activities.reminder', 'activities.due')")  # fmt: skip
    op.create_index("ix_activities_alarm_user", TABLE, ["user_id"])


def downgrade() -> None:
    op.drop_index("ix_activities_alarm_user", TABLE)
    _move(f"INSERT INTO {TABLE} (activity_id, kind, at) SELECT a.activity_id, a.kind, a.at FROM {NEW} a "
          "JOIN activities_activity t ON t.id = a.activity_id AND t.assignee_id = a.user_id")  # fmt: skip
