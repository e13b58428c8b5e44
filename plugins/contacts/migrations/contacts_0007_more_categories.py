"""Further categories of a contact"""

import sqlalchemy as sa
from alembic import op

revision = "contacts_0007"
down_revision = "contacts_0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "contacts_contact_more_categories",
        sa.Column("record_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("target_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["record_id"],
            ["contacts_contact.id"],
            name=op.f("fk_contacts_contact_more_categories_record_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["target_id"],
            ["contacts_category.id"],
            name=op.f("fk_contacts_contact_more_categories_target_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("record_id", "target_id", name=op.f("pk_contacts_contact_more_categories")),
    )
    op.create_index(
        "ix_contacts_contact_more_categories_target",
        "contacts_contact_more_categories",
        ["target_id", "record_id"],
        unique=False,
    )


def downgrade() -> None:
    op.drop_index("ix_contacts_contact_more_categories_target", table_name="contacts_contact_more_categories")
    op.drop_table("contacts_contact_more_categories")
