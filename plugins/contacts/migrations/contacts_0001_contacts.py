"""Contacts and companies"""

import sqlalchemy as sa
from alembic import op

from core import db

revision = "contacts_0001"
down_revision = None
branch_labels = ("contacts",)
depends_on = None


def upgrade() -> None:
    op.create_table(
        "contacts_category",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=True),
        sa.Column("hue", sa.String(length=40), nullable=True),
        sa.Column("created_at", db.UtcDateTime(), nullable=False),
        sa.Column("created_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("updated_at", db.UtcDateTime(), nullable=False),
        sa.Column("deleted_at", db.UtcDateTime(), nullable=True),
        sa.Column("custom", db.Json(), nullable=True),
        sa.Column("name_key", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("search_text", sa.Text(), nullable=True),
        sa.Column("name_sort_fa", sa.LargeBinary(), nullable=False),
        sa.Column("name_sort_ar", sa.LargeBinary(), nullable=False),
        sa.Column("name_sort_en", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["core_user.id"], name=op.f("fk_contacts_category_created_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contacts_category")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_contacts_category_created_at",
        "contacts_category",
        ["created_at", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_contacts_category_name_key",
        "contacts_category",
        ["name_key", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_contacts_category_name_sort_ar",
        "contacts_category",
        ["name_sort_ar", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_contacts_category_name_sort_en",
        "contacts_category",
        ["name_sort_en", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_contacts_category_name_sort_fa",
        "contacts_category",
        ["name_sort_fa", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_table(
        "contacts_tag",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=True),
        sa.Column("created_at", db.UtcDateTime(), nullable=False),
        sa.Column("created_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("updated_at", db.UtcDateTime(), nullable=False),
        sa.Column("deleted_at", db.UtcDateTime(), nullable=True),
        sa.Column("custom", db.Json(), nullable=True),
        sa.Column("name_key", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("search_text", sa.Text(), nullable=True),
        sa.Column("name_sort_fa", sa.LargeBinary(), nullable=False),
        sa.Column("name_sort_ar", sa.LargeBinary(), nullable=False),
        sa.Column("name_sort_en", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["core_user.id"], name=op.f("fk_contacts_tag_created_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contacts_tag")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_contacts_tag_created_at",
        "contacts_tag",
        ["created_at", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_contacts_tag_name_key",
        "contacts_tag",
        ["name_key", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_contacts_tag_name_sort_ar",
        "contacts_tag",
        ["name_sort_ar", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_contacts_tag_name_sort_en",
        "contacts_tag",
        ["name_sort_en", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_contacts_tag_name_sort_fa",
        "contacts_tag",
        ["name_sort_fa", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "uq_contacts_tag_name",
        "contacts_tag",
        ["name"],
        unique=True,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_table(
        "contacts_company",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=True),
        sa.Column("domain", sa.String(length=60), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("phone", sa.String(length=60), nullable=True),
        sa.Column("website", sa.String(length=2000), nullable=True),
        sa.Column("country", sa.String(length=2), nullable=True),
        sa.Column("region", sa.String(length=200), nullable=True),
        sa.Column("city", sa.String(length=200), nullable=True),
        sa.Column("postal_code", sa.String(length=20), nullable=True),
        sa.Column("address", sa.String(length=500), nullable=True),
        sa.Column("national_id", sa.String(length=60), nullable=True),
        sa.Column("tax_number", sa.String(length=60), nullable=True),
        sa.Column("note", sa.String(length=20000), nullable=True),
        sa.Column("owner_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", db.UtcDateTime(), nullable=False),
        sa.Column("created_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("updated_at", db.UtcDateTime(), nullable=False),
        sa.Column("deleted_at", db.UtcDateTime(), nullable=True),
        sa.Column("custom", db.Json(), nullable=True),
        sa.Column("name_key", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("region_key", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("city_key", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("address_key", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("search_text", sa.Text(), nullable=True),
        sa.Column("name_sort_fa", sa.LargeBinary(), nullable=False),
        sa.Column("name_sort_ar", sa.LargeBinary(), nullable=False),
        sa.Column("name_sort_en", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["core_user.id"], name=op.f("fk_contacts_company_created_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["core_organisation.id"], name=op.f("fk_contacts_company_organisation_id")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["core_user.id"], name=op.f("fk_contacts_company_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contacts_company")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_contacts_company_country",
        "contacts_company",
        ["country", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_contacts_company_created_at",
        "contacts_company",
        ["created_at", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_contacts_company_domain",
        "contacts_company",
        ["domain", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_contacts_company_name_key",
        "contacts_company",
        ["name_key", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_contacts_company_name_sort_ar",
        "contacts_company",
        ["name_sort_ar", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_contacts_company_name_sort_en",
        "contacts_company",
        ["name_sort_en", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_contacts_company_name_sort_fa",
        "contacts_company",
        ["name_sort_fa", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_contacts_company_organisation_id",
        "contacts_company",
        ["organisation_id", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_contacts_company_owner_id",
        "contacts_company",
        ["owner_id", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_table(
        "contacts_contact",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=True),
        sa.Column("first_name", sa.String(length=200), nullable=True),
        sa.Column("last_name", sa.String(length=200), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("phone", sa.String(length=60), nullable=True),
        sa.Column("country", sa.String(length=2), nullable=True),
        sa.Column("region", sa.String(length=200), nullable=True),
        sa.Column("city", sa.String(length=200), nullable=True),
        sa.Column("postal_code", sa.String(length=20), nullable=True),
        sa.Column("address", sa.String(length=500), nullable=True),
        sa.Column("status", sa.String(length=40), nullable=True),
        sa.Column("source", sa.String(length=40), nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=True),
        sa.Column("company_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("category_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("website", sa.String(length=2000), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("birth_date", sa.Date(), nullable=True),
        sa.Column("national_id", sa.String(length=60), nullable=True),
        sa.Column("purchase_status", sa.String(length=40), nullable=True),
        sa.Column("payment_order", sa.String(length=40), nullable=True),
        sa.Column("shipping_same", sa.Boolean(), nullable=True),
        sa.Column("shipping_address", sa.String(length=500), nullable=True),
        sa.Column("latitude", db.ExactDecimal(6, 18), nullable=True),
        sa.Column("longitude", db.ExactDecimal(6, 18), nullable=True),
        sa.Column("acquaintance", sa.String(length=40), nullable=True),
        sa.Column("preferred_channel", sa.String(length=40), nullable=True),
        sa.Column("opening_purchases", db.ExactDecimal(4, 18), nullable=True),
        sa.Column("follow_up_status", sa.String(length=40), nullable=True),
        sa.Column("note", sa.String(length=20000), nullable=True),
        sa.Column("owner_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", db.UtcDateTime(), nullable=False),
        sa.Column("created_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("updated_at", db.UtcDateTime(), nullable=False),
        sa.Column("deleted_at", db.UtcDateTime(), nullable=True),
        sa.Column("custom", db.Json(), nullable=True),
        sa.Column("name_key", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column(
            "first_name_key", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True
        ),
        sa.Column(
            "last_name_key", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True
        ),
        sa.Column("region_key", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("city_key", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("address_key", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("search_text", sa.Text(), nullable=True),
        sa.Column("name_sort_fa", sa.LargeBinary(), nullable=False),
        sa.Column("name_sort_ar", sa.LargeBinary(), nullable=False),
        sa.Column("name_sort_en", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["category_id"],
            ["contacts_category.id"],
            name=op.f("fk_contacts_contact_category_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["company_id"],
            ["contacts_company.id"],
            name=op.f("fk_contacts_contact_company_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["core_user.id"], name=op.f("fk_contacts_contact_created_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["core_organisation.id"], name=op.f("fk_contacts_contact_organisation_id")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["core_user.id"], name=op.f("fk_contacts_contact_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contacts_contact")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_contacts_contact_category_id",
        "contacts_contact",
        ["category_id", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_contacts_contact_company_id",
        "contacts_contact",
        ["company_id", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_contacts_contact_country",
        "contacts_contact",
        ["country", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_contacts_contact_created_at",
        "contacts_contact",
        ["created_at", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_contacts_contact_email",
        "contacts_contact",
        ["email", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_contacts_contact_name_key",
        "contacts_contact",
        ["name_key", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_contacts_contact_name_sort_ar",
        "contacts_contact",
        ["name_sort_ar", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_contacts_contact_name_sort_en",
        "contacts_contact",
        ["name_sort_en", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_contacts_contact_name_sort_fa",
        "contacts_contact",
        ["name_sort_fa", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_contacts_contact_organisation_id",
        "contacts_contact",
        ["organisation_id", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_contacts_contact_owner_id",
        "contacts_contact",
        ["owner_id", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_contacts_contact_phone",
        "contacts_contact",
        ["phone", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_contacts_contact_source",
        "contacts_contact",
        ["source", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_contacts_contact_status",
        "contacts_contact",
        ["status", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "uq_contacts_contact_number",
        "contacts_contact",
        ["number"],
        unique=True,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_table(
        "contacts_contact_tags",
        sa.Column("record_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("target_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["record_id"],
            ["contacts_contact.id"],
            name=op.f("fk_contacts_contact_tags_record_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["target_id"],
            ["contacts_tag.id"],
            name=op.f("fk_contacts_contact_tags_target_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("record_id", "target_id", name=op.f("pk_contacts_contact_tags")),
    )
    op.create_index(
        "ix_contacts_contact_tags_target", "contacts_contact_tags", ["target_id", "record_id"], unique=False
    )
    # By hand: SQLite cannot tell about expression indexes, so they are not found automatically.
    living = sa.text("deleted_at IS NULL")
    op.create_index(
        "ix_contacts_contact_compact_name",
        "contacts_contact",
        [sa.text("replace(name_key, ' ', '')")],
        sqlite_where=living,
        postgresql_where=living,
    )
    op.create_search_index("contacts_category")
    op.create_search_index("contacts_tag")
    op.create_search_index("contacts_company")
    op.create_search_index("contacts_contact")


def downgrade() -> None:
    op.drop_search_index("contacts_contact")
    op.drop_search_index("contacts_company")
    op.drop_search_index("contacts_tag")
    op.drop_search_index("contacts_category")
    op.drop_index("ix_contacts_contact_tags_target", table_name="contacts_contact_tags")
    op.drop_table("contacts_contact_tags")
    op.drop_index(
        "uq_contacts_contact_number",
        table_name="contacts_contact",
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_contacts_contact_status",
        table_name="contacts_contact",
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_contacts_contact_source",
        table_name="contacts_contact",
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_contacts_contact_phone",
        table_name="contacts_contact",
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_contacts_contact_owner_id",
        table_name="contacts_contact",
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_contacts_contact_organisation_id",
        table_name="contacts_contact",
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_contacts_contact_name_sort_fa",
        table_name="contacts_contact",
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_contacts_contact_name_sort_en",
        table_name="contacts_contact",
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_contacts_contact_name_sort_ar",
        table_name="contacts_contact",
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_contacts_contact_name_key",
        table_name="contacts_contact",
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_contacts_contact_email",
        table_name="contacts_contact",
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_contacts_contact_created_at",
        table_name="contacts_contact",
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_contacts_contact_country",
        table_name="contacts_contact",
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_contacts_contact_company_id",
        table_name="contacts_contact",
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_contacts_contact_category_id",
        table_name="contacts_contact",
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_table("contacts_contact")
    op.drop_index(
        "ix_contacts_company_owner_id",
        table_name="contacts_company",
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_contacts_company_organisation_id",
        table_name="contacts_company",
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_contacts_company_name_sort_fa",
        table_name="contacts_company",
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_contacts_company_name_sort_en",
        table_name="contacts_company",
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_contacts_company_name_sort_ar",
        table_name="contacts_company",
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_contacts_company_name_key",
        table_name="contacts_company",
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_contacts_company_domain",
        table_name="contacts_company",
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_contacts_company_created_at",
        table_name="contacts_company",
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_contacts_company_country",
        table_name="contacts_company",
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_table("contacts_company")
    op.drop_index(
        "uq_contacts_tag_name",
        table_name="contacts_tag",
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_contacts_tag_name_sort_fa",
        table_name="contacts_tag",
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_contacts_tag_name_sort_en",
        table_name="contacts_tag",
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_contacts_tag_name_sort_ar",
        table_name="contacts_tag",
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_contacts_tag_name_key",
        table_name="contacts_tag",
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_contacts_tag_created_at",
        table_name="contacts_tag",
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_table("contacts_tag")
    op.drop_index(
        "ix_contacts_category_name_sort_fa",
        table_name="contacts_category",
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_contacts_category_name_sort_en",
        table_name="contacts_category",
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_contacts_category_name_sort_ar",
        table_name="contacts_category",
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_contacts_category_name_key",
        table_name="contacts_category",
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_contacts_category_created_at",
        table_name="contacts_category",
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_table("contacts_category")
