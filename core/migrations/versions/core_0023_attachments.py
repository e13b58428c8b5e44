"""Files attached to records, with their versions"""

import sqlalchemy as sa
from alembic import op

from core import db

revision = "core_0023"
down_revision = "core_0022"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
LIVING = sa.text("deleted_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "core_attachment",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("entity", sa.String(length=120), nullable=False),
        sa.Column("record_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("name_key", sa.String(length=200), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("deleted_at", db.UtcDateTime(), nullable=True),
        sa.Column("deleted_by_id", BIG_ID, nullable=True),
        sa.ForeignKeyConstraint(
            ["deleted_by_id"], ["core_user.id"], name=op.f("fk_core_attachment_deleted_by_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_attachment")),
        sqlite_autoincrement=True,
    )
    op.create_index("uq_core_attachment_name", "core_attachment", ["entity", "record_id", "name_key"], unique=True,
                    sqlite_where=LIVING, postgresql_where=LIVING)
    op.create_index("ix_core_attachment_record", "core_attachment", ["entity", "record_id", "id"])
    op.create_table(
        "core_attachment_version",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("attachment_id", BIG_ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=100), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("look", sa.String(length=10), nullable=False),
        sa.Column("sent_at", db.UtcDateTime(), nullable=False),
        sa.Column("sent_by_id", BIG_ID, nullable=True),
        sa.ForeignKeyConstraint(["attachment_id"], ["core_attachment.id"],
                                name=op.f("fk_core_attachment_version_attachment_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["sent_by_id"], ["core_user.id"], name=op.f("fk_core_attachment_version_sent_by_id"),
                                ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_attachment_version")),
        sa.UniqueConstraint("attachment_id", "number", name=op.f("uq_core_attachment_version_attachment_id_number")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_core_attachment_version_digest", "core_attachment_version", ["digest"])
    op.create_index("ix_core_attachment_version_sent_by_id", "core_attachment_version", ["sent_by_id", "sent_at"])


def downgrade() -> None:
    op.drop_table("core_attachment_version")
    op.drop_table("core_attachment")
