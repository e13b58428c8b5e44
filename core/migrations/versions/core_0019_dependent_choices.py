"""The field whose value says which choices of an added field are offered"""

import sqlalchemy as sa
from alembic import op

revision = "core_0019"
down_revision = "core_0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("core_custom_field",
                  sa.Column("follows", sa.String(length=60), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("core_custom_field", "follows")
