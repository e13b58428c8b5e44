"""Links between people and companies, yearly dates, the last interaction"""

import sqlalchemy as sa
from alembic import op

from core import db

revision = "contacts_0004"
down_revision = "contacts_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "contacts_occasion",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=True),
        sa.Column("contact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("company_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("date", sa.Date(), nullable=True),
        sa.Column("calendar", sa.String(length=40), nullable=True),
        sa.Column("remind_days", sa.BigInteger(), nullable=True),
        sa.Column("next_on", sa.Date(), nullable=True),
        sa.Column("reminded_on", sa.Date(), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=True),
        sa.Column("created_at", db.UtcDateTime(), nullable=False),
        sa.Column("created_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("updated_at", db.UtcDateTime(), nullable=False),
        sa.Column("deleted_at", db.UtcDateTime(), nullable=True),
        sa.Column("custom", db.ReadOnlyJson(), nullable=True),
        sa.Column("name_key", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("search_text", sa.Text(), nullable=True),
        sa.Column("name_sort_fa", sa.LargeBinary(), nullable=False),
        sa.Column("name_sort_ar", sa.LargeBinary(), nullable=False),
        sa.Column("name_sort_en", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["contacts_company.id"], name=op.f("fk_contacts_occasion_company_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts_contact.id"], name=op.f("fk_contacts_occasion_contact_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["created_by_id"], ["core_user.id"], name=op.f("fk_contacts_occasion_created_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contacts_occasion")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_contacts_occasion_company_id",
        "contacts_occasion",
        ["company_id", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_contacts_occasion_contact_id",
        "contacts_occasion",
        ["contact_id", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_contacts_occasion_created_at",
        "contacts_occasion",
        ["created_at", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_contacts_occasion_name_key",
        "contacts_occasion",
        ["name_key", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_contacts_occasion_name_sort_ar",
        "contacts_occasion",
        ["name_sort_ar", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_contacts_occasion_name_sort_en",
        "contacts_occasion",
        ["name_sort_en", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_contacts_occasion_name_sort_fa",
        "contacts_occasion",
        ["name_sort_fa", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_contacts_occasion_next_on",
        "contacts_occasion",
        ["next_on", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_table(
        "contacts_position",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=420), nullable=True),
        sa.Column("contact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("company_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("role", sa.String(length=200), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=True),
        sa.Column("created_at", db.UtcDateTime(), nullable=False),
        sa.Column("created_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("updated_at", db.UtcDateTime(), nullable=False),
        sa.Column("deleted_at", db.UtcDateTime(), nullable=True),
        sa.Column("custom", db.ReadOnlyJson(), nullable=True),
        sa.Column("name_key", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("role_key", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("search_text", sa.Text(), nullable=True),
        sa.Column("name_sort_fa", sa.LargeBinary(), nullable=False),
        sa.Column("name_sort_ar", sa.LargeBinary(), nullable=False),
        sa.Column("name_sort_en", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["contacts_company.id"], name=op.f("fk_contacts_position_company_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts_contact.id"], name=op.f("fk_contacts_position_contact_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["created_by_id"], ["core_user.id"], name=op.f("fk_contacts_position_created_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contacts_position")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_contacts_position_company_contact",
        "contacts_position",
        ["company_id", "contact_id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_contacts_position_company_id",
        "contacts_position",
        ["company_id", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_contacts_position_contact_id",
        "contacts_position",
        ["contact_id", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_contacts_position_created_at",
        "contacts_position",
        ["created_at", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_contacts_position_name_key",
        "contacts_position",
        ["name_key", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_contacts_position_name_sort_ar",
        "contacts_position",
        ["name_sort_ar", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_contacts_position_name_sort_en",
        "contacts_position",
        ["name_sort_en", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_contacts_position_name_sort_fa",
        "contacts_position",
        ["name_sort_fa", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_table(
        "contacts_relation",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=420), nullable=True),
        sa.Column("contact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=True),
        sa.Column("other_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=True),
        sa.Column("created_at", db.UtcDateTime(), nullable=False),
        sa.Column("created_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("updated_at", db.UtcDateTime(), nullable=False),
        sa.Column("deleted_at", db.UtcDateTime(), nullable=True),
        sa.Column("custom", db.ReadOnlyJson(), nullable=True),
        sa.Column("name_key", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("search_text", sa.Text(), nullable=True),
        sa.Column("name_sort_fa", sa.LargeBinary(), nullable=False),
        sa.Column("name_sort_ar", sa.LargeBinary(), nullable=False),
        sa.Column("name_sort_en", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts_contact.id"], name=op.f("fk_contacts_relation_contact_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["created_by_id"], ["core_user.id"], name=op.f("fk_contacts_relation_created_by_id")),
        sa.ForeignKeyConstraint(
            ["other_id"], ["contacts_contact.id"], name=op.f("fk_contacts_relation_other_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contacts_relation")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_contacts_relation_contact_id",
        "contacts_relation",
        ["contact_id", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_contacts_relation_created_at",
        "contacts_relation",
        ["created_at", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_contacts_relation_name_key",
        "contacts_relation",
        ["name_key", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_contacts_relation_name_sort_ar",
        "contacts_relation",
        ["name_sort_ar", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_contacts_relation_name_sort_en",
        "contacts_relation",
        ["name_sort_en", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_contacts_relation_name_sort_fa",
        "contacts_relation",
        ["name_sort_fa", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_contacts_relation_other_id",
        "contacts_relation",
        ["other_id", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.add_column("contacts_contact", sa.Column("job_title", sa.String(length=200), nullable=True))
    op.add_column("contacts_contact", sa.Column("last_interaction_at", db.UtcDateTime(), nullable=True))
    op.add_column(
        "contacts_contact",
        sa.Column("job_title_key", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
    )
    op.create_index(
        "ix_contacts_contact_last_interaction_at",
        "contacts_contact",
        ["last_interaction_at", "id"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_search_index("contacts_occasion")
    op.create_search_index("contacts_position")
    op.create_search_index("contacts_relation")


def downgrade() -> None:
    op.drop_search_index("contacts_relation")
    op.drop_search_index("contacts_position")
    op.drop_search_index("contacts_occasion")
    op.drop_index(
        "ix_contacts_contact_last_interaction_at",
        table_name="contacts_contact",
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_column("contacts_contact", "job_title_key")
    op.drop_column("contacts_contact", "last_interaction_at")
    op.drop_column("contacts_contact", "job_title")
    op.drop_index(
        "ix_contacts_relation_other_id",
        table_name="contacts_relation",
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_contacts_relation_name_sort_fa",
        table_name="contacts_relation",
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_contacts_relation_name_sort_en",
        table_name="contacts_relation",
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_contacts_relation_name_sort_ar",
        table_name="contacts_relation",
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_contacts_relation_name_key",
        table_name="contacts_relation",
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_contacts_relation_created_at",
        table_name="contacts_relation",
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_contacts_relation_contact_id",
        table_name="contacts_relation",
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_table("contacts_relation")
    op.drop_index(
        "ix_contacts_position_name_sort_fa",
        table_name="contacts_position",
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_contacts_position_name_sort_en",
        table_name="contacts_position",
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_contacts_position_name_sort_ar",
        table_name="contacts_position",
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_contacts_position_name_key",
        table_name="contacts_position",
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_contacts_position_created_at",
        table_name="contacts_position",
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_contacts_position_contact_id",
        table_name="contacts_position",
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_contacts_position_company_id",
        table_name="contacts_position",
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_contacts_position_company_contact",
        table_name="contacts_position",
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_table("contacts_position")
    op.drop_index(
        "ix_contacts_occasion_next_on",
        table_name="contacts_occasion",
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_contacts_occasion_name_sort_fa",
        table_name="contacts_occasion",
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_contacts_occasion_name_sort_en",
        table_name="contacts_occasion",
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_contacts_occasion_name_sort_ar",
        table_name="contacts_occasion",
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_contacts_occasion_name_key",
        table_name="contacts_occasion",
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_contacts_occasion_created_at",
        table_name="contacts_occasion",
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_contacts_occasion_contact_id",
        table_name="contacts_occasion",
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_index(
        "ix_contacts_occasion_company_id",
        table_name="contacts_occasion",
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.drop_table("contacts_occasion")
