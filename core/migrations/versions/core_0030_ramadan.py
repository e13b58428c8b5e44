"""The hours in which an organisation works in Ramadan"""

import sqlalchemy as sa
from alembic import op

revision = "core_0030"
down_revision = "core_0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("ramadan_from", "ramadan_until"):
        op.add_column("core_organisation", sa.Column(name, sa.String(length=5), nullable=True))


def downgrade() -> None:
    for name in ("ramadan_until", "ramadan_from"):
        op.drop_column("core_organisation", name)
