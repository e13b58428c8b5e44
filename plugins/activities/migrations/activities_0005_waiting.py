"""What comes next about a record is found by an index"""

import sqlalchemy as sa
from alembic import op

revision = "activities_0005"
down_revision = "activities_0004"
branch_labels = None
depends_on = None

WAITING = sa.text("deleted_at IS NULL AND done_at IS NULL")


def upgrade() -> None:
    op.create_index("ix_activities_activity_waiting", "activities_activity", ["entity", "record_id", "due_at"],
                    sqlite_where=WAITING, postgresql_where=WAITING)  # fmt: skip


def downgrade() -> None:
    op.drop_index("ix_activities_activity_waiting", "activities_activity")
