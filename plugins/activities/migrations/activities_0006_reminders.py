"""Reminders: what is told when, and how users want it"""

import sqlalchemy as sa
from alembic import op

from core import db

revision = "activities_0006"
down_revision = "activities_0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("activities_activity", sa.Column("remind", db.Json(), nullable=True))
    op.create_table(
        "activities_alarm",
        sa.Column("activity_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("at", db.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activities_activity.id"], name=op.f("fk_activities_alarm_activity_id"),
            ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("activity_id", "kind", "at", name=op.f("pk_activities_alarm")),
    )  # fmt: skip
    op.create_index("ix_activities_alarm_at", "activities_alarm", ["at"], unique=False)
    op.create_table(
        "activities_reminding",
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("remind", sa.JSON(), nullable=False),
        sa.Column("any_hour", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["core_user.id"], name=op.f("fk_activities_reminding_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_activities_reminding")),
    )


def downgrade() -> None:
    op.drop_table("activities_reminding")
    op.drop_table("activities_alarm")
    op.drop_column("activities_activity", "remind")
