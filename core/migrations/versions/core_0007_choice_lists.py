"""Choice lists that admins edit"""

import sqlalchemy as sa
from alembic import op

from core import db

revision = "core_0007"
down_revision = "core_0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "core_choice",
        sa.Column("entity", sa.String(length=120), nullable=False),
        sa.Column("field", sa.String(length=60), nullable=False),
        sa.Column("value", sa.String(length=40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("labels", db.Json(), nullable=False),
        sa.Column("hue", sa.String(length=12), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("preset", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("entity", "field", "value", name=op.f("pk_core_choice")),
    )


def downgrade() -> None:
    op.drop_table("core_choice")
