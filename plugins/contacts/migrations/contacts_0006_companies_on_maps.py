"""Where companies are on the map"""

import sqlalchemy as sa
from alembic import op

from core import db

revision = "contacts_0006"
down_revision = "contacts_0005"
branch_labels = None
depends_on = None

PLACE = ("latitude", "longitude")


def upgrade() -> None:
    for name in PLACE:
        op.add_column("contacts_company", sa.Column(name, db.ExactDecimal(6, 18), nullable=True))


def downgrade() -> None:
    for name in PLACE:
        op.drop_column("contacts_company", name)
