"""Working hours of organisations and teams, and holidays"""

import sqlalchemy as sa
from alembic import op

from core import db

revision = "core_0022"
down_revision = "core_0021"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
LIVING = sa.text("deleted_at IS NULL")
HOURS = {"work_from": 5, "work_until": 5}
INDEXED = ("created_at", "name_key", "name_sort_ar", "name_sort_en", "name_sort_fa", "organisation_id")


def upgrade() -> None:
    for name, length in HOURS.items():
        op.add_column("core_organisation", sa.Column(name, sa.String(length=length), nullable=True))
    for name, length in (HOURS | {"weekend": 40}).items():
        op.add_column("core_team", sa.Column(name, sa.String(length=length), nullable=True))
    op.create_table(
        "core_holiday",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=True),
        sa.Column("date", sa.Date(), nullable=True),
        sa.Column("days", sa.BigInteger(), nullable=True),
        sa.Column("yearly", sa.Boolean(), nullable=True),
        sa.Column("calendar", sa.String(length=40), nullable=True),
        sa.Column("organisation_id", BIG_ID, nullable=True),
        sa.Column("created_at", db.UtcDateTime(), nullable=False),
        sa.Column("created_by_id", BIG_ID, nullable=True),
        sa.Column("updated_at", db.UtcDateTime(), nullable=False),
        sa.Column("deleted_at", db.UtcDateTime(), nullable=True),
        sa.Column("custom", db.Json(), nullable=True),
        sa.Column("name_key", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("name_sort_fa", sa.LargeBinary(), nullable=False),
        sa.Column("name_sort_ar", sa.LargeBinary(), nullable=False),
        sa.Column("name_sort_en", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["core_organisation.id"], name=op.f("fk_core_holiday_organisation_id")
        ),
        sa.ForeignKeyConstraint(["created_by_id"], ["core_user.id"], name=op.f("fk_core_holiday_created_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_holiday")),
        sqlite_autoincrement=True,
    )
    for name in INDEXED:
        op.create_index(f"ix_core_holiday_{name}", "core_holiday", [name, "id"], unique=False, sqlite_where=LIVING,
                        postgresql_where=LIVING)  # fmt: skip


def downgrade() -> None:
    op.drop_table("core_holiday")
    for name in ("weekend", *HOURS):
        op.drop_column("core_team", name)
    for name in HOURS:
        op.drop_column("core_organisation", name)
