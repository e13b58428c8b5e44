"""A reminder at a time of its own"""

import sqlalchemy as sa
from alembic import op

from core import db

revision = "activities_0008"
down_revision = "activities_0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("activities_activity", sa.Column("remind_at", db.UtcDateTime(), nullable=True))


def downgrade() -> None:
    op.drop_column("activities_activity", "remind_at")
