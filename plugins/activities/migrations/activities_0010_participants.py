"""Who takes part in an activity: colleagues with their answers, and customers"""

import sqlalchemy as sa
from alembic import op

revision = "activities_0010"
down_revision = "activities_0009"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TABLES = ("activities_activity_participants", "activities_activity_contacts")


def upgrade() -> None:
    for name in TABLES:
        # Contacts are of a plugin that may be missing: no key holds them.
        held = (sa.ForeignKey("core_user.id", ondelete="CASCADE"),) if name == TABLES[0] else ()
        op.create_table(
            name,
            sa.Column("record_id", BIG_ID, sa.ForeignKey("activities_activity.id", ondelete="CASCADE"), nullable=False),
            sa.Column("target_id", BIG_ID, *held, nullable=False, autoincrement=False),
            sa.PrimaryKeyConstraint("record_id", "target_id"),
        )
        op.create_index(f"ix_{name}_target", name, ["target_id", "record_id"])
    op.create_table(
        "activities_answer",
        sa.Column("activity_id", sa.BigInteger(), sa.ForeignKey("activities_activity.id", ondelete="CASCADE"),
                  nullable=False, autoincrement=False),
        sa.Column("user_id", sa.BigInteger(), sa.ForeignKey("core_user.id", ondelete="CASCADE"), nullable=False,
                  autoincrement=False),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("activity_id", "user_id"),
    )  # fmt: skip
    op.create_index("ix_activities_answer_user", "activities_answer", ["user_id"])


def downgrade() -> None:
    op.drop_table("activities_answer")
    for name in reversed(TABLES):
        op.drop_table(name)
