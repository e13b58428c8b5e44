"""Saved views of lists, and which one a list opens with."""

import sqlalchemy as sa
from alembic import op

from core import db

revision = "core_0014"
down_revision = "core_0013"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "core_list_view",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("entity", sa.String(length=120), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("owner_id", BIG_ID, nullable=False),
        sa.Column("audience", sa.String(length=10), nullable=False),
        sa.Column("audience_id", sa.BigInteger(), nullable=True),
        sa.Column("conditions", db.Json(), nullable=False),
        sa.Column("columns", db.Json(), nullable=False),
        sa.Column("pinned", sa.Boolean(), nullable=False),
        sa.Column("created_at", db.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["core_user.id"], name=op.f("fk_core_list_view_owner_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_list_view")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_core_list_view_entity", "core_list_view", ["entity"], unique=False)
    op.create_table(
        "core_list_view_default",
        sa.Column("entity", sa.String(length=120), nullable=False),
        sa.Column("holder", sa.String(length=10), nullable=False),
        sa.Column("holder_id", sa.BigInteger(), nullable=False),
        sa.Column("view_id", BIG_ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["view_id"], ["core_list_view.id"], name=op.f("fk_core_list_view_default_view_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("entity", "holder", "holder_id", name=op.f("pk_core_list_view_default")),
    )
    op.create_index("ix_core_list_view_default_view", "core_list_view_default", ["view_id"], unique=False)


def downgrade() -> None:
    op.drop_table("core_list_view_default")
    op.drop_table("core_list_view")
