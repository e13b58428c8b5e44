"""Dates of added fields that must not be before or after another field's"""

import sqlalchemy as sa
from alembic import op

revision = "core_0016"
down_revision = "core_0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("not_before", "not_after"):
        op.add_column("core_custom_field", sa.Column(name, sa.String(length=60), nullable=False, server_default=""))


def downgrade() -> None:
    for name in ("not_after", "not_before"):
        op.drop_column("core_custom_field", name)
