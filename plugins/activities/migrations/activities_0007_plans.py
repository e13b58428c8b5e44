"""Plans of several steps, and which activity is which step"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from core import db

revision = "activities_0007"
down_revision = "activities_0006"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
LIVING = sa.text("deleted_at IS NULL")
KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
INDEXED = {
    "activities_plan": ("created_at", "name_key", "name_sort_ar", "name_sort_en", "name_sort_fa"),
    "activities_plan_step": ("created_at", "plan_id", "subject_key", "subject_sort_ar", "subject_sort_en",
                             "subject_sort_fa", "user_id"),
}  # fmt: skip


def _columns(title: str) -> list[sa.Column[Any]]:
    """What every entity has, with the keys of its title."""
    return [
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", db.UtcDateTime(), nullable=False),
        sa.Column("created_by_id", BIG_ID, nullable=True),
        sa.Column("updated_at", db.UtcDateTime(), nullable=False),
        sa.Column("deleted_at", db.UtcDateTime(), nullable=True),
        sa.Column("custom", db.Json(), nullable=True),
        sa.Column(f"{title}_key", KEY, nullable=True),
        *(sa.Column(f"{title}_sort_{language}", sa.LargeBinary(), nullable=False) for language in ("fa", "ar", "en")),
    ]


def upgrade() -> None:
    op.create_table(
        "activities_plan",
        *_columns("name"),
        sa.Column("name", sa.String(length=120), nullable=True),
        sa.Column("entity", sa.String(length=80), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(["created_by_id"], ["core_user.id"], name=op.f("fk_activities_plan_created_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activities_plan")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "activities_plan_step",
        *_columns("subject"),
        sa.Column("plan_id", BIG_ID, nullable=True),
        sa.Column("position", sa.BigInteger(), nullable=True),
        sa.Column("type", sa.String(length=40), nullable=True),
        sa.Column("subject", sa.String(length=200), nullable=True),
        sa.Column("days", sa.BigInteger(), nullable=True),
        sa.Column("counted_in", sa.String(length=40), nullable=True),
        sa.Column("who", sa.String(length=40), nullable=True),
        sa.Column("user_id", BIG_ID, nullable=True),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["activities_plan.id"], name=op.f("fk_activities_plan_step_plan_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["core_user.id"], name=op.f("fk_activities_plan_step_user_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["core_user.id"], name=op.f("fk_activities_plan_step_created_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activities_plan_step")),
        sqlite_autoincrement=True,
    )
    for table, names in INDEXED.items():
        for name in names:
            op.create_index(f"ix_{table}_{name}", table, [name, "id"], unique=False, sqlite_where=LIVING,
                            postgresql_where=LIVING)  # fmt: skip
    op.create_table(
        "activities_planned",
        sa.Column("activity_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("step_id", sa.BigInteger(), nullable=False),
        sa.Column("started_by", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activities_activity.id"], name=op.f("fk_activities_planned_activity_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["step_id"], ["activities_plan_step.id"], name=op.f("fk_activities_planned_step_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("activity_id", name=op.f("pk_activities_planned")),
        sa.UniqueConstraint("started_by", "step_id", name=op.f("uq_activities_planned_started_by_step_id")),
    )  # fmt: skip


def downgrade() -> None:
    op.drop_table("activities_planned")
    op.drop_table("activities_plan_step")
    op.drop_table("activities_plan")
