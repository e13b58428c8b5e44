"""Acts on many records that hand over what a colleague was in charge of"""

import sqlalchemy as sa
from alembic import op

from core import db

revision = "core_0025"
down_revision = "core_0024"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "core_handover",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("leaver_id", BIG_ID, nullable=False),
        sa.Column("user_id", BIG_ID, nullable=False),
        sa.Column("created_at", db.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["leaver_id"], ["core_user.id"], name=op.f("fk_core_handover_leaver_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["core_user.id"], name=op.f("fk_core_handover_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_handover")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_core_handover_leaver", "core_handover", ["leaver_id", "id"])
    op.add_column("core_mass_act", sa.Column("handover_id", sa.BigInteger(), nullable=True))
    op.create_index("ix_core_mass_act_handover", "core_mass_act", ["handover_id"])


def downgrade() -> None:
    op.drop_index("ix_core_mass_act_handover", table_name="core_mass_act")
    op.drop_column("core_mass_act", "handover_id")
    op.drop_table("core_handover")
