"""Added fields that modules bring: whose each is, and whether administrators have chosen its place"""

import sqlalchemy as sa
from alembic import op

revision = "core_0033"
down_revision = "core_0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("core_custom_field",
                  sa.Column("plugin", sa.String(length=40), nullable=False, server_default=""))
    op.add_column("core_custom_field",
                  sa.Column("is_placed", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    op.drop_column("core_custom_field", "is_placed")
    op.drop_column("core_custom_field", "plugin")
