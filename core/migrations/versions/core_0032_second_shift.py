"""A second shift of the day, of organisations and teams"""

import sqlalchemy as sa
from alembic import op

revision = "core_0032"
down_revision = "core_0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("core_organisation", "core_team"):
        for name in ("later_from", "later_until"):
            op.add_column(table, sa.Column(name, sa.String(length=5), nullable=True))


def downgrade() -> None:
    for table in ("core_team", "core_organisation"):
        for name in ("later_until", "later_from"):
            op.drop_column(table, name)
