"""Where a meeting is"""

import sqlalchemy as sa
from alembic import op

revision = "activities_0012"
down_revision = "activities_0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("activities_activity", sa.Column("location", sa.String(length=200), nullable=True))


def downgrade() -> None:
    op.drop_column("activities_activity", "location")
