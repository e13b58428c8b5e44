"""Names of up to three hundred letters"""

import sqlalchemy as sa
from alembic import op

revision = "contacts_0005"
down_revision = "contacts_0004"
branch_labels = None
depends_on = None

TABLES = ("contacts_contact", "contacts_company")


def upgrade() -> None:
    _of_length(200, 300)


def downgrade() -> None:
    _of_length(300, 200)


def _of_length(before: int, length: int) -> None:
    """SQLite keeps a text of any length in such a column; making the table anew would cost it its search index."""
    if op.get_bind().dialect.name == "postgresql":
        for table in TABLES:
            op.alter_column(table, "name", existing_type=sa.String(before), type_=sa.String(length))
