"""Categories and tags get a name in each language, a colour, an order and "in use"; what they are called stays"""

import sqlalchemy as sa
from alembic import op

revision = "contacts_0002"
down_revision = "contacts_0001"
branch_labels = None
depends_on = None

KEY_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
LANGUAGES = ("ar", "fa", "en")


def upgrade() -> None:
    for table, longest in (("contacts_category", 200), ("contacts_tag", 60)):
        for language in LANGUAGES:
            op.add_column(table, sa.Column(f"name_{language}", sa.String(length=longest), nullable=True))
            op.add_column(table, sa.Column(f"name_{language}_key", KEY_TEXT, nullable=True))
        op.add_column(table, sa.Column("position", sa.BigInteger(), nullable=True))
        op.add_column(table, sa.Column("active", sa.Boolean(), nullable=True, server_default=sa.true()))
    op.add_column("contacts_tag", sa.Column("hue", sa.String(length=40), nullable=True))


def downgrade() -> None:
    op.drop_column("contacts_tag", "hue")
    for table in ("contacts_category", "contacts_tag"):
        names = [f"name_{language}{end}" for language in LANGUAGES for end in ("_key", "")]
        for name in ("active", "position", *names):
            op.drop_column(table, name)
