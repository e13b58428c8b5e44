"""The number of a call, and when to follow up"""

import sqlalchemy as sa
from alembic import op

from core import db

revision = "activities_0004"
down_revision = "activities_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("activities_activity", sa.Column("phone", sa.String(length=60), nullable=True))
    op.add_column("activities_activity", sa.Column("follow_up_at", db.UtcDateTime(), nullable=True))


def downgrade() -> None:
    op.drop_column("activities_activity", "follow_up_at")
    op.drop_column("activities_activity", "phone")
