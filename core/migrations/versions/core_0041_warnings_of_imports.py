"""What is remarked about rows of an import that came in"""

import sqlalchemy as sa
from alembic import op

from core import db

revision = "core_0041"
down_revision = "core_0040"
branch_labels = None
depends_on = None

TABLE = "core_import"


def upgrade() -> None:
    op.add_column(TABLE, sa.Column("warned", sa.Integer(), nullable=False, server_default="0"))
    op.add_column(TABLE, sa.Column("warnings", db.Json(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table(TABLE) as batch:
        batch.drop_column("warnings")
        batch.drop_column("warned")
