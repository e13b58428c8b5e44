"""Fields that admins add"""

import sqlalchemy as sa
from alembic import op

from core import db

revision = "core_0002"
down_revision = "core_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "core_custom_field",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("entity", sa.String(length=120), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("type", sa.String(length=40), nullable=False),
        sa.Column("label", db.Json(), nullable=False),
        sa.Column("help", db.Json(), nullable=True),
        sa.Column("choices", db.Json(), nullable=True),
        sa.Column("required", sa.Boolean(), nullable=False),
        sa.Column("unique", sa.Boolean(), nullable=False),
        sa.Column("filter", sa.Boolean(), nullable=False),
        sa.Column("in_list", sa.Boolean(), nullable=False),
        sa.Column("in_reports", sa.Boolean(), nullable=False),
        sa.Column("pattern", sa.String(length=200), nullable=False),
        sa.Column("minimum", sa.String(length=40), nullable=False),
        sa.Column("maximum", sa.String(length=40), nullable=False),
        sa.Column("scale", sa.Integer(), nullable=True),
        sa.Column("target", sa.String(length=120), nullable=False),
        sa.Column("section", sa.String(length=200), nullable=False),
        sa.Column("after", sa.String(length=60), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("read", sa.String(length=200), nullable=False),
        sa.Column("write", sa.String(length=200), nullable=False),
        sa.Column("index_state", sa.String(length=12), nullable=False),
        sa.Column("index_error", sa.Text(), nullable=False),
        sa.Column("created_at", db.UtcDateTime(), nullable=False),
        sa.Column("retired_at", db.UtcDateTime(), nullable=True),
        sa.Column("purging_at", db.UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_custom_field")),
        sa.UniqueConstraint("entity", "key", name=op.f("uq_core_custom_field_entity_key")),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    op.drop_table("core_custom_field")
