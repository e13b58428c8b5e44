"""Hours in which nothing but the bell tells a user"""

import sqlalchemy as sa
from alembic import op

revision = "core_0027"
down_revision = "core_0026"
branch_labels = None
depends_on = None

NAMES = ("quiet_from", "quiet_until")


def upgrade() -> None:
    for name in NAMES:
        op.add_column("core_notice_digest", sa.Column(name, sa.Integer(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("core_notice_digest") as batch:
        for name in NAMES:
            batch.drop_column(name)
