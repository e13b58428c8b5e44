"""Records that became one, what was moved for it, and what is not the same"""

import sqlalchemy as sa
from alembic import op

from core import db

revision = "core_0037"
down_revision = "core_0036"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "core_merge",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("entity", sa.String(length=120), nullable=False),
        sa.Column("winner_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", BIG_ID, nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("before", db.Json(), nullable=True),
        sa.Column("after", db.Json(), nullable=True),
        sa.Column("own", db.Json(), nullable=True),
        sa.Column("counts", db.Json(), nullable=True),
        sa.Column("created_at", db.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["core_user.id"], name=op.f("fk_core_merge_user_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_merge")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_core_merge_winner", "core_merge", ["entity", "winner_id", "id"])
    op.create_table(
        "core_merge_loser",
        sa.Column("merge_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("record_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("entity", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(
            ["merge_id"], ["core_merge.id"], name=op.f("fk_core_merge_loser_merge_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("merge_id", "record_id", name=op.f("pk_core_merge_loser")),
    )
    op.create_index("ix_core_merge_loser_record", "core_merge_loser", ["entity", "record_id", "merge_id"])
    op.create_table(
        "core_merge_moved",
        sa.Column("merge_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("from_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("row_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("was", db.Json(), nullable=True),
        sa.ForeignKeyConstraint(
            ["merge_id"], ["core_merge.id"], name=op.f("fk_core_merge_moved_merge_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("merge_id", "place", "from_id", "row_id", name=op.f("pk_core_merge_moved")),
    )
    op.create_table(
        "core_told_apart",
        sa.Column("entity", sa.String(length=120), nullable=False),
        sa.Column("low_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("high_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("user_id", BIG_ID, nullable=True),
        sa.Column("created_at", db.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["core_user.id"], name=op.f("fk_core_told_apart_user_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("entity", "low_id", "high_id", name=op.f("pk_core_told_apart")),
    )
    op.create_index("ix_core_told_apart_high", "core_told_apart", ["entity", "high_id"])


def downgrade() -> None:
    op.drop_table("core_told_apart")
    op.drop_table("core_merge_moved")
    op.drop_table("core_merge_loser")
    op.drop_table("core_merge")
