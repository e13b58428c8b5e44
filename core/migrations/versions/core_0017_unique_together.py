"""Added fields that are unique together with other fields of their record"""

import sqlalchemy as sa
from alembic import op

revision = "core_0017"
down_revision = "core_0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("core_custom_field",
                  sa.Column("unique_with", sa.String(length=400), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("core_custom_field", "unique_with")
