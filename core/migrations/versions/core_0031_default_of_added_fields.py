"""What new records have in an added field where nothing is given"""

import sqlalchemy as sa
from alembic import op

revision = "core_0031"
down_revision = "core_0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("core_custom_field",
                  sa.Column("default", sa.String(length=500), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("core_custom_field", "default")
