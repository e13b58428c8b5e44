"""Several phones, emails and addresses"""

import sqlalchemy as sa
from alembic import op

from core import db

revision = "contacts_0003"
down_revision = "contacts_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "contacts_company_emails",
        sa.Column("record_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.ForeignKeyConstraint(
            ["record_id"],
            ["contacts_company.id"],
            name=op.f("fk_contacts_company_emails_record_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("record_id", "key", name=op.f("pk_contacts_company_emails")),
    )
    op.create_index("ix_contacts_company_emails_key", "contacts_company_emails", ["key", "record_id"], unique=False)
    op.create_table(
        "contacts_company_phones",
        sa.Column("record_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.ForeignKeyConstraint(
            ["record_id"],
            ["contacts_company.id"],
            name=op.f("fk_contacts_company_phones_record_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("record_id", "key", name=op.f("pk_contacts_company_phones")),
    )
    op.create_index("ix_contacts_company_phones_key", "contacts_company_phones", ["key", "record_id"], unique=False)
    op.create_table(
        "contacts_contact_emails",
        sa.Column("record_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.ForeignKeyConstraint(
            ["record_id"],
            ["contacts_contact.id"],
            name=op.f("fk_contacts_contact_emails_record_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("record_id", "key", name=op.f("pk_contacts_contact_emails")),
    )
    op.create_index("ix_contacts_contact_emails_key", "contacts_contact_emails", ["key", "record_id"], unique=False)
    op.create_table(
        "contacts_contact_phones",
        sa.Column("record_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.ForeignKeyConstraint(
            ["record_id"],
            ["contacts_contact.id"],
            name=op.f("fk_contacts_contact_phones_record_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("record_id", "key", name=op.f("pk_contacts_contact_phones")),
    )
    op.create_index("ix_contacts_contact_phones_key", "contacts_contact_phones", ["key", "record_id"], unique=False)
    op.add_column("contacts_company", sa.Column("emails", db.Json(), nullable=True))
    op.add_column("contacts_company", sa.Column("phones", db.Json(), nullable=True))
    op.add_column("contacts_company", sa.Column("addresses", db.Json(), nullable=True))
    op.add_column("contacts_contact", sa.Column("emails", db.Json(), nullable=True))
    op.add_column("contacts_contact", sa.Column("phones", db.Json(), nullable=True))
    op.add_column("contacts_contact", sa.Column("addresses", db.Json(), nullable=True))


def downgrade() -> None:
    op.drop_column("contacts_contact", "addresses")
    op.drop_column("contacts_contact", "phones")
    op.drop_column("contacts_contact", "emails")
    op.drop_column("contacts_company", "addresses")
    op.drop_column("contacts_company", "phones")
    op.drop_column("contacts_company", "emails")
    op.drop_index("ix_contacts_contact_phones_key", table_name="contacts_contact_phones")
    op.drop_table("contacts_contact_phones")
    op.drop_index("ix_contacts_contact_emails_key", table_name="contacts_contact_emails")
    op.drop_table("contacts_contact_emails")
    op.drop_index("ix_contacts_company_phones_key", table_name="contacts_company_phones")
    op.drop_table("contacts_company_phones")
    op.drop_index("ix_contacts_company_emails_key", table_name="contacts_company_emails")
    op.drop_table("contacts_company_emails")
