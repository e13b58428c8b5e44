"""Exports of long lists, which jobs write"""

import sqlalchemy as sa
from alembic import op

from core import db

revision = "core_0038"
down_revision = "core_0037"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "core_export",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("entity", sa.String(length=120), nullable=False),
        sa.Column("user_id", BIG_ID, nullable=False),
        sa.Column("format", sa.String(length=8), nullable=False),
        sa.Column("asked", db.Json(), nullable=True),
        sa.Column("fields", db.Json(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("job_id", sa.BigInteger(), nullable=True),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("reach", db.Json(), nullable=True),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("created_at", db.UtcDateTime(), nullable=False),
        sa.Column("finished_at", db.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["core_user.id"], name=op.f("fk_core_export_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_export")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_core_export_user", "core_export", ["user_id", "id"])
    op.create_index("ix_core_export_created_at", "core_export", ["created_at"])


def downgrade() -> None:
    op.drop_table("core_export")
