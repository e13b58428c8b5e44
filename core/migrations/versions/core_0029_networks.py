"""From where users and the holders of roles may work"""

import sqlalchemy as sa
from alembic import op

revision = "core_0029"
down_revision = "core_0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("core_user", sa.Column("networks", sa.String(length=1000), nullable=True))
    op.add_column("core_role", sa.Column("networks", sa.String(length=1000), nullable=True))


def downgrade() -> None:
    op.drop_column("core_role", "networks")
    op.drop_column("core_user", "networks")
