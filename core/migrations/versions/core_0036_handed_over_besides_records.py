"""What is handed over besides records: saved views and webhooks"""

import sqlalchemy as sa
from alembic import op

from core import db

revision = "core_0036"
down_revision = "core_0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("core_handover", sa.Column("belongings", db.Json(), nullable=False, server_default="[]"))
    op.add_column("core_handover", sa.Column("state", sa.String(12), nullable=False, server_default="done"))


def downgrade() -> None:
    op.drop_column("core_handover", "state")
    op.drop_column("core_handover", "belongings")
