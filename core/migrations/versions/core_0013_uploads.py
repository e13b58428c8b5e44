"""Uploaded files that wait for a record to hold them"""

import sqlalchemy as sa
from alembic import op

from core import db

revision = "core_0013"
down_revision = "core_0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "core_upload",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ticket", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=100), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("is_image", sa.Boolean(), nullable=False),
        sa.Column("created_at", db.UtcDateTime(), nullable=False),
        sa.Column("created_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["created_by_id"], ["core_user.id"], name=op.f("fk_core_upload_created_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_upload")),
        sa.UniqueConstraint("ticket", name=op.f("uq_core_upload_ticket")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_core_upload_created_by_id", "core_upload", ["created_by_id", "created_at"])
    op.create_index("ix_core_upload_digest", "core_upload", ["digest"])


def downgrade() -> None:
    op.drop_table("core_upload")
