"""The shipping address with all its parts; until now it was the street alone"""

import sqlalchemy as sa
from alembic import op

revision = "contacts_0008"
down_revision = "contacts_0007"
branch_labels = None
depends_on = None

TABLE = "contacts_contact"
COLUMNS = {
    "shipping_country": sa.String(length=2),
    "shipping_region": sa.String(length=200),
    "shipping_city": sa.String(length=200),
    "shipping_postal_code": sa.String(length=20),
    "shipping_city_key": sa.Text().with_variant(sa.Text(collation="C"), "postgresql"),
}


def upgrade() -> None:
    for name, kind in COLUMNS.items():
        op.add_column(TABLE, sa.Column(name, kind, nullable=True))
    contact = sa.table(TABLE, sa.column("shipping_same"), *map(sa.column, COLUMNS),
                       *(sa.column(name.removeprefix("shipping_")) for name in COLUMNS))  # fmt: skip
    same = {name: contact.c[name.removeprefix("shipping_")] for name in COLUMNS}
    op.execute(sa.update(contact).where(contact.c.shipping_same.is_(sa.true())).values(same))


def downgrade() -> None:
    for name in COLUMNS:
        op.drop_column(TABLE, name)
