"""Acts on many records at once, with what each record was before."""

import sqlalchemy as sa
from alembic import op

from core import db

revision = "core_0018"
down_revision = "core_0017"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "core_mass_act",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("entity", sa.String(length=120), nullable=False),
        sa.Column("user_id", BIG_ID, nullable=True),
        sa.Column("does", sa.String(length=10), nullable=False),
        sa.Column("field", sa.String(length=120), nullable=False),
        sa.Column("value", db.Json(), nullable=True),
        sa.Column("back", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("job_id", sa.BigInteger(), nullable=True),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("created_at", db.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["core_user.id"], name=op.f("fk_core_mass_act_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_mass_act")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_core_mass_act_user", "core_mass_act", ["user_id", "id"], unique=False)
    op.create_table(
        "core_mass_line",
        sa.Column("act_id", BIG_ID, nullable=False),
        sa.Column("record_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("before", db.Json(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["act_id"], ["core_mass_act.id"], name=op.f("fk_core_mass_line_act_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("act_id", "record_id", name=op.f("pk_core_mass_line")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("core_mass_line")
    op.drop_table("core_mass_act")
