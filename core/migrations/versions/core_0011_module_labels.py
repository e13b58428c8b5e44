"""What a module is called, for when its code cannot be asked"""

import sqlalchemy as sa
from alembic import op

from core import db

revision = "core_0011"
down_revision = "core_0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("core_plugin", sa.Column("label", db.Json(), nullable=True))


def downgrade() -> None:
    op.drop_column("core_plugin", "label")
