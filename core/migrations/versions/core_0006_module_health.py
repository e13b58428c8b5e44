"""What went wrong with a module, and what its manifest said when it was turned on"""

import sqlalchemy as sa
from alembic import op

from core import db

revision = "core_0006"
down_revision = "core_0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("core_plugin", sa.Column("phase", sa.String(length=120), server_default="", nullable=False))
    op.add_column("core_plugin", sa.Column("failed_at", db.UtcDateTime(), nullable=True))
    op.add_column("core_plugin", sa.Column("requires", db.Json(), nullable=True))
    op.add_column("core_plugin", sa.Column("narrows", db.Json(), nullable=True))


def downgrade() -> None:
    for name in ("narrows", "requires", "failed_at", "phase"):
        op.drop_column("core_plugin", name)
