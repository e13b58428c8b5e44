"""The search indexes of SQLite gather more before they write"""

import sqlalchemy as sa
from alembic import op

from core.search import gather_more

revision = "core_0021"
down_revision = "core_0020"
branch_labels = None
depends_on = None

_INDEXES = "SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL TABLE%fts5(search_text,%'"


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for name in op.get_bind().execute(sa.text(_INDEXES)).scalars().all():
            op.execute(gather_more(name))


def downgrade() -> None:
    """What an index gathers in memory is no matter of its content."""
